"""Cast and places: their words enter prompts, and each name, picture and LoRA of them is checked."""

import struct
import zlib

import pytest
from PIL import Image

from swav.errors import InputError
from swav.storyboard import Abilities, load
from swav.storyboard.entities import in_shot, references_of, written_out
from swav.storyboard.look import look
from swav.storyboard.prompting import picture_prompt, shot_prompt

ABILITIES = Abilities(
    reads={"wan2.2": {"prompt"}, "animatic": {"prompt", "first_frame", "last_frame"}},
    draws={"painter": {"prompt"}, "copyist": {"prompt", "references"}},
    stand_in="animatic",
)
ENGINES = (*ABILITIES.reads, "footage", "still", "card")
HEAD = """title: T
cast:
  meera: {look: "a fisherwoman of fifty, indigo sari.", references: [meera.png, side.png]}
  old_ravi: a man with a white beard
places:
  bazaar: {look: a narrow covered lane, references: [lane.png]}
"""


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


HUGE = b"\x89PNG\r\n\x1a\n" + b"".join(
    _chunk(kind, data)
    for kind, data in (
        (b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes(9))),
        (b"IEND", b""),
    )
)
"""A picture of 3,600 million pixels by its header."""


def loaded(tmp_path, shot: str, head: str = HEAD):
    for name in ("meera", "side", "lane"):
        Image.new("RGB", (64, 64), (90, 20, 20)).save(tmp_path / f"{name}.png")
    Image.new("CMYK", (64, 36)).save(tmp_path / "print.jpg")
    (tmp_path / "broken.png").write_bytes((tmp_path / "meera.png").read_bytes()[:40])
    (tmp_path / "huge.png").write_bytes(HUGE)
    upside = Image.Exif()
    upside[0x0112] = 6
    Image.new("RGB", (64, 36)).save(tmp_path / "turned.jpg", exif=upside)
    Image.new("RGBA", (64, 36), (9, 9, 9, 0)).save(tmp_path / "clear.png")
    file = tmp_path / "reel.yaml"
    file.write_text(f"{head}shots:\n  - {{id: a, duration: 2, {shot}}}\n")
    return load(file, engines=ENGINES, abilities=ABILITIES, look=look)


@pytest.mark.parametrize(
    ("shot", "prompt"),
    [
        ("prompt: '@meera sells fish'", "Meera (a fisherwoman of fifty, indigo sari) sells fish"),
        (
            "prompt: '@Meera greets @old_ravi, and @meera laughs.', place: bazaar",
            "Meera (a fisherwoman of fifty, indigo sari) greets Old ravi (a man with a white beard), "
            "and Meera laughs. Bazaar: a narrow covered lane.",
        ),
        (
            "prompt: she sells fish, cast: meera",
            "she sells fish. Meera: a fisherwoman of fifty, indigo sari.",
        ),
        ("prompt: the sea, keyframe: {prompt: '@bazaar'}", "the sea. Bazaar: a narrow covered lane."),
        ("prompt: 'write to crew@meera.in, or a@b'", "write to crew@meera.in, or a@b"),
        ("prompt: the sea", "the sea"),
    ],
)
def test_their_words_enter_the_prompt(tmp_path, shot, prompt):
    board = loaded(tmp_path, shot).board
    assert written_out(board.shots[0].prompt, in_shot(board, board.shots[0])) == prompt


def test_lettering_leaves_a_look_too_and_pictures_gain_no_camera(tmp_path):
    head = HEAD.replace("a man with a white beard", "a man under a banner that says “Welcome”")
    board = loaded(tmp_path, "prompt: '@old_ravi waves', keyframe: {prompt: '@old_ravi'}", head).board
    shot = board.shots[0]
    assert "Welcome" in shot_prompt(board, shot).lettering and "push in" in shot_prompt(board, shot).prompt
    drawn = picture_prompt(board, shot, shot.keyframe)
    assert "Welcome" not in drawn.prompt and "Old ravi" in drawn.prompt
    assert {change.kind for change in drawn.changes} & {"camera added"} == set()


def test_the_first_picture_of_each_comes_before_the_second_of_any(tmp_path):
    board = loaded(tmp_path, "prompt: '@meera', place: bazaar, keyframe: {prompt: '@meera'}").board
    assert references_of(in_shot(board, board.shots[0])) == [
        ("cast meera", "meera.png"),
        ("place bazaar", "lane.png"),
        ("cast meera", "side.png"),
    ]


@pytest.mark.parametrize(
    ("shot", "sentence"),
    [
        ("prompt: a, cast: [mera]", "there is no 'mera' in the cast; did you mean 'meera'?"),
        ("prompt: a, cast: bazaar", "bazaar is a place; write place: bazaar"),
        ("prompt: a, place: meera", "meera is one of the cast; write cast: [meera]"),
        ("prompt: a, place: harbour", "there is no 'harbour' in the places; the names here are bazaar"),
        ("prompt: '@mera walks'", "@mera is neither in the cast nor a place; did you mean 'meera'?"),
        ("prompt: a, end: {prompt: '@nobody'}", "@nobody is neither in the cast nor a place; the names"),
        ("prompt: a, cast: ['']", "has the wrong form"),
    ],
)
def test_each_name_that_nobody_has_is_one_sentence(tmp_path, shot, sentence):
    with pytest.raises(InputError) as error:
        loaded(tmp_path, shot)
    assert [sentence in str(fault) for fault in error.value.faults] == [True], str(error.value)


@pytest.mark.parametrize(
    ("cast", "sentence"),
    [
        ("{look: '', references: []}", "nothing is said of meera; give it a look"),
        ("{look: 'like @ravi'}", "a look names nobody else, and @ravi stands in it"),
        ("{references: [none.png]}", "there is no file none.png"),
        ("{references: [broken.png]}", "broken.png"),
        ("{references: [huge.png]}", "is larger than the 178 million pixels that are read; save it smaller"),
        ("{references: [/etc/hostname]}", "hostname"),
        ("{loras: [{file: meera.png}]}", "meera.png is not a .safetensors file"),
        ("{loras: [{file: none.safetensors}]}", "there is no file none.safetensors"),
        ("{face: round}", "the key 'face' is unknown"),
        ("[]", "where keys are needed"),
        (f"{{references: [{', '.join(['meera.png'] * 9)}]}}", "there are more than 8 here; remove some"),
        ("a woman\n  MEERA: another", "MEERA is a name in cast already (meera)"),
    ],
)
def test_each_fault_of_one_of_the_cast_is_one_sentence(tmp_path, cast, sentence):
    with pytest.raises(InputError) as error:
        loaded(tmp_path, "prompt: a boat, cast: meera", f"title: T\ncast:\n  meera: {cast}\n")
    assert [sentence in str(fault) for fault in error.value.faults] == [True], str(error.value)
    assert len(str(error.value)) < 400


@pytest.mark.parametrize("reference", ["print.jpg", "turned.jpg", "clear.png"])
def test_what_a_camera_or_a_designer_brings_is_a_reference(tmp_path, reference):
    head = f"title: T\ncast:\n  meera: {{look: a woman, references: [{reference}]}}\n"
    drawn = "prompt: a, cast: meera, keyframe: {prompt: a, engine: copyist}"
    said = [notice.message for notice in loaded(tmp_path, drawn, head).notices]
    assert not [words for words in said if reference in words or "meera" in words]


def test_a_reference_for_print_is_taken_and_what_has_no_effect_is_said(tmp_path):
    head = "title: T\ncast:\n  meera: {references: [print.jpg]}\n  ravi: a man\n"
    said = [notice.message for notice in loaded(tmp_path, "prompt: a, cast: meera", head).notices]
    assert "the pictures of meera have no effect here: no keyframe is drawn" in said
    assert "no shot names ravi" in said
    drawn = "prompt: a, cast: meera, keyframe: {prompt: a, engine: painter}"
    said = [notice.message for notice in loaded(tmp_path, drawn, head).notices]
    assert "painter draws from words alone: the pictures of meera have no effect here" in said


def test_without_a_cast_a_prompt_may_say_what_it_likes(tmp_path):
    assert loaded(tmp_path, "prompt: the tag @nobody on a wall", "title: T\n").board.shots[0].cast == ()
