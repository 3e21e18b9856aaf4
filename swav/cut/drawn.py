"""What was measured of keyframes that were drawn, and which of several takes of one is the picture. Light."""

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from swav.cut import paths
from swav.cut.model import Judging
from swav.cut.shot_parts import Candidate
from swav.cut.sources import SourceDigests
from swav.engines import Source
from swav.keys import digest
from swav.quality.judge import judge
from swav.quality.kept import known
from swav.quality.limits import Limits
from swav.quality.readers import likeness_reader
from swav.quality.selection import Selection, select


def limits_of(judging: Judging) -> Limits:
    """By what keyframes are judged."""
    return Limits.model_validate(judging.limits | judging.cast_limits)


def readers_of(build: str, judging: Judging, portraits: Iterable[Source], models: Path) -> str:
    """What measures a keyframe, and after whom."""
    readers, portraits = f"picture, {judging.readers}", list(portraits)
    if not portraits:
        return readers
    whose = digest([[item.shows, item.content] for item in portraits])
    digests = SourceDigests(build)
    compares = likeness_reader(models, digests.of)
    digests.save()
    return f"{readers}, portraits {whose} by {compares}"


class Drawn:
    """What was measured, in today's way, of the keyframes in a build's store that have certain portraits."""

    def __init__(self, build: str, judging: Judging, portraits: Iterable[Source], models: Path):
        self._build, self.limits = build, limits_of(judging)
        self.readers = readers_of(build, judging, portraits, models)

    def __call__(self, key: str) -> Mapping[str, Any] | None:
        """The numbers of a picture; None if it is not there, or was not measured in this way."""
        if not Path(paths.DRAWN.format(build=self._build, key=key)).exists():
            return None
        return known(self.file(key), self.readers, partial(judge, limits=self.limits))

    def file(self, key: str) -> Path:
        """Where the numbers of a picture lie."""
        return Path(paths.DRAWN_QUALITY.format(build=self._build, key=key))

    def select(self, takes: Iterable[Candidate]) -> Selection[Candidate]:
        """Choose among the takes of a keyframe as among those of a shot: the first that does not fail."""
        return select(takes, self, self.limits, pinned=False, fallback=False)
