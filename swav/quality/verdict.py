"""What a take should be, and what was found of it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, Literal

MEASURE_RECIPE = 1
"""Raised when a change of the gates must measure every take anew."""

Status = Literal["pass", "warn", "fail", "not measured"]

INTEGRITY = ("form", "black")
"""The gates of designed material: cards, stills, footage and drawn panels may be dark, blurred or still."""

PICTURE = (
    *INTEGRITY,
    "bits",
    "frozen",
    "repeated",
    "flicker",
    "blur",
    "still",
    "torn",
    "jump",
    "dark",
    "blown",
    "lettering",
    "adherence",
)
"""The gates of a generated take: everything that one clip can show."""

_FROM_BAD_TO_GOOD: tuple[Status, ...] = ("fail", "warn", "pass", "not measured")


@dataclass(frozen=True)
class Expected:
    """What a take is measured against."""

    width: int
    height: int
    rate: Fraction
    """Frames a second that its engine gives."""
    frames: int
    """Frames of the clip itself, at that rate."""
    moves: bool = True
    """Whether the shot asks for motion: its camera is not static."""
    gates: tuple[str, ...] = PICTURE
    prompt: str = ""


@dataclass(frozen=True)
class Finding:
    """What one gate says."""

    gate: str
    status: Status
    value: float | None
    """The gate's number; None where nothing was measured."""
    limit: float | None
    """The limit that was passed, or for a pass the next one; None for a gate without limits."""
    sentence: str
    frames: tuple[int, ...] = ()
    """Numbers of the worst frames, the worst first."""


@dataclass(frozen=True)
class Verdict:
    """All findings on a take, and the worst of them."""

    status: Status
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> "Verdict":
        """The verdict that the findings add up to. What was not measured neither helps nor harms."""
        found = tuple(findings)
        statuses = {finding.status for finding in found}
        worst = next((status for status in _FROM_BAD_TO_GOOD if status in statuses), "not measured")
        return cls(worst, found)

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> "Verdict":
        """The verdict that ``plain`` wrote."""
        found = (Finding(**{**item, "frames": tuple(item["frames"])}) for item in plain["findings"])
        return cls(plain["status"], tuple(found))

    def plain(self) -> dict[str, Any]:
        """The verdict as JSON data."""
        return {
            "status": self.status,
            "findings": [asdict(item) | {"frames": list(item.frames)} for item in self.findings],
        }

    @property
    def worst(self) -> Finding | None:
        """The finding to show first: the first of the worst status that is no pass."""
        wanted = self.status if self.status in ("fail", "warn") else None
        return next((finding for finding in self.findings if finding.status == wanted), None)
