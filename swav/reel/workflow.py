"""The film of a configuration and its storyboard: read once, and decided, where a build starts."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from swav.config import Config
from swav.cut import inputs
from swav.cut.candidates import link_finished
from swav.cut.looks import SourceLooks
from swav.cut.materials import Materials
from swav.cut.model import FINAL, Cut
from swav.cut.resolve import resolve
from swav.cut.sources import SourceDigests
from swav.engines import Site, abilities, generating, plugins, reads, samples
from swav.errors import SwavError
from swav.reel.asked import asked_shots
from swav.reel.claims import check_brought, check_engines, check_gpus, claim_of
from swav.reel.damage import mend, mend_handed_on, mend_learnt
from swav.reel.drawing import link_drawn
from swav.reel.film import Film
from swav.reel.formats import codec_of, formatted
from swav.reel.one_shot import playable_path, shot_path, show
from swav.reel.read_only import elsewhere, is_read_only
from swav.reel.signing import try_again
from swav.reel.stamp import bring_to_now, date_after, is_current, is_no_older_film, not_as_delivered
from swav.storyboard import Loaded, Reach, load
from swav.storyboard.deliveries import target_of


@dataclass(frozen=True, kw_only=True)
class Reel(Film):
    """A film as it was decided here, from a configuration and a storyboard."""

    config: Config
    loaded: Loaded = field(repr=False)
    mended: tuple[str, ...] = ()
    """What was damaged, and what became of it: a sentence for each file."""


def open_reel(values: Mapping[str, Any], *, gpu_limit: int | None = None, version: str = "") -> Reel:
    """Read configuration and storyboard, decide the cut, and lay out what the rules find on disk.

    Writes only what is not there already: the cut under its digest, links to finished takes, and what was
    learnt of sources and weights. What is damaged is put away, to be made again. Raises InputError with every
    fault of storyboard and configuration. ``version`` is the name of a delivery, whose film is opened then.
    """
    config = Config.read(values)
    asked = (config, gpu_limit, asked_shots, version)
    if is_read_only(config.build):
        return _looked_at(read_reel(*asked))
    mended = mend_learnt(config.build) + mend_handed_on(config.build)
    reel = read_reel(*asked)
    if found := mend(reel.cut):
        mended += found
        reel = read_reel(*asked)  # another engine may stand in now
    cut, target = reel.cut, reel.target
    try_again(cut)
    bring_to_now(inputs.made(cut))
    if cut.save():
        mended.append(f"{cut.path} was damaged; it is written again")
    link_drawn(cut)
    link_finished(cut)
    for shot in cut.shots if reel.only else ():
        show(Path(shot_path(cut, shot)), playable_path(cut, shot))
    check_engines(cut)
    check_brought(cut)
    check_gpus(cut, reel.claim)
    if reel.only:
        return replace(reel, mended=tuple(mended))
    unlike = not_as_delivered(cut, Path(target))
    current = is_current(Path(target), Path(cut.reel).stem) and Path(cut.judging.admission).exists()
    stale = not current or bool(unlike)
    if stale:
        date_after(Path(cut.path), Path(target))
    torn = [file for file in unlike if current or is_no_older_film(cut, file)]
    mended += [f"{file} is damaged; it is delivered again" for file in torn]
    return replace(reel, stale=stale, mended=tuple(mended))


def _looked_at(reel: Reel) -> Reel:
    """A reel whose folder cannot be written: what is there is used, and the cut lies elsewhere."""
    cut, target = reel.cut, Path(reel.target)
    check_engines(cut)
    check_brought(cut)
    check_gpus(cut, reel.claim)
    current = is_current(target, Path(cut.reel).stem) and Path(cut.judging.admission).exists()
    written = elsewhere() / Path(cut.path).name
    cut.write(written)
    return replace(reel, stale=not current, written=str(written))


def versions_of(reel: Reel) -> dict[str, str]:
    """The deliveries of a storyboard, and the file of each."""
    return {name: target_of(name, delivery) for name, delivery in reel.loaded.board.deliver.items()}


def version_cuts(reel: Reel) -> list[Cut]:
    """The cuts of a storyboard's deliveries, as far as they can be read."""
    found = []
    for name in reel.loaded.board.deliver:
        with suppress(SwavError):
            found.append(read_reel(reel.config, version=name).cut)
    return found


def read_reel(
    config: Config,
    gpu_limit: int | None = None,
    asked: Callable[[Collection[str]], frozenset[str]] = lambda shots: frozenset(),
    version: str = "",
    text: str | None = None,
) -> Reel:
    """The reel of a configuration, without writing the cut.

    ``asked`` is told the ids of all shots, and chooses those that are to be opened; none means all.
    ``version`` names a delivery: its reel is that of the storyboard that is derived for it.
    ``text`` is read in the place of the storyboard's file: an edit that is not saved.
    """
    claim = claim_of(config, gpu_limit)
    path = Path(config.storyboard)
    digests, looks = SourceDigests(config.build), SourceLooks(config.build)
    loaded = load(
        path,
        samples=samples(),
        engines=generating(),
        abilities=abilities(config.image_to_video),
        unusable=plugins().broken,
        look=looks.of,
        tokens=reads(Path(config.models)),
        reach=Reach.of(path, config.media_roots),
        asked=asked,
        version=version,
        text=text,
    )
    if loaded.delivery:
        config = formatted(config, loaded.delivery)
    materials = Materials(path.parent, digests.of, looks.of, samples(), config.build)
    site = Site(Path(config.models), claim.cards, claim.per_render)
    target = target_of(version, loaded.delivery) if loaded.delivery else FINAL
    cut = resolve(
        loaded.board,
        config,
        storyboard=path,
        site=site,
        materials=materials,
        only=loaded.only,
        target=target,
        codec=codec_of(loaded.delivery),
    )
    digests.save()
    looks.save()
    return Reel(
        config=config,
        loaded=loaded,
        cut=cut,
        claim=claim,
        shots=tuple(shot.id for shot in loaded.board.shots),
        wheel_folder=config.wheels or "",
        keep_warm=config.keep_warm,
        only=loaded.only,
    )
