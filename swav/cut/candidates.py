"""The takes that may be in the cut: their keys, what was measured of them, and the one that is chosen.

Light: it runs whenever a storyboard is read.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from swav.cut import paths
from swav.cut.early import Looked, decides, look_path
from swav.cut.model import Cut, Judging
from swav.cut.shot import CutShot
from swav.cut.shot_parts import Candidate
from swav.cut.sources import SourceDigests
from swav.cut.takes import link, take_path
from swav.cut.timeline import settled
from swav.engines import Request, engines, plugins
from swav.errors import Damaged, MediaError
from swav.hashes import require_whole
from swav.keys import take_key
from swav.quality.judge import judge
from swav.quality.kept import known, once
from swav.quality.limits import Limits
from swav.quality.readers import readers
from swav.quality.selection import Judged, Selection, passes_one, select
from swav.quality.verdict import INTEGRITY, PICTURE, Expected
from swav.shown import shown_path
from swav.unchanged import SourceChanged

_STILL_CAMERA = re.compile(r"\b(static|still|fixed|locked)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Take:
    """A take that could be in the cut, with its key now that its length is known."""

    number: int
    request: Request
    recipe: Mapping[str, Any]
    key: str
    expected: Expected


JudgedTake = Judged[Take]
TakeSelection = Selection[Take]


def takes_of(cut: Cut, shot: CutShot) -> Iterator[Take]:
    """The takes that may be made of a shot, in order. FileNotFoundError before its narration is spoken."""
    request = settled(shot, cut.delivery.rate)
    for candidate in shot.takes:
        yield _take(shot, replace(request, seed=candidate.seed), candidate)


def _take(shot: CutShot, request: Request, candidate: Candidate) -> Take:
    engine = plugins().get(shot.engine, "engine")
    recipe = engine.recipe(request, shot.model)
    form = engine.form(request)
    return Take(
        number=candidate.number,
        request=request,
        recipe=recipe,
        key=candidate.key if shot.hold else take_key(recipe),
        expected=Expected(
            width=form.width,
            height=form.height,
            rate=form.rate,
            frames=form.frames,
            moves=not _STILL_CAMERA.search(request.camera),
            gates=INTEGRITY if engine.designed else PICTURE,
            prompt=request.prompt,
        ),
    )


def select_take(
    cut: Cut, shot: CutShot, measured: Callable[[str], Mapping[str, Any] | None]
) -> TakeSelection:
    """Choose among the takes of a shot, as far as what is ``measured`` (by key) allows.

    Where they are looked at early, the best look comes first; before all were, the first take is wanted.
    """
    takes = list(takes_of(cut, shot))
    if early := decides(shot):
        ranked = Looked(cut.build, early.at, cut.judging.limits).ranked(takes)
        if ranked is None:
            return Selection((), wanted=takes[0])
        takes = [judged.take for judged in ranked]
    return select(
        takes,
        measured,
        Limits.model_validate(cut.judging.limits),
        pinned=shot.pinned,
        fallback=shot.fallback is not None,
    )


def is_decided(takes: Sequence[Candidate], build: str, judging: Judging, look_at: int = 0) -> bool:
    """Whether one of the takes that were made passes, so that no more need be made. Their keys are settled;
    they are made in the order of the looks at them, if they are looked at."""
    keys = [take.key for take in takes]
    if look_at:
        ranked = Looked(build, look_at, judging.limits).ranked(takes)
        keys = [judged.take.key for judged in ranked or ()]
    return passes_one(keys, Measured(build, judging), Limits.model_validate(judging.limits))


def finished(cut: Cut, shot: CutShot) -> Path | None:
    """The take in the store that the cut shows; None where it has yet to be made, or others decide first.

    A shot that follows its line is looked up by its frames, once the line is spoken: so a transition beside
    it, which is in its key because a short line could not fill it, makes no take anew.
    """
    key = _decided(cut, shot) if shot.contested or shot.settled_later else shot.key
    take = take_path(cut.build, key) if key else None
    return take if take is not None and take.exists() else None


def _decided(cut: Cut, shot: CutShot) -> str:
    """The settled key of the take that the store's takes decide for; empty where they do not."""
    try:
        if not shot.contested:
            return next(takes_of(cut, shot)).key
        selection = select_take(cut, shot, Measured(cut.build, cut.judging))
    except FileNotFoundError:  # its narration is not spoken yet
        return ""
    if selection.chosen:
        return selection.chosen.take.key
    return _stand_in_key(cut, shot) if selection.fallback else ""


def _stand_in_key(cut: Cut, shot: CutShot) -> str:
    request = settled(shot, cut.delivery.rate, shot.fallback.request)
    return take_key(engines()[shot.fallback.engine].recipe(request, ""))


def link_finished(cut: Cut) -> None:
    """Link every finished take to its clip: a shot that was renamed or moved is not rendered again.

    So limits that are edited judge again, and a render is pending only where another take is really needed.
    One that is found damaged is left to the job that makes the clip, which puts it away.
    """
    for shot in cut.shots:
        if not Path(shot.clip).exists() and (take := finished(cut, shot)):
            with suppress(Damaged):
                link(take, Path(shot.clip))
        if shot.early:
            _link_looks(cut, shot)


def _link_looks(cut: Cut, shot: CutShot) -> None:
    try:
        takes = list(takes_of(cut, shot.early.of(shot)))
    except FileNotFoundError:  # its narration is not spoken yet
        return
    for take, path in zip(takes, shot.early.looks, strict=True):
        kept = look_path(cut.build, take.key, shot.early.at)
        if kept.exists() and not Path(path).exists():
            with suppress(Damaged):
                link(kept, Path(path))


class Measured:
    """What was measured of the takes in a build's store, where it was measured in today's way."""

    def __init__(self, build: str, judging: Judging):
        self._build, self._readers = build, judging.readers
        self._judge = partial(judge, limits=Limits.model_validate(judging.limits))

    def __call__(self, key: str) -> dict[str, Any] | None:
        """The numbers of a take; None if it is not there or was not measured in this way."""
        if not take_path(self._build, key).exists():
            return None
        return known(quality_path(self._build, key), self._readers, self._judge)


def measured(cut: Cut, take: Take) -> dict[str, Any]:
    """The numbers of a take that is in the store, measured now if they have not been.

    Raises MediaError if it is not there, and writes nothing then: a take that nobody saw has no verdict.
    """

    def measure() -> dict[str, Any]:
        from swav.quality.measure import measure

        file = take_path(cut.build, take.key)
        if not file.exists():
            raise gone(take.number, file)
        require_whole(cut.build, [file])
        check_readers(cut)
        numbers = measure(file, take.expected, models=Path(cut.models))
        check_readers(cut)
        return numbers

    judged = partial(judge, limits=Limits.model_validate(cut.judging.limits))
    return once(quality_path(cut.build, take.key), cut.judging.readers, measure, judged)


def check_readers(cut: Cut) -> None:
    """Refuse to measure in another way than the verdict's key says: a CLIP model may have been exchanged."""
    if readers(Path(cut.models), SourceDigests(cut.build).of) != cut.judging.readers:
        raise readers_changed(cut)


def readers_changed(cut: Cut) -> SourceChanged:
    """What is said where what measures is another than when the storyboard was read."""
    return SourceChanged(
        f"a model in {shown_path(cut.models)} that looks at pictures, or swav itself, "
        "changed since the storyboard was read; build again"
    )


def gone(number: int, file: Path) -> MediaError:
    """What is said where a take is not there that should be."""
    return MediaError(
        f"take {number}, {file}, is not there; is its folder mounted, or was it moved? "
        "put it back, or remove the shot's file under clips to have it made again"
    )


def segment_quality(build: str, shot: CutShot) -> Path:
    """Where lies what was measured of a shot's segment."""
    return Path(paths.SEGMENT_QUALITY.format(build=build, shot=shot.id, key=shot.segment_key))


def quality_path(build: str, key: str) -> Path:
    """Where the measurement of a take lies."""
    return Path(paths.QUALITY.format(build=build, key=key))


def may_hold(shot: CutShot) -> bool:
    """Whether frames of the shot may be held: of what a model or a camera made, not of what is drawn."""
    engine = engines()[shot.engine]
    return engine.source == "footage" or not engine.designed
