"""Final Cut Pro's XML (version 1.9), which DaVinci Resolve reads too.

Written here and not by the kept adapter (otio-fcpx-xml-adapter 1.0), which makes 23.976 frames a second 23
and writes times as rounded floats: Apple's own description asks for whole multiples of the frame's duration,
as fractions of a second (``1001/30000s``), and a clip that is off by less than a frame leaves a black one.
"""

from fractions import Fraction
from math import ceil
from urllib.parse import unquote
from xml.etree import ElementTree

import opentimelineio as otio

from swav.handoff.timeline import drops, start_frame

VERSION = "1.9"


def fcpxml(timeline: otio.schema.Timeline, rate: Fraction, width: int, height: int) -> str:
    """The timeline as one project: pictures on the spine, lettering and stems connected to its clips."""
    return _Writer(timeline, rate, width, height).text()


class _Writer:
    def __init__(self, timeline: otio.schema.Timeline, rate: Fraction, width: int, height: int):
        self.timeline, self.rate = timeline, rate
        self.root = ElementTree.Element("fcpxml", version=VERSION)
        self.resources = ElementTree.SubElement(self.root, "resources")
        self.assets: dict[str, str] = {}
        size = {"width": str(width), "height": str(height), "name": f"{width}x{height}"}
        duration = self._time(1)
        ElementTree.SubElement(self.resources, "format", id="r1", frameDuration=duration, **size)

    def text(self) -> str:
        library = ElementTree.SubElement(self.root, "library")
        event = ElementTree.SubElement(library, "event", name=self.timeline.name)
        project = ElementTree.SubElement(event, "project", name=self.timeline.name)
        picture, *others = self.timeline.tracks
        sequence = ElementTree.SubElement(
            project,
            "sequence",
            format="r1",
            duration=self._time(_frames(picture.duration())),
            tcStart=self._time(start_frame(self.rate)),
            tcFormat="DF" if drops(self.rate) else "NDF",
        )
        spine = ElementTree.SubElement(sequence, "spine")
        clips = self._spine(spine, picture)
        self._connected(clips, others)
        ElementTree.indent(self.root, " ")
        body = ElementTree.tostring(self.root, encoding="unicode")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n{body}\n'

    def _spine(self, spine: ElementTree.Element, track: otio.schema.Track) -> list[tuple]:
        """The clips of the spine, each with its first frame, its frames, and its first frame of its take."""
        found, at = [], 0
        for item in track:
            if isinstance(item, otio.schema.Transition):
                before, after = _frames(item.in_offset), _frames(item.out_offset)
                ElementTree.SubElement(
                    spine,
                    "transition",
                    name={"fade": "Cross Dissolve"}.get(item.name, item.name.title()),
                    offset=self._time(start_frame(self.rate) + at - before),
                    duration=self._time(before + after),
                )
                continue
            frames, first = _frames(item.source_range.duration), _frames(item.source_range.start_time)
            clip = self._clip(spine, item, start_frame(self.rate) + at, frames, first)
            found.append((clip, at, frames, first))
            at += frames
        return found

    def _clip(self, parent, item, offset: int, frames: int, first: int, **more: str) -> ElementTree.Element:
        clip = ElementTree.SubElement(
            parent,
            "asset-clip",
            ref=self._asset(item),
            name=item.name,
            offset=self._time(offset),
            start=self._time(first),
            duration=self._time(frames),
            **more,
        )
        if any(isinstance(effect, otio.schema.FreezeFrame) for effect in item.effects):
            # One frame of the take for all of the clip (the time map of Apple's description).
            held = ElementTree.SubElement(clip, "timeMap")
            for at in (first, first + frames):
                value = self._time(first)
                ElementTree.SubElement(held, "timept", time=self._time(at), value=value, interp="linear")
        return clip

    def _connected(self, clips: list[tuple], tracks: list[otio.schema.Track]) -> None:
        """Lettering and stems hang on the clip of the spine over which they begin, in lanes."""
        lanes = {otio.schema.TrackKind.Video: 0, otio.schema.TrackKind.Audio: 0}
        hung: dict[int, list] = {}
        for track in tracks:
            lanes[track.kind] += 1 if track.kind == otio.schema.TrackKind.Video else -1
            at = 0
            for item in track:
                frames = _frames(item.source_range.duration)
                if isinstance(item, otio.schema.Clip):
                    hung.setdefault(at, []).append((item, frames, str(lanes[track.kind])))
                at += frames
        for at, items in sorted(hung.items()):
            under, start, _, first = next(clip for clip in reversed(clips) if clip[1] <= at)
            for item, frames, lane in items:
                self._clip(under, item, first + at - start, frames, 0, lane=lane)
        for (clip, _, _, first), item in zip(clips, self._pictures(), strict=True):
            for marker in item.markers:  # after what is connected: so the order of elements asks
                note = {"note": marker.comment} if marker.comment else {}
                words = {"value": marker.name, "duration": self._time(1), **note}
                ElementTree.SubElement(clip, "marker", start=self._time(first), **words)

    def _pictures(self) -> list[otio.schema.Clip]:
        return [item for item in self.timeline.tracks[0] if isinstance(item, otio.schema.Clip)]

    def _asset(self, item: otio.schema.Clip) -> str:
        """The media of a clip, listed once. Names of files are relative, which Apple's description allows."""
        url, available = item.media_reference.target_url, item.media_reference.available_range
        if url in self.assets:
            return self.assets[url]
        name = self.assets[url] = f"r{len(self.assets) + 2}"
        sound = item.parent().kind == otio.schema.TrackKind.Audio
        kind = {"hasAudio": "1", "audioSources": "1", "audioChannels": "2"} if sound else {"hasVideo": "1"}
        own = Fraction(available.duration.rate).limit_denominator(1001)
        exact = _exact(own)
        length = Fraction(_frames(available.duration)) / exact
        asset = ElementTree.SubElement(
            self.resources,
            "asset",
            id=name,
            name=unquote(url.rpartition("/")[2]),
            start="0s",
            duration=_seconds(length),
            **({} if sound else {"format": "r1"}),
            **kind,
        )
        ElementTree.SubElement(asset, "media-rep", kind="original-media", src=url)
        return name

    def _time(self, frames: int) -> str:
        return _seconds(Fraction(frames) / self.rate, self.rate)


def _exact(rate: Fraction) -> Fraction:
    """A rate that went through a float: 29.97002997 is 30000/1001."""
    ntsc = Fraction(ceil(rate) * 1000, 1001)
    return ntsc if abs(ntsc - rate) < Fraction(1, 1000) else rate


def _seconds(time: Fraction, rate: Fraction | None = None) -> str:
    """A time as a fraction of a second, over the denominator of its rate where it has one."""
    over = rate.numerator if rate else time.denominator
    count = time * over
    if count.denominator != 1:
        over, count = time.denominator, Fraction(time.numerator)
    return "0s" if not count else f"{count.numerator}s" if over == 1 else f"{count.numerator}/{over}s"


def _frames(time: otio.opentime.RationalTime) -> int:
    """A time's whole frames; every time of our timelines has no others."""
    return round(time.value)
