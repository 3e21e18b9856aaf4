"""Names of lossy ways in a storyboard: those that are known, one for each thing, alone or in a list."""

import pytest

from swav.engines import abilities
from swav.errors import InputError
from swav.storyboard import load

WAYS = abilities().ways


def read(folder, lossy, shot=""):
    file = folder / "reel.yaml"
    said = f"\n  lossy: {shot}" if shot else ""
    file.write_text(f"title: T\nlossy: {lossy}\nshots:\n- id: a1\n  prompt: a quiet sea{said}\n")
    return load(file, engines=("wan2.2", "animatic"), abilities=abilities())


@pytest.mark.parametrize(
    ("lossy", "shot", "read_as"),
    [
        ("int8", "", (("int8",), None)),
        ("[int8, cache]", "[]", (("int8", "cache"), ())),
        ("[]", "sage", ((), ("sage",))),
    ],
)
def test_a_name_or_a_list_is_read(tmp_path, lossy, shot, read_as):
    board = read(tmp_path, lossy, shot).board
    assert (board.lossy, board.shots[0].lossy) == read_as


@pytest.mark.parametrize(
    ("lossy", "says"),
    [
        ("int9", "there is no lossy way 'int9'; did you mean 'int8'?"),
        ("[int8, fp8]", "int8 and fp8 replace the same linears; keep one of them"),
        (
            "[cache, warp drive]",
            "no lossy way 'warp drive'; the ways here are cache, fp8, int8, sage",
        ),
        ('"\\u202e8tni"', "there is no lossy way "),
        (f"[{', '.join(['int8', 'fp8'] * 40)}]", "int8 and fp8 replace the same linears; keep one of them"),
    ],
)
def test_what_is_no_way_is_said_once_and_where(tmp_path, lossy, says):
    for at_the_shot in (False, True):
        with pytest.raises(InputError) as refusal:
            read(tmp_path, *(("[]", lossy) if at_the_shot else (lossy,)))
        (fault,) = refusal.value.faults
        assert says in str(fault) and len(str(fault)) < 400 and "\u202e" not in str(fault)
        assert ("shots" in str(fault) or "a1" in str(fault)) == at_the_shot
