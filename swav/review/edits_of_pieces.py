"""What was edited between two cuts of what takes become in the reel: lettering, passages, format; and the
limits by which all is judged. Pure.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from swav.cut.model import Cut, Delivery
from swav.cut.shot import CutShot
from swav.cut.shot_parts import Overlay, Passage
from swav.review.wording import Rates, differing, edit, rates_of, seconds, text_edit, unmatched


def lettering_edits(before: CutShot, after: CutShot) -> list[str]:
    """What changed of a shot's lettering: words, style, and when it is shown."""
    old, new = unmatched(before.overlays, after.overlays)
    found = []
    for first, second in zip(old, new, strict=False):
        found += _lettering(first, second, rates_of(before, after))
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


def passage_edits(before: CutShot, after: CutShot) -> list[str]:
    """What changed of the way in which a shot passes into the next."""
    old, new, rates = before.passage, after.passage, rates_of(before, after)
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
