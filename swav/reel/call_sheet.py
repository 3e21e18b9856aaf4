"""The call sheet of a run: what its jobs obey, wherever they read the workflow again.

With an executor, Snakemake starts itself on a node for each job, and reads the workflow there. What was
decided when the run began must not be decided again by other cards, another command line or a storyboard
that was edited meanwhile: so the run writes down which cuts it makes, and what renders claim, and a job
reads that. Only which cards there are is the node's to say; how a render is placed on them is decided by
the job that has them.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from swav.cut.model import read_cut
from swav.errors import Damaged, SwavError
from swav.files import read_json, write_text
from swav.keys import digest
from swav.reel.claims import Claim, Named
from swav.reel.film import Film
from swav.reel.films import Films
from swav.render.cards import cards_here

VARIABLE = "SWAV_CALL_SHEET"
"""Where jobs find it: Snakemake hands this variable on, as the workflow declares it."""
_PLACE = ".snakemake/swav/call-sheet-{key}.json"


@dataclass(frozen=True)
class Called:
    """One film of the run."""

    cut: str
    """Path of its cut."""
    only: tuple[str, ...]
    stale: bool
    weights: Mapping[str, int]
    """Bytes of the weights of every engine that claims cards."""


@dataclass(frozen=True)
class CallSheet:
    """What is decided once for all jobs of a run."""

    films: Mapping[str, Called]
    """By the name of the delivery; the storyboard's own under the empty name."""
    shots: tuple[str, ...]
    limit: int | None
    per_render: int
    named: Named
    sounding: int
    cards: int | tuple[str, ...] | str
    """The configuration's ``cards``, for nodes whose scheduler does not deal cards."""
    wheel_folder: str
    threads: Mapping[str, int] = field(default_factory=dict)
    """Threads that jobs of a kind claim."""

    @property
    def path(self) -> str:
        """Where it is written, under its digest."""
        return _PLACE.format(key=digest(ADAPTER.dump_python(self, mode="json")))

    def write(self) -> None:
        """Lay it out for the jobs. OSError where the folder cannot be written."""
        write_text(self.path, ADAPTER.dump_json(self, indent=1).decode() + "\n")

    def obeyed(self) -> Films:
        """The films of the run, as its jobs are to make them, with the cards that are here.

        SwavError where a cut is gone.
        """
        cards = cards_here(self.cards)
        claim = Claim(self.limit, self.per_render, cards, self.named, sounding=self.sounding)
        films = {name: self._film(called, claim) for name, called in self.films.items()}
        return Films(films.pop(""), films)

    def _film(self, called: Called, claim: Claim) -> Film:
        try:
            cut = read_cut(called.cut)
        except FileNotFoundError:
            raise SwavError(f"{called.cut}, which this job belongs to, is gone; build again") from None
        return Film(
            cut=cut,
            claim=claim,
            shots=self.shots,
            wheel_folder=self.wheel_folder,
            weights=called.weights,
            only=frozenset(called.only),
            stale=called.stale,
        )


ADAPTER: TypeAdapter[CallSheet] = TypeAdapter(CallSheet)


def call_sheet_of(films: Films, cards: Any, threads: Mapping[str, int]) -> CallSheet:
    """The call sheet of a run that makes these films; ``cards`` as the configuration has it."""
    claim = films.main.claim
    return CallSheet(
        films={name: _called(film) for name, film in {"": films.main, **films.versions}.items()},
        shots=films.main.shots,
        limit=claim.limit,
        per_render=claim.per_render,
        named=claim.named,
        sounding=claim.for_programs,
        cards=cards,
        wheel_folder=films.main.wheel_folder,
        threads=dict(threads),
    )


def _called(film: Film) -> Called:
    return Called(film.cut_path, tuple(sorted(film.only)), film.stale, film.weights_on_cards())


def submitted(variable: str = VARIABLE) -> CallSheet:
    """The call sheet of the run to which this job belongs. SwavError where it did not come along."""
    path = os.environ.get(variable)
    if not path:
        raise SwavError(
            f"this job was not told what to make: {variable} did not reach {os.uname().nodename}; "
            "let the executor hand the environment on (sbatch --export=ALL)"
        )
    try:
        return read_json(path, ADAPTER.validate_python)
    except FileNotFoundError:
        raise SwavError(
            f"{path} is not on {os.uname().nodename}: does this node share the project's folder? "
            "jobs are made where all nodes see it under one path"
        ) from None
    except Damaged:
        raise SwavError(f"{path} is damaged; build again") from None
