"""What an editor made of a hand-off: which shots, in which order, which frames, what between them."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

import opentimelineio as otio

from swav.cut.model import Cut
from swav.cut.paths import TAKE
from swav.errors import SwavError
from swav.handoff.fcpxml_reading import read_fcpxml
from swav.handoff.formats import FORMS
from swav.handoff.timeline import timeline_of
from swav.shown import shown, shown_path

_MEDIA = re.compile(r"([A-Za-z][A-Za-z0-9_]*)-[0-9a-f]{12}\.(?!png$)\w+")
"""A take by its name; lettering is named so, too, and is a picture."""
T = TypeVar("T")
_LARGEST = 50_000_000
"""Bytes: what is larger is no list of cuts."""


@dataclass(frozen=True)
class Used:
    """A stretch of a shot's take; times in frames of the reel."""

    shot: str
    first: int
    frames: int
    before: int = 0
    """Frames of the transition into it that lie before its first frame."""
    after: int = 0
    """Frames of the transition out of it that lie after its last."""
    transition: str = ""
    """The type of the transition out of it; empty for a cut."""
    length: int = 0
    """Frames of that transition."""

    @property
    def begin(self) -> int:
        """The first frame of the take that is seen, in the transition into it too."""
        return self.first - self.before

    @property
    def all_frames(self) -> int:
        """The frames that are seen, with those of its transitions."""
        return self.before + self.frames + self.after


@dataclass(frozen=True)
class Edited:
    """The picture of an edited timeline, and what of it has no place in a storyboard."""

    used: tuple[Used, ...]
    remarks: tuple[str, ...]
    form: str
    """The suffix of its format."""


def read_edited(file: Path, cut: Cut) -> Edited:
    """Read an edited EDL, OTIO or XML. SwavError where it cannot be read, or holds nothing of the film."""
    form = file.suffix.lower()
    found = _whatever(file, lambda: _edited(_read(file, form, cut.delivery.rate), form, cut))
    if not found.used:
        raise SwavError(
            f"{shown_path(file)} holds no clip of {cut.storyboard}; was it made from another film?"
        )
    return found


def read_timeline(file: Path, rate: Fraction) -> otio.schema.Timeline:
    """Read a timeline that an editing program wrote. SwavError where it is none."""
    return _whatever(file, lambda: _read(file, file.suffix.lower(), rate))


def _whatever(file: Path, work: Callable[[], T]) -> T:
    """What comes of a file that adapters read, which raise whatever their parsers do. SwavError."""
    if file.suffix.lower() not in FORMS:
        raise SwavError(f"{shown_path(file)} is none of {', '.join(FORMS)}; export one of them")
    if not file.is_file():
        raise SwavError(f"there is no file {shown_path(file)}")
    if file.stat().st_size > _LARGEST:
        raise SwavError(f"{shown_path(file)} is too large to be a list of cuts")
    try:
        return work()
    except Exception as error:
        why = shown(str(error).split("\n")[0] or type(error).__name__, 80)
        raise SwavError(f"{shown_path(file)} cannot be read as a timeline: {why}; export it again") from None


def _read(file: Path, form: str, rate: Fraction) -> otio.schema.Timeline:
    # The words of an EDL are in whatever letters its program has; what counts in it is plain ASCII.
    text = file.read_bytes().decode("utf-8-sig", "replace" if form == ".edl" else "strict")
    return _timeline(text, form, rate)


def as_handed_off(cut: Cut, form: str) -> Edited:
    """What a form's hand-off of a cut reads as before anybody edits it: only what differs from it is an edit.

    No form can say all that a cut holds (an EDL takes a slide for a dissolve), and readers round differently.
    FileNotFoundError where a line or a take is not there.
    """
    handed = FORMS[form](timeline_of(cut, Path.cwd()), cut)
    return _edited(_timeline(handed, form, cut.delivery.rate), form, cut)


def _timeline(text: str, form: str, rate: Fraction) -> otio.schema.Timeline:
    if form == ".fcpxml":
        return read_fcpxml(text, rate)
    if form == ".otio":
        json.loads(text)  # OpenTimelineIO 0.18 itself goes down with what is nested too deep
    adapter = {".otio": "otio_json", ".edl": "cmx_3600", ".xml": "fcp_xml"}[form]
    options = {"rate": float(rate), "ignore_timecode_mismatch": True} if form == ".edl" else {}
    read = otio.adapters.read_from_string(text, adapter, **options)
    timelines = [read] if isinstance(read, otio.schema.Timeline) else list(read)
    return next(one for one in timelines if isinstance(one, otio.schema.Timeline))


def _edited(timeline: otio.schema.Timeline, form: str, cut: Cut) -> Edited:
    """The stretches of the track that holds most of the film's shots."""
    shots, rate = {shot.id for shot in cut.shots}, cut.delivery.rate
    tracks = [
        (sum(shot_of_clip(clip, shots) is not None for clip in track.find_clips()), track)
        for track in timeline.video_tracks()
    ]
    most, picture = max(tracks, key=lambda track: track[0])
    used: list[Used] = []
    remarks = []
    if elsewhere := sum(count for count, _ in tracks) - most:
        remarks.append(
            f"{elsewhere} clips of the film lie on other tracks, which are not read; put them on one"
        )
    pending: Any = None
    for item in picture:
        if isinstance(item, otio.schema.Transition):
            pending = item
            continue
        if isinstance(item, otio.schema.Gap) and item.duration().value:
            after = f" after {used[-1].shot}" if used else ""
            remarks.append(f"a gap{after} has no place in a storyboard; put a card there")
        elif isinstance(item, otio.schema.Clip):
            shot = shot_of_clip(item, shots)
            if shot is None:
                remarks.append(f"{shown(item.name)} is no shot of the film, so it is left out")
            else:
                _place(used, _used(item, shot, rate), pending, rate)
        pending = None
    return Edited(tuple(used), tuple(dict.fromkeys(remarks)), form)


def shot_of_clip(clip: otio.schema.Clip, shots: set[str]) -> str | None:
    """Whose take it is: as our own notes say, else the name of its media, else its own name or reel."""
    told = clip.metadata.get("swav", {})
    told = told if hasattr(told, "get") else {}
    if "lettering" in told:
        return None
    names = [told.get("shot")]
    url = getattr(clip.media_reference, "target_url", "") or ""
    for name in (unquote(url).replace("\\", "/").rpartition("/")[2], clip.name or ""):
        if found := _MEDIA.fullmatch(name.strip()):
            names.append(found[1])
    names += [clip.name, (clip.name or "").partition(" ")[0]]
    edl = clip.metadata.get("cmx_3600", {})
    names.append(edl.get("reel") if hasattr(edl, "get") else None)
    return next((str(name) for name in names if name in shots), None)


def take_of_clip(clip: otio.schema.Clip, cut: Cut) -> str:
    """The key of the take that a clip shows, by its media's name; empty where the store has none of it."""
    name = (
        unquote(getattr(clip.media_reference, "target_url", "") or "").replace("\\", "/").rpartition("/")[2]
    )
    key = name.rpartition(".")[0][-12:] if _MEDIA.fullmatch(name) else ""
    return key if key and Path(TAKE.format(build=cut.build, key=key)).is_file() else ""


def _used(clip: otio.schema.Clip, shot: str, rate: Fraction) -> Used:
    source = clip.trimmed_range()
    begins = Fraction(0)
    reference = clip.media_reference
    if getattr(reference, "available_range", None) and not isinstance(
        reference, otio.schema.MissingReference
    ):
        begins = exact(reference.available_range.start_time)
    stands = any(isinstance(effect, otio.schema.FreezeFrame) for effect in clip.effects)
    held = stands or clip.name.endswith(" held")  # final.xml has no freeze, only the name
    first = _frame(exact(source.start_time) - begins, rate)
    frames = _frame(exact(source.duration), rate)
    return Used(shot, max(0, first), frames, length=-1 if held else 0)


def exact(time: otio.opentime.RationalTime) -> Fraction:
    """Seconds; a rate that went through a float is meant as n * 1000/1001."""
    rate = Fraction(time.rate).limit_denominator(10_000)
    for whole in (24, 30, 60, 120):
        if abs(rate - Fraction(whole * 1000, 1001)) < Fraction(1, 1000):
            rate = Fraction(whole * 1000, 1001)
    return Fraction(time.value).limit_denominator(10_000) / rate


def _frame(seconds: Fraction, rate: Fraction) -> int:
    return round(seconds * rate)


def _place(used: list[Used], now: Used, transition: Any, rate: Fraction) -> None:
    """Add a stretch: a frame that stands belongs to the shot before, and so does what was cut in two."""
    before = used[-1] if used else None
    held = now.length == -1
    follows = before is not None and before.shot == now.shot and transition is None
    if before is not None and follows and (held or now.first == before.first + before.frames):
        used[-1] = Used(before.shot, before.first, before.frames + now.frames, before.before)
        return
    into = 0
    if transition is not None and before is not None:
        into = _frame(exact(transition.in_offset), rate)
        out = _frame(exact(transition.out_offset), rate)
        kind = "wipe" if "wipe" in str(transition.transition_type).lower() else "fade"
        kind = transition.name if transition.name in ("fade", "wipe", "slide") else kind
        used[-1] = Used(before.shot, before.first, before.frames, before.before, out, kind, into + out)
    used.append(Used(now.shot, now.first, now.frames, into))
