"""Shots that are longer than what a model was trained on, named before anything is rendered."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from swav.cut.model import Cut
from swav.cut.requests import BREATH
from swav.engines import abilities, engines
from swav.review.forecast import lasts
from swav.review.wording import counted, number
from swav.shown import listed
from swav.speech.pace import expected_seconds
from swav.storyboard.abilities import engines_asked
from swav.storyboard.model import Storyboard
from swav.storyboard.shot import Shot
from swav.storyboard.timing import fixed_frames


@dataclass(frozen=True)
class Wanted:
    """A shot that the storyboard wants of an engine."""

    shot: str
    engine: str
    seconds: float


def wanted_of_cut(cut: Cut) -> Iterator[Wanted]:
    """The generated shots of a cut; what stands in for an engine today does not count."""
    for shot in cut.shots:
        if engines()[shot.engine].source == "prompt":
            yield Wanted(shot.id, shot.request.wanted, lasts(shot, cut.delivery.rate).seconds)


def wanted_of_board(board: Storyboard) -> Iterator[Wanted]:
    """The generated shots of a storyboard."""
    for shot in board.shots:
        if shot.source == "prompt":
            asked = engines_asked(board, shot, abilities())
            yield Wanted(shot.id, asked[0] if asked else "", _seconds(shot, board))


def _seconds(shot: Shot, board: Storyboard) -> float:
    frames = fixed_frames(shot, board.fps)
    if frames is not None:
        return float(frames / board.fps)
    if shot.narration is None:
        return 0.0
    spoken = expected_seconds(shot.narration.text, float(board.voice.speed))
    return float(shot.narration.start + BREATH) + spoken


def too_long(shots: Iterable[Wanted], most: int = 60) -> list[str]:
    """For each engine a sentence about shots that it cannot make, and one about those that it may make badly.

    ``most`` shots are named in each.
    """
    by_engine: dict[str, list[Wanted]] = {}
    for shot in shots:
        by_engine.setdefault(shot.engine, []).append(shot)
    return [line for name, found in by_engine.items() for line in _of_engine(name, found, most)]


def _of_engine(name: str, shots: list[Wanted], most: int) -> Iterator[str]:
    if name not in engines():
        return
    trained, longest = engines()[name].trained_seconds, engines()[name].longest_seconds
    over = [shot.shot for shot in shots if longest is not None and shot.seconds > longest]
    if over:
        yield (
            f"{counted(len(over), 'shot')} cannot be rendered by {name}, which makes at most "
            f"{number(round(longest, 1))} s; divide {listed(over, most)}"
        )
    long = [shot.shot for shot in shots if trained is not None and shot.seconds > trained]
    long = [shot for shot in long if shot not in over]
    if long:
        yield (
            f"{counted(len(long), 'shot is', 'shots are')} longer than the {number(round(trained, 1))} s "
            f"that {name} was trained on, so that motion may repeat: {listed(long, most)}"
        )
