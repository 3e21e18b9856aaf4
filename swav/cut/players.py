"""Who plays the music, here and now, and in which moods."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from swav import keys
from swav.cut import paths
from swav.cut.choose import KnownModels, readiness_of
from swav.engines import Site
from swav.music.moods import Mood
from swav.music.players import DEFAULT, player
from swav.storyboard.model import Storyboard


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
    """The bed of a reel, whose length ``clock`` decides.

    As with voices, a bed that was played where the weights are is used wherever it is brought.
    """
    asked = board.music.engine
    if asked == "none":
        return Bed()
    moods = moods_of(board)

    def played_by(engine: str, stand_in: str = "") -> Bed:
        key = keys.music_key(
            player=player(engine).identity(known.last(engine)),
            moods=[[mood.start, mood.prompt] for mood in moods],
            seed=board.seed,
            clock=clock,
        )
        path = paths.MUSIC.format(build=build, engine=engine, key=key)
        return Bed(engine, known.last(engine), moods, key, path, stand_in)

    found = readiness_of(player(asked), site)
    if found.model:
        known.remember(asked, found.model)
    made = played_by(asked)
    if found.ready or asked == DEFAULT or Path(made.path).exists():
        return made
    instead = player(DEFAULT).title
    return played_by(DEFAULT, f"music: {instead} stand in for {asked}: {found.why}")


def moods_of(board: Storyboard) -> tuple[Mood, ...]:
    """The moods of the reel from its first second on."""
    music = board.music
    moods = [Mood(mood.start, mood.prompt) for mood in music.moods]
    if not moods or (moods[0].start > 0 and music.prompt):
        return (Mood(Fraction(0), music.prompt), *moods)
    return (Mood(Fraction(0), moods[0].prompt), *moods[1:])
