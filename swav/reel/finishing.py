"""The step that finishes a take: it is brought to a larger size, in an environment of its own."""

from pathlib import Path

from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.sources import SourceDigests
from swav.cut.takes import link
from swav.errors import EngineError
from swav.reel.speeds import remember_speed
from swav.render.claim import claimed
from swav.render.progress import Progress
from swav.upscaling.sizes import covering


def finish_take(
    cut: Cut, shot: CutShot, target: Path, *, python: Path, cards: tuple[str, ...], gpus: int
) -> None:
    """Bring a shot's take, at the reel's rate, to the size of the reel.

    One that is large enough already, as that of a fallback may be, is linked.
    """
    from swav.media.probe import probe
    from swav.upscaling.enlarge import enlarge

    finish, take = shot.finish, Path(shot.retimed)
    picture = probe(take)
    size = covering(picture.width, picture.height, finish.size)
    if size is None:
        link(take, target)
        return
    if finish.lacks:
        raise EngineError(finish.lacks)
    progress = Progress(shot.id, "upscale")
    metadata = {"title": shot.id, "comment": f"swav take {shot.key} by {shot.engine}, {finish.model}"}
    with (
        claimed(cards, gpus, progress) as held,
        SourceDigests(cut.build).unchanged(finish.file, finish.content) as model,
    ):
        said = enlarge(
            take,
            target,
            size=size,
            model=model,
            python=python,
            cards=held,
            metadata=metadata,
            progress=progress.step,
            note=progress.note,
        )
        pixels = said["frames"] * picture.width * picture.height
        remember_speed(cut.build, model, finish.content, pixels, said)
    progress.done()
