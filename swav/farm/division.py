"""Divide units of renders over allocations: each holds one load where that can be, and all end together."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from swav.farm.work import Unit
from swav.reel.loads import Load

LOAD_MINUTES = 75 / 60
"""Minutes that a load of weights takes at most where it was measured (docs/performance.md, "The worker")."""


Share = tuple[Unit, ...]
"""What one allocation renders, in the order of the film."""


def divide(units: Sequence[Unit], allocations: int) -> tuple[Share, ...]:
    """At most so many shares of the units; fewer where there are fewer units.

    Units with the same loads stay together. Where there are allocations enough, each set of loads has some of
    its own, more for more minutes, and each of these loads once; where there are not, the sets are dealt out
    whole, the longest first. A unit of which nobody knows how long it takes counts as the usual one.
    """
    usual = median([unit.minutes for unit in units if unit.minutes is not None] or [1.0])
    groups: dict[tuple[Load, ...], list[_Piece]] = {}
    for number, unit in enumerate(units):
        minutes = usual if unit.minutes is None else unit.minutes
        groups.setdefault(tuple(sorted(unit.loads, key=repr)), []).append(_Piece(number, minutes, (unit,)))
    if len(groups) <= allocations:
        counts = _apportioned(list(groups.values()), allocations)
        pairs = zip(groups.values(), counts, strict=True)
        dealt = [heap for group, count in pairs for heap in _dealt(group, count)]
    else:
        whole = [_whole(group, len(loads)) for loads, group in groups.items()]
        dealt = _dealt(whole, allocations)
    return tuple(_units(heap) for heap in sorted(dealt, key=lambda heap: heap[0].number))


@dataclass(frozen=True)
class _Piece:
    """What goes to one allocation as a whole."""

    number: int
    """Its place in the film."""
    minutes: float
    units: tuple[Unit, ...]


def _whole(group: Sequence[_Piece], loads: int) -> _Piece:
    minutes = sum(piece.minutes for piece in group) + LOAD_MINUTES * loads
    return _Piece(group[0].number, minutes, _units(group))


def _units(pieces: Sequence[_Piece]) -> tuple[Unit, ...]:
    return tuple(unit for piece in pieces for unit in piece.units)


def _apportioned(groups: list[list[_Piece]], allocations: int) -> list[int]:
    """Allocations of each group: one, and each further one where most minutes wait for one allocation."""
    counts = [1] * len(groups)
    minutes = [sum(piece.minutes for piece in group) for group in groups]
    for _ in range(allocations - len(groups)):
        waiting = [
            (total / count, -index)
            for index, (total, count, group) in enumerate(zip(minutes, counts, groups, strict=True))
            if count < len(group)
        ]
        if not waiting:
            break
        counts[-max(waiting)[1]] += 1
    return counts


def _dealt(pieces: Sequence[_Piece], count: int) -> list[list[_Piece]]:
    """Pieces in at most ``count`` heaps of about the same minutes: the longest first, each to the least heap
    (Graham 1969: at most 4/3 of the best). Each heap is in the order of the film.
    """
    heaps: list[list[_Piece]] = [[] for _ in range(min(count, len(pieces)))]
    minutes = [0.0] * len(heaps)
    for piece in sorted(pieces, key=lambda piece: (-piece.minutes, piece.number)):
        least = min(range(len(heaps)), key=lambda index: (minutes[index], index))
        heaps[least].append(piece)
        minutes[least] += piece.minutes
    return [sorted(heap, key=lambda piece: piece.number) for heap in heaps]
