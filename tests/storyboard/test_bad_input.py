"""Bad input is answered with one clear sentence per fault, all at once, and leaves every file as it was.

The tables are in tests/data/bad: what is written, and what is said about it, word for word.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from places import DATA

from swav.config import Config
from swav.errors import InputError
from swav.storyboard import load

TABLES = DATA / "bad"
ONE_SHOT = "title: T\nshots:\n- id: a1\n  prompt: a quiet sea\n"
TWO_SHOTS = (
    "title: T\nmedia: media.csv\nshots:\n- {id: a1, prompt: a quiet sea}\n- {id: a2, prompt: a loud sea}\n"
)
SAMPLES, ENGINES = ("pier",), ("wan2.2", "animatic")


def table(name: str) -> list[Any]:
    """The cases of one table, as parameters that are named like the mistake."""
    cases = yaml.safe_load((TABLES / f"{name}.yaml").read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["name"]) for case in cases]


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below a folder, with its bytes and its time of change."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def refused(folder: Path, file: Path, act: Callable[[], Any]) -> str:
    """What is said of ``file`` when ``act`` refuses it, a line a fault, having changed nothing."""
    before = contents(folder)
    with pytest.raises(InputError) as refusal:
        act()
    assert contents(folder) == before
    return "".join(f"{fault}\n".removeprefix(f"{file}:") for fault in refusal.value.faults)


def refused_storyboard(folder: Path, text: str | bytes) -> str:
    reel = folder / "reel.yaml"
    reel.write_bytes(text if isinstance(text, bytes) else text.encode())
    return refused(folder, reel, lambda: load(reel, samples=SAMPLES, engines=ENGINES))


@pytest.mark.parametrize("case", table("shots"))
def test_a_shot(case: dict[str, str], tmp_path: Path) -> None:
    adds = "".join(f"  {line}\n" for line in case["adds"].splitlines())
    assert refused_storyboard(tmp_path, ONE_SHOT + adds) == case["says"]


@pytest.mark.parametrize("case", table("storyboards"))
def test_a_storyboard(case: dict[str, str], tmp_path: Path) -> None:
    assert refused_storyboard(tmp_path, case["text"]) == case["says"]


@pytest.mark.parametrize("case", table("footage-lists"))
def test_a_footage_list(case: dict[str, str], tmp_path: Path) -> None:
    reel, media = tmp_path / "reel.yaml", tmp_path / "media.csv"
    reel.write_text(TWO_SHOTS)
    media.write_text(case["text"])
    (tmp_path / "sea.mov").touch()
    assert refused(tmp_path, media, lambda: load(reel, samples=SAMPLES, engines=ENGINES)) == case["says"]


@pytest.mark.parametrize("case", table("configs"))
def test_a_configuration(case: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(case["text"])
    values = yaml.safe_load(case["text"])
    values = values if isinstance(values, dict) else {}
    if "command" in case:
        key, _, value = case["command"].partition("=")
        values[key] = yaml.safe_load(value)
    assert refused(tmp_path, file, lambda: Config.read(values, file)) == case["says"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"title: Caf\xe9\n", "1:11: file: the byte 0xE9 is not UTF-8 text; save the file again as UTF-8\n"),
        ("title: T\n".encode("utf-16"), "1:1: file: is saved as UTF-16; save it again as UTF-8\n"),
        (
            f"{ONE_SHOT}  camera: {'x' * 5001}\n".encode(),
            "5:11: shots[0] (a1).camera: the text is longer than 5,000 characters; shorten it\n",
        ),
    ],
    ids=["Latin-1", "UTF-16", "5,001 characters"],
)
def test_bytes_that_no_table_can_hold(text: bytes, says: str, tmp_path: Path) -> None:
    assert refused_storyboard(tmp_path, text) == says


DEEP = {
    "33 brackets": "title: " + "[" * 33,
    "100,000 brackets": "title: " + "[" * 100_000,
    "2,000 closed brackets": "title: " + "[" * 2000 + "]" * 2000,
    "1,500 braces": "title: " + "{a: " * 1500,
    "3,000 lists in a line": "- " * 3000 + "a",
    "1,500 indented keys": "\n".join(" " * level + "a:" for level in range(1500)),
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_deep_nesting_is_one_sentence_whichever_parser_notices_it(text: str, tmp_path: Path) -> None:
    said = refused_storyboard(tmp_path, text.encode())
    assert re.fullmatch(
        r"\d+:\d+: file: more than 32 levels lie inside each other; close the brackets\n", said
    )


def test_a_storyboard_that_is_not_there(tmp_path: Path) -> None:
    reel = tmp_path / "reel.yaml"
    says = "1:1: file: is not there; check the name and the folder\n"
    assert refused(tmp_path, reel, lambda: load(reel)) == says


def test_a_storyboard_that_is_a_folder(tmp_path: Path) -> None:
    says = "1:1: file: is a folder; name a file in it\n"
    assert refused(tmp_path, tmp_path, lambda: load(tmp_path)) == says


def test_faults_of_the_storyboard_and_of_its_list_come_together(tmp_path: Path) -> None:
    reel, media = tmp_path / "reel.yaml", tmp_path / "media.csv"
    reel.write_text(f"{TWO_SHOTS}colour: teal\n")
    media.write_text("shot,file\n,sea.mov\n")
    with pytest.raises(InputError) as refusal:
        load(reel)
    assert [fault.file for fault in refusal.value.faults] == [str(media), str(reel)]


def test_the_tables_hold_many_mistakes() -> None:
    names = [case.id for name in ("shots", "storyboards", "footage-lists", "configs") for case in table(name)]
    assert len(names) >= 100
    assert len(table("shots")) + len(table("storyboards")) >= 50
