"""What was edited between two cuts, and why each file is another one: in the words of the plan."""

import copy
import dataclasses
import wave
from pathlib import Path

import pytest
import yaml

from swav.config import Config
from swav.cut.earlier import earlier
from swav.cut.model import Cut
from swav.engines import engines
from swav.keys import take_key
from swav.reel.workflow import Reel, read_reel
from swav.review.changes import NOT_MADE, changes, files_of
from swav.review.edits_of_takes import NEW_WAY, take_edits
from swav.review.reasons import GONE, reasons
from swav.review.wording import several, text_edit

BOARD = {
    "title": "Changes",
    "size": "128x72",
    "fps": 24,
    "engine": "animatic",
    "voice": {"engine": "piper", "language": "en"},
    "music": {"engine": "sampled", "prompt": "calm piano"},
    "shots": [
        {"id": "a", "card": {"title": "First light"}, "duration": 2},
        {
            "id": "b",
            "prompt": "dark water, one lantern moving",
            "narration": "Steel never sleeps.",
            "duration": "auto",
            "overlay": [{"text": "Cochin", "style": "caption", "start": 0.5, "end": 1}],
            "transition": {"type": "fade", "duration": 0.5},
        },
        {"id": "c", "prompt": "a quiet deck, gulls", "duration": 3, "seed": 7, "transition": "cut"},
        {"id": "d", "card": {"title": "The end"}, "duration": 2},
    ],
}


@pytest.fixture
def cut_of(tmp_path, monkeypatch):
    """The cut of a board, and of values of the configuration."""
    monkeypatch.chdir(tmp_path)
    Path("config.yaml").write_text("")
    with wave.open("bell.wav", "wb") as bell:
        bell.setparams((1, 2, 48_000, 0, "NONE", ""))
        bell.writeframes(bytes(9600))

    def make(board: dict, **config: object) -> Cut:
        Path("board.yaml").write_text(yaml.safe_dump(board, sort_keys=False))
        return read_reel(Config.read({"storyboard": "board.yaml", **config})).cut

    return make


def shot(board: dict, shot_id: str) -> dict:
    return next(item for item in board["shots"] if item["id"] == shot_id)


def moved(board: dict, shot_id: str, place: int) -> None:
    item = shot(board, shot_id)
    board["shots"].remove(item)
    board["shots"].insert(place, item)


def put(shot_id: str, **values: object):
    """An edit that lays values over a shot."""
    return lambda board: shot(board, shot_id).update(values)


def music(**values: object):
    return lambda board: board["music"].update(values)


EDITS = {
    "prompt": (
        put("b", prompt="dark water, two lanterns moving"),
        "take b",
        "prompt: one lantern -> two lanterns",
    ),
    "word added": (
        put("c", prompt="a quiet deck, three gulls"),
        "take c",
        "prompt: deck, gulls -> deck, three gulls",
    ),
    "camera": (put("c", camera="slow push in"), "take c", "camera: nothing -> slow push in"),
    "seed": (put("c", seed=5), "take c", "seed 7 -> 5"),
    "card": (put("d", card={"title": "Fin"}), "take d", "title: The end -> Fin"),
    "length": (put("c", duration=4), "take c", "length 3 s -> 4 s"),
    "auto": (put("c", narration="Here they are.", duration="auto"), "take c", "length 3 s -> its line's"),
    "no more auto": (put("b", duration=5), "take b", "length its line's -> 5 s"),
    "fps": (lambda board: board.update(fps=25), "take d", "fps 24 -> 25"),
    "fps, auto": (lambda board: board.update(fps=25), "take b", "fps 24 -> 25"),
    "fps, segment": (lambda board: board.update(fps=25), "segment a", "fps 24 -> 25"),
    "size": (lambda board: board.update(size="160x90"), "take a", "size 128x72 -> 160x90"),
    "size, lettering": (lambda board: board.update(size="160x90"), "lettering b", "size 128x72 -> 160x90"),
    "style": (
        lambda board: board.update(style={"prompt": "35 mm film"}),
        "take c",
        "prompt: light -> light, 35 mm film",
    ),
    "source": (put("c", prompt=None, card={"title": "Deck"}), "take c", "engine animatic -> card"),
    "line": (put("b", narration="Steel rarely sleeps."), "line b", "line: never -> rarely"),
    "line of an auto shot": (put("b", narration="Steel rarely sleeps."), "take b", "line: never -> rarely"),
    "speed": (lambda board: board["voice"].update(speed=0.8), "line b", "speed 1 -> 0.8"),
    "lexicon": (
        lambda board: board["voice"].update(lexicon={"Steel": "steal"}),
        "line b",
        "how words are said changed",
    ),
    "line begins": (
        put("b", narration={"text": "Steel never sleeps.", "start": 1}),
        "subtitles",
        "b: its line begins at 0.25 s -> 1 s",
    ),
    "lettering": (
        put("b", overlay=[{"text": "Kochi", "style": "caption", "start": 0.5, "end": 1}]),
        "lettering b",
        "lettering: Cochin -> Kochi",
    ),
    "lettering shown": (
        put("b", overlay=[{"text": "Cochin", "style": "caption", "start": 0.5, "end": 1.5}]),
        "segment b",
        "lettering shown 0.5 s to 1 s -> 0.5 s to 1.5 s",
    ),
    "lettering added": (
        put("c", overlay=[{"text": "Aft deck", "style": "caption"}]),
        "segment c",
        "lettering added: Aft deck",
    ),
    "lettering removed": (put("b", overlay=[]), "segment b", "lettering removed: Cochin"),
    "transition": (
        put("a", transition={"type": "fade", "duration": 0.5}),
        "segment a",
        "transition cut -> fade 0.5 s",
    ),
    "transition before an auto shot": (
        put("a", transition={"type": "fade", "duration": 0.5}),
        "segment b",
        "transition cut -> fade 0.5 s",
    ),
    "transition, same length": (
        put("b", transition={"type": "slide", "duration": 0.5}),
        "transition b",
        "transition fade 0.5 s -> slide 0.5 s",
    ),
    "sound": (
        put("c", sound=[{"file": "bell.wav"}]),
        "stems",
        "c: sound bell.wav added",
    ),
    "mood": (music(prompt="calm harp"), "music", "music: piano -> harp"),
    "player": (music(engine="none"), "stems", "music sampled -> none"),
    "level": (music(level=-15), "stems", "music level -20 -> -15"),
    "order": (lambda board: moved(board, "c", 1), "music", "order: b c -> c b"),
    "order, segment": (lambda board: moved(board, "c", 1), "segment d", "it follows b now"),
    "order, transition": (lambda board: moved(board, "c", 1), "transition b", "d follows now"),
    "cut away": (lambda board: board["shots"].pop(2), "music", "c is gone"),
    "new": (
        lambda board: board["shots"].insert(3, {"id": "e", "prompt": "fog", "duration": 1}),
        "take e",
        "new",
    ),
    "renamed": (lambda board: shot(board, "c").update(id="gulls"), "take gulls", "renamed from c"),
    "title": (lambda board: board.update(title="Changed"), "reel", "title Changes -> Changed"),
}


def named(kind: str, file) -> bool:
    return f"{file.kind} {file.shot}".strip() == kind


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_the_reason_of_all_that_it_makes_anew(cut_of, name):
    edited, kind, reason = EDITS[name]
    board = copy.deepcopy(BOARD)
    edited(board)
    before, after = cut_of(BOARD), cut_of(board)
    found = changes(before, after)
    said = next(reasons for file, reasons in found.made if named(kind, file))
    assert said == (reason,)
    assert [file.path for file, why in found.made if NEW_WAY in why] == [], "a file without a reason"
    assert {file.path for file, _ in found.made} | {file.path for file in found.stays} == {
        file.path for file in files_of(after)
    }
    assert found.edits or name == "title", "an edit is one of the list of edits"
    assert len(found.edits) <= 2, found.edits


TAKES = {
    "pinned": ({}, {"take": 2}, ["take 2 is pinned"]),
    "another is pinned": ({"take": 1}, {"take": 2}, ["take 2 is pinned"]),
    "no more pinned": ({"take": 2}, {}, ["no take is pinned any more"]),
    "more takes": ({"takes": 2}, {"takes": 3}, ["takes 2 -> 3"]),
    "fallback": ({"takes": 2}, {"takes": 2, "on_fail": "fallback"}, ["fallback none -> animatic"]),
    "steps": ({}, {"steps": 20}, ["steps none -> 20"]),
    "guidance and seed": ({}, {"guidance": 5, "seed": 8}, ["seed 7 -> 8", "guidance none -> 5"]),
    "pin of the same take": ({"seed": 8}, {"seed": 7, "take": 2}, None),
    "what decides no picture": ({}, {"on_fail": "warn"}, None),
}


@pytest.mark.parametrize("name", TAKES)
def test_why_another_take_is_wanted_of_an_engine_that_makes_several(cut_of, name):
    first, second, reasons = TAKES[name]
    boards = [copy.deepcopy(BOARD), copy.deepcopy(BOARD)]
    for board, values in zip(boards, (first, second), strict=True):
        shot(board, "c").update(values)
    found = changes(*(cut_of(board, engine="wan2.2") for board in boards))
    said = next((list(why) for file, why in found.made if named("take c", file)), None)
    assert said == reasons


def test_frames_of_another_rate_are_no_other_length_and_may_be_the_same_take(cut_of):
    board = copy.deepcopy(BOARD)
    board["fps"] = 25
    found = changes(cut_of(BOARD, engine="wan2.2"), cut_of(board, engine="wan2.2"))
    made = {(file.kind, file.shot): why for file, why in found.made}
    assert ("take", "c") not in made, "Wan's takes have a rate of their own"
    assert made["segment", "c"] == ("fps 24 -> 25",)
    assert [item.words for item in found.edits] == ["fps 24 -> 25"]


def test_other_limits_judge_again_and_make_nothing_else(cut_of):
    found = changes(cut_of(BOARD), cut_of(BOARD, quality={"black": [0.2, 0.4]}))
    assert {file.kind for file, _ in found.made} == {"verdict", "admission"}
    assert all("limit black" in why[0] for _, why in found.made)


def test_without_an_earlier_film_nothing_is_called_new(cut_of):
    found = changes(None, cut_of(BOARD))
    assert {why for _, why in found.made} == {(NOT_MADE,)} and not found.edits and not found.stays


def test_every_field_of_a_request_that_a_take_depends_on_is_named(cut_of):
    """Whatever is added to a request in time is a reason by itself."""
    before = cut_of(BOARD, engine="wan2.2").shot("c")
    for name, value in (
        ("seed", 99),
        ("steps", 3),
        ("guidance", 2.0),
        ("prompt", "x y"),
        ("negative", "x y"),
    ):
        request = dataclasses.replace(before.request, **{name: value})
        key = take_key(engines()["wan2.2"].recipe(request, before.model))
        said = take_edits(before, dataclasses.replace(before, request=request, key=key))
        assert len(said) == 1 and said[0].startswith(name)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("water, one lantern moving", "water, two lanterns moving", "one lantern -> two lanterns"),
        ("deck, gulls", "deck, three gulls", "deck, gulls -> deck, three gulls"),
        ("a b", "a", "a b -> a"),
        ("", "fog", "nothing -> fog"),
        ("海の声", "海の歌", "声 -> 歌"),
        ("a  b", "a b", "only its spaces"),
        (" ".join("abcdefghijklmnop"), "x", "a b c d e f g h i j k l ... -> x"),
    ],
)
def test_an_edited_text_is_said_by_the_words_that_differ(before, after, said):
    assert text_edit(before, after) == said


def test_many_reasons_are_some_and_a_count():
    assert several(["a", "b", "a"]) == "a; b"
    assert several(list("abcd")) == "a; b; c; 1 more edit"


def test_every_file_that_a_dry_run_would_make_has_its_reason(tmp_path, cut_of):
    """Files are laid out by hand: what counts is which are there, and which film was delivered before."""
    board = copy.deepcopy(BOARD)
    cut = cut_of(board)
    fresh = reasons(Reel(config=Config(), loaded=None, cut=cut, claim=None))
    assert set(fresh.values()) == {NOT_MADE} and {cut.reel, "final.mp4"} < set(fresh)
    for file in [file.path for file in files_of(cut)] + ["final.mp4"]:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_text("made")
    cut.save()
    Path("build/delivered.json").write_text(Path(cut.path).read_text())
    assert reasons(Reel(config=Config(), loaded=None, cut=cut, claim=None)) == {}
    Path(cut.shot("d").clip).unlink()
    assert reasons(Reel(config=Config(), loaded=None, cut=cut, claim=None)) == {cut.shot("d").clip: GONE}
    put("b", narration="Steel rarely sleeps.")(board)
    edited = cut_of(board)
    said = reasons(Reel(config=Config(), loaded=None, cut=edited, claim=None, stale=True))
    assert said[edited.shot("b").narration.path] == "line: never -> rarely"
    assert said["final.mp4"] == said[edited.reel] == "b: line: never -> rarely"
    assert edited.shot("a").clip not in said and said[edited.shot("d").clip] == GONE


def test_another_film_that_was_delivered_meanwhile_is_not_compared_with(cut_of):
    cut = cut_of(BOARD)
    cut.save()
    Path("build/reels").mkdir()
    Path(cut.reel).write_text("made")
    other = copy.deepcopy(BOARD)
    other["title"] = "Another film"
    Path("other.yaml").write_text(yaml.safe_dump(other))
    there = cut_of(other, storyboard="other.yaml")
    there.save()
    Path("build/delivered.json").write_text(Path(there.path).read_text())
    board = copy.deepcopy(BOARD)
    put("c", seed=8)(board)
    assert earlier(cut_of(board)).key == cut.key
    assert earlier(there).key == there.key
