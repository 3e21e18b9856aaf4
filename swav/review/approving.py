"""Takes that people have to approve before a film is delivered: which are not, and what is to be done."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from swav.cut.candidates import finished, takes_of
from swav.cut.early import look_path
from swav.cut.model import Cut
from swav.cut.notebook import Entry, Notebook
from swav.cut.shot import CutShot
from swav.cut.takes import take_path
from swav.errors import SwavError
from swav.shown import listed

_MOST_NAMED = 3
_MOST_TYPED = 40
"""Characters of the shots in a command that is shown."""


@dataclass(frozen=True)
class Unapproved:
    """A shot whose take keeps the film from being delivered."""

    shot: str
    made: bool
    """Whether there is a take that could be approved."""
    rejected: str
    """Who rejected it; empty where nobody did."""
    choose: str = ""
    """The sheet of its takes, one of which is to be chosen before it is made whole; empty where none is."""

    @property
    def words(self) -> str:
        return f"{self.shot} (rejected by {self.rejected})" if self.rejected else self.shot


def chosen_take(cut: Cut, shot: CutShot) -> str:
    """The key of the take that a shot shows; empty before it is made, or chosen."""
    if shot.early and shot.early.waits:
        return ""
    with suppress(FileNotFoundError):
        found = finished(cut, shot)
        return found.stem if found else ""
    return ""


def look_to_approve(cut: Cut, shot: CutShot, number: int) -> str:
    """The key of a take that can be chosen by the look at it. SwavError where there is no such look."""
    early = shot.early
    if early is None:
        raise SwavError(f"{shot.id} has no takes that are looked at; write takes: 4 and look_at: 12")
    with suppress(FileNotFoundError):
        takes = {take.number: take for take in takes_of(cut, early.of(shot))}
        if number not in takes:
            raise SwavError(f"{shot.id} has takes 1 to {len(takes)}, and no take {number}")
        key = takes[number].key
        if look_path(cut.build, key, early.at).exists() or take_path(cut.build, key).exists():
            return key
    raise SwavError(f"nobody can look at take {number} of {shot.id} yet; type: snakemake {shot.id}")


def unapproved(cut: Cut) -> list[Unapproved]:
    """The shots whose takes have to be approved, and are not. InputError, OSError of the notes beside it."""
    if not cut.approve:
        return []
    decided = Notebook.of(Path(cut.storyboard)).decided()
    return list(filter(None, (_unapproved(cut, name, decided) for name in cut.approve)))


def _unapproved(cut: Cut, name: str, decided: dict[str, Entry]) -> Unapproved | None:
    shot = cut.shot(name)
    if shot.early and shot.early.waits:
        return Unapproved(name, False, "", shot.early.sheet)
    key = chosen_take(cut, shot)
    said = decided.get(key)
    if said and said.kind == "approve":
        return None
    return Unapproved(name, bool(key), said.by if said else "")


def require_approved(cut: Cut) -> None:
    """Raise SwavError, with one sentence, where the film may not be delivered yet."""
    if waiting := unapproved(cut):
        raise SwavError(
            f"{cut.target} is not delivered: {_not_approved(waiting)}; it is {cut.reel} meanwhile"
        )


def takes_to_approve(cut: Cut) -> list[str]:
    """That a film waits for people, which shots, and what they do: a sentence, or none."""
    waiting = unapproved(cut)
    if not waiting:
        return []
    made = [item for item in waiting if item.made or item.choose]
    if not made:
        return [f"{cut.target} is delivered once the take of each shot is approved (approve: takes)"]
    return [f"{cut.target} waits: {_not_approved(made)}"]


def _not_approved(waiting: Sequence[Unapproved]) -> str:
    said = [
        tell(items)
        for items, tell in (
            ([item for item in waiting if item.choose], _to_choose),
            ([item for item in waiting if not item.choose], _to_approve),
        )
        if items
    ]
    return "; ".join(said)


def _to_choose(waiting: Sequence[Unapproved]) -> str:
    shots = listed([item.shot for item in waiting], _MOST_NAMED)
    first = waiting[0]
    one = "1 shot waits" if len(waiting) == 1 else f"{len(waiting)} shots wait"
    return (
        f"{one} for one of its takes to be chosen ({shots}); look: {first.choose} or swav review; "
        f"then: swav approve {first.shot} --take N"
    )


def _to_approve(waiting: Sequence[Unapproved]) -> str:
    shots = listed([item.shot for item in waiting], _MOST_NAMED)
    rejected = sum(bool(item.rejected) for item in waiting)
    said = f"{shots}; {rejected} rejected" if rejected else shots
    typed = " ".join(item.shot for item in waiting)
    which = typed if len(typed) <= _MOST_TYPED else "--all"
    takes = "the take of 1 shot is" if len(waiting) == 1 else f"the takes of {len(waiting)} shots are"
    return f"{takes} not approved ({said}); look: swav review; then: swav approve {which}"
