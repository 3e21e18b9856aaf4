"""What a content key covers, field by field: each edit changes exactly the keys that it should."""

from fractions import Fraction

import pytest

from swav import keys
from swav.engines import Request, Source, engines
from swav.keys import Length

RATE = Fraction(24)


def request(**changes):
    plain = {
        "shot": "r001",
        "width": 640,
        "height": 360,
        "rate": RATE,
        "length": Length(frames=96),
        "seed": 1,
        "prompt": "a harbour at dawn",
        "negative": "text",
        "camera": "push",
        "wanted": "wan2.2",
        "source": Source("media/a.mp4", "digest-a", Fraction(1), None),
        "title": "Title",
        "subtitle": "Subtitle",
    }
    return Request(**plain | changes)


EDITS = {
    "shot": {"shot": "r002"},
    "size": {"width": 1280},
    "rate": {"rate": Fraction(25)},
    "length": {"length": Length(frames=97)},
    "seed": {"seed": 2},
    "prompt": {"prompt": "a harbour at dusk"},
    "negative": {"negative": "text, blur"},
    "camera": {"camera": "pull"},
    "steps": {"steps": 20},
    "guidance": {"guidance": 3.0},
    "wanted": {"wanted": "other"},
    "source content": {"source": Source("media/a.mp4", "digest-b", Fraction(1), None)},
    "source path": {"source": Source("elsewhere/a.mp4", "digest-a", Fraction(1), None)},
    "source in": {"source": Source("media/a.mp4", "digest-a", Fraction(2), None)},
    "title": {"title": "Another"},
    "subtitle": {"subtitle": "Another"},
}

COVERED = {
    "animatic": {"shot", "size", "rate", "length", "seed", "prompt", "camera", "wanted"},
    "card": {"size", "rate", "length", "seed", "title", "subtitle"},
    "still": {"size", "rate", "length", "camera", "source content"},
    "footage": {"size", "rate", "length", "source content", "source in"},
}


@pytest.mark.parametrize("engine", COVERED)
@pytest.mark.parametrize("edit", EDITS)
def test_a_take_is_stale_exactly_when_its_picture_changes(engine, edit):
    recipe = engines()[engine].recipe
    before, after = (keys.take_key(recipe(request(**changes), "")) for changes in ({}, EDITS[edit]))
    assert (before != after) == (edit in COVERED[engine])


def test_the_words_around_a_line_do_not_speak_it_again():
    said = {
        "text": "Hello.",
        "engine": "piper",
        "language": "en",
        "speaker": None,
        "speed": 1.0,
        "voice": [1],
    }
    first = keys.narration_key(**said)
    for field, other in {
        "text": "Hello!",
        "engine": "espeak",
        "language": "hi",
        "speaker": "x",
        "speed": 1.1,
    }.items():
        assert keys.narration_key(**said | {field: other}) != first
    assert keys.narration_key(**said) == first


def picture(**changes):
    lettering = [{"key": "k1", "start": 0, "end": None}]
    return keys.shot_picture(**{"take": "t1", "length": Length(frames=96), "lettering": lettering} | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"take": "t2"},
        {"length": Length(frames=95)},
        {"length": Length(narration="n1", least=1)},
        {"lettering": []},
        {"lettering": [{"key": "k1", "start": 1, "end": None}]},
        {"lettering": [{"key": "k2", "start": 0, "end": None}]},
    ],
)
def test_a_segment_and_both_transitions_follow_their_picture(changes):
    form = {"width": 640, "rate": RATE}
    before, after = picture(), picture(**changes)
    assert keys.segment_key(before, head=0, tail=0, format=form) != keys.segment_key(
        after, head=0, tail=0, format=form
    )
    passing = {"kind": "fade", "tail": 12, "head": 12, "format": form}
    other = picture(take="other")
    assert keys.transition_key(before, other, **passing) != keys.transition_key(after, other, **passing)
    assert keys.transition_key(other, before, **passing) != keys.transition_key(other, after, **passing)


def test_a_transition_changes_only_the_pieces_that_it_touches():
    form = {"width": 640, "rate": RATE}
    plain = keys.segment_key(picture(), head=0, tail=0, format=form)
    assert keys.segment_key(picture(), head=12, tail=0, format=form) != plain
    assert keys.segment_key(picture(), head=0, tail=12, format=form) != plain
    fade = keys.transition_key(picture(), picture(take="b"), kind="fade", tail=12, head=12, format=form)
    wipe = keys.transition_key(picture(), picture(take="b"), kind="wipe", tail=12, head=12, format=form)
    assert fade != wipe


def test_a_length_that_follows_its_line_is_decided_by_the_line():
    follows = Length(narration="n1", lead=Fraction(1, 4), breath=Fraction(3, 4), least=13)
    assert not follows.known and Length(frames=5).known
    assert keys.digest(follows.plain()) != keys.digest(Length(narration="n2", least=13).plain())


def test_the_sound_follows_the_clock_and_the_lines():
    clock = [[{"frames": 96}, 0], RATE]
    mix = {
        "lines": [[0, "n1", 6]],
        "bed": "m",
        "level": -20.0,
        "loudness": -16.0,
        "true_peak": -1.0,
        "audio_bitrate": 256_000,
        "clock": clock,
    }
    first = keys.mix_key(**mix)
    edits = {
        "lines": [[0, "n1", 7]],
        "bed": "",
        "level": -18.0,
        "loudness": -23.0,
        "true_peak": -2.0,
        "audio_bitrate": 192_000,
        "clock": [],
    }
    assert len({first, *(keys.mix_key(**mix | {field: other}) for field, other in edits.items())}) == 8
    bed = {"engine": "sampled", "prompt": "calm", "seed": 1, "clock": clock}
    edits = {"engine": "other", "prompt": "fast", "seed": 2, "clock": []}
    assert len({keys.music_key(**bed), *(keys.music_key(**bed | {f: o}) for f, o in edits.items())}) == 5


def test_the_reel_follows_every_piece_in_order():
    reel = {
        "pieces": ["a", "b"],
        "sound": "s",
        "captions": "c",
        "metadata": {"title": "T"},
        "audio_bitrate": 1,
    }
    edits = {
        "pieces": ["b", "a"],
        "sound": "s2",
        "captions": "",
        "metadata": {"title": "U"},
        "audio_bitrate": 2,
    }
    assert len({keys.reel_key(**reel), *(keys.reel_key(**reel | {f: o}) for f, o in edits.items())}) == 6


def test_canonical_json_ignores_the_order_of_keys_and_refuses_objects():
    assert keys.digest({"a": 1, "b": Fraction(1, 3)}) == keys.digest({"b": Fraction(2, 6), "a": 1})
    assert keys.canonical({"é": "ü"}) == '{"é":"ü"}'
    with pytest.raises(TypeError):
        keys.digest({"a": object()})
    with pytest.raises(ValueError):
        keys.digest({"a": float("nan")})
