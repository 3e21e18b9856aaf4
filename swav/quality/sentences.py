"""What a gate's number means, said to people: one phrase a gate, without its status."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from swav.quality.limits import Bounds

Measured = Mapping[str, Any]

_MOST_STRETCHES = 3
_MOST_WORDS = 4


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


def _share(calm: str, phrase: Callable[[Measured], str], of: str = "of the take") -> Words:
    return Words(calm, phrase, lambda value: f"{percent(value)} {of}", percent)


def _where(measured: Measured) -> str:
    return stretches(measured.get("stretches", ()))


def _are(measured: Measured, what: str) -> str:
    found = measured.get("stretches", ())
    one = len(found) == 1 and found[0][0] == found[0][1]
    return f"{stretches(found)} {'is' if one else 'are'} {what}"


def _frozen(measured: Measured) -> str:
    found = measured.get("stretches", ())
    if len(found) == 1 and found[0][0] > 0:
        return f"{stretches(found)} repeat frame {found[0][0] - 1}"
    return f"{stretches(found)} stand still"


def _lettering(measured: Measured) -> str:
    words = measured.get("words", ())
    said = [f"“{word['text']}”" for word in words[:_MOST_WORDS]]
    more = f" and {len(words) - _MOST_WORDS} more" if len(words) > _MOST_WORDS else ""
    where = f" in frame {words[0]['frame']}" if words else ""
    return f"there is lettering in the picture{where}: {', '.join(said)}{more}"


WORDS: Mapping[str, Words] = {
    "bits": _share(
        "the file is as large as its pictures need",
        lambda measured: (
            f"the file has {plain(measured['bits_per_pixel'])} bits a pixel, far too few for its pictures"
        ),
        "of what a clean encoding of them takes",
    ),
    "black": _share("no stretch is black", lambda measured: _are(measured, "black")),
    "frozen": _share("no stretch stands still", _frozen),
    "repeated": _share(
        "the motion does not stutter", lambda measured: f"the motion stutters or loops in {_where(measured)}"
    ),
    "flicker": _share(
        "the brightness is steady",
        lambda measured: f"the brightness flickers in {_where(measured)}",
        "to and fro from frame to frame",
    ),
    "blur": Words(
        "the picture is sharp for its size",
        lambda measured: "the picture is blurred for its size",
        lambda value: f"sharpness {plain(value)}",
        plain,
    ),
    "still": _share(
        "the picture moves",
        lambda measured: "the shot asks for motion, and hardly anything moves",
        "of the picture changes within a second",
    ),
    "torn": _share(
        "the motion holds together",
        lambda measured: f"the picture is torn or garbled in {_where(measured)}",
        "of it follows from no motion",
    ),
    "jump": Words(
        "the shot is one shot",
        lambda measured: f"there is a cut inside the shot, at frame {measured['frames'][0]}",
        lambda value: f"the two sides differ by {plain(value)} of 1",
        plain,
    ),
    "dark": _share(
        "the picture is bright enough",
        lambda measured: "the picture is too dark",
        "of white at its brightest",
    ),
    "blown": _share(
        "the highlights hold detail",
        lambda measured: "the picture is blown out",
        "of the picture is pure white",
    ),
    "lettering": Words(
        "no lettering was seen", _lettering, lambda value: f"certainty {percent(value)}", percent
    ),
    "adherence": Words(
        "the picture shows what the prompt says",
        lambda measured: "the picture hardly shows what the prompt says",
        lambda value: f"similarity {plain(value)}",
        plain,
    ),
    "duplicate": _share(
        "no other shot looks like it",
        lambda measured: f"it looks like shot {measured['shot']}",
        "alike",
    ),
}
"""How each gate with limits speaks; ``form`` speaks for itself."""
