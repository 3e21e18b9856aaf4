"""The two storyboards that ship with swav: they load without a fault, and they keep what they promise."""

import csv
import difflib
import itertools
from fractions import Fraction

import pytest
from places import REPOSITORY

from swav.engines import generating
from swav.prompts import Prepared, prepare
from swav.storyboard import Loaded, Storyboard, load
from swav.storyboard.lettering import OverlayStyle
from swav.storyboard.shot import Shot, TransitionType
from swav.times import to_frames

STORYBOARDS = REPOSITORY / "storyboards"
SAMPLES = ("harbour.png", "sea-trial.mp4", "shore.wav")
WORDS_A_SECOND = Fraction(12, 5)
"""A calm reading: the shipped voice is a little faster, so that what fits by this fits when spoken."""
BREATH = Fraction(3, 4)
"""Seconds that an ``auto`` shot goes on after its narration."""


def loaded(name: str, version: str = "") -> Loaded:
    return load(STORYBOARDS / name, samples=SAMPLES, engines=generating(), version=version)


@pytest.fixture(scope="module")
def demo() -> Storyboard:
    return loaded("demo.yaml").board


@pytest.fixture(scope="module")
def show() -> Storyboard:
    return loaded("swav2025.yaml").board


@pytest.fixture(scope="module", params=["demo.yaml", "swav2025.yaml"])
def board(request: pytest.FixtureRequest) -> Storyboard:
    return loaded(request.param).board


@pytest.fixture(scope="module")
def footage_list() -> list[dict[str, str]]:
    with (STORYBOARDS / "swav2025-media.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def speech(shot: Shot) -> Fraction:
    """Seconds that the shot's narration is expected to take."""
    return len(shot.narration.text.split()) / WORDS_A_SECOND


def overlap(shot: Shot) -> Fraction:
    """Seconds that the shot shares with the next one."""
    if shot.transition.type in ("cut", "fade_black"):
        return Fraction(0)
    return Fraction(1, 2) if shot.transition.duration is None else shot.transition.duration


def length(shot: Shot) -> Fraction:
    """Seconds of the shot, its overlaps included."""
    if shot.duration == "auto":
        return shot.narration.start + speech(shot) + BREATH
    if shot.duration is None:
        return shot.footage.end - shot.footage.start
    return shot.duration


def reel_frames(board: Storyboard) -> int:
    """Frames of the whole reel; nothing follows the last shot, so that it overlaps nothing."""
    frames = sum(to_frames(length(shot), board.fps) for shot in board.shots)
    return frames - sum(to_frames(overlap(shot), board.fps) for shot in board.shots[:-1])


def prepared(board: Storyboard, shot: Shot) -> Prepared:
    """The prompt as an engine gets it, and what was done to it."""
    return prepare(
        shot.prompt,
        negative=shot.negative,
        style=board.style.prompt,
        style_negative=board.style.negative,
        camera=shot.camera,
        enabled=shot.prepare,
    )


# --- both ---------------------------------------------------------------------------------------------------


def test_ids_count_up_from_r001(board: Storyboard) -> None:
    assert [shot.id for shot in board.shots] == [f"r{n:03}" for n in range(1, len(board.shots) + 1)]


def test_every_line_of_narration_ends_before_the_next_shot_comes_in(board: Storyboard) -> None:
    late = {
        shot.id: float(shot.narration.start + speech(shot) + overlap(shot) - length(shot))
        for shot in board.shots
        if shot.narration and shot.narration.start + speech(shot) + overlap(shot) > length(shot)
    }
    assert late == {}


def test_lettering_stands_within_its_shot(board: Storyboard) -> None:
    for shot in board.shots:
        for overlay in shot.overlay:
            assert overlay.start < (overlay.end or length(shot)) <= length(shot), (shot.id, overlay.text)


def test_no_two_prompts_are_alike(board: Storyboard) -> None:
    prompts = {shot.id: shot.prompt.split() for shot in board.shots if shot.prompt}
    alike = [
        (first, second)
        for first, second in itertools.combinations(prompts, 2)
        if difflib.SequenceMatcher(None, prompts[first], prompts[second], autojunk=False).ratio() >= 0.8
    ]
    assert alike == []


def test_every_prompt_is_as_long_as_a_video_model_likes(board: Storyboard) -> None:
    for shot in board.shots:
        if shot.prompt:
            assert 35 <= len(shot.prompt.split()) <= 70, shot.id


def test_what_is_shown_is_set_in_proper_quotes_and_dashes(board: Storyboard) -> None:
    shown = [board.title]
    for shot in board.shots:
        shown += [line for overlay in shot.overlay for line in overlay.lines]
        shown += [shot.card.title, shot.card.subtitle] if shot.card else []
        shown += [shot.narration.text] if shot.narration else []
    assert [text for text in shown if "'" in text or '"' in text or "--" in text or " - " in text] == []


def test_no_prompt_asks_for_lettering_but_the_one_that_shows_how_it_is_taken_out(board: Storyboard) -> None:
    wanted = {
        shot.id: lettering
        for shot in board.shots
        if shot.prompt and (lettering := prepared(board, shot).lettering)
    }
    assert wanted == ({"r004": ("Launch Day",)} if len(board.shots) == 8 else {})


def test_prompts_name_camera_and_light_themselves(board: Storyboard) -> None:
    for shot in board.shots:
        if shot.prompt:
            kinds = {change.kind for change in prepared(board, shot).changes}
            assert not kinds & {"camera added", "light added"}, shot.id


# --- the demo -----------------------------------------------------------------------------------------------


def test_demo_has_eight_shots_and_lasts_about_forty_seconds(demo: Storyboard) -> None:
    assert len(demo.shots) == 8
    assert 36 * demo.fps <= reel_frames(demo) <= 45 * demo.fps


def test_demo_shows_every_source_overlay_style_and_transition(demo: Storyboard) -> None:
    assert {shot.source for shot in demo.shots} == {"prompt", "footage", "still", "card"}
    assert {overlay.style for shot in demo.shots for overlay in shot.overlay} == set(OverlayStyle.__args__)
    assert {shot.transition.type for shot in demo.shots[:-1]} == set(TransitionType.__args__)


def test_demo_needs_no_file_that_the_build_does_not_make(demo: Storyboard) -> None:
    files = [real.file for shot in demo.shots if (real := shot.footage or shot.still)]
    files += {shot.ambience.file for shot in demo.shots if shot.ambience}
    assert sorted(files) == [f"sample:{name}" for name in SAMPLES]


def test_demo_moves_the_camera_in_at_least_five_ways(demo: Storyboard) -> None:
    moves = {shot.camera.split()[0] for shot in demo.shots if shot.camera}
    assert moves >= {"push", "pan", "orbit", "crane", "tilt", "pull"}


def test_demo_has_a_hindi_and_a_tamil_title(demo: Storyboard) -> None:
    titles = [
        line
        for shot in demo.shots
        for lettering in [*(overlay.lines for overlay in shot.overlay if overlay.style == "title")]
        for line in lettering
    ]
    assert any("\u0900" <= letter <= "\u097f" for line in titles for letter in line), "Devanagari"
    assert any("\u0b80" <= letter <= "\u0bff" for line in titles for letter in line), "Tamil"


def test_demo_lets_narration_decide_the_length_of_two_shots(demo: Storyboard) -> None:
    assert sum(shot.duration == "auto" for shot in demo.shots) >= 2


def test_demo_opens_on_a_title_and_ends_on_a_credit_card(demo: Storyboard) -> None:
    first, last = demo.shots[0], demo.shots[-1]
    assert "title" in {overlay.style for overlay in first.overlay}
    assert last.source == "card"
    assert "credit" in {overlay.style for overlay in last.overlay}


def test_lettering_of_the_demo_leaves_its_prompt_and_stands_in_an_overlay(demo: Storyboard) -> None:
    shot = demo.shots[3]
    assert "“Launch Day”" in shot.prompt
    assert "Launch Day" not in prepared(demo, shot).prompt
    assert "banner" in prepared(demo, shot).prompt, (
        "the thing that was to carry the lettering stays in the picture"
    )
    assert "launch day" in {line.casefold() for overlay in shot.overlay for line in overlay.lines}


# --- SWAV 2025 ----------------------------------------------------------------------------------------------


def test_show_has_54_shots_of_four_to_six_seconds(show: Storyboard) -> None:
    assert len(show.shots) == 54
    assert all(4 <= length(shot) <= 6 for shot in show.shots)


def test_show_lasts_between_four_and_a_half_and_five_minutes(show: Storyboard) -> None:
    assert 270 * show.fps <= reel_frames(show) <= 300 * show.fps


def test_show_is_narrated_in_about_thirty_shots(show: Storyboard) -> None:
    assert 28 <= sum(shot.narration is not None for shot in show.shots) <= 36


def test_every_company_is_named_in_the_lower_third_of_a_shot_of_its_own(
    show: Storyboard, footage_list: list[dict[str, str]]
) -> None:
    companies = {row["company"] for row in footage_list}
    shots = {shot.id: shot for shot in show.shots}
    named = {
        row["company"]
        for row in footage_list
        for overlay in shots[row["shot"]].overlay
        if overlay.style == "lower_third" and row["company"] == overlay.lines[0]
    }
    assert len(companies) == 16
    assert named == companies


def test_footage_list_is_incomplete_and_every_shot_in_it_can_do_without(
    show: Storyboard, footage_list: list[dict[str, str]]
) -> None:
    prompts = {shot.id for shot in show.shots if shot.prompt}
    promised = [row["file"] for row in footage_list if row["file"]]
    assert list(footage_list[0]) == ["shot", "company", "file", "in", "out", "credit"]
    assert {row["shot"] for row in footage_list} <= prompts
    assert 0 < len(promised) < len(footage_list) / 2
    assert not any((STORYBOARDS / file).exists() for file in promised)


def test_footage_that_arrives_will_be_as_long_as_its_shot(
    show: Storyboard, footage_list: list[dict[str, str]]
) -> None:
    shots = {shot.id: shot for shot in show.shots}
    for row in footage_list:
        if row["out"]:
            assert Fraction(row["out"]) - Fraction(row["in"]) == length(shots[row["shot"]]), row["shot"]


def test_missing_footage_leaves_the_prompts_and_is_told(footage_list: list[dict[str, str]]) -> None:
    reel = loaded("swav2025.yaml")
    assert {shot.source for shot in reel.board.shots} == {"prompt", "card"}
    told = "\n".join(str(notice) for notice in reel.notices)
    assert [row["shot"] for row in footage_list if row["shot"] not in told] == []


@pytest.mark.parametrize("board", ["demo.yaml", "versions.yaml"])
@pytest.mark.parametrize("version", ["hi", "9x16", "hi-9x16", "teaser"])
def test_every_version_of_what_ships_can_be_made(board, version):
    found = loaded(board, version=version)
    upright = found.board.size.height > found.board.size.width
    assert upright == ("9x16" in version)
    assert found.board.voice.language == ("hi" if "hi" in version else "en")
    assert found.delivery is not None
