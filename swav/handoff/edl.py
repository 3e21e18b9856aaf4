"""An edit decision list (CMX 3600): the picture alone, in timecode, as every finishing program reads it.

Written here: the kept adapter (otio-cmx3600-adapter 1.0) begins every list at zero, says nothing of
drop-frame (``FCM``), makes dissolves of wipes, puts markers at times of the source, and drops their words. It
reads ours.
"""

from fractions import Fraction
from math import ceil

import opentimelineio as otio

from swav.handoff.timeline import drops, start_frame

_WIPES = {"SMPTE_Wipe": "W001"}
"""SMPTE's number of a wipe by its type; every other transition is a dissolve in this old form."""
_REEL = 8


def edl(timeline: otio.schema.Timeline, rate: Fraction, notes: list[str]) -> str:
    """The first picture track as events; ``notes`` are remarks that stand under the first of them."""
    mode = "DROP FRAME" if drops(rate) else "NON-DROP FRAME"
    found = [f"TITLE: {timeline.name}", f"FCM: {mode}", ""]
    at, number, items = start_frame(rate), 0, [None, None, *timeline.tracks[0], None]
    for earlier, before, item, after in zip(items, items[1:], items[2:], [*items[3:], None], strict=False):
        if isinstance(item, otio.schema.Clip):
            number += 1
            ends = after if isinstance(after, otio.schema.Transition) else None
            begins = before if isinstance(before, otio.schema.Transition) else None
            found += _Event(item, at, number, rate, ends).lines(begins, earlier)
            found += [f"* {note}" for note in notes] if number == 1 else []
            at += round(item.source_range.duration.value)
    return "\n".join(found) + "\n"


class _Event:
    """A clip of the track, from a frame of the film on, up to the transition into the next."""

    def __init__(
        self,
        clip: otio.schema.Clip,
        at: int,
        number: int,
        rate: Fraction,
        ends: otio.schema.Transition | None,
    ):
        self.clip, self.at, self.number, self.rate = clip, at, number, rate
        self.first = round(clip.source_range.start_time.value)
        self.frames = round(clip.source_range.duration.value) - (round(ends.in_offset.value) if ends else 0)

    def lines(self, transition: otio.schema.Transition | None, earlier: otio.schema.Clip | None) -> list[str]:
        """Its event; with a transition, that of the clip before ends where the transition begins."""
        if transition is None or earlier is None:
            found = [self._line("C", self.clip, self.first, self.frames, self.at)]
        else:
            before, after = round(transition.in_offset.value), round(transition.out_offset.value)
            ended = round(earlier.source_range.end_time_exclusive().value) - before
            how = _WIPES.get(transition.transition_type, "D")
            begins = self.at - before
            found = [
                self._line("C", earlier, ended, 0, begins),
                self._line(
                    f"{how} {before + after:03}", self.clip, self.first - before, self.frames + before, begins
                ),
            ]
        return found + self._remarks(transition)

    def _line(self, how: str, clip: otio.schema.Clip, first: int, frames: int, at: int) -> str:
        held = any(isinstance(effect, otio.schema.FreezeFrame) for effect in clip.effects)
        times = (first, first + (1 if held else frames), at, at + frames)
        said = " ".join(self._timecode(time) for time in times)
        return f"{self.number:03}  {clip.metadata['swav']['shot'][:_REEL]:<8} V     {how:<8} {said}"

    def _remarks(self, transition: otio.schema.Transition | None) -> list[str]:
        """What the event is, in the words that programs look for; a frame that stands is an M2 of speed 0."""
        shot, reference = self.clip.metadata["swav"]["shot"], self.clip.media_reference
        found = []
        if any(isinstance(effect, otio.schema.FreezeFrame) for effect in self.clip.effects):
            found += [f"M2   {shot[:_REEL]:<8} 000.0                {self._timecode(self.first)}"]
            found += ["* * FREEZE FRAME"]
        name = "TO CLIP" if transition is not None else "FROM CLIP"
        found += [f"* {name} NAME:  {shot}", f"* {name}: {reference.target_url}"]
        for marker in self.clip.markers:
            where = self._timecode(self.at + round(marker.marked_range.start_time.value) - self.first)
            found.append(f"* LOC: {where} {marker.color:<7} {marker.comment}")
        return found

    def _timecode(self, frame: int) -> str:
        return timecode(frame, self.rate)


def timecode(frame: int, rate: Fraction) -> str:
    """``HH:MM:SS:FF`` of a frame number; ``;FF`` where numbers are dropped (SMPTE ST 12-1, section 5.2.2).

    Two numbers (four at 59.94) are left out at the beginning of every minute but each tenth.
    """
    base = ceil(rate)
    if drops(rate):
        left_out = base // 15
        minute, ten = 60 * base - left_out, 600 * base - 9 * left_out
        tens, rest = divmod(frame, ten)
        frame += left_out * (9 * tens + max(0, (rest - left_out) // minute))
    seconds, frames = divmod(frame, base)
    separator = ";" if drops(rate) else ":"
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{separator}{frames:02}"
