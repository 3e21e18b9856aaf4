"""Final Cut Pro's XML as a timeline: the clips, gaps and transitions of its spine.

Read here and not by the kept adapter (otio-fcpx-xml-adapter 1.0), which counts 23.976 frames a second as 23
and makes a nest of tracks of what is connected to a clip.
"""

from fractions import Fraction
from xml.etree import ElementTree

import opentimelineio as otio
from opentimelineio.opentime import RationalTime, TimeRange

_CLIPS = ("asset-clip", "clip", "video", "ref-clip", "sync-clip", "mc-clip", "title")


def read_fcpxml(text: str, rate: Fraction) -> otio.schema.Timeline:
    """The spine of the first project, its times in frames of ``rate``. ValueError, or whatever a parser
    raises, where it is none."""
    root = ElementTree.fromstring(text)
    spine = root.find(".//spine")
    if root.tag != "fcpxml" or spine is None:
        raise ValueError("it has no project with a spine")
    found = otio.schema.Timeline()
    track = otio.schema.Track("picture", kind=otio.schema.TrackKind.Video)
    found.tracks.append(track)
    reader = _Reader({asset.get("id"): asset for asset in root.iter("asset")}, rate)
    end = Fraction(0)
    for element in spine:
        if element.tag == "transition":
            track.append(reader.transition(element, end))
        elif element.tag == "gap" or element.tag in _CLIPS:
            track.append(reader.gap(element) if element.tag == "gap" else reader.clip(element))
            end = _seconds(element.get("offset")) + _seconds(element.get("duration"))
    return found


class _Reader:
    def __init__(self, assets: dict[str | None, ElementTree.Element], rate: Fraction):
        self.assets, self.rate = assets, rate

    def clip(self, element: ElementTree.Element) -> otio.schema.Clip:
        """A clip whose times count from the beginning of its media."""
        asset = self.assets.get(_reference(element))
        begins = asset.get("start") if asset is not None else None
        first = _seconds(element.get("start") or begins) - _seconds(begins)
        span = TimeRange(self._time(first), self._time(_seconds(element.get("duration"))))
        found = otio.schema.Clip(element.get("name") or "", source_range=span)
        if asset is not None:
            media = asset.find("media-rep")
            url = (media if media is not None else asset).get("src") or asset.get("name") or ""
            found.media_reference = otio.schema.ExternalReference(target_url=url)
        if _stands(element):
            found.effects.append(otio.schema.FreezeFrame())
        return found

    def gap(self, element: ElementTree.Element) -> otio.schema.Gap:
        span = TimeRange(self._time(Fraction(0)), self._time(_seconds(element.get("duration"))))
        return otio.schema.Gap(source_range=span)

    def transition(self, element: ElementTree.Element, cut: Fraction) -> otio.schema.Transition:
        """One that lies across a cut, which is at a time of the film."""
        before = cut - _seconds(element.get("offset"))
        name = element.get("name") or ""
        return otio.schema.Transition(
            name=name.lower(),
            transition_type=name,
            in_offset=self._time(before),
            out_offset=self._time(_seconds(element.get("duration")) - before),
        )

    def _time(self, seconds: Fraction) -> RationalTime:
        return RationalTime(float(seconds * self.rate), float(self.rate))


def _reference(element: ElementTree.Element) -> str | None:
    """The media of a clip: its own, or that of the picture in it."""
    inside = element if element.get("ref") else element.find(".//video[@ref]")
    return None if inside is None else inside.get("ref")


def _stands(element: ElementTree.Element) -> bool:
    """Whether one frame is seen for as long as the clip lasts."""
    values = {_seconds(point.get("value")) for point in element.findall("timeMap/timept")}
    return len(values) == 1


def _seconds(time: str | None) -> Fraction:
    """``1001/30000s``; nothing is zero."""
    return Fraction((time or "0s").strip().removesuffix("s"))
