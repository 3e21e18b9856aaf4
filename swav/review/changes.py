"""What lies between two cuts of a film: what was edited, which files that makes anew and why, and what stays.

Pure: two cuts in, one value out. Keys decide what is made anew (``swav.keys``); this says it to people, so
that the plan, the dry run and the review page give one reason. A reason is always an edit that a person made,
never a file that is missing because of it: where a prompt was edited, the segment, the reel and the admission
name the prompt.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from swav.cut.model import Cut
from swav.review.comparison import Comparison, CutFile, Edit, Kind
from swav.review.wording import counted

COMMON = 3
"""Shots from which on an edit that they share is said once."""
NOT_MADE = "not made yet"
"""Said where there is no earlier film to compare with."""


@dataclass(frozen=True)
class Changes:
    """What lies between two cuts."""

    edits: tuple[Edit, ...]
    """In the order of the film, each once."""
    made: tuple[tuple[CutFile, tuple[str, ...]], ...]
    """Files that the earlier cut does not have, and why each is another one. For files of the whole reel the
    phrases begin with the shot that they are about."""
    stays: tuple[CutFile, ...]
    """Files that both cuts have."""

    @cached_property
    def why(self) -> dict[str, tuple[str, ...]]:
        """The reasons by path."""
        return {file.path: reasons for file, reasons in self.made}


def files_of(cut: Cut) -> Iterator[CutFile]:
    """Every file of a cut, in the order in which a build makes them."""
    for shot in cut.shots:
        if shot.narration:
            yield CutFile("line", shot.id, shot.narration.path)
        yield CutFile("take", shot.id, shot.clip)
        yield CutFile("verdict", shot.id, shot.verdict)
        if shot.motion:
            yield CutFile("motion", shot.id, shot.motion.path)
        if shot.finish:
            yield CutFile("finish", shot.id, shot.finish.path)
        for item in shot.overlays:
            yield CutFile("lettering", shot.id, item.path)
        yield CutFile("segment", shot.id, shot.segment)
        if shot.passage.path:
            yield CutFile("transition", shot.id, shot.passage.path)
    sound = cut.sound
    named: list[tuple[Kind, str]] = [
        *(("music", bed) for bed in sound.beds),
        ("stems", sound.stems),
        ("mix", sound.mix),
        ("heard", sound.heard),
        ("subtitles", sound.captions),
        ("reel", cut.reel),
        ("admission", cut.judging.admission),
    ]
    yield from (CutFile(kind, "", path) for kind, path in named if path)


def changes(before: Cut | None, after: Cut) -> Changes:
    """What was edited between two cuts; without an earlier one everything is ``not made yet``."""
    files = list(dict.fromkeys(files_of(after)))
    if before is None:
        return Changes((), tuple((file, (NOT_MADE,)) for file in files), ())
    there = {file.path for file in files_of(before)}
    comparison = Comparison(before, after)
    return Changes(
        edits=tuple(dict.fromkeys(comparison.edits())),
        made=tuple((file, comparison.why(file)) for file in files if file.path not in there),
        stays=tuple(file for file in files if file.path in there),
    )


def edits_by_shot(edits: tuple[Edit, ...]) -> list[tuple[str, str]]:
    """Edits that make no take: the shot, or ``film``, and the words. A common one stands once."""
    counts = Counter(edit.words for edit in edits)
    found: dict[tuple[str, str], None] = {}
    for edit in edits:
        about = counted(counts[edit.words], "shot") if counts[edit.words] >= COMMON else edit.shot or "film"
        found[about, edit.words] = None
    return list(found)
