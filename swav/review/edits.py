"""What was edited between two cuts, each thing in a phrase: takes, lines, lettering, passages, sound, format.

Which fields of a request decide a take is known to its engine alone. So it is asked, field by field, whether
the old value would give another key; what would not is no reason, and what is added to a request in time is
one by itself. Pure: values in, phrases out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from swav.cut.continuation import Continuation
from swav.cut.model import Cut, CutShot, Delivery, Keyframe, Overlay, Passage, Sound
from swav.cut.sounds import Effect, Narration
from swav.engines import STAND_IN, LoraFile, Request, Source, engines, is_made_here
from swav.keys import take_key
from swav.review.wording import Rates, differing, edit, number, seconds, text_edit

NEW_WAY = "it is made in a newer way"
"""Said where the inputs are the same and the recipe is not."""

_NAMES = {"wanted": "engine asked for", "negative": "negative prompt", "rate": "fps"}
PICTURES = {"first_frame": "keyframe", "last_frame": "end"}
"""What the storyboard calls the pictures of a request."""
_FIRST = ("prompt", "negative", "camera", "seed", "steps", "guidance", "title", "subtitle")
"""Fields that a person edits most, in the order in which they are said."""


def take_edits(before: CutShot, after: CutShot) -> list[str]:
    """Why another take is wanted than before; empty where the same one is."""
    if before.key == after.key:
        return []
    if before.engine != after.engine:
        return [f"engine {before.engine} -> {after.engine}", *_written(before, after)]
    found = [*_pin(before, after), *_contest(before, after)]
    deciding = _deciding(before, after)
    found += _fields(deciding, before.request, after.request)
    found += [words for name in deciding if name in PICTURES for words in picture_edits(name, before, after)]
    found += length_edits(before, after) if "length" in deciding else []
    if "source" in deciding:
        found += motion_edits(before, after)
    if before.model != after.model:
        found.append("other weights")
    return found or ([] if needs_other_room(before, after) else [NEW_WAY])


def held_against(shot: CutShot) -> list[str]:
    """What was edited of a shot that is held, in vain as yet; empty where nothing was."""
    if shot.hold is None:
        return []
    before, instead = shot.hold.before, shot.hold.instead
    if instead.engine == STAND_IN != instead.request.wanted:  # which engine would make it decides nothing yet
        return _written(before, instead)
    return take_edits(before, instead)


def motion_edits(before: CutShot, after: CutShot) -> list[str]:
    """How a take comes to the reel's rate now, where it came there otherwise."""
    old, new = ((shot.motion.how if shot.motion else "hold") for shot in (before, after))
    return [] if old == new else [edit("motion", old, new)]


def finish_edits(before: CutShot, after: CutShot) -> list[str]:
    """By which model a take comes to the reel's size now, where it came there otherwise."""
    old, new = before.finish, after.finish
    names = [finish.model if finish else "none" for finish in (old, new)]
    if names[0] != names[1]:
        return [edit("upscaled by", *names)]
    other = old is not None and new is not None and old.content != new.content
    return [f"{names[0]} is another model"] if other else []


def framing_edits(before: CutShot, after: CutShot, of: str = "trim anchor") -> list[str]:
    """What else of a take is seen: another stretch of it, or another part of its picture."""
    found = []
    if "trim" in of and before.trim != after.trim:
        found.append(f"seen of its take: {_stretch(before)} -> {_stretch(after)}")
    if "anchor" in of and before.anchor != after.anchor:
        found.append(f"anchor {_place(before.anchor)} -> {_place(after.anchor)}")
    return found


def _stretch(shot: CutShot) -> str:
    trim, rate = shot.trim, shot.request.rate
    return f"{seconds(trim.begin, rate)} to {seconds(trim.begin + trim.frames, rate)}" if trim else "all"


def _place(anchor: tuple[float, float] | None) -> str:
    return " ".join(f"{share:.0%}" for share in anchor) if anchor else "centre"


def needs_other_room(before: CutShot, after: CutShot) -> bool:
    """Whether a shot that follows its line has other transitions beside it, which it must be long enough for.

    That is a reason for another take, but an edit of the transitions.
    """
    old, new = before.request.length, after.request.length
    return not (old.known or new.known) and old.least != new.least


def _written(before: CutShot, after: CutShot) -> list[str]:
    """What a person rewrote of a shot that another engine makes now, unless it has become another kind."""
    if _source_of(before.engine) != _source_of(after.engine):
        return []
    names = differing(before.request, after.request)
    words = [name for name in _FIRST if name in names]
    pictures = [words for name in PICTURES if name in names for words in picture_edits(name, before, after)]
    return [*_fields(words, before.request, after.request), *pictures]


def _source_of(engine: str) -> str:
    """What an engine makes shots of; of one that was installed once, nothing is known."""
    return engines()[engine].source if engine in engines() else ""


def _deciding(before: CutShot, after: CutShot) -> list[str]:
    """Fields of the request whose old value would give another take."""
    engine, now = engines()[after.engine], after.request
    names = differing(before.request, now)
    names.sort(key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))

    def key(request: Request) -> str:
        return take_key(engine.recipe(request, after.model))

    wanted = key(now)
    return [name for name in names if key(replace(now, **{name: getattr(before.request, name)})) != wanted]


def _fields(names: list[str], before: Request, after: Request) -> list[str]:
    """A phrase for each field of a request; size is one, and a length that fps alone changed is none."""
    found = []
    for name in names:
        old, new = getattr(before, name), getattr(after, name)
        if name == "prompt" and "camera" in names and _is_camera(before, after):
            continue
        if name in ("width", "height"):
            found.append(f"size {before.width}x{before.height} -> {after.width}x{after.height}")
        elif name == "length":
            continue  # it is the shot's: see length_edits
        elif name == "source":
            found += _source(old, new)
        elif name in PICTURES:
            pass  # they are the shot's: see picture_edits
        elif name == "loras":
            found += _loras(old, new)
        else:
            found.append(edit(_NAMES.get(name, name), old, new))
    return list(dict.fromkeys(found))


def _is_camera(before: Request, after: Request) -> bool:
    """Whether the camera's words are all that changed of a prompt, which ends with them."""
    return text_edit(before.prompt, after.prompt).endswith(f"-> {after.camera}")


def length_edits(before: CutShot, after: CutShot) -> list[str]:
    """Why a shot lasts longer or shorter; empty where only fps counts its seconds in other frames.

    That a shot which follows its line must be longer for a transition is said of the transition.
    """
    old, new = before.request.length, after.request.length
    if not (old.known or new.known):
        starts = line_start_edits(before, after) if old.lead != new.lead else []
        return [*line_edits(before.narration, after.narration), *starts]
    if old.known and new.known and _rates(before, after).same(old.frames, new.frames):
        return []
    return [f"length {_lasts(before)} -> {_lasts(after)}"]


def _lasts(shot: CutShot) -> str:
    length = shot.request.length
    return seconds(length.frames, shot.request.rate) if length.known else "its line's"


def _rates(before: CutShot, after: CutShot) -> Rates:
    return Rates(before.request.rate, after.request.rate)


def _source(before: Source | None, after: Source | None) -> list[str]:
    if before is None or after is None:
        return ["source file"]
    if before.path != after.path:
        return [f"file {before.path} -> {after.path}"]
    stretch = [
        edit(name, old, new)
        for name, old, new in (("in", before.start, after.start), ("out", before.end, after.end))
        if old != new
    ]
    return ([f"{after.path} was changed"] if before.content != after.content else []) + stretch


def picture_edits(field: str, before: CutShot, after: CutShot) -> list[str]:
    """Why a shot begins or ends with another picture; what was edited of one that is drawn."""
    old, new = (
        next((item for item in shot.keyframes if item.field == field), None) for shot in (before, after)
    )
    if new and new.continues:
        return [_continued(new.continues, old and old.continues)]
    drawn = old and new and old.request and new.request
    found = _drawing(old, new) if drawn and old.key != new.key else []
    if not found:
        sources = (getattr(shot.request, field) for shot in (before, after))
        found = [f"{PICTURES[field]}: {words}" for words in _picture(*sources)]
    return found


def _continued(now: Continuation, was: Continuation | None) -> str:
    """Why a shot begins or ends with another frame of its neighbour."""
    if was is None or (was.shot, was.end) != (now.shot, now.end):
        return f"it goes on from {now.words}" if now.end == "last" else f"it leads to {now.words}"
    if was.within != now.within:
        return edit("continuation", was.within, now.within)
    return f"{now.shot} is made anew, and this shot {'goes on from' if now.end == 'last' else 'leads to'} it"


def _drawing(before: Keyframe, after: Keyframe) -> list[str]:
    """What was edited of a picture that is drawn, and of whom it shows."""
    found = [edit("engine", before.engine, after.engine)] if before.engine != after.engine else []
    for name in ("prompt", "negative", "seed"):
        old, new = getattr(before.request, name), getattr(after.request, name)
        found += [edit(_NAMES.get(name, name), old, new)] if old != new else []
    found = [f"{after.name}: {words}" for words in found]
    return [*found, *_references(before.request.references, after.request.references)]


def _references(before: tuple[Source, ...], after: tuple[Source, ...]) -> list[str]:
    """Whose portraits are other ones: ``cast meera: portrait changed``."""
    found = []
    for whose in dict.fromkeys(source.shows for source in (*before, *after)):
        old, new = ([item.content for item in every if item.shows == whose] for every in (before, after))
        if old != new:
            what = "portrait" if whose.startswith("cast ") else "picture"
            done = "changed" if old and new else "added" if new else "removed"
            found.append(f"{whose}: {what} {done}" if whose else f"references {done}")
    return found


def _picture(before: Source | None, after: Source | None) -> list[str]:
    """Why a shot begins or ends with another picture."""
    if before is None or after is None:
        return ["none -> a picture" if before is None else "removed"]
    if before.path == after.path:
        return [f"{after.path} was changed"]
    drawn = is_made_here(before.content) and is_made_here(after.content)
    return ["another picture is drawn"] if drawn else [f"file {before.path} -> {after.path}"]


def _loras(before: tuple[LoraFile, ...], after: tuple[LoraFile, ...]) -> list[str]:
    old, new = ({lora.path: lora for lora in loras} for loras in (before, after))
    found = [f"LoRA {path} added" for path in new if path not in old]
    found += [f"LoRA {path} removed" for path in old if path not in new]
    for path in set(old) & set(new):
        found += [
            edit(f"{name} of LoRA {path}", getattr(old[path], name), getattr(new[path], name))
            for name in differing(old[path], new[path], but=("path", "content"))
        ]
        found += [f"LoRA {path} was changed"] if old[path].content != new[path].content else []
    return found or ["the order of LoRAs"]


def _pin(before: CutShot, after: CutShot) -> list[str]:
    if after.pinned and (not before.pinned or before.takes[0].number != after.takes[0].number):
        return [f"take {after.takes[0].number} is pinned"]
    return ["no take is pinned any more"] if before.pinned and not after.pinned else []


def _contest(before: CutShot, after: CutShot) -> list[str]:
    """What decides the choice among several takes, besides the takes themselves."""
    found = []
    if not (before.pinned or after.pinned) and len(before.takes) != len(after.takes):
        found.append(edit("takes", len(before.takes), len(after.takes)))
    old, new = (shot.fallback and shot.fallback.engine for shot in (before, after))
    if old != new:
        found.append(edit("fallback", old, new))
    return found


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
    old, new, rates = before.narration, after.narration, _rates(before, after)
    if old is None or new is None or rates.same(old.start, new.start):
        return []
    return [f"its line begins at {rates.said(old.start, new.start)}"]


def lettering_edits(before: CutShot, after: CutShot) -> list[str]:
    """What changed of a shot's lettering: words, style, and when it is shown."""
    old, new = _unmatched(before.overlays, after.overlays)
    found = []
    for first, second in zip(old, new, strict=False):
        found += _lettering(first, second, _rates(before, after))
    found += [f"{_overlay(item)} added: {item.said}" for item in new[len(old) :]]
    return found + [f"{_overlay(item)} removed: {item.said}" for item in old[len(new) :]]


def _overlay(item: Overlay) -> str:
    return "picture" if item.logo else "lettering"


def _lettering(before: Overlay, after: Overlay, rates: Rates) -> list[str]:
    found = []
    if before.said != after.said:
        found.append(f"{_overlay(after)}: {text_edit(before.said, after.said)}")
    elif before.logo and after.logo and before.logo != after.logo:
        names = differing(before.logo, after.logo, but=("file",))
        found += [
            f"picture {after.said}: edited" if name == "content" else _logo_edit(before, after, name)
            for name in names
        ]
    if before.style != after.style:
        found.append(edit("lettering's style", before.style, after.style))
    ends = (before.end is None) == (after.end is None) and rates.same(before.end or 0, after.end or 0)
    if not (rates.same(before.start, after.start) and ends):
        found.append(f"lettering shown {_shown(before, rates.before)} -> {_shown(after, rates.after)}")
    return found


def _shown(item: Overlay, rate: Fraction) -> str:
    end = "the end" if item.end is None else seconds(item.end, rate)
    return f"{seconds(item.start, rate)} to {end}"


def effect_edits(before: tuple[Effect, ...], after: tuple[Effect, ...]) -> list[str]:
    """What changed of the sounds under a shot."""
    old, new = _unmatched(before, after)
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


def _unmatched(before: tuple, after: tuple) -> tuple[list, list]:
    """The items of two lists that are not in both, in order."""
    return [item for item in before if item not in after], [item for item in after if item not in before]


def passage_edits(before: CutShot, after: CutShot) -> list[str]:
    """What changed of the way in which a shot passes into the next."""
    old, new, rates = before.passage, after.passage, _rates(before, after)
    if old.kind == new.kind and rates.same(_lasting(old), _lasting(new)):
        return []
    return [f"transition {_passage(old, rates.before)} -> {_passage(new, rates.after)}"]


def _lasting(passage: Passage) -> int:
    return passage.tail + (passage.head if passage.kind == "fade_black" else 0)


def _passage(passage: Passage, rate: Fraction) -> str:
    return "cut" if passage.kind == "cut" else f"{passage.kind} {seconds(_lasting(passage), rate)}"


def size_edits(before: Delivery, after: Delivery) -> list[str]:
    """The reel's size in pixels."""
    old, new = (f"{each.width}x{each.height}" for each in (before, after))
    return [] if old == new else [f"size {old} -> {new}"]


def rate_edits(before: Delivery, after: Delivery) -> list[str]:
    """The reel's frames a second."""
    return [] if before.rate == after.rate else [edit("fps", before.rate, after.rate)]


def _logo_edit(before: Overlay, after: Overlay, name: str) -> str:
    return edit(f"picture's {name}", getattr(before.logo, name), getattr(after.logo, name))


def format_edits(before: Delivery, after: Delivery) -> list[str]:
    """What changed of the form of every piece."""
    names = differing(before, after, but=("width", "height", "rate", "audio_bitrate"))
    encoder = [edit(name, getattr(before, name), getattr(after, name)) for name in names]
    return [*size_edits(before, after), *rate_edits(before, after), *encoder]


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


def limit_edits(before: Cut, after: Cut) -> list[str]:
    """Which limits of the gates were edited."""
    found: list[str] = []
    known = ("segment_limits",) if before.judging.segment_limits else ()  # earlier versions had none
    for group in ("limits", *known, "speech_limits", "reel_limits"):
        found += _values(getattr(before.judging, group), getattr(after.judging, group))
    return found + (["other gates"] if before.judging.readers != after.judging.readers else [])


def _values(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield f"limit {name} {_limit(before.get(name))} -> {_limit(after.get(name))}"


def _limit(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
