"""The limits of the gates: the ``quality:`` group of ``config.yaml``.

Light: it is imported whenever a storyboard is read. The defaults are tuned on the labelled set of
``tests/labelled``; ``docs/quality.md`` shows what they find and what they miss.
"""

import re
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from swav.quality.verdict import Status
from swav.storyboard.model import Part
from swav.storyboard.numbers import Unfit

NEVER = "never"
OFF = "off"
_OFF = (OFF, "false", "no")
"""``off``, also as YAML 1.1 and ``--config`` may hand it on."""
_NUMBER = re.compile(r"-?(\d{1,9}(\.\d{0,9})?|\.\d{1,9})")


@dataclass(frozen=True)
class Bounds:
    """At which number a gate warns, and at which it fails."""

    warn: float
    fail: float | None
    """None: never."""
    rising: bool = True
    """Whether the number gets worse as it grows."""

    def status(self, value: float) -> Status:
        """What a number means. A number that is exactly the limit is still good."""
        if self.fail is not None and self._beyond(value, self.fail):
            return "fail"
        return "warn" if self._beyond(value, self.warn) else "pass"

    def limit(self, value: float) -> float:
        """The limit to name beside a number: the one that it passed, or the next one."""
        return self.fail if self.fail is not None and self._beyond(value, self.fail) else self.warn

    def _beyond(self, value: float, limit: float) -> bool:
        return value > limit if self.rising else value < limit

    def written(self) -> list[float | str]:
        """As it stands in ``config.yaml``."""
        return [self.warn, NEVER if self.fail is None else self.fail]


Limit = Bounds | Literal["off"]


def _limit(value: Any, *, rising: bool) -> Limit:
    """A gate's limits from ``[0.1, 0.3]``, ``[0.1, never]`` or ``off``. Raises Unfit."""
    if str(value).lower() in _OFF:
        return OFF
    if isinstance(value, Bounds):
        value = value.written()
    example = "[0.1, 0.3]" if rising else "[0.3, 0.1]"
    remedy = f"write [warn, fail] such as {example}, [warn, never], or off"
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise Unfit("two limits are needed here", remedy)
    warn, fail = (_number(item, remedy) for item in value)
    if warn is None:
        raise Unfit("a gate that never warns is switched off", "write off, or a number that warns")
    if fail is not None and (fail < warn if rising else fail > warn):
        better = "smaller" if rising else "larger"
        raise Unfit("the limits stand in the wrong order", f"write the {better} number, which warns, first")
    return Bounds(warn, fail, rising)


def _number(value: Any, remedy: str) -> float | None:
    written = str(value).strip()
    if written == NEVER:
        return None
    if isinstance(value, bool) or not _NUMBER.fullmatch(written):
        raise Unfit(f"{written[:40]!r} is not a limit", remedy)
    return float(written)


_WRITTEN = PlainSerializer(lambda limit: limit if limit == OFF else limit.written())
_NUMBER_SCHEMA = {"type": "number"}
_SCHEMA = WithJsonSchema(
    {
        "anyOf": [
            {
                "type": "array",
                "prefixItems": [_NUMBER_SCHEMA, {"anyOf": [_NUMBER_SCHEMA, {"const": NEVER}]}],
                "minItems": 2,
                "maxItems": 2,
            },
            {"const": OFF},
        ]
    }
)

Rising = Annotated[Limit, PlainValidator(partial(_limit, rising=True)), _WRITTEN, _SCHEMA]
"""The limits of a number that gets worse as it grows: ``[0.1, 0.3]``."""
Falling = Annotated[Limit, PlainValidator(partial(_limit, rising=False)), _WRITTEN, _SCHEMA]
"""The limits of a number that gets worse as it shrinks: ``[0.3, 0.1]``."""


def rising(warn: float, fail: float | None) -> Bounds:
    """The default of a ``Rising`` field."""
    return Bounds(warn, fail, rising=True)


def falling(warn: float, fail: float | None) -> Bounds:
    """The default of a ``Falling`` field."""
    return Bounds(warn, fail, rising=False)


class Limits(Part):
    """At which number each gate warns and fails: ``[warn, fail]``, ``[warn, never]`` or ``off``."""

    bits: Falling = falling(0.42, 0.32)
    """Bits of the file for each bit that a clean encoding of the same pictures takes."""
    black: Rising = rising(0.0, 0.1)
    """Share of the frames in which nothing is to be seen."""
    frozen: Rising = rising(0.05, 0.1)
    """Share of the frames that stand still though the shot moves."""
    repeated: Rising = rising(0.1, 0.2)
    """Share of the frames that show the frame before, or an earlier stretch, once more."""
    flicker: Rising = rising(0.012, 0.02)
    """Share of its brightness by which the whole picture jumps to and fro between frames."""
    blur: Falling = falling(0.03, 0.015)
    """Energy of the finest detail over that of coarser detail, where the picture has edges."""
    still: Falling = falling(0.05, 0.02)
    """Share of the picture that changes within a second, where the shot asks for motion."""
    torn: Rising = rising(0.02, 0.023)
    """Share of the picture's structure that does not follow from its neighbouring frames by any motion."""
    jump: Rising = rising(0.15, 0.25)
    """How unlike the pictures on both sides of the worst cut inside the shot are, 0 to 1."""
    dark: Falling = falling(0.17, 0.12)
    """Brightness of the brightest 0.2 % of the picture, 0 to 1."""
    blown: Rising = rising(0.2, 0.4)
    """Share of the picture that is pure white."""
    lettering: Rising = rising(0.3, 0.6)
    """How surely there is lettering in the picture, 0 to 1."""
    adherence: Falling = falling(0.2, None)
    """Cosine similarity of picture and prompt, by a CLIP model, -1 to 1."""
    duplicate: Rising = rising(0.93, None)
    """Similarity to another shot's take, 0 to 1."""
