"""The mix in one step: stems, then the master of their sum."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from swav.sound.cues import Effect, Placed
from swav.sound.levels import Levels
from swav.sound.master import Mastered, master
from swav.sound.stems import write_stems

__all__ = ["Effect", "Mastered", "Placed", "mix"]


def mix(
    lines: Sequence[Placed],
    bed: Path | None,
    *,
    samples: int,
    music_level: float,
    loudness: float = -16.0,
    true_peak: float = -1.0,
    target: Path,
    effects: Sequence[Effect] = (),
) -> Mastered:
    """Mix and master the reel's sound into ``target``; the stems are not kept.

    See ``write_stems`` and ``master``; ``music_level`` is ``Levels.music``.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".mix-", dir=target.parent) as folder:
        levels = Levels(music=music_level)
        stems = write_stems(lines, bed, effects, samples=samples, levels=levels, folder=Path(folder))
        return master(stems.paths, samples=samples, loudness=loudness, true_peak=true_peak, target=target)
