"""What a take should be, and what was found of it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from swav.quality.bounds import Status
from swav.quality.gauges import gates

INTEGRITY = ("form", *(gate.name for gate in gates() if gate.of_all))
"""The gates of designed material: cards, stills, footage and drawn panels may be dark, blurred or still."""

SEGMENT = tuple(gate.name for gate in gates() if gate.of_segment)
"""The gates of what the reel shows of a shot, at the reel's rate."""

CAST = tuple(gate.name for gate in gates() if gate.of_cast)
"""The gates of keyframes that show somebody of whom there are portraits."""

PICTURE = (
    *INTEGRITY,
    *(gate.name for gate in gates() if gate.gauge and not (gate.of_all or gate.of_segment or gate.of_cast)),
)
"""The gates of a generated take: everything that one clip can show."""

EARLY = tuple(name for name in PICTURE if name not in {gate.name for gate in gates() if gate.of_detail})
"""The gates of an early look at a take: what can be seen before its detail is there."""

_FROM_BAD_TO_GOOD: tuple[Status, ...] = ("fail", "warn", "not measured", "pass")
OPTIONAL = tuple(gate.name for gate in gates() if gate.optional)
"""Gates whose model does not come with the installation: where it is not here, nobody counts on them."""


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
        """The verdict that the findings add up to.

        What was not measured harms nobody and is no pass: where a gate has no number, the whole is none
        either, but for ``OPTIONAL`` gates.
        """
        found = tuple(findings)
        statuses = {
            item.status for item in found if item.status != "not measured" or item.gate not in OPTIONAL
        }
        worst = next((status for status in _FROM_BAD_TO_GOOD if status in statuses), "not measured")
        return cls(worst, found)

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> "Verdict":
        """The verdict that ``plain`` wrote; the findings decide its status."""
        return cls.of(Finding(**{**item, "frames": tuple(item["frames"])}) for item in plain["findings"])

    def plain(self) -> dict[str, Any]:
        """The verdict as JSON data."""
        return {
            "status": self.status,
            "findings": [asdict(item) | {"frames": list(item.frames)} for item in self.findings],
        }

    @property
    def worst(self) -> Finding | None:
        """The finding to show first: the first of the worst status that is no pass."""
        wanted = None if self.status == "pass" else self.status
        return next((finding for finding in self.findings if finding.status == wanted), None)
