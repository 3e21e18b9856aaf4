"""Silhouettes as data: outlines with a tone each, in a box of their own, placed and inked by ``place``.

An outline's ``x`` runs forward and ``y`` up, in units of the figure's length (or height, where said); 0 is
the waterline or the ground. A tone of 0 is the darkest ink and 1 a plane that the light falls on.
"""

import math
from dataclasses import dataclass

from swav.animatic.art import Art
from swav.animatic.canvas import Plane, Point, fill, mix, stroke

Outline = tuple[float, tuple[Point, ...]]


@dataclass(frozen=True)
class Figure:
    """Filled outlines, lines (tone, width, points) and lamps, drawn in this order."""

    outlines: tuple[Outline, ...]
    lines: tuple[tuple[float, float, tuple[Point, ...]], ...] = ()
    lamps: tuple[Point, ...] = ()
    windows: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Placing:
    """Where a figure's origin stands, how long it is, which way it faces and how it leans (radians)."""

    x: float
    y: float
    size: float
    facing: int = 1
    lean: float = 0.0

    def __call__(self, points: tuple[Point, ...] | list[Point]) -> list[Point]:
        cosine, sine = math.cos(self.lean), math.sin(self.lean)
        placed = []
        for x, y in points:
            turned_x, turned_y = x * cosine - y * sine, x * sine + y * cosine
            placed.append((self.x + self.facing * turned_x * self.size, self.y - turned_y * self.size))
        return placed


def place(
    art: Art, plane: Plane, figure: Figure, at: Placing, depth: float, contrast: float = 1.0
) -> list[Point]:
    """Paint a figure in the inks of a depth; returns where its lamps stand."""
    sheet = art.sheet
    for tone, points in figure.outlines:
        colour = art.tone(depth, tone * contrast)
        lower = mix(colour, art.tone(depth * 0.8, tone * contrast), 0.35)
        fill(sheet, plane, at(points), colour, lower=lower)
    for tone, width, points in figure.lines:
        stroke(sheet, plane, at(points), width * at.size, art.tone(depth, tone * contrast))
    if art.dark:
        for window in at(figure.windows):
            stroke(
                sheet,
                plane,
                [window, (window[0] + 0.006 * at.size, window[1])],
                0.005 * at.size,
                art.scene.palette.accent,
            )
    return at(figure.lamps)


def row(start: Point, step: float, count: int) -> tuple[Point, ...]:
    return tuple((start[0] + step * i, start[1]) for i in range(count))


def mirrored(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """The outline completed by its mirror image about x = 0."""
    return points + tuple((-x, y) for x, y in reversed(points))
