"""Control rooms: walls of displays that show blocks and traces of light, never letters."""

import math

from swav.animatic import craft
from swav.animatic.art import Art
from swav.animatic.canvas import Plane, box, fill, glow, mix, ring, stroke
from swav.animatic.figures import Placing, place
from swav.animatic.rooms import shell


def control(art: Art) -> None:
    """Rows of screens with blocks and traces of light, no letters; operators before them."""
    sheet, scene, inks = art.sheet, art.scene, art.scene.palette
    back = shell(art, 0.66, (art.width / 2, 0.66), 0.0)
    wall = art.add(0.4, pulse=0.07, period=3.1)
    columns, gap = int(art.uniform(3, 6)), 0.018
    span = 1.12 * art.width
    kinds = ["sonar", "trace", "bars", "map", "waterfall"]
    big = int(art.rng.integers(0, columns))
    left = -0.06 * art.width
    widths = [1.7 if i == big else 1.0 for i in range(columns)]
    for i, share in enumerate(widths):
        wide = span * share / sum(widths)
        for row, (top, bottom) in enumerate(((0.10, 0.35), (0.35, 0.60))):
            if i == big:
                if row:
                    continue
                top, bottom = 0.10, 0.60
            kind = "sonar" if i == big else kinds[int(art.rng.integers(0, len(kinds)))]
            screen(art, wall, left + gap / 2, top + gap / 2, left + wide - gap / 2, bottom - gap / 2, kind)
        left += wide
    glow(sheet, back, (art.width / 2, 0.36), 0.6, inks.horizon, 0.5, tall=0.5)
    desk = art.add(0.75)
    fill(
        sheet,
        desk,
        [(sheet.west, 0.72), (sheet.east, 0.72), (sheet.east, sheet.south), (sheet.west, sheet.south)],
        art.tone(1.0, 0.3),
        lower=inks.ink,
    )
    fill(
        sheet,
        desk,
        box(sheet.west, 0.716, sheet.east, 0.724),
        mix(inks.horizon, inks.light, 0.4),
        opacity=0.7,
    )
    for i in range(26):
        x = art.width * (i + 0.5) / 26
        glow(sheet, desk, (x, 0.76 + 0.02 * (i % 3)), 0.006, inks.accent if i % 4 == 0 else inks.light, 0.9)
    near = art.add(1.1)
    count = 3 if scene.has("crowd", "engineers") else int(art.rng.integers(1, 3))
    for i in range(count):
        x = art.width * (scene.subject_x if count == 1 else 0.16 + 0.68 * i / max(1, count - 1))
        place(art, near, craft.SHOULDERS, Placing(x, 1.20, art.uniform(0.72, 0.8) * sheet.size), 1.0)
        glow(sheet, near, (x, 0.62), 0.05, inks.light, 0.05)


def screen(art: Art, plane: Plane, left: float, top: float, right: float, bottom: float, kind: str) -> None:
    """One display: a dark pane with a frame and a drawing of light."""
    sheet, inks = art.sheet, art.scene.palette
    wide, tall = right - left, bottom - top
    pane = mix(inks.ink, inks.horizon, 0.42)
    fill(sheet, plane, box(left, top, right, bottom), pane, lower=mix(pane, inks.horizon, 0.35))
    bright, warm = inks.light, inks.accent
    cx, cy = (left + right) / 2, (top + bottom) / 2
    if kind == "sonar":
        radius = 0.45 * min(wide, tall)
        for i in range(1, 5):
            stroke(sheet, plane, ring((cx, cy), radius * i / 4), 0.0022, bright, 0.45)
        turn = art.rng.random()
        for i in range(14):
            wedge = [(cx, cy), *ring((cx, cy), radius, start=turn - 0.011 * (i + 1), end=turn - 0.011 * i)]
            fill(sheet, plane, wedge, bright, opacity=0.5 * (1 - i / 14) ** 1.5)
        for _ in range(6):
            angle, far = art.uniform(0, math.tau), radius * art.uniform(0.2, 0.9)
            glow(sheet, plane, (cx + far * math.cos(angle), cy + far * math.sin(angle)), 0.008, warm, 1.0)
        stroke(sheet, plane, [(cx - radius, cy), (cx + radius, cy)], 0.0015, bright, 0.35)
        stroke(sheet, plane, [(cx, cy - radius), (cx, cy + radius)], 0.0015, bright, 0.35)
    elif kind == "trace":
        for line in range(3):
            base, phase = top + tall * (0.28 + 0.22 * line), art.uniform(0, 9)
            points = [
                (
                    left + wide * (0.06 + 0.88 * i / 60),
                    base + 0.06 * tall * math.sin(phase + i * 0.55) * math.sin(0.11 * i + phase) ** 2,
                )
                for i in range(61)
            ]
            stroke(sheet, plane, points, 0.003, warm if line == 1 else bright, 0.85)
    elif kind == "bars":
        for i in range(14):
            x, high = left + wide * (0.07 + 0.062 * i), tall * art.uniform(0.12, 0.7)
            fill(
                sheet,
                plane,
                box(x, bottom - 0.12 * tall - high, x + wide * 0.036, bottom - 0.12 * tall),
                warm if i % 5 == 2 else bright,
                opacity=0.7,
            )
    elif kind == "map":
        for level in range(4):
            points = []
            for i in range(49):
                angle = math.tau * i / 48
                far = (0.16 + 0.08 * level) * (
                    1 + 0.22 * math.sin(3 * angle + level) + 0.12 * math.sin(5 * angle + cx * 9)
                )
                points.append((cx + far * wide * math.cos(angle), cy + far * tall * math.sin(angle)))
            stroke(sheet, plane, points, 0.0022, bright, 0.7 - 0.12 * level)
        glow(sheet, plane, (cx + 0.1 * wide, cy - 0.1 * tall), 0.01, warm, 1.0)
    else:
        for i in range(16):
            y = top + tall * (0.08 + 0.053 * i)
            for j in range(12):
                fill(
                    sheet,
                    plane,
                    box(
                        left + wide * (0.06 + 0.074 * j),
                        y,
                        left + wide * (0.13 + 0.074 * j),
                        y + 0.045 * tall,
                    ),
                    bright,
                    opacity=0.08 + 0.6 * art.rng.random() ** 4,
                )
    glow(sheet, plane, (cx, cy), 0.3 * max(wide, tall), inks.horizon, 0.25)
