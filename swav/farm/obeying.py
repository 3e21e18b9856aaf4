"""What an allocation of a farm makes: the film as it was submitted, whatever the storyboard says by now."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from swav.cut import inputs
from swav.cut.candidates import link_finished
from swav.errors import SwavError
from swav.reel.call_sheet import CallSheet, call_sheet_of, submitted
from swav.reel.claims import beyond
from swav.reel.drawing import link_drawn
from swav.reel.film import Film
from swav.reel.films import Films
from swav.reel.stamp import bring_to_now, date_after
from swav.reel.workflow import Reel
from swav.shown import listed

VARIABLE = "SWAV_FARM"
"""Names the call sheet that was laid out when the allocation was submitted; absent where somebody builds."""


def is_farmed() -> bool:
    """Whether this process builds for an allocation of a farm."""
    return bool(os.environ.get(VARIABLE))


def lay_out(reel: Reel) -> str:
    """Write down what all allocations are to make; the path of that call sheet."""
    sheet = call_sheet_of(Films(reel, {}), reel.config.cards, {})
    sheet.write()
    return sheet.path


def opened(limit: int | None, threads: Mapping[str, int]) -> tuple[CallSheet, Films]:
    """The call sheet of this allocation, with the threads that jobs may claim here, and its films.

    What finished meanwhile is laid where the rules look for it. SwavError where a render is missing that
    claims more cards than the ``limit`` of this allocation: nothing else is made in its place.
    """
    sheet = replace(submitted(VARIABLE), threads=dict(threads))
    films = sheet.obeyed()
    for film in films.all:
        bring_to_now(inputs.made(film.cut))
        link_drawn(film.cut)
        link_finished(film.cut)
        if film.stale:
            date_after(Path(film.cut.path), Path(film.target))
        _check_renders(film, limit)
    return sheet, films


def _check_renders(film: Film, limit: int | None) -> None:
    if missing := beyond(film.cut, film.claim, limit):
        raise SwavError(
            f"{listed(dict.fromkeys(missing), 12)}: not rendered; the logs in {film.cut.build}/farm say why; "
            "type swav farm again"
        )
