"""What was edited of what is heard between two cuts: lines, effects, music, levels. Pure."""

from pathlib import Path

from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.sounds import Effect, Narration, Sound
from swav.review.wording import differing, edit, number, rates_of, unmatched

_LINE_FILES = {
    "model": "other weights of the voice",
    "reference_content": "the voice to clone was recorded anew",
}
"""Fields of a line that hold digests, which nobody reads."""


def line_edits(before: Narration | None, after: Narration | None) -> list[str]:
    """Why a line is spoken anew."""
    if before is None or after is None:
        return [] if before is after else ["a new line" if after else "its line is gone"]
    if before.key == after.key:
        return []
    names = {
        "text": "line",
        "engine": "voice",
        "lexicon": "how words are said",
        "reference": "voice to clone",
    }
    found = []
    for name in differing(before, after, but=("start", "key", "path")):
        old, new = getattr(before, name), getattr(after, name)
        words = names.get(name, name)
        if after.recorded and name.startswith("reference"):
            found.append(f"its recording is {Path(after.reference).name}, as it is now")
            continue
        if name in _LINE_FILES:
            found.append(_LINE_FILES[name])
            continue
        found.append(f"{words} changed" if isinstance(new, dict) else edit(words, old, new))
    return found or ["its line: another voice, or a newer way of speaking"]


def line_start_edits(before: CutShot, after: CutShot) -> list[str]:
    """That a line begins earlier or later in its shot."""
    old, new, rates = before.narration, after.narration, rates_of(before, after)
    if old is None or new is None or rates.same(old.start, new.start):
        return []
    return [f"its line begins at {rates.said(old.start, new.start)}"]


def effect_edits(before: tuple[Effect, ...], after: tuple[Effect, ...]) -> list[str]:
    """What changed of the sounds under a shot."""
    old, new = unmatched(before, after)
    found = [
        f"sound {second.file}: {', '.join(_sound(first, second))}"
        for first, second in zip(old, new, strict=False)
    ]
    found += [f"sound {item.file} added" for item in new[len(old) :]]
    return found + [f"sound {item.file} removed" for item in old[len(new) :]]


def _sound(before: Effect, after: Effect) -> list[str]:
    names = differing(before, after, but=("content",))
    found = [edit(name, getattr(before, name), getattr(after, name)) for name in names]
    return found or ["the file was changed"]


def music_edits(before: Cut, after: Cut) -> list[str]:
    """What changed of the music bed itself: who plays, and the moods."""
    old, new = before.sound, after.sound
    found = []
    if old.music_engine != new.music_engine:
        found.append(edit("music", old.music_engine, new.music_engine))
    elif old.moods != new.moods:
        found += _moods(before, after)
    elif old.stretches != new.stretches:
        found += _recordings(old, new)
    if old.music_engine == new.music_engine and old.music_model != new.music_model:
        found.append("music: other weights")
    if old.seed != new.seed and new.beds:
        found.append(edit("the film's seed", old.seed, new.seed))
    return found


def _moods(before: Cut, after: Cut) -> list[str]:
    old, new = before.sound.moods, after.sound.moods
    if len(old) != len(new):
        return [f"music: {len(old)} -> {len(new)} moods"]
    found = []
    for first, second in zip(old, new, strict=True):
        if first.prompt != second.prompt:
            found.append(edit("music", first.prompt, second.prompt))
        if first.start != second.start:
            found.append(f"music: a mood begins at {number(first.start)} s -> {number(second.start)} s")
    return found


def _recordings(old: Sound, new: Sound) -> list[str]:
    """What changed of music from files that is heard from the same seconds on."""
    found = []
    for first, second in zip(old.stretches, new.stretches, strict=False):
        if first.recording and second.recording and first.recording != second.recording:
            names = differing(first.recording, second.recording, but=("file",))
            said = ", ".join("another recording" if name == "content" else name for name in names)
            found.append(f"music file {Path(second.recording.file).name}: {said}")
    return found


def fade_edits(before: Cut, after: Cut) -> list[str]:
    """What changed of how the film comes and goes, in frames."""
    names = {"fade_in": "fade in", "fade_out": "fade out"}
    sounds = before.sound, after.sound
    return [
        edit(words, *(getattr(sound, name) for sound in sounds))
        for name, words in names.items()
        if getattr(sounds[0], name) != getattr(sounds[1], name)
    ]


def ambience_edits(before: CutShot, after: CutShot) -> list[str]:
    """What changed of the sound of a shot's place."""
    old, new = before.ambience, after.ambience
    if old == new or (old and new and old.plain() == new.plain()):
        return []
    if old is None or new is None:
        what, said = ("added", new) if new else ("removed", old)
        return [f"ambience {what}: {Path(said.recording.file).name}"]
    return [f"ambience edited: {Path(new.recording.file).name}"]


def level_edits(before: Cut, after: Cut) -> list[str]:
    """What changed of how loud things are, and of how the sound is encoded."""
    found = []
    for name, words in (("music_level", "music level"), ("loudness", "loudness"), ("true_peak", "true peak")):
        old, new = getattr(before.sound, name), getattr(after.sound, name)
        found += [] if old == new else [edit(words, old, new)]
    old, new = before.delivery.audio_bitrate, after.delivery.audio_bitrate
    return found if old == new else [*found, f"audio bitrate {old // 1000}k -> {new // 1000}k"]
