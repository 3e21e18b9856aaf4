"""Who plays the music, here and now, and in which moods."""

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from swav import keys
from swav.cut import paths
from swav.cut.choose import KnownModels, readiness_of
from swav.cut.materials import Materials, Written
from swav.cut.sounds import Stretch
from swav.engines import Site
from swav.music.moods import Mood
from swav.music.players import DEFAULT, player
from swav.storyboard.model import Storyboard


@dataclass(frozen=True)
class Score:
    """The music of a reel: who plays, and its stretches. All empty where there is none."""

    engine: str = ""
    model: str = ""
    """Fingerprint of the weights that play."""
    stretches: tuple[Stretch, ...] = ()
    stand_in: str = ""
    """For people: who stands in for whom, and why."""

    def plain(self) -> str | list[Any]:
        """What is heard, for a key: of a single bed under the whole reel its key, as from the beginning."""
        if not self.stretches:
            return ""
        first, *others = self.stretches
        whole = not others and not first.recording and first.start == 0 and first.end is None
        return first.key if whole else [stretch.plain() for stretch in self.stretches]


def score(
    board: Storyboard, site: Site, known: KnownModels, materials: Materials, *, clock: Any, build: str
) -> Score:
    """The music of a reel, whose length ``clock`` decides.

    As with voices, a bed that was played where the weights are is used wherever it is brought.
    """
    asked = board.music.engine
    stretches = stretches_of(board, materials)
    beds = [stretch for stretch in stretches if stretch.moods]
    if not beds:
        return Score(stretches=stretches)

    def played_by(engine: str, stand_in: str = "") -> Score:
        named = tuple(
            _named(stretch, engine, known.last(engine), board.seed, clock, build)
            if stretch.moods
            else stretch
            for stretch in stretches
        )
        return Score(engine, known.last(engine), named, stand_in)

    found = readiness_of(player(asked), site)
    if found.model:
        known.remember(asked, found.model)
    made = played_by(asked)
    there = all(Path(stretch.path).exists() for stretch in made.stretches if stretch.path)
    if found.ready or asked == DEFAULT or there:
        return made
    instead = player(DEFAULT).title
    return played_by(DEFAULT, f"music: {instead} stand in for {asked}: {found.why}")


def _named(stretch: Stretch, engine: str, model: str, seed: int, clock: Any, build: str) -> Stretch:
    """A bed with its key and its file. One that ends before the reel does not depend on the reel's length."""
    whole = stretch.start == 0 and stretch.end is None
    key = keys.music_key(
        player=player(engine).identity(model),
        moods=[[mood.start, mood.prompt] for mood in stretch.moods],
        seed=seed,
        clock=clock if stretch.end is None else None,
        stretch=() if whole else (stretch.start, stretch.end),
    )
    return replace(stretch, key=key, path=paths.MUSIC.format(build=build, engine=engine, key=key))


def stretches_of(board: Storyboard, materials: Materials) -> tuple[Stretch, ...]:
    """What is heard from when to when: moods that follow one another are one bed, each file is a stretch.

    With ``engine: none`` nobody plays, and only files are heard.
    """
    marks = _marks(board)
    ends = [*(start for start, _ in marks[1:]), None]
    found: list[Stretch] = []
    for (start, what), end in zip(marks, ends, strict=True):
        if isinstance(what, str):
            if board.music.engine == "none":
                continue
            mood = Mood(start, what)
            if found and found[-1].moods and found[-1].end == start:
                found[-1] = replace(found[-1], end=end, moods=(*found[-1].moods, mood))
            else:
                found.append(Stretch(start, end, (mood,)))
        else:
            found.append(Stretch(start, end, recording=materials.recording(what)))
    return tuple(found)


def _marks(board: Storyboard) -> list[tuple[Fraction, str | Written]]:
    """From when on which words or which file say what is heard. Words are heard from the reel's beginning."""
    music = board.music
    marks: list[tuple[Fraction, str | Written]] = [
        (mood.start, mood.prompt if mood.file is None else mood) for mood in music.moods
    ]
    if music.file is not None:
        return [(Fraction(0), music), *marks]
    if not marks or (marks[0][0] > 0 and music.prompt):
        return [(Fraction(0), music.prompt), *marks]
    start, what = marks[0]
    return [(Fraction(0) if isinstance(what, str) else start, what), *marks[1:]]
