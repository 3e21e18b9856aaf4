"""Shots that go on from others or lead to them, and so wait for their takes."""

from collections.abc import Collection, Iterable
from graphlib import TopologicalSorter

from swav.storyboard.model import Storyboard
from swav.storyboard.shot import Shot


def neighbours(shot: Shot) -> tuple[str, ...]:
    """The shots that a shot goes on from and leads to."""
    return tuple(filter(None, (shot.follows, shot.leads))) if shot.source == "prompt" else ()


def in_order(shots: Iterable[Shot]) -> list[Shot]:
    """The shots, each after its neighbours. Raises graphlib.CycleError; checks leave no circle."""
    known = {shot.id: shot for shot in shots}
    graph = {shot.id: [name for name in neighbours(shot) if name in known] for shot in known.values()}
    if not any(graph.values()):
        return list(known.values())
    return [known[name] for name in TopologicalSorter(graph).static_order()]


def with_neighbours(board: Storyboard, only: Collection[str]) -> frozenset[str]:
    """Shots, and all whose takes have to be there first."""
    by_id = {shot.id: shot for shot in board.shots}
    found, new = set(only), list(only)
    while new:
        more = {name for name in neighbours(by_id[new.pop()]) if name in by_id} - found
        found |= more
        new += more
    return frozenset(found)
