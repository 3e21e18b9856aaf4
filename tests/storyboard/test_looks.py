"""Early looks that a storyboard asks for and cannot have are said, with the reason and where that stands."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from swav.engines import abilities, generating
from swav.storyboard import load

CASES = {
    "takes that stop at a step": ({"takes": 4, "look_at": 13}, {}, None),
    "switched off in the shot": ({"takes": 4, "look_at": 40, "steps": 40}, {"look_at": 0}, None),
    "a single take": ({}, {"look_at": 13}, "look_at has no effect on a single take; write takes: 4"),
    "a card": (
        {},
        {"card": {"title": "T"}, "look_at": 13},
        "look_at has no effect here: only prompts are reshot",
    ),
    "few steps": (
        {"takes": 4, "look_at": 13, "steps": 8},
        {},
        "takes of a1 are made whole at once: step 13 is not before the last of 8",
    ),
    "few steps in the shot": (
        {"takes": 4, "look_at": 13},
        {"steps": 13},
        "takes of a1 are made whole at once: step 13 is not before the last of 13",
    ),
    "the animatic, which draws them": ({"takes": 4, "look_at": 13, "engine": "animatic"}, {}, None),
}


@pytest.mark.parametrize(("film", "shot", "said"), CASES.values(), ids=CASES)
def test_a_look_that_cannot_be_is_said(tmp_path: Path, film, shot, said) -> None:
    file = tmp_path / "reel.yaml"
    one = {"id": "a1", "duration": 4, **({} if "card" in shot else {"prompt": "a quiet sea"}), **shot}
    file.write_text(yaml.safe_dump({"title": "T", "engine": "wan2.2", **film, "shots": [one]}))
    found = load(file, samples={}, engines=generating(), abilities=abilities())
    notices = [notice for notice in found.notices if "look_at" in notice.field]
    assert [notice.message for notice in notices] == ([said] if said else [])


def test_an_engine_that_makes_takes_whole_is_named(tmp_path: Path) -> None:
    file = tmp_path / "reel.yaml"
    board = {
        "title": "T",
        "takes": 4,
        "look_at": 13,
        "shots": [{"id": "a1", "prompt": "a sea", "duration": 4}],
    }
    file.write_text(yaml.safe_dump(board))
    none = replace(abilities(), looks=["svd"])
    (notice,) = load(file, samples={}, engines=generating(), abilities=none).notices
    assert notice.message == "takes of a1 are made whole at once: wan2.2 cannot stop at a step"
