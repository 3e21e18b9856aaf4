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
    "language": {"language": "mr"},
}

COVERED = {
    "animatic": {"shot", "size", "rate", "length", "seed", "prompt", "camera", "wanted"},
    "card": {"size", "rate", "length", "seed", "title", "subtitle", "language"},
    "still": {"size", "rate", "length", "camera", "source content"},
    "footage": {"size", "rate", "length", "source content", "source in"},
}


@pytest.mark.parametrize("engine", COVERED)
@pytest.mark.parametrize("edit", EDITS)
def test_a_take_is_stale_exactly_when_its_picture_changes(engine, edit):
    recipe = engines()[engine].recipe
    before, after = (keys.take_key(recipe(request(**changes), "")) for changes in ({}, EDITS[edit]))
    assert (before != after) == (edit in COVERED[engine])


def different(key, fields: dict, edits: dict) -> bool:
    """Whether each edit alone gives another key than all the others."""
    return len({key(**fields), *(key(**fields | {name: other}) for name, other in edits.items())}) == 1 + len(
        edits
    )


def test_the_words_around_a_line_do_not_speak_it_again():
    said = {"text": "Hello.", "language": "en", "speed": 1.0, "lexicon": {}, "voice": ["piper", "joe", 1]}
    edits = {
        "text": "Hello!",
        "language": "hi",
        "speed": 1.1,
        "lexicon": {"Hello": "Hullo"},
        "voice": ["piper", "joe", 2],
    }
    assert different(keys.narration_key, said, edits)
    assert keys.narration_key(**said) == keys.narration_key(**said)


def test_a_choice_among_takes_follows_the_takes_the_limits_and_what_stands_in():
    choice = {"takes": ["a", "b"], "limits": {"black": [0, 0.1]}, "fallback": ""}
    edits = {"takes": ["b", "a"], "limits": {"black": "off"}, "fallback": "c"}
    assert different(keys.choice_key, choice, edits)


def test_a_verdict_follows_what_is_judged_and_by_what():
    verdict = {"shot": "s", "takes": ["a"], "limits": {"black": [0, 0.1]}, "readers": "gates 1"}
    edits = {"shot": "t", "takes": ["a", "b"], "limits": {}, "readers": "gates 2"}
    assert different(keys.verdict_key, verdict, edits)
    admission = {"reel": "r", "verdicts": [["a", "v", "stop", False]], "limits": {}}
    edits = {"reel": "q", "verdicts": [["a", "v", "warn", False]], "limits": {"speech": {"words": "off"}}}
    assert different(keys.admission_key, admission, edits)


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
    stems = {"lines": [[0, "n1", 6]], "bed": "m", "level": -20.0, "effects": [], "clock": clock}
    edits = {
        "lines": [[0, "n1", 7]],
        "bed": "",
        "level": -18.0,
        "effects": [[0, "surf", 0, RATE, None, -12.0, False]],
        "clock": [],
    }
    assert different(keys.stems_key, stems, edits)
    mix = {"stems": "s", "loudness": -16.0, "true_peak": -1.0, "audio_bitrate": 256_000}
    edits = {"stems": "t", "loudness": -23.0, "true_peak": -2.0, "audio_bitrate": 192_000}
    assert different(keys.mix_key, mix, edits)
    bed = {"player": ["sampled"], "moods": [[RATE, "calm"]], "seed": 1, "clock": clock}
    edits = {"player": ["musicgen", 1, "m"], "moods": [[RATE, "fast"]], "seed": 2, "clock": []}
    assert different(keys.music_key, bed, edits)


def test_subtitles_follow_the_lines_and_when_their_words_were_heard():
    captions = {"lines": [["k", "Hello"]], "heard": "h", "language": "en", "clock": []}
    edits = {"lines": [["k", "Hullo"]], "heard": "i", "language": "hi", "clock": [1]}
    assert different(keys.captions_key, captions, edits)
    heard = {"lines": [["k", "Hello"]], "language": "en", "recogniser": 1}
    assert different(keys.heard_key, heard, {"lines": [["l", "Hello"]], "language": "hi", "recogniser": 2})


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
