"""A timeline in the forms that editing programs read: OTIO, Final Cut Pro XML (two kinds) and EDL.

OTIO and ``final.xml`` (xmeml, which Premiere and Resolve read) are written by OpenTimelineIO and its kept
adapter; ``fcpxml`` and ``edl`` say why they are written here. All four are read back by the kept adapters.
"""

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import opentimelineio as otio

from swav.cut.model import Cut
from swav.errors import SwavError
from swav.files import write_text
from swav.handoff.edl import edl
from swav.handoff.fcpxml import fcpxml
from swav.handoff.stamped import STAMP
from swav.handoff.timeline import drops, timeline_of
from swav.hashes import HashList


def hand_off(cut: Cut, target: Path) -> None:
    """Write the timeline of a cut in the form of the target's suffix, by rename."""
    found = timeline_of(cut, target.absolute().parent)
    write_text(target, FORMS[target.suffix](found, cut))
    if (listed := HashList(cut.build)).begun:
        listed.record(target)


def _otio(timeline: otio.schema.Timeline, cut: Cut) -> str:
    timeline.metadata["swav"]["stamp"] = STAMP.format(key=cut.key)
    return otio.adapters.write_to_string(timeline, "otio_json") + "\n"


def _xmeml(timeline: otio.schema.Timeline, cut: Cut) -> str:
    """The adapter writes media and cuts rightly; that timecode drops frames has to be told it."""
    rate = cut.delivery.rate
    display = "DF" if drops(rate) else "NDF"
    timeline.metadata["fcp_xml"] = {
        "timecode": {
            "displayformat": display,
            "rate": {"timebase": str(round(rate)), "ntsc": "FALSE" if rate.denominator == 1 else "TRUE"},
        }
    }
    for track in timeline.tracks:
        _one_reference(track)
        for clip in track.find_clips():
            for marker in clip.markers:  # the adapter writes no words of its own accord
                marker.metadata["fcp_xml"] = {"comment": marker.comment}
    try:
        text = otio.adapters.write_to_string(timeline, "fcp_xml")
    except ValueError:
        said = f"{rate} frames a second have no timecode that final.xml could hold"
        raise SwavError(f"{said}; take final.otio or final.fcpxml") from None
    return f"{text.rstrip()}\n<!-- {STAMP.format(key=cut.key)} -->\n"


def _one_reference(track: otio.schema.Track) -> None:
    """Leave each clip the take that is shown: the forms but OTIO know no others."""
    for clip in track.find_clips():
        shown = clip.media_reference
        clip.set_media_references({"DEFAULT_MEDIA": shown.clone()}, "DEFAULT_MEDIA")


def _edl(timeline: otio.schema.Timeline, cut: Cut) -> str:
    notes = [STAMP.format(key=cut.key), f"RATE: {cut.delivery.rate}"]
    return edl(timeline, cut.delivery.rate, notes)


def _fcpxml(timeline: otio.schema.Timeline, cut: Cut) -> str:
    delivery = cut.delivery
    text = fcpxml(timeline, delivery.rate, delivery.width, delivery.height)
    return f"{text.rstrip()}\n<!-- {STAMP.format(key=cut.key)} -->\n"


FORMS: dict[str, Callable[[otio.schema.Timeline, Cut], str]] = {
    ".otio": _otio,
    ".xml": _xmeml,
    ".fcpxml": _fcpxml,
    ".edl": _edl,
}
RATE_LINE = re.compile(r"^\* RATE: (\d+(?:/\d+)?)\s*$", re.MULTILINE)


def rate_of_edl(text: str) -> Fraction | None:
    """The rate that an EDL of ours says; None in another's, which has no place for it."""
    found = RATE_LINE.search(text)
    return Fraction(found[1]) if found else None
