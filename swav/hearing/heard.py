"""What was heard, as plain values: words with their times, to and from JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from swav.times import exact

STEP = 1000
"""Times are whole milliseconds: finer than any recogniser hears, and short to write."""


@dataclass(frozen=True)
class HeardWord:
    """A word as the recogniser wrote it, without white space.

    ``start`` and ``end`` in seconds from the start of the file, ``confidence`` a probability.
    """

    text: str
    start: Fraction
    end: Fraction
    confidence: float


@dataclass(frozen=True)
class Heard:
    """All that was heard in a file, in order, and the model that heard it."""

    words: tuple[HeardWord, ...]
    model: str

    @property
    def text(self) -> str:
        """The words with a space between them; the number of a word there is its place in ``words``."""
        return " ".join(word.text for word in self.words)

    def plain(self) -> dict[str, Any]:
        """As JSON data; times are decimals, written out."""
        words = [
            {
                "text": word.text,
                "start": _written(word.start),
                "end": _written(word.end),
                "confidence": word.confidence,
            }
            for word in self.words
        ]
        return {"model": self.model, "words": words}

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> "Heard":
        """What ``plain`` wrote."""
        words = (
            HeardWord(word["text"], exact(word["start"]), exact(word["end"]), word["confidence"])
            for word in plain["words"]
        )
        return cls(tuple(words), plain["model"])


def stepped(seconds: Fraction | float) -> Fraction:
    """The nearest whole millisecond."""
    return Fraction(round(seconds * STEP), STEP)


def _written(seconds: Fraction) -> str:
    return f"{float(seconds):.3f}"
