"""Measuring early looks: each once, by the gates of what can be seen before a take has its detail."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from swav.cut.candidates import Take, takes_of
from swav.cut.early import READERS, Looked, look_path, look_quality
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.errors import MediaError
from swav.hashes import require_whole
from swav.quality.kept import once
from swav.quality.selection import Judged
from swav.quality.verdict import EARLY


def measure_looks(cut: Cut, shot: CutShot) -> list[Judged[Take]]:
    """The takes of a shot by the looks at them, the best first; looks are measured that were not.

    MediaError where one is to be measured and is not there.
    """
    early = shot.early
    looked = Looked(cut.build, early.at, cut.judging.limits)
    takes = list(takes_of(cut, early.of(shot)))
    for take in takes:
        once(
            look_quality(cut.build, take.key, early.at),
            READERS,
            _measuring(cut, take, early.at),
            looked.judged,
        )
    return looked.ranked(takes)


def _measuring(cut: Cut, take: Take, at: int) -> Callable[[], dict[str, Any]]:
    def measure() -> dict[str, Any]:
        from swav.quality.measure import measure

        file = look_path(cut.build, take.key, at)
        if not file.exists():
            raise MediaError(
                f"the look at take {take.number}, {file}, is not there; put it back, or remove the files of "
                "the shot under early and compared to have it taken again"
            )
        require_whole(cut.build, [file])
        return measure(file, replace(take.expected, gates=EARLY), models=Path(cut.models))

    return measure
