"""The verdicts of a build as they are written, and read again: of each shot, and of the whole reel."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NotRequired

from pydantic import AfterValidator, Field, TypeAdapter
from typing_extensions import TypedDict

from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.errors import Damaged
from swav.files import read_json
from swav.quality.verdict import Status, Verdict


def verdict_of(shot: CutShot) -> dict[str, Any] | None:
    """The verdict on a shot by today's limits; None before it is judged, and where the verdict is damaged."""
    return _read(Path(shot.verdict), shot_verdict)


def admission_of(cut: Cut) -> dict[str, Any] | None:
    """What the reel's admission found, ``admitted`` or not; None before the reel was judged."""
    file = Path(cut.judging.admission)
    return _read(file, admission) or _read(findings_path(file), admission)


def findings_path(admission: Path) -> Path:
    """Where the findings of an admission lie that was refused."""
    return admission.with_suffix(".findings.json")


def _read(path: Path, shape: Callable[[Any], dict[str, Any]]) -> dict[str, Any] | None:
    try:
        return read_json(path, shape)
    except (FileNotFoundError, Damaged):
        return None


def shot_verdict(plain: Any) -> dict[str, Any]:
    """The shape of the verdict on a shot. ValueError where no take was judged, which is no verdict."""
    return _SHOT.validate_python(plain)


def admission(plain: Any) -> dict[str, Any]:
    """The shape of an admission and of its findings."""
    return {"admitted": True, "refusals": []} | _ADMISSION.validate_python(plain)


class _Finding(TypedDict):
    gate: str
    status: Status
    value: float | None
    limit: float | None
    sentence: str
    frames: list[int]


class _Verdict(TypedDict):
    status: Status
    findings: list[_Finding]


class _Take(_Verdict):
    number: int
    seed: int
    key: str
    clip: str
    picture: str


class _Shot(TypedDict):
    shot: str
    engine: str
    status: Status
    chosen: int | None
    fallback: str | None
    takes: Annotated[list[_Take], Field(min_length=1)]


class _Admission(TypedDict):
    admitted: NotRequired[bool]  # those of earlier versions are there only where the reel was admitted
    refusals: NotRequired[list[str]]
    shots: dict[str, _Shot]
    segments: NotRequired[dict[str, _Verdict]]  # earlier versions did not judge them
    alike: dict[str, _Verdict]
    speech: dict[str, _Verdict]
    reel: _Verdict


def _chosen_is_judged(shot: dict[str, Any]) -> dict[str, Any]:
    chosen = next((take for take in shot["takes"] if take["number"] == shot["chosen"]), None)
    if chosen is None and not shot["fallback"]:
        raise ValueError("the take that is chosen was not judged")
    return shot | {"status": Verdict.read(chosen).status if chosen else "fail"}


_SHOT = TypeAdapter(Annotated[_Shot, AfterValidator(_chosen_is_judged)])
_ADMISSION = TypeAdapter(_Admission)
