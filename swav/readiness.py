"""Where a build runs, and whether something that makes pictures, speech or music could do so there."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Site:
    """The machine that a build runs on, as far as engines care."""

    models: Path
    """The folder of model folders."""
    cards: tuple[str, ...] = ()
    """Device ids of the GPUs that may be used."""
    gpus_per_render: int = 1


@dataclass(frozen=True)
class Readiness:
    """Whether an engine could shoot here and now, and with which weights."""

    ready: bool
    why: str
    """One phrase for the plan: what is there, or what is missing and what to do."""
    model: str = ""
    """Fingerprint of the weights that are here; empty where there are none."""
