"""Bounds: at which number a gate warns and fails, as ``config.yaml`` writes them. Light."""

import re
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from swav.numbers import Unfit

Status = Literal["pass", "warn", "fail", "not measured"]

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
