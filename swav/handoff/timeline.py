"""The cut as an OpenTimelineIO timeline: takes with their handles, lettering, stems, transitions and markers.

Every time is a whole number of the reel's frames. Media are named relative to the folder that holds the
timeline, so that all of it can be moved together.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import quote

import opentimelineio as otio
from opentimelineio.opentime import RationalTime, TimeRange

from swav.cut import inputs
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.shot_parts import Overlay
from swav.cut.timeline import timeline as reel_timeline
from swav.handoff.places import Placed, halves, places
from swav.media.probe import probe
from swav.reel.verdict_files import verdict_of
from swav.shown import harmless, shortened
from swav.sound.cues import STEMS
from swav.times import to_frames

START = 3600
"""Seconds of timecode at which a film begins, as broadcasters have it: 01:00:00:00."""
TRANSITIONS = {"fade": "SMPTE_Dissolve", "wipe": "SMPTE_Wipe", "slide": "Slide_Transition"}
"""Types of OpenTimelineIO by the storyboard's words; a program that does not know one shows a dissolve."""
_COLOURS = {"pass": "GREEN", "warn": "YELLOW", "fail": "RED"}
_LONGEST = 400
_TAKE = "DEFAULT_MEDIA"


@dataclass(frozen=True)
class Media:
    """A film file: its frames and rate as they were measured."""

    path: str
    frames: int
    rate: Fraction


def timeline_of(cut: Cut, folder: Path) -> otio.schema.Timeline:
    """The timeline of a cut whose files are named relative to ``folder``.

    FileNotFoundError where a line, and MediaError where a take is missing or broken.
    """
    return _Builder(cut, folder).timeline()


def start_frame(rate: Fraction) -> int:
    """The number of the film's first frame: an hour of timecode, which drop-frame counts otherwise."""
    whole = START * ceil(rate)
    return whole - (108 * ceil(rate) // 30 if drops(rate) else 0)


def drops(rate: Fraction) -> bool:
    """Whether timecode of a rate drops frame numbers: 29.97 and 59.94, and no other (SMPTE ST 12-1)."""
    return rate in (Fraction(30_000, 1001), Fraction(60_000, 1001))


class _Builder:
    """Lays one cut out."""

    def __init__(self, cut: Cut, folder: Path):
        self.cut, self.folder, self.rate = cut, folder, cut.delivery.rate
        self.frames = reel_timeline(cut).frames

    def timeline(self) -> otio.schema.Timeline:
        found = otio.schema.Timeline(
            _text(self.cut.title), global_start_time=self._time(start_frame(self.rate))
        )
        found.metadata["swav"] = {
            "cut": self.cut.key,
            "storyboard": _text(Path(self.cut.storyboard).name),
            "rate": str(self.rate),
            "width": self.cut.delivery.width,
            "height": self.cut.delivery.height,
            "subtitles": [self._url(path) for path in inputs.captions(self.cut)],
        }
        placed = places(self.cut)
        found.tracks.append(self._picture(placed))
        found.tracks.extend(self._lettering(placed))
        found.tracks.extend(self._stems())
        return found

    # --- pictures

    def _picture(self, placed: list[Placed]) -> otio.schema.Track:
        track = otio.schema.Track("picture", kind=otio.schema.TrackKind.Video)
        for place in placed:
            track.extend(self._clips(place))
            if place.shot.passage.kind in TRANSITIONS and place.shot.passage.overlap:
                before, after = halves(place.shot)
                track.append(
                    otio.schema.Transition(
                        name=place.shot.passage.kind,
                        transition_type=TRANSITIONS[place.shot.passage.kind],
                        in_offset=self._time(before),
                        out_offset=self._time(after),
                    )
                )
        return track

    def _clips(self, place: Placed) -> Iterator[otio.schema.Clip]:
        """A shot's clip; where its take is over before the shot is, its last frame stands still after it.

        It stands for as long as the transition that lies on it, since that needs one clip under it.
        """
        media = _media(place.shot.shown)
        have = to_frames(Fraction(media.frames) / media.rate, self.rate) - place.first
        frames = min(place.frames, max(1, have))
        if frames < place.frames:
            frames = max(1, min(frames, place.frames - halves(place.shot)[0]))
        yield self._clip(place, media, place.first, frames)
        if place.frames > frames:
            held = self._clip(place, media, place.first + frames - 1, place.frames - frames)
            held.name = f"{place.shot.id} held"
            held.markers.clear()
            held.effects.append(otio.schema.FreezeFrame("held"))
            yield held

    def _clip(self, place: Placed, media: Media, first: int, frames: int) -> otio.schema.Clip:
        shot = place.shot
        clip = otio.schema.Clip(shot.id, source_range=self._range(first, frames))
        references = {_TAKE: self._reference(media.path, media.frames, media.rate)}
        references |= self._alternates(shot)
        clip.set_media_references(references, _TAKE)
        told = self._told(shot)
        clip.metadata["swav"] = told
        clip.metadata["cmx_3600"] = {"reel": shot.id[:8]}
        clip.markers.append(self._marker(shot, told, first))
        return clip

    def _alternates(self, shot: CutShot) -> dict[str, otio.schema.ExternalReference]:
        """The other takes that were judged, under their numbers."""
        verdict = verdict_of(shot) or {"takes": [], "chosen": None}
        found = {}
        for take in verdict["takes"]:
            if take["number"] != verdict["chosen"] and Path(take["clip"]).is_file():
                media = _media(take["clip"])
                reference = self._reference(media.path, media.frames, media.rate)
                reference.metadata["swav"] = {"seed": str(take["seed"]), "verdict": take["status"]}
                found[f"take {take['number']}"] = reference
        return found

    def _told(self, shot: CutShot) -> dict[str, Any]:
        verdict = verdict_of(shot) or {"takes": [], "chosen": None, "status": "", "fallback": None}
        taken = next((take for take in verdict["takes"] if take["number"] == verdict["chosen"]), None)
        return {
            "shot": shot.id,
            "take": shot.shown_key,
            "engine": verdict["fallback"] or shot.engine,
            "prompt": _text(shot.request.prompt),
            "seed": str(taken["seed"] if taken else shot.request.seed),
            "verdict": verdict["status"],
            "transition": shot.passage.kind,
        }

    def _marker(self, shot: CutShot, told: dict[str, Any], first: int) -> otio.schema.Marker:
        words = [f"{shot.id}: {told['engine']}"]
        words += [told["prompt"]] if told["prompt"] else []
        words += [f"seed {told['seed']}"] if told["prompt"] else []
        words += [told["verdict"]] if told["verdict"] else []
        if shot.passage.kind != "cut":
            passage = shot.passage
            words.append(f"then {passage.kind}, {passage.overlap or passage.tail + passage.head} frames")
        colour = _COLOURS.get(told["verdict"], "CYAN")
        said = shortened("; ".join(words), _LONGEST)
        return otio.schema.Marker(
            shot.id, self._range(first, 1), color=colour, metadata={"swav": told}, comment=said
        )

    # --- lettering, stems

    def _lettering(self, placed: list[Placed]) -> list[otio.schema.Track]:
        """Tracks of pictures with alpha, as many as lie on each other at once."""
        tracks: list[list[tuple[int, int, CutShot, Overlay]]] = []
        for place in placed:
            for item in place.shot.overlays:
                start = place.span.start + item.start
                end = place.span.start + min(item.end or place.span.frames, place.span.frames)
                if start >= end:
                    continue
                free = next((track for track in tracks if track[-1][1] <= start), None)
                if free is None:
                    tracks.append(free := [])
                free.append((start, end, place.shot, item))
        return [self._pictures(number, items) for number, items in enumerate(tracks, 1)]

    def _pictures(self, number: int, items: list[tuple[int, int, CutShot, Overlay]]) -> otio.schema.Track:
        track = otio.schema.Track(f"lettering {number}", kind=otio.schema.TrackKind.Video)
        at = 0
        for start, end, shot, item in items:
            if start > at:
                track.append(otio.schema.Gap(source_range=self._range(0, start - at)))
            name = _text(f"{shot.id}: {' / '.join(item.lines)}")
            clip = otio.schema.Clip(name, source_range=self._range(0, end - start))
            clip.media_reference = self._reference(item.path, end - start, self.rate)
            clip.metadata["swav"] = {"lettering": item.style, "shot": shot.id, "lines": _texts(item.lines)}
            track.append(clip)
            at = end
        return track

    def _stems(self) -> list[otio.schema.Track]:
        found = []
        for path in inputs.stems(self.cut):
            name = Path(path).stem
            if name in STEMS and Path(path).is_file():
                track = otio.schema.Track(name, kind=otio.schema.TrackKind.Audio)
                clip = otio.schema.Clip(name, source_range=self._range(0, self.frames))
                clip.media_reference = self._reference(path, self.frames, self.rate)
                clip.metadata["swav"] = {"stem": name}
                track.append(clip)
                found.append(track)
        return found

    # --- values

    def _reference(self, path: str, frames: int, rate: Fraction) -> otio.schema.ExternalReference:
        available = TimeRange(RationalTime(0, float(rate)), RationalTime(frames, float(rate)))
        reference = otio.schema.ExternalReference(target_url=self._url(path), available_range=available)
        reference.name = Path(path).name
        return reference

    def _url(self, path: str) -> str:
        return quote(os.path.relpath(path, self.folder).replace(os.sep, "/"))

    def _time(self, frames: int) -> RationalTime:
        return RationalTime(frames, float(self.rate))

    def _range(self, start: int, frames: int) -> TimeRange:
        return TimeRange(self._time(start), self._time(frames))


def _media(path: str) -> Media:
    seen = probe(path)
    return Media(path, seen.frames, seen.rate)


def _text(text: str) -> str:
    """Words of a storyboard on one line, without what acts on a program that shows them."""
    return shortened(harmless(text.replace("\n", " ").replace("\t", " ").strip()), _LONGEST)


def _texts(lines: tuple[str, ...]) -> list[str]:
    return [_text(line) for line in lines]
