"""How long a scheduler is to let a job run: what was foretold, and room for what was not."""

from collections.abc import Callable
from math import ceil
from typing import Any

from swav.cut import paths
from swav.reel.films import Films
from swav.reel.workflow import Reel
from swav.review.forecast import Forecast, crew_of

UNKNOWN = 240
"""Minutes, for renders of whose kind nothing is known: four hours."""
LONGER, MORE = 1.5, 30
"""Half as much again as foretold, and half an hour: weights may come over a network that others use."""


def asked_minutes(films: Films, made: str = paths.CLIP, kind: str = "clip") -> Callable[[Any], int]:
    """For a rule: minutes to ask of a scheduler for a render, all its takes included.

    ``made`` is the pattern of the file that the rule makes, and ``kind`` what it is. A job on a node, which
    is there already, has nothing to ask.
    """
    forecasts: dict[int, Forecast] = {}

    def minutes(wildcards: Any) -> int:
        film = films.holding(made, wildcards)
        if not isinstance(film, Reel):
            return UNKNOWN
        shot = film.shot(wildcards, kind)
        forecast = forecasts.setdefault(id(film), Forecast(film.cut))
        seconds = forecast.seconds(shot, crew_of(film.config, film.claim))
        return UNKNOWN if seconds is None else ceil(seconds * len(shot.takes) / 60 * LONGER + MORE)

    return minutes
