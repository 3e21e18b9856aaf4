"""What a gate's number means, said to people: one phrase a gate, without its status."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from swav.quality.bounds import Bounds

Measured = Mapping[str, Any]

_MOST_STRETCHES = 3


def percent(share: float) -> str:
    """``0.333`` as ``33 %``; small shares keep a digit."""
    hundredths = 100 * share
    return f"{hundredths:.1f} %" if 0 < abs(hundredths) < 9.95 and hundredths % 1 else f"{hundredths:.0f} %"


def plain(value: float) -> str:
    """A number with three significant digits at most."""
    return f"{value:.3g}"


def stretches(found: Sequence[Sequence[int]]) -> str:
    """``[[34, 60], [70, 70]]`` as ``frames 34-60 and 70``."""
    if not found:
        return "no frame"
    said = [f"{first}-{last}" if last > first else str(first) for first, last in found[:_MOST_STRETCHES]]
    if len(found) > _MOST_STRETCHES:
        said.append(f"{len(found) - _MOST_STRETCHES} more stretches")
    single = len(found) == 1 and found[0][0] == found[0][1]
    listed = " and ".join(filter(None, (", ".join(said[:-1]), said[-1])))
    return f"{'frame' if single else 'frames'} {listed}"


@dataclass(frozen=True)
class Words:
    """How one gate speaks."""

    calm: str
    """Said of a number within its limits."""
    phrase: Callable[[Measured], str]
    """Said of a number beyond them."""
    value: Callable[[float], str]
    """The number with its unit."""
    limit: Callable[[float], str]

    def sentence(self, measured: Measured, bounds: Bounds) -> str:
        """One sentence about a number that was measured."""
        number = measured["value"]
        status, limit = bounds.status(number), self.limit(bounds.limit(number))
        if status == "pass":
            return f"{self.calm} ({self.value(number)})"
        look = f"worth a look {'above' if bounds.rising else 'below'}"
        said = "the limit is" if status == "fail" else look
        return f"{self.phrase(measured)} ({self.value(number)}; {said} {limit})"


def share(calm: str, phrase: Callable[[Measured], str], of: str = "of the take") -> Words:
    """How a gate speaks whose number is a share, told in per cent."""
    return Words(calm, phrase, lambda value: f"{percent(value)} {of}", percent)


def where(measured: Measured) -> str:
    """The stretches that were found."""
    return stretches(measured.get("stretches", ()))


def are(measured: Measured, what: str) -> str:
    """That the stretches that were found are of some kind."""
    found = measured.get("stretches", ())
    one = len(found) == 1 and found[0][0] == found[0][1]
    return f"{stretches(found)} {'is' if one else 'are'} {what}"
