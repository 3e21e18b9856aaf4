"""The labelled set is what it says, and on a slice of it the gates hold what docs/quality.md promises."""

import sys
from collections import Counter
from pathlib import Path

import av
import numpy as np
import pytest
from labelled import HALVES, takes
from places import REPOSITORY

from swav.media.probe import probe
from swav.quality.verdict import PICTURE

sys.path.insert(0, str(REPOSITORY / "benchmarks"))
from gates import PAGE, SEEN, defaults_table, outcome

HARD = (
    "night sea", "product", "lightning", "hull number", "window grid", "whip pan", "panel control room",
)  # fmt: skip
"""Clean clips of the slice, from the half that no limit was tuned on."""
OF_EACH_FAULT = 2


def _slice() -> list[int]:
    """Numbers of the clips that are judged here: of each fault that the production saw, some strengths."""
    held_out = [(number, take) for number, take in enumerate(takes()) if take.half == HALVES[1]]
    numbers = [number for number, take in held_out if take.name in HARD and not take.fault]
    for fault in SEEN:
        clips = [number for number, take in held_out if take.fault == fault]
        # Not a divisor, so that each of them has another strength.
        numbers += clips[1 :: len(clips) // OF_EACH_FAULT + 1][:OF_EACH_FAULT]
    return numbers


@pytest.fixture(scope="module")
def outcomes():
    every = takes()
    return [outcome(number, without=_unread(every[number].fault)) for number in _slice()]


def _unread(fault: str) -> tuple[str, ...]:
    """Reading is half of what judging takes; a clip of another fault is asked for that fault alone."""
    return () if fault in ("", "lettering") else ("lettering",)


@pytest.mark.slow
@pytest.mark.parametrize("fault", SEEN)
def test_gates_find_the_faults_that_the_production_saw(outcomes, fault):
    clips = [found for found in outcomes if found.fault == fault]
    assert len(clips) == OF_EACH_FAULT
    assert not [(found.name, found.values[fault]) for found in clips if fault not in found.failed]


@pytest.mark.slow
def test_gates_raise_no_alarm_on_clean_clips(outcomes):
    clean = [found for found in outcomes if not found.fault]
    assert len(clean) == len(HARD)
    alarms = [(found.name, gate, found.values[gate]) for found in clean for gate in found.failed]
    assert alarms == []


def test_the_set_is_large_enough_and_in_two_equal_halves():
    every = takes()
    by_half = {half: Counter(take.fault for take in every if take.half == half) for half in HALVES}
    assert by_half[HALVES[0]] == by_half[HALVES[1]]
    sizes = Counter(take.fault for take in every)
    assert sizes.pop("") >= 40
    assert set(sizes) == set(PICTURE) - {"adherence"}
    assert min(sizes.values()) >= 12
    for fault in sizes:
        assert len({take.strength for take in every if take.fault == fault}) >= 2


def test_halves_show_different_pictures(tmp_path):
    first, second = ([take for take in takes() if take.half == half] for half in HALVES)
    assert [take.name for take in first if not take.fault] == [take.name for take in second if not take.fault]
    assert len({take.name for take in first}) == len(first)
    written = []
    for take in (first[0], second[0]):
        take.write(tmp_path / "take.mp4")
        written.append((tmp_path / "take.mp4").read_bytes())
    assert written[0] != written[1]


def decoded(clip: Path) -> np.ndarray:
    """Its frames in grey, float32 (frames, height, width)."""
    with av.open(str(clip)) as container:
        return np.stack([frame.to_ndarray(format="gray") for frame in container.decode(0)]).astype(np.float32)


@pytest.mark.parametrize("name", ["city", "panel control room", "product"])
def test_clips_are_what_their_takes_expect_and_come_out_the_same_again(name, tmp_path):
    take = next(take for take in takes(scale=0.5) if take.name == name)
    for clip in (tmp_path / "first.mp4", tmp_path / "again.mp4"):
        take.write(clip)
    seen, expected = probe(tmp_path / "first.mp4"), take.expected
    assert (seen.width, seen.height, seen.rate, seen.frames) == (
        expected.width, expected.height, expected.rate, expected.frames,
    )  # fmt: skip
    first, again = (decoded(tmp_path / name) for name in ("first.mp4", "again.mp4"))
    assert np.abs(first - again).mean() < 0.5, "the encoder may choose other bytes, not another picture"
    assert take.expected.moves == (name == "city")


def test_the_page_names_the_limits_that_hold():
    page = PAGE.read_text(encoding="utf-8")
    assert defaults_table() in page, "limits have changed: run python benchmarks/gates.py --defaults"
    assert all(f"| `{gate}` |" in page.partition("## Limits")[0] for gate in PICTURE)
