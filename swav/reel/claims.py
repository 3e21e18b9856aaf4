"""GPUs: how many there are to give out, how many a job takes, and builds that claim more than there are."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from swav.config import Config
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.shot_parts import Keyframe
from swav.engines import engines
from swav.errors import SwavError
from swav.media.h264 import THREADS
from swav.plugins import listed
from swav.render.card_names import allocation
from swav.render.cards import cards_here
from swav.render.hardware import Hardware

DRAWS_ON = 3
"""Cores that drawing a take keeps busy: 2.1 to 2.4 were measured (``benchmarks/jobs.py``)."""
OTHER_WORDS = ("card", "cards", "cuda", "graphics", "graphics_card", "nvidia", "nvidia_gpu", "accelerator")
"""What people write for ``gpu``, beside slips of the fingers."""


Named = tuple[tuple[str, int], ...]
"""Engines that claim another number of GPUs than the rest, and that number."""


def gpus_of(engine: str, per_render: int, named: Named) -> int:
    """GPUs that a render takes: as configured, but no more than its engine has a use for."""
    asked, known = dict(named).get(engine, per_render), engines().get(engine)
    return min(asked, known.most_gpus) if known and known.most_gpus else asked


@dataclass(frozen=True)
class Claim:
    """How many GPUs there are to give out, and how many each render takes."""

    limit: int | None
    """What ``--resources gpu=N`` allows; None where nothing was said."""
    per_render: int
    """What a render takes whose engine is not named."""
    cards: tuple[str, ...]
    """Those of this machine; where it has none, numbers for those that a node of the cluster has."""
    named: Named = ()
    node: Hardware | None = None
    """A node of the cluster, where renders are planned for one because this machine has no card."""
    sounding: int | None = None
    """GPUs that a model of speech or music takes, where that was decided elsewhere."""

    def of(self, engine: str) -> int:
        """GPUs that a render with this engine takes."""
        return gpus_of(engine, self.per_render, self.named)

    @property
    def most(self) -> int:
        """The most that any render takes."""
        return max(self.per_render, *(count for _, count in self.named), 1)

    @property
    def for_programs(self) -> int:
        """GPUs that a program in an environment of its own takes, for speech, for music, or to bring a take
        to the reel's rate or size: one, or none where the processor must do."""
        if self.sounding is not None:
            return self.sounding
        return 0 if self.limit == 0 else min(1, len(self.cards))


def claim_of(config: Config, limit: int | None) -> Claim:
    """What a render claims: ``gpus_per_render``, where ``all`` means all that the command allows.

    Raises SwavError where it names what is no engine.
    """
    cards, node = cards_here(config.cards), None
    if config.cluster is not None and not cards and not allocation():
        node = config.cluster.node
        cards = tuple(str(number) for number in range(len(node.cards)))
    allowed = max(1, len(cards) if limit is None else min(limit, len(cards)))
    asked = config.gpus_per_render
    by_engine = asked if isinstance(asked, dict) else {}
    rendering = sorted(name for name, engine in engines().items() if engine.gpu)
    for name in by_engine:
        if name not in rendering:
            raise SwavError(
                f"gpus_per_render: {name!r} is no engine that claims GPUs; use {listed(rendering)}"
            )
    general = "all" if isinstance(asked, dict) else asked
    named = tuple((name, allowed if count == "all" else count) for name, count in by_engine.items())
    return Claim(limit, allowed if general == "all" else general, cards, named, node)


def gpu_limit(workflow: Any) -> int | None:
    """The N of ``--resources gpu=N``; None where nothing was said.

    Snakemake offers no public way to ask; a test keeps watch over this one.
    """
    limit = workflow.global_resources.get("gpu")
    return getattr(limit, "value", limit)


def check_resource_names(workflow: Any) -> None:
    """Refuse a limit on a resource that no rule claims, where ``gpu`` must have been meant.

    Snakemake takes any name, and renders would then claim every card.
    """
    for name in workflow.global_resources:
        if name != "gpu" and _means_gpus(name.lower()):
            raise SwavError(f"--resources {name}=...: no rule claims {name}; write --resources gpu=N")


def _means_gpus(name: str) -> bool:
    return name in OTHER_WORDS or (bool(get_close_matches(name, ["gpu", "gpus"])) and name[:3] != "cpu")


def encoder_threads(workflow: Any) -> int:
    """Threads that a job that encodes pictures claims: what x264 starts, as far as cores go round.

    One core is left to renders: on a small machine an encode that claims every core would wait for the last
    of them.
    """
    return _as_cores_go_round(workflow, THREADS)


def drawing_threads(workflow: Any) -> int:
    """Threads that a job that draws a take claims: one draws and OpenCV helps it, while x264's encode."""
    return _as_cores_go_round(workflow, DRAWS_ON)


def _as_cores_go_round(workflow: Any, most: int) -> int:
    cores = getattr(workflow.global_resources.get("_cores"), "value", None)
    return min(most, max(1, (cores or most + 1) - 1))


def typed_words(workflow: Any) -> list[str]:
    """The words of ``--config`` as they were typed; Snakemake's ``config`` has numbers in their place."""
    return list(workflow.config_settings.config_args or ())


def deploys_conda(workflow: Any) -> bool:
    """Whether Snakemake was told to deploy each rule's software with conda (``--sdm conda``)."""
    methods = workflow.deployment_settings.deployment_method
    return any(str(getattr(method, "name", method)).lower() == "conda" for method in methods)


def cap_gpus(workflow: Any, claim: Claim) -> None:
    """Where no ``--resources gpu=N`` was given, let N be this machine's cards; Snakemake sets no limit."""
    if claim.limit is None:
        workflow.register_resource("gpu", max(len(claim.cards), claim.most))


def is_to_be_rendered(shot: CutShot) -> bool:
    """Whether a shot's take claims GPUs and is not there yet."""
    return shot.gpu and not Path(shot.clip).exists()


def pictures_to_be_drawn(shot: CutShot) -> list[Keyframe]:
    """A shot's keyframes that claim GPUs and are not there yet."""
    return [picture for picture in shot.drawn if picture.gpu and not Path(picture.path).exists()]


def pending_renders(cut: Cut) -> list[CutShot]:
    """Shots whose take claims GPUs and is not there yet."""
    return list(filter(is_to_be_rendered, cut.shots))


def looks_to_take(shot: CutShot) -> list[str]:
    """Early looks at a shot's takes that are not there yet, where somebody has to choose one of them."""
    early = shot.early if shot.early and shot.early.waits else None
    return [path for path in early.looks if not Path(path).exists()] if early else []


def pending_claims(cut: Cut) -> list[tuple[str, str]]:
    """All that claims GPUs and is not there yet, takes first: a shot's id, and who renders or draws."""
    renders = [(shot.id, shot.engine) for shot in pending_renders(cut)]
    renders += [(shot.id, shot.early.engine) for shot in cut.shots if looks_to_take(shot)]
    drawn = [(shot.id, picture.engine) for shot in cut.shots for picture in pictures_to_be_drawn(shot)]
    return renders + drawn


def beyond(cut: Cut, claim: Claim, limit: int | None) -> list[str]:
    """Shots of which something pending claims more GPUs than the limit; none where there is no limit."""
    return [shot for shot, engine in pending_claims(cut) if limit is not None and claim.of(engine) > limit]


def check_engines(cut: Cut) -> None:
    """Refuse a build in which a pending shot's engine, which the configuration insists on, cannot shoot."""
    stuck = [shot for shot in cut.shots if not shot.ready and not Path(shot.clip).exists()]
    if stuck:
        raise SwavError(
            f"{', '.join(shot.id for shot in stuck[:5])}{' ...' if len(stuck) > 5 else ''}: "
            f"{stuck[0].engine} cannot shoot: {stuck[0].why}; "
            "mend that, or let engine: auto choose a stand-in"
        )


def check_brought(cut: Cut) -> None:
    """Refuse a build in which takes are to be brought to the reel's rate or size by what is not here, before
    any is rendered."""
    if why := lacking(cut):
        raise SwavError(why[0])


def lacking(cut: Cut) -> list[str]:
    """Why takes cannot be brought to the reel's rate or size here: a sentence for each reason."""
    said = [shot.motion.learned.lacks for shot in to_be_interpolated(cut)]
    said += [shot.finish.lacks for shot in to_be_finished(cut)]
    return list(dict.fromkeys(filter(None, said)))


def to_be_interpolated(cut: Cut) -> list[CutShot]:
    """Shots whose take a network is to bring to the reel's rate for a piece that is not there yet."""
    return [
        shot
        for shot in _in_missing_pieces(cut, lambda shot: shot.motion and shot.motion.learned)
        if not Path(shot.motion.path).exists() and not (shot.finish and Path(shot.finish.path).exists())
    ]


def to_be_finished(cut: Cut) -> list[CutShot]:
    """Shots whose take is to be brought to the reel's size for a piece that is not there yet."""
    finished = _in_missing_pieces(cut, lambda shot: shot.finish)
    return [shot for shot in finished if not Path(shot.finish.path).exists()]


def _in_missing_pieces(cut: Cut, concerned: Callable[[CutShot], Any]) -> Iterator[CutShot]:
    """Those shots that are concerned of which a segment or a transition is not there yet."""
    for before, shot in zip((None, *cut.shots), cut.shots, strict=False):
        if not concerned(shot):
            continue
        pieces = [shot.segment, shot.passage.path, before.passage.path if before else ""]
        if any(piece and not Path(piece).exists() for piece in pieces):
            yield shot


def only_on_the_cluster(cut: Cut, claim: Claim) -> str:
    """Why renders cannot be made here, where they are planned for a cluster; empty where they can."""
    pending = [shot for shot, _ in pending_claims(cut)]
    if claim.node is None or not pending:
        return ""
    return (
        f"{pending[0]}{' ...' if len(pending) > 1 else ''}: to be rendered by nodes of the cluster (cluster: "
        "in config.yaml), and this machine has no GPU; let Snakemake send renders there (docs/building.md), "
        "or build with --config engine=animatic"
    )


def check_gpus(cut: Cut, claim: Claim) -> None:
    """Refuse a build whose renders claim more GPUs than the command allows.

    Snakemake would clamp the claim without a word, and with ``gpu=0`` start every render at once.
    """
    if stuck := beyond(cut, claim, claim.limit):
        count = max(claim.of(engine) for _, engine in pending_claims(cut))
        fewer = f"or set gpus_per_render in config.yaml to {claim.limit} or less, " if claim.limit else ""
        raise SwavError(
            f"--resources gpu={claim.limit}: {len(stuck)} renders are pending ({stuck[0]} ...), and "
            f"each claims {count} GPUs; give --resources gpu={count}, "
            f"{fewer}or build with --config engine=animatic"
        )
