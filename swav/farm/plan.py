"""Who renders what on a farm: the allocations of a film, how long each takes, and which waits for which."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from swav.cut.model import Cut
from swav.farm.division import LOAD_MINUTES, Share, divide
from swav.farm.work import Unit, units
from swav.music.players import plugins as players
from swav.reel.claims import to_be_finished, to_be_interpolated
from swav.reel.loads import Load
from swav.reel.workflow import Reel
from swav.review.plan import Plan
from swav.speech.voices import plugins as voices

PREPARE, RENDER, REEL = "prepare", "render", "reel"
CORES_A_CARD = 4
"""Of a render: its worker, and what is drawn, spoken and judged beside it."""
CORES = 8
"""Of an allocation that encodes: an encoder has use for no more (``swav.media.h264``)."""
BESIDE_MB = 2000
"""Memory for the quick jobs beside a render."""


@dataclass(frozen=True)
class Allocation:
    """One job of the cluster: Snakemake inside, on one node."""

    name: str
    targets: tuple[str, ...]
    gpus: int
    cores: int
    memory_mb: int
    units: tuple[Unit, ...] = ()
    """What it renders; none where it renders nothing."""
    minutes: float | None = None
    """On the wall; None where it cannot be known."""
    after: tuple[str, ...] = ()
    """The allocations that have to end before, well or badly."""

    @property
    def shots(self) -> tuple[str, ...]:
        return tuple(shot for unit in self.units for shot in unit.shots)

    @property
    def loads(self) -> tuple[Load, ...]:
        """Each that its cards hold, once: Snakemake makes those follow each other that share one."""
        return tuple(dict.fromkeys(load for unit in self.units for load in unit.loads))

    @property
    def locks(self) -> bool:
        """Whether it holds Snakemake's lock on the folder: those that render share the folder instead."""
        return self.name == REEL


@dataclass(frozen=True)
class Farm:
    """All allocations of a film, in the order in which they are submitted."""

    allocations: tuple[Allocation, ...]
    gpus: int
    """Of each allocation that renders."""
    waiting: tuple[str, ...] = ()
    """Shots that other allocations, submitted before, are to make first."""

    @property
    def renders(self) -> tuple[Allocation, ...]:
        return tuple(job for job in self.allocations if job.name.startswith(RENDER))

    @property
    def minutes(self) -> float | None:
        """Until the last render is done, if all start at once; None where one of them cannot be known."""
        found = [job.minutes for job in self.renders]
        return None if None in found else max(found, default=0.0)


def farm_of(
    reel: Reel, found: Plan, *, allocations: int, gpus: int, taken: Collection[str] = (), ready: bool = False
) -> Farm:
    """Divide what is pending over allocations of so many GPUs each; none for a film that is ``ready``.

    ``taken`` are targets that are being made by allocations submitted before: where nothing else is to be
    rendered, the film is left to those.
    """
    minutes = {shot.shot: shot.minutes for shot in found.shots}
    pending, free = units(reel.cut, minutes), units(reel.cut, minutes, taken)
    shares = divide(free, allocations)
    gathered = _shared(shares)
    jobs = []
    if gathered:
        memory = CORES * max(reel.memory("make_sample"), reel.memory("make_environment"))
        jobs.append(Allocation(PREPARE, gathered, 0, CORES, memory))
    first = tuple(job.name for job in jobs)
    jobs += [
        _rendering(f"{RENDER}-{number}", share, reel, gpus, first) for number, share in enumerate(shares, 1)
    ]
    if jobs or not (ready or taken):
        jobs.append(_joining(reel, tuple(job.name for job in jobs)))
    waiting = tuple(shot for unit in pending if unit not in free for shot in unit.shots)
    return Farm(tuple(jobs), gpus, waiting)


def _shared(shares: Sequence[Share]) -> tuple[str, ...]:
    """What more than one allocation would make: it is made once, before."""
    wanted = Counter(file for share in shares for file in {file for unit in share for file in unit.gathers})
    return tuple(sorted(file for file, count in wanted.items() if count > 1))


def _rendering(name: str, share: Share, reel: Reel, gpus: int, after: tuple[str, ...]) -> Allocation:
    rendering = {load[0] for unit in share for load in unit.loads}
    side_by_side = {engine: max(1, gpus // reel.claim.of(engine)) for engine in rendering}
    memory = max(
        reel.render_memory(SimpleNamespace(engine=engine)) * count for engine, count in side_by_side.items()
    )
    return Allocation(
        name=name,
        targets=tuple(target for unit in share for target in unit.targets),
        gpus=gpus,
        cores=CORES_A_CARD * gpus,
        memory_mb=memory + BESIDE_MB,
        units=share,
        minutes=_minutes(share, min(side_by_side.values())),
        after=after,
    )


def _minutes(share: Share, side_by_side: int) -> float | None:
    """On the wall: so many units render side by side, each as soon as there is room; and the loads."""
    if any(unit.minutes is None for unit in share):
        return None
    ends = [0.0] * side_by_side
    for unit in share:
        ends.sort()
        ends[0] += unit.minutes or 0.0
    return max(ends) + LOAD_MINUTES * len({load for unit in share for load in unit.loads})


def _joining(reel: Reel, after: tuple[str, ...]) -> Allocation:
    """The rest of the film: sound, gates, what is joined and delivered. A card where sound needs one, or what
    brings takes to the reel's rate or size."""
    brought = to_be_finished(reel.cut) or to_be_interpolated(reel.cut)
    card = 1 if _sounds_on_a_card(reel.cut) or brought else 0
    apart = reel.memory("compose_in_environment") if card else 0
    memory = CORES * reel.memory("make_sample") + apart
    return Allocation(REEL, (reel.target,), card, CORES, memory, after=after)


def _sounds_on_a_card(cut: Cut) -> bool:
    """Whether a line or music is pending that a large model makes."""
    lines = [
        voices().usable.get(shot.narration.engine)
        for shot in cut.shots
        if shot.narration and not Path(shot.narration.path).exists()
    ]
    music = [players().usable.get(cut.sound.music_engine)] if _missing(cut.sound.beds) else []
    return any(engine is not None and engine.lock for engine in [*lines, *music])


def _missing(files: Sequence[str]) -> bool:
    return any(not Path(file).exists() for file in files)


def load_words(load: Load) -> str:
    """A load for people: the engine, and how many LoRAs are merged into it."""
    engine, _, loras = load
    return engine + (f" + {len(loras)} LoRA{'s' if len(loras) > 1 else ''}" if loras else "")
