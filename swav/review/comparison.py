"""Two cuts side by side: the edits between them, and for each file the edits that make it another one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.review.edits_of_pieces import (
    format_edits,
    lettering_edits,
    limit_edits,
    passage_edits,
    rate_edits,
    size_edits,
)
from swav.review.edits_of_sound import (
    ambience_edits,
    effect_edits,
    fade_edits,
    level_edits,
    line_edits,
    line_start_edits,
    music_edits,
)
from swav.review.edits_of_takes import (
    NEW_WAY,
    finish_edits,
    framing_edits,
    length_edits,
    motion_edits,
    take_edits,
)
from swav.review.wording import differing, edit

Kind = Literal[
    "line",
    "take",
    "verdict",
    "motion",
    "finish",
    "lettering",
    "segment",
    "transition",
    "music",
    "stems",
    "mix",
    "heard",
    "subtitles",
    "reel",
    "admission",
]

NEW = "new"
"""Said of a shot that the film did not have."""


@dataclass(frozen=True)
class CutFile:
    """A file of a cut: which step makes it, and for which shot (empty: for the reel)."""

    kind: Kind
    shot: str
    path: str


@dataclass(frozen=True)
class Edit:
    """One thing that a person edited, in a phrase such as ``prompt: one lantern -> two lanterns``."""

    what: Literal[
        "take", "framing", "line", "lettering", "sound", "transition", "order", "music", "levels", "format"
    ]
    shot: str
    """Empty where it is the film's."""
    words: str


class Comparison:
    """The phrases of two cuts, each found once."""

    def __init__(self, before: Cut, after: Cut):
        self.before, self.after = before, after
        self.earlier = {shot.id: shot for shot in before.shots}
        self._causes: dict[Kind, Callable[[CutShot], list[str]]] = {
            "line": self._line,
            "take": self._take,
            "verdict": lambda shot: [*self._take(shot), *limit_edits(before, after)],
            "motion": self._motion,
            "finish": self._finish,
            "lettering": self._lettering,
            "segment": self._segment,
            "transition": self._transition,
        }

    def why(self, file: CutFile) -> tuple[str, ...]:
        """Why a file is another one than before."""
        if file.shot:
            found = self._causes[file.kind](self.after.shot(file.shot))
        else:
            found = self._of_the_reel(file.kind)
        return tuple(dict.fromkeys(found)) or (NEW_WAY,)

    def edits(self) -> Iterator[Edit]:
        """What was edited, the film's own first."""
        yield from (Edit("format", "", words) for words in self._format)
        yield from (Edit("order", "", words) for words in self._order)
        for shot in self.after.shots:
            yield from self._edits(shot)
        yield from (Edit("music", "", words) for words in music_edits(self.before, self.after))
        yield from (Edit("levels", "", words) for words in self._levels)

    def _edits(self, shot: CutShot) -> Iterator[Edit]:
        earlier = self.earlier.get(shot.id)
        if earlier is None:
            yield Edit("take", shot.id, self._new(shot))
            return
        lines = line_edits(earlier.narration, shot.narration)
        pictures = [*take_edits(earlier, shot), *motion_edits(earlier, shot), *finish_edits(earlier, shot)]
        takes = [words for words in pictures if words not in self._format]
        yield from (Edit("take", shot.id, words) for words in takes if words not in lines)
        yield from (Edit("framing", shot.id, words) for words in framing_edits(earlier, shot))
        starts = line_start_edits(earlier, shot)
        yield from (Edit("line", shot.id, words) for words in (*lines, *starts))
        lettering = lettering_edits(earlier, shot)
        yield from (Edit("lettering", shot.id, words) for words in lettering)
        sounds = [*effect_edits(earlier.effects, shot.effects), *ambience_edits(earlier, shot)]
        yield from (Edit("sound", shot.id, words) for words in sounds)
        if shot.id not in self._at_an_end:
            passages = passage_edits(earlier, shot)
            yield from (Edit("transition", shot.id, words) for words in passages)

    # --- a shot's files

    def _new(self, shot: CutShot) -> str:
        """What is said of a shot that was not there: that it is new, or what it was called."""
        gone = [old for old in self.before.shots if old.id not in {each.id for each in self.after.shots}]
        for old in gone:
            if set(differing(old.request, shot.request)) <= {"shot", "length"}:
                return f"renamed from {old.id}"
        return NEW

    def _take(self, shot: CutShot) -> list[str]:
        earlier = self.earlier.get(shot.id)
        if earlier is None:
            return [self._new(shot)]
        return take_edits(earlier, shot) or [*self._into(shot), *self._passage(shot)]

    def _line(self, shot: CutShot) -> list[str]:
        earlier = self.earlier.get(shot.id)
        return line_edits(earlier.narration, shot.narration) if earlier else [self._new(shot)]

    def _lettering(self, shot: CutShot) -> list[str]:
        earlier = self.earlier.get(shot.id)
        if earlier is None:
            return [self._new(shot)]
        return self._sizes or [*self._rows, *lettering_edits(earlier, shot)]

    def _motion(self, shot: CutShot) -> list[str]:
        earlier = self.earlier.get(shot.id)
        if earlier is None:
            return [self._new(shot)]
        rates = rate_edits(self.before.delivery, self.after.delivery)
        return [*rates, *(self._take(shot) if earlier.key != shot.key else []), *motion_edits(earlier, shot)]

    def _finish(self, shot: CutShot) -> list[str]:
        earlier = self.earlier.get(shot.id)
        if earlier is None:
            return [self._new(shot)]
        rates = rate_edits(self.before.delivery, self.after.delivery) if shot.motion else []
        takes = self._take(shot) if earlier.key != shot.key else []
        return [*self._sizes, *rates, *takes, *motion_edits(earlier, shot), *finish_edits(earlier, shot)]

    def _picture(self, shot: CutShot) -> list[str]:
        """All that decides a shot's picture in the reel, but its passages."""
        earlier = self.earlier.get(shot.id)
        if earlier is None:
            return [self._new(shot)]
        found = [*self._format, *(self._take(shot) if earlier.key != shot.key else [])]
        framing = framing_edits(earlier, shot)
        rows = self._rows if shot.overlays else []
        brought = [*motion_edits(earlier, shot), *finish_edits(earlier, shot)]
        return [*found, *brought, *framing, *rows, *lettering_edits(earlier, shot)]

    def _segment(self, shot: CutShot) -> list[str]:
        ends = [self.before.fades(shot), self.after.fades(shot)]
        fades = fade_edits(self.before, self.after) if ends[0] != ends[1] else []
        return [*self._picture(shot), *self._into(shot), *self._passage(shot), *fades]

    def _transition(self, shot: CutShot) -> list[str]:
        following = self.after.after(shot)
        pictures = [f"{each.id}: {words}" for each in (shot, following) for words in self._own(each)]
        return [*self._format, *pictures, *self._passage(shot), *self._next(shot)]

    def _own(self, shot: CutShot) -> list[str]:
        return [words for words in self._picture(shot) if words not in self._format]

    def _passage(self, shot: CutShot) -> list[str]:
        earlier = self.earlier.get(shot.id)
        return passage_edits(earlier, shot) if earlier else []

    def _into(self, shot: CutShot) -> list[str]:
        """What changed before a shot: the passage into it, or the shot that it follows."""
        now = _neighbour(self.after.shots, shot.id, -1)
        was = _neighbour(self.before.shots, shot.id, -1)
        if (now and now.id) != (was and was.id):
            return [f"it follows {now.id} now"] if now else ["it is the first shot now"]
        return self._passage(now) if now else []

    def _next(self, shot: CutShot) -> list[str]:
        now = _neighbour(self.after.shots, shot.id, 1)
        was = _neighbour(self.before.shots, shot.id, 1)
        return [] if (now and now.id) == (was and was.id) or now is None else [f"{now.id} follows now"]

    # --- the reel's files

    def _of_the_reel(self, kind: Kind) -> list[str]:
        """Why a file of the whole reel is another one."""
        lines = self._said("line")
        starts = [f"{shot}: {words}" for shot, words in self._starts]
        sound = [*lines, *starts, *self._said("sound"), *self._clock]
        music = [*self._music, *self._clock]
        levels = self._levels
        title = self.before.title, self.after.title
        titles = [] if title[0] == title[1] else [edit("title", *title)]
        pictures = [*self._format, *self._said("take"), *self._said("framing")]
        pictures += [*self._said("lettering"), *self._said("transition")]
        everything = [*titles, *pictures, *lines, *starts, *self._said("sound"), *self._music, *levels]
        everything += self._order
        limits = limit_edits(self.before, self.after)
        return {
            "music": music,
            "stems": [*sound, *self._music, *levels],
            "mix": [*sound, *self._music, *levels],
            "heard": lines,
            "subtitles": [*lines, *starts, *self._clock],
            "reel": everything,
            "admission": [*everything, *limits],
        }[kind]

    @cached_property
    def _all(self) -> tuple[Edit, ...]:
        return tuple(dict.fromkeys(self.edits()))

    def _said(self, what: str) -> list[str]:
        return [f"{item.shot}: {item.words}" for item in self._all if item.what == what and item.shot]

    @cached_property
    def _starts(self) -> list[tuple[str, str]]:
        return [
            (shot.id, words)
            for shot in self.after.shots
            if (earlier := self.earlier.get(shot.id))
            for words in line_start_edits(earlier, shot)
        ]

    @cached_property
    def _music(self) -> list[str]:
        return music_edits(self.before, self.after)

    @cached_property
    def _levels(self) -> list[str]:
        return [*level_edits(self.before, self.after), *fade_edits(self.before, self.after)]

    @property
    def _rows(self) -> list[str]:
        """That lettering makes room for subtitles, or need no longer do so."""
        was, now = self.before.subtitled, self.after.subtitled
        if was == now:
            return []
        return ["lettering makes room for subtitles" if now else "there are no subtitles to make room for"]

    @cached_property
    def _format(self) -> list[str]:
        return format_edits(self.before.delivery, self.after.delivery)

    @cached_property
    def _sizes(self) -> list[str]:
        return size_edits(self.before.delivery, self.after.delivery)

    @cached_property
    def _clock(self) -> list[str]:
        """Edits by which things fall on other times of the reel: lengths, passages, lines, the order."""
        found = rate_edits(self.before.delivery, self.after.delivery)
        for shot in self.after.shots:
            earlier = self.earlier.get(shot.id)
            if earlier is None:
                found.append(f"{shot.id}: {self._new(shot)}")
                continue
            lengths = [*length_edits(earlier, shot), *framing_edits(earlier, shot, of="trim")]
            found += [f"{shot.id}: {words}" for words in lengths]
            if earlier.passage.overlap != shot.passage.overlap:
                found += [f"{shot.id}: {words}" for words in self._passage(shot)]
        return [*found, *self._order]

    @cached_property
    def _order(self) -> list[str]:
        """That shots changed places or are gone."""
        kept = {shot.id for shot in self.after.shots}
        renamed = {
            words.removeprefix("renamed from ")
            for shot in self.after.shots
            if shot.id not in self.earlier and (words := self._new(shot)) != NEW
        }
        found = [
            f"{shot.id} is gone"
            for shot in self.before.shots
            if shot.id not in kept and shot.id not in renamed
        ]
        old = [shot.id for shot in self.before.shots if shot.id in kept]
        new = [shot.id for shot in self.after.shots if shot.id in self.earlier]
        return found if old == new else [*found, edit("order", " ".join(old), " ".join(new))]

    @cached_property
    def _at_an_end(self) -> set[str]:
        """Shots that were or are the last, and so pass into nothing."""
        return {self.before.shots[-1].id, self.after.shots[-1].id} if self._order else set()


def _neighbour(shots: Sequence[CutShot], shot_id: str, step: int) -> CutShot | None:
    position = next((at for at, shot in enumerate(shots) if shot.id == shot_id), None)
    if position is None or not 0 <= position + step < len(shots):
        return None
    return shots[position + step]
