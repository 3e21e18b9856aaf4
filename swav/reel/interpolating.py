"""The step that brings a take to the reel's rate by a network, in an environment of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.sources import SourceDigests
from swav.errors import EngineError
from swav.reel.steps import bring_to_rate
from swav.render.claim import claimed
from swav.render.progress import Progress

if TYPE_CHECKING:
    from swav.media.probe import Picture
    from swav.motion.makers import Maker


def interpolate_take(
    cut: Cut,
    shot: CutShot,
    target: Path,
    *,
    python: Path,
    cards: tuple[str, ...],
    gpus: int,
    threads: int = 4,
) -> None:
    """Bring a shot's take to the reel's rate by the network that its storyboard names."""

    @contextmanager
    def opened(picture: "Picture", made: int) -> Iterator["Maker"]:
        from swav.motion.interpolators import interpolator
        from swav.motion.learned import learned

        asked = shot.motion.learned
        if asked.lacks:
            raise EngineError(asked.lacks)
        progress = Progress(shot.id, shot.motion.how)
        with (
            claimed(cards, gpus, progress) as held,
            SourceDigests(cut.build).unchanged(asked.file, asked.content) as weights,
            learned(
                interpolator(shot.motion.how),
                (picture.width, picture.height),
                weights=weights,
                python=python,
                cards=held,
                progress=lambda done: progress.step("frame", done, made),
                note=progress.note,
            ) as maker,
        ):
            yield maker
        progress.done()

    bring_to_rate(cut, shot, target, opened, threads)
