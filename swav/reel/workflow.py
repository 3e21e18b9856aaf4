"""What the Snakefile asks: the cut of the configured storyboard, and which files each rule needs.

Everything that the rules know passes through ``Reel``; it is made once, when the workflow is read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from swav.animatic.samples import SAMPLES
from swav.config import Config
from swav.cut.model import Cut, CutShot
from swav.cut.resolve import Materials, resolve
from swav.cut.sources import SourceDigests
from swav.cut.takes import link_finished
from swav.engines import Site, engines, generating
from swav.errors import SwavError
from swav.reel.stamp import date_after, is_current
from swav.render.cards import cards_here
from swav.storyboard import Loaded, load


@dataclass(frozen=True)
class Claim:
    """How many GPUs there are to give out, and how many each render takes."""

    limit: int | None
    """What ``--resources gpu=N`` allows; None where nothing was said."""
    per_render: int
    cards: tuple[str, ...]


def claim_of(config: Config, limit: int | None) -> Claim:
    """What a render claims: ``gpus_per_render``, where ``all`` means all that the command allows."""
    cards = cards_here(config.cards)
    if config.gpus_per_render != "all":
        return Claim(limit, config.gpus_per_render, cards)
    allowed = len(cards) if limit is None else min(limit, len(cards))
    return Claim(limit, max(1, allowed), cards)


@dataclass(frozen=True)
class Reel:
    """The reel that is being built."""

    config: Config
    loaded: Loaded
    cut: Cut
    claim: Claim
    stale: bool = False
    """Whether final.mp4 shows another reel than the cut's."""

    def shot(self, wildcards: Any, kind: str) -> CutShot:
        """The shot whose file a rule's wildcards name. SwavError if the cut holds no such file.

        A file under another key would hold what the cut wants now, and lie about it for ever.
        """
        try:
            shot = self.cut.shot(wildcards.shot)
        except KeyError:
            raise SwavError(f"there is no shot {wildcards.shot} in {self.cut.storyboard}") from None
        wanted = {"clip": shot.key, "segment": shot.segment_key, "transition": shot.passage.key}[kind]
        if wildcards.key != wanted:
            raise SwavError(
                f"shot {shot.id}: the {kind} {wildcards.key} is not in the cut; it is {wanted} now"
            )
        return shot

    def pattern(self, pattern: str) -> str:
        """A path pattern of ``swav.cut.paths`` with the build folder filled in, for a rule's output."""
        return pattern.replace("{build}", self.cut.build)

    def notices(self, most: int = 4) -> list[str]:
        """What the user should know of the storyboard, though it stops nothing: a few lines of it."""
        said = [str(notice) for notice in self.loaded.notices]
        if len(said) > most:
            said = [*said[:most], f"... and {len(said) - most} notices more: swav plan shows them all"]
        return said

    @property
    def cards(self) -> str:
        """The cards that a render may choose from, with commas."""
        return ",".join(self.claim.cards)

    @cached_property
    def gpu_engines(self) -> str:
        """A wildcard constraint: engines whose renders claim cards."""
        return _alternatives(name for name, engine in engines().items() if engine.gpu)

    @cached_property
    def cpu_engines(self) -> str:
        """A wildcard constraint: engines that need no card."""
        return _alternatives(name for name, engine in engines().items() if not engine.gpu)

    def clip_inputs(self, wildcards: Any) -> list[str]:
        """What a take is made from: a source that the build makes itself, and the line that it follows."""
        shot = self.shot(wildcards, "clip")
        source = shot.request.source
        made = [source.path] if source and source.content.startswith("sample ") else []
        return made + _followed(shot)

    def segment_inputs(self, wildcards: Any) -> list[str]:
        """What a segment is made from."""
        return _picture(self.shot(wildcards, "segment"))

    def transition_inputs(self, wildcards: Any) -> list[str]:
        """What a transition is made from: both its neighbours."""
        shot = self.shot(wildcards, "transition")
        return list(dict.fromkeys(_picture(shot) + _picture(self.cut.after(shot))))

    @cached_property
    def followed(self) -> list[str]:
        """The lines that decide how long the reel is."""
        return [path for shot in self.cut.shots for path in _followed(shot)]

    @cached_property
    def mix_inputs(self) -> list[str]:
        """The lines, and the music if there is any."""
        return self.cut.narrations() + [path for path in (self.cut.sound.music,) if path]

    @cached_property
    def reel_inputs(self) -> list[str]:
        """All that is joined: pictures, sound, subtitles."""
        sound = [path for path in (self.cut.sound.mix, self.cut.sound.captions) if path]
        return self.cut.pieces() + sound + self.followed


def _alternatives(names: Any) -> str:
    return "|".join(re.escape(name) for name in sorted(names)) or "(?!)"


def _followed(shot: CutShot) -> list[str]:
    return [] if shot.length.known or shot.narration is None else [shot.narration.path]


def _picture(shot: CutShot) -> list[str]:
    return list(dict.fromkeys([shot.clip, *(item.path for item in shot.overlays), *_followed(shot)]))


def gpu_limit(workflow: Any) -> int | None:
    """The N of ``--resources gpu=N``; None where nothing was said.

    Snakemake offers no public way to ask; a test keeps watch over this one.
    """
    limit = workflow.global_resources.get("gpu")
    return getattr(limit, "value", limit)


def cap_gpus(workflow: Any, claim: Claim) -> None:
    """Where no ``--resources gpu=N`` was given, let N be this machine's cards; Snakemake sets no limit."""
    if claim.limit is None:
        workflow.register_resource("gpu", max(len(claim.cards), claim.per_render))


def open_reel(values: Mapping[str, Any], *, gpu_limit: int | None = None, target: str = "final.mp4") -> Reel:
    """Read configuration and storyboard, decide the cut, and lay out what the rules find on disk.

    Writes only what is not there already: the cut under its digest, links to finished takes, and what was
    learnt of sources and weights. Raises InputError with every fault of storyboard and configuration.
    """
    config = Config.read(values)
    reel = read_reel(config, gpu_limit)
    cut = reel.cut
    cut.save()
    link_finished(cut.build, {shot.key: shot.clip for shot in cut.shots})
    check_engines(cut)
    check_gpus(reel)
    stale = not is_current(Path(target), Path(cut.reel).stem)
    if stale:
        date_after(Path(cut.path), Path(target))
    return replace(reel, stale=stale)


def read_reel(config: Config, gpu_limit: int | None = None) -> Reel:
    """The reel of a configuration, without writing the cut."""
    claim = claim_of(config, gpu_limit)
    path = Path(config.storyboard)
    loaded = load(path, samples=SAMPLES, engines=generating())
    digests = SourceDigests(config.build)
    materials = Materials(path.parent, digests.of, footage_length, SAMPLES)
    site = Site(Path(config.models), claim.cards, claim.per_render)
    cut = resolve(loaded.board, config, storyboard=path, site=site, materials=materials)
    digests.save()
    return Reel(config, loaded, cut, claim)


def footage_length(path: Path) -> Fraction:
    """Seconds of a video file."""
    from swav.media.probe import probe

    return probe(path).duration


def pending_renders(cut: Cut) -> list[CutShot]:
    """Shots whose take claims GPUs and is not there yet."""
    return [shot for shot in cut.shots if shot.gpu and not Path(shot.clip).exists()]


def check_engines(cut: Cut) -> None:
    """Refuse a build in which a pending shot's engine, which the configuration insists on, cannot shoot."""
    stuck = [shot for shot in cut.shots if not shot.ready and not Path(shot.clip).exists()]
    if stuck:
        raise SwavError(
            f"{', '.join(shot.id for shot in stuck[:5])}{' ...' if len(stuck) > 5 else ''}: "
            f"{stuck[0].engine} cannot shoot: {stuck[0].why}; "
            "mend that, or let engine: auto choose a stand-in"
        )


def check_gpus(reel: Reel) -> None:
    """Refuse a build whose renders claim more GPUs than the command allows.

    Snakemake would clamp the claim without a word, and with ``gpu=0`` start every render at once.
    """
    pending, claim = pending_renders(reel.cut), reel.claim
    if pending and claim.limit is not None and claim.limit < claim.per_render:
        raise SwavError(
            f"--resources gpu={claim.limit}: {len(pending)} renders are pending ({pending[0].id} ...), and "
            f"each claims {claim.per_render} GPUs; give --resources gpu={claim.per_render}, or set "
            f"gpus_per_render in config.yaml to {claim.limit or 1} or less, "
            "or build with --config engine=animatic"
        )
