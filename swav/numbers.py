"""Numbers as people write them: seconds, clock times, frame rates and sizes, kept exact."""

import re
from fractions import Fraction
from typing import Any

from swav.times import exact

_NUMBER = re.compile(r"[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})(e[+-]?\d)?", re.IGNORECASE)
_RATE = re.compile(r"\s*\d{1,9}(\.\d{1,9})?\s*(/\s*[1-9]\d{0,8}\s*)?")
_SPOKEN_RATE = re.compile(
    r"\s*(\d{1,3}([.,]\d{1,9})?)\s*(p|fps)?\s*", re.IGNORECASE
)  # 23,976 and 25p as well
_NTSC = (12, 15, 24, 30, 48, 60, 72, 90, 96, 120)
"""Whole rates n that are really n * 1000/1001 where they are written with decimals."""
_CLOCK = re.compile(r"((?P<hours>\d{1,3}):)?(?P<minutes>\d{1,3}):(?P<seconds>[0-5]?\d(\.\d{1,9})?)")
_TIMECODE = re.compile(r"(\d{1,2}):([0-5]\d):([0-5]\d)([:;])(\d{2,3})")
_SIZE = re.compile(r"\s*(\d{1,6})\s*[xX×*]\s*(\d{1,6})\s*")


class Unfit(ValueError):
    """A value that a field cannot take: what is wrong with it, and what to write instead."""

    def __init__(self, message: str, remedy: str):
        super().__init__(message)
        self.message, self.remedy = message, remedy


def seconds(value: Any) -> Fraction:
    """Seconds from ``4``, ``4.1`` (41/10, never a float's neighbour) or a clock time ``1:04.5``.

    Raises Unfit. Written numbers are bounded in length, because 1e999999999 is a short way to ask for a
    gigabyte of digits.
    """
    if isinstance(value, Fraction):
        return value
    written = (
        str(value).strip() if isinstance(value, (int, float, str)) and not isinstance(value, bool) else ""
    )
    if _NUMBER.fullmatch(written):
        return exact(written)
    if clock := _CLOCK.fullmatch(written):
        minutes = 60 * int(clock["hours"] or 0) + int(clock["minutes"])
        return 60 * minutes + exact(clock["seconds"])
    raise Unfit("a time is needed here", "write seconds such as 4 or 4.5, or a clock time such as 1:04.5")


def moment(written: str, frame_rate: Fraction) -> Fraction:
    """Seconds from what ``seconds`` takes, or from a timecode ``HH:MM:SS:FF`` (``;FF`` drops frames).

    Raises Unfit.
    """
    if timecode := _TIMECODE.fullmatch(written.strip()):
        hours, minutes, whole, frame = (int(timecode[group]) for group in (1, 2, 3, 5))
        base = int(frame_rate + Fraction(1, 2))
        if frame >= base:
            raise Unfit(
                f"the timecode counts frame {frame} of a second", f"count frames from 00 to {base - 1:02}"
            )
        count = (3600 * hours + 60 * minutes + whole) * base + frame
        if timecode[4] == ";":
            count -= _dropped(60 * hours + minutes, whole, frame, frame_rate)
        return Fraction(count) / frame_rate
    try:
        return seconds(written)
    except Unfit as unfit:
        raise Unfit(unfit.message, f"{unfit.remedy}, or a timecode such as 00:01:04:12") from None


def _dropped(minutes: int, whole: int, frame: int, frame_rate: Fraction) -> int:
    """Numbers that a drop-frame timecode has left out by then: the first of each minute but every tenth.

    By SMPTE ST 12-1, section 5.2.2. Raises Unfit where none is left out.
    """
    at_a_time = {Fraction(30_000, 1001): 2, Fraction(60_000, 1001): 4}.get(frame_rate)
    if at_a_time is None:
        raise Unfit("drop-frame timecode (;) counts 29.97 or 59.94 frames a second", "write a colon instead")
    if minutes % 10 and whole == 0 and frame < at_a_time:
        raise Unfit(
            "drop-frame timecode has no such frame", f"count frames from {at_a_time:02} in that second"
        )
    return at_a_time * (minutes - minutes // 10)


def rate(value: Any) -> Fraction:
    """Frames a second from ``24``, ``29.97`` (which is 30000/1001) or ``24000/1001``. Raises Unfit."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str) and (spoken := _SPOKEN_RATE.fullmatch(value)):
        value = _meant(spoken[1].replace(",", "."))
    if isinstance(value, str) and _RATE.fullmatch(value):
        numerator, _, denominator = value.partition("/")
        value = exact(numerator.strip()) / int(denominator or 1)
    if not isinstance(value, Fraction):
        raise Unfit("a frame rate is needed here", "write 24, 25, 30 or 24000/1001")
    if not 1 <= value <= 120:
        raise Unfit(
            "the frame rate is out of range", "choose one between 1 and 120, such as 24 or 24000/1001"
        )
    return value


def _meant(written: str) -> Fraction:
    """The rate that is meant by a decimal: 29.97 and 23.98 are rounded, 23.97 is cut off (SMPTE ST 12-1)."""
    digits = len(written.partition(".")[2])
    for whole in _NTSC if digits >= 2 else ():
        exactly, step = Fraction(whole * 1000, 1001), Fraction(1, 10**digits)
        if -step / 2 <= exactly - exact(written) < step:
            return exactly
    return exact(written)


def size(value: Any) -> Any:
    """Width and height from ``1280x720``, for the model ``Size`` to check. Raises Unfit."""
    if isinstance(value, str):
        if not (match := _SIZE.fullmatch(value)):
            raise Unfit("a size is needed here", "write width x height in pixels, such as 1280x720")
        value = {"width": int(match[1]), "height": int(match[2])}
    if isinstance(value, dict) and all(isinstance(value.get(side), int) for side in ("width", "height")):
        for side in ("width", "height"):
            if not 64 <= value[side] <= 8192:
                raise Unfit(f"the {side} is out of range", "choose 64 to 8192 pixels, such as 1280x720")
            if value[side] % 2:
                raise Unfit(f"the {side} is odd, and video halves its colour planes", "make both sides even")
    return value
