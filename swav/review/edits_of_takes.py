"""What was edited of takes between two cuts, each thing in a phrase.

Which fields of a request decide a take is known to its engine alone. So it is asked, field by field, whether
the old value would give another key; what would not is no reason, and what is added to a request in time is
one by itself. Pure: values in, phrases out.
"""

from dataclasses import replace

from swav.cut.continuation import Continuation
from swav.cut.shot import CutShot
from swav.cut.shot_parts import Keyframe
from swav.engines import STAND_IN, LoraFile, Request, Source, engines, is_made_here
from swav.keys import take_key
from swav.review.edits_of_sound import line_edits, line_start_edits
from swav.review.wording import differing, edit, rates_of, seconds, text_edit

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
    if old != new:
        return [edit("motion", old, new)]
    contents = {
        shot.motion.learned.content for shot in (before, after) if shot.motion and shot.motion.learned
    }
    return [f"{new} has other weights"] if len(contents) > 1 else []


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
    if old.known and new.known and rates_of(before, after).same(old.frames, new.frames):
        return []
    return [f"length {_lasts(before)} -> {_lasts(after)}"]


def _lasts(shot: CutShot) -> str:
    length = shot.request.length
    return seconds(length.frames, shot.request.rate) if length.known else "its line's"


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
