"""Ridges, headlands, dunes, trees: land as layered silhouettes that fade into the haze."""

import math

from swav.animatic.art import Art
from swav.animatic.canvas import Plane, Point, fill, mix, shade


def ridge_line(art: Art, base: float, height: float, jagged: float, feature: float = 0.5) -> list[Point]:
    """A skyline from beyond the left edge to beyond the right: a sum of waves, sharp if ``jagged`` is 1."""
    sheet, count = art.sheet, 220
    waves = [
        (art.uniform(0, math.tau), 2**octave, 0.5 ** (octave * (1.15 - 0.35 * jagged))) for octave in range(6)
    ]
    span = sheet.east - sheet.west
    line = []
    for i in range(count + 1):
        x = sheet.west + span * i / count
        total = 0.0
        for phase, frequency, weight in waves:
            wave = math.sin(phase + x * frequency * 2.3 / feature)
            total += weight * ((1 - 2 * abs(wave)) * jagged + wave * (1 - jagged))
        line.append((x, base - height * (0.5 + 0.36 * total)))
    return line


def paint_ridge(
    art: Art, plane: Plane, depth: float, base: float, height: float, jagged: float, *, feature: float = 0.5,
    lit: float = 0.1, foot: float | None = None,
) -> list[Point]:  # fmt: skip
    sheet = art.sheet
    line = ridge_line(art, base, height, jagged, feature)
    floor = sheet.south if foot is None else foot
    colour = art.tone(depth, lit)
    lower = mix(colour, art.scene.palette.haze, 0.55 * (1 - depth))
    fill(sheet, plane, [*line, (sheet.east, floor), (sheet.west, floor)], colour, lower=lower)
    brow = [(x, y + 0.006 + 0.012 * abs(math.sin(17 * x))) for x, y in line]
    bright = mix(colour, art.scene.palette.light, 0.22 if not art.dark else 0.10)
    fill(sheet, plane, [*line, *reversed(brow)], bright, opacity=0.5)
    return line


def mountains(art: Art, horizon: float) -> None:
    jagged = art.uniform(0.75, 1.0)
    far = art.add(0.22)
    paint_ridge(art, far, 0.16, horizon - 0.06, art.uniform(0.30, 0.42), jagged, feature=0.9, lit=0.5)
    paint_ridge(art, far, 0.34, horizon + 0.01, art.uniform(0.18, 0.28), jagged, feature=0.7, lit=0.3)
    shade(art.sheet, far, horizon - 0.22, horizon + 0.08, art.scene.palette.haze, 0.7)
    middle = art.add(0.5)
    paint_ridge(art, middle, 0.58, horizon + 0.10, 0.16, 0.5, feature=0.6, lit=0.2)
    shade(art.sheet, middle, horizon, horizon + 0.30, art.scene.palette.haze, 0.45)


def dunes(art: Art, horizon: float) -> None:
    far = art.add(0.25)
    for i, depth in enumerate((0.2, 0.36)):
        paint_ridge(art, far, depth, horizon + 0.04 * i, 0.12, 0.0, feature=1.1, lit=0.7)
    for depth, drop in ((0.62, 0.12), (0.95, 0.30)):
        plane = art.add(depth)
        paint_ridge(art, plane, depth, horizon + drop, 0.16, 0.05, feature=1.3, lit=0.62)


def hills(art: Art, horizon: float) -> None:
    far = art.add(0.28)
    for i, depth in enumerate((0.2, 0.36, 0.48)):
        paint_ridge(art, far, depth, horizon + 0.03 * i, 0.10, 0.1, feature=0.9, lit=0.35)
    plane = art.add(0.66)
    paint_ridge(art, plane, 0.66, horizon + 0.14, 0.07, 0.0, feature=1.4, lit=0.4)


def tree(art: Art, plane: Plane, x: float, foot: float, tall: float, depth: float) -> None:
    """A conifer of drooping tiers."""
    tiers = 7
    points: list[Point] = [(x, foot - tall)]
    sides: list[Point] = []
    for tier in range(1, tiers + 1):
        wide = tall * (0.035 + 0.155 * tier / tiers) * art.uniform(0.8, 1.15)
        y = foot - tall * (1 - 0.9 * tier / tiers)
        points += [(x + wide, y), (x + wide * 0.45, y - tall * 0.02)]
        sides += [(x - wide * 0.45, y - tall * 0.02), (x - wide, y)][::-1]
    fill(
        art.sheet,
        plane,
        [*points, (x + 0.02 * tall, foot), (x - 0.02 * tall, foot), *reversed(sides)],
        art.tone(depth, 0.12),
    )


def forest(art: Art, horizon: float) -> None:
    sheet = art.sheet
    far = art.add(0.24)
    paint_ridge(art, far, 0.2, horizon, 0.26, 0.3, feature=0.8, lit=0.3)
    for depth, drop, tall, count in ((0.42, 0.03, 0.26, 46), (0.66, 0.16, 0.44, 24), (1.05, 0.50, 0.95, 7)):
        plane = far if depth < 0.5 else art.add(depth)
        if depth < 1:
            fill(
                sheet,
                plane,
                [
                    (sheet.west, horizon + drop - 0.03),
                    (sheet.east, horizon + drop),
                    (sheet.east, sheet.south),
                    (sheet.west, sheet.south),
                ],
                art.tone(depth, 0.12),
            )
        for i in range(count):
            x = sheet.west + (sheet.east - sheet.west) * (i + art.uniform(0.1, 0.9)) / count
            if depth > 1 and abs(x / art.width - 0.5) < 0.22:
                continue
            tree(
                art, plane, x, horizon + drop + art.uniform(-0.02, 0.02), tall * art.uniform(0.7, 1.15), depth
            )
        if depth < 1:
            shade(sheet, plane, horizon - 0.1, horizon + drop + 0.25, art.scene.palette.haze, 0.5)


def headland(art: Art, plane: Plane, horizon: float, side: int, tall: float, depth: float) -> Point:
    """A cliff that enters from one side and falls to the water; returns a place on its top."""
    sheet = art.sheet
    edge = sheet.west if side < 0 else sheet.east
    reach = art.width * art.uniform(0.36, 0.46)
    tip = (0.0 if side < 0 else art.width) - side * reach
    points: list[Point] = [(edge, horizon - tall * 1.05)]
    steps = 16
    for i in range(steps + 1):
        share = i / steps
        x = edge + (tip - edge) * share
        fall = 1 - max(0.0, share - 0.62) ** 1.4 * 3.4
        points.append((x, horizon - max(0.0, tall * fall * (1 + art.uniform(-0.035, 0.035)))))
    points += [(tip - side * 0.04, horizon + 0.004), (edge, horizon + 0.004)]
    fill(sheet, plane, points, art.tone(depth, 0.22), lower=art.tone(depth * 0.8, 0.1))
    for i in range(7):
        share = 0.3 + 0.1 * i
        x = edge + (tip - edge) * share
        top = horizon - tall * (1 - max(0.0, share - 0.62) ** 1.4 * 3.4) * 0.93
        if top < horizon - 0.03:
            wide = art.uniform(0.012, 0.03)
            facet = [
                (x, top),
                (x + wide, top + 0.01),
                (x + wide * 1.5, horizon - 0.004),
                (x + wide * 0.4, horizon - 0.004),
            ]
            fill(sheet, plane, facet, art.tone(depth, 0.5), opacity=0.45)
    top_x = edge + (tip - edge) * 0.60
    return top_x, horizon - tall * 0.99
