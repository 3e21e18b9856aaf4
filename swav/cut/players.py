"""Who plays the music, here and now, and in which moods."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from swav import keys
from swav.cut import paths
from swav.cut.choose import KnownModels
from swav.engines import Site
from swav.music.moods import Mood
from swav.storyboard.model import Storyboard

STAND_IN = "sampled"
"""The player of the default install."""


@dataclass(frozen=True)
class Bed:
    """The music bed: who plays it, and its file. All empty where the reel has no music."""

    engine: str = ""
    model: str = ""
    """Fingerprint of the weights that play."""
    moods: tuple[Mood, ...] = ()
    key: str = ""
    path: str = ""
    stand_in: str = ""
    """For people: who stands in for whom, and why."""


def bed(board: Storyboard, site: Site, known: KnownModels, *, clock: Any, build: str) -> Bed:
    """The bed of a reel, whose length ``clock`` decides."""
    asked = board.music.engine
    if asked == "none":
        return Bed()
    moods = moods_of(board)

    def played_by(engine: str, player: list[Any], stand_in: str = "") -> Bed:
        key = keys.music_key(
            player=player,
            moods=[[mood.start, mood.prompt] for mood in moods],
            seed=board.seed,
            clock=clock,
        )
        path = paths.MUSIC.format(build=build, engine=engine, key=key)
        return Bed(engine, player[-1] if engine == "musicgen" else "", moods, key, path, stand_in)

    if asked == "musicgen":
        return _by_musicgen(site, known, played_by)
    return played_by(STAND_IN, [STAND_IN])


def _by_musicgen(site: Site, known: KnownModels, played_by: Callable[..., Bed]) -> Bed:
    from swav.music import musicgen

    weights = musicgen.weights(site.models)
    if not weights.problem:
        known.remember("musicgen", weights.fingerprint)
    made = played_by("musicgen", ["musicgen", musicgen.RECIPE, known.last("musicgen")])
    if not weights.problem or Path(made.path).exists():
        return made
    return played_by(
        STAND_IN, [STAND_IN], f"music: {STAND_IN} instruments stand in for musicgen: {weights.problem}"
    )


def moods_of(board: Storyboard) -> tuple[Mood, ...]:
    """The moods of the reel from its first second on."""
    music = board.music
    moods = [Mood(mood.start, mood.prompt) for mood in music.moods]
    if not moods or (moods[0].start > 0 and music.prompt):
        return (Mood(Fraction(0), music.prompt), *moods)
    return (Mood(Fraction(0), moods[0].prompt), *moods[1:])
