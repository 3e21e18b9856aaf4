"""What people build: skylines, quays, cranes and hulls on the slip."""

from swav.animatic import craft, vessels
from swav.animatic.art import Art, Blink, Fall
from swav.animatic.canvas import Plane, box, fill, glow, mix, shade, stroke
from swav.animatic.figures import Placing, place


def skyline(art: Art, plane: Plane, foot: float, tall: float, depth: float) -> None:
    """Buildings shoulder to shoulder, tallest about the light, with lit windows after dark."""
    sheet, inks = art.sheet, art.scene.palette
    x = sheet.west
    centre = art.uniform(0.3, 0.7) * art.width
    while x < sheet.east:
        wide = art.uniform(0.028, 0.075)
        near = max(0.0, 1 - abs(x - centre) / (0.75 * art.width))
        high = tall * (0.22 + 0.78 * near * art.rng.random() ** 0.8)
        top = foot - high
        tone = art.uniform(0.1, 0.45)
        colour = art.tone(depth, tone)
        lower = mix(colour, inks.haze, 0.4 * (1 - depth))
        fill(sheet, plane, box(x, top, x + wide, foot), colour, lower=lower)
        side = 0.3 * wide
        fill(
            sheet,
            plane,
            box(x + wide - side, top, x + wide, foot),
            mix(colour, inks.light, 0.14),
            lower=lower,
        )
        kind = art.rng.random()
        if kind < 0.25:
            fill(
                sheet,
                plane,
                [(x + 0.2 * wide, top), (x + 0.5 * wide, top - 0.03), (x + 0.8 * wide, top)],
                colour,
            )
        elif kind < 0.5:
            fill(sheet, plane, box(x + 0.25 * wide, top - 0.014, x + 0.7 * wide, top), colour)
        if kind > 0.8 and high > 0.6 * tall:
            stroke(sheet, plane, [(x + wide / 2, top), (x + wide / 2, top - 0.055)], 0.002, colour)
        if art.dark:
            _windows(art, plane, x, top, wide, foot)
        x += wide * art.uniform(0.75, 1.08)


def _windows(art: Art, plane: Plane, left: float, top: float, wide: float, foot: float) -> None:
    inks = art.scene.palette
    y = top + 0.012
    while y < foot - 0.012:
        x = left + 0.006
        while x < left + wide - 0.006:
            if art.rng.random() < 0.36:
                warm = mix(inks.accent, inks.light, art.uniform(0, 0.6))
                fill(
                    art.sheet, plane, box(x, y, x + 0.0042, y + 0.006), warm, opacity=art.uniform(0.35, 0.95)
                )
            x += 0.0095
        y += 0.0135


def quay_lamps(art: Art, plane: Plane, y: float, depth: float) -> None:
    count = 9
    for i in range(count):
        x = art.width * (i + 0.5) / count + art.uniform(-0.02, 0.02)
        glow(art.sheet, plane, (x, y), 0.012, art.scene.palette.accent, 0.95)
        glow(art.sheet, plane, (x, y), 0.05, art.scene.palette.accent, 0.22)
        glow(art.sheet, plane, (x, y + 0.045), 0.008, art.scene.palette.accent, 0.5, tall=5)


def cranes(art: Art, plane: Plane, foot: float, tall: float, depth: float, count: int) -> None:
    for i in range(count):
        x = art.width * ((i + 0.5) / count + art.uniform(-0.10, 0.10))
        figure = craft.GANTRY if art.rng.random() < 0.4 else craft.JIB
        facing = 1 if art.rng.random() < 0.5 else -1
        lamps = place(art, plane, figure, Placing(x, foot, tall * art.uniform(0.75, 1.1), facing), depth)
        for lamp in lamps[:1]:
            art.life.append(Blink(*lamp, plane.depth, 0.008, (1.0, 0.25, 0.18), 2.6, art.uniform(0, 1)))


def sheds(art: Art, plane: Plane, foot: float, depth: float) -> None:
    """Long halls with pitched or saw-tooth roofs, and a chimney or two."""
    x = art.sheet.west
    while x < art.sheet.east:
        wide, high = art.uniform(0.18, 0.36), art.uniform(0.06, 0.13)
        colour = art.tone(depth, art.uniform(0.1, 0.4))
        teeth = 1 if art.rng.random() < 0.5 else 4
        roof = []
        for tooth in range(teeth):
            start = x + wide * tooth / teeth
            roof += [
                (start, foot - high),
                (start + wide / teeth * (0.5 if teeth == 1 else 0.15), foot - high - 0.035),
            ]
        roof += [(x + wide, foot - high)]
        fill(
            art.sheet,
            plane,
            [*roof, (x + wide, foot), (x, foot)],
            colour,
            lower=mix(colour, art.scene.palette.haze, 0.2),
        )
        if art.rng.random() < 0.3:
            fill(art.sheet, plane, box(x + 0.04, foot - high - 0.14, x + 0.055, foot - high), colour)
        x += wide * art.uniform(0.9, 1.15)


def shipyard(art: Art, horizon: float) -> None:
    """A hull on the slip among cranes, halls behind, a quay with people in front."""
    sheet, scene = art.sheet, art.scene
    far = art.add(0.25)
    sheds(art, far, horizon, 0.25)
    cranes(art, far, horizon, art.uniform(0.32, 0.42), 0.3, 3)
    shade(sheet, far, horizon - 0.4, horizon + 0.02, scene.palette.haze, 0.5)
    middle = art.add(0.62)
    ground = horizon + 0.16
    fill(
        sheet,
        middle,
        box(sheet.west, ground, sheet.east, sheet.south),
        art.tone(0.62, 0.3),
        lower=art.tone(0.9, 0.05),
    )
    x = scene.subject_x * art.width
    name = next((s for s in scene.subjects if s in vessels.BY_NAME and s != "auv"), "frigate")
    figure, length = vessels.BY_NAME[name]
    size = length * 0.98 * sheet.size * scene.subject_size * (1.3 if length < 0.7 else 1)
    place(art, middle, figure, Placing(x, ground - 0.02, size, scene.facing), 0.62)
    for i in range(9):
        block = x + size * (-0.4 + 0.1 * i)
        fill(sheet, middle, box(block - 0.01, ground - 0.022, block + 0.01, ground + 0.006), art.tone(0.8))
    cranes(art, middle, ground, art.uniform(0.52, 0.66), 0.66, 2)
    shade(sheet, middle, ground - 0.1, ground + 0.3, scene.palette.haze, 0.16)
    if scene.has("welding", "crowd") or scene.has("engineers") or "weld" in scene.subjects:
        pass
    if scene.has("welding"):
        spot = (x + 0.12 * size * scene.facing, ground - 0.03)
        welding(art, middle, *spot)


def welding(art: Art, plane: Plane, x: float, y: float) -> None:
    glow(art.sheet, plane, (x, y), 0.16, (0.75, 0.88, 1.0), 0.5)
    glow(art.sheet, plane, (x, y), 0.03, (1.0, 1.0, 1.0), 1.0)
    art.life.append(Blink(x, y, plane.depth, 0.05, (0.85, 0.93, 1.0), 0.34))
    art.life.append(Fall("sparks", 90, (1.0, 0.72, 0.32), x / art.width, y))


def pier(art: Art, depth: float, y: float) -> Plane:
    """A quay edge with bollards and a railing, in the foreground."""
    sheet = art.sheet
    plane = art.add(depth)
    fill(
        sheet,
        plane,
        [
            (sheet.west, y + 0.02),
            (sheet.east, y - 0.015),
            (sheet.east, sheet.south),
            (sheet.west, sheet.south),
        ],
        art.tone(1.0, 0.06),
    )
    fill(
        sheet,
        plane,
        [(sheet.west, y + 0.02), (sheet.east, y - 0.015), (sheet.east, y - 0.003), (sheet.west, y + 0.034)],
        art.tone(1.0, 0.5),
        opacity=0.6,
    )
    x = sheet.west + art.uniform(0.1, 0.3)
    while x < sheet.east:
        foot = y + 0.01 - 0.02 * x / art.width
        bollard = [
            (x - 0.02, foot + 0.012),
            (x - 0.016, foot - 0.03),
            (x - 0.028, foot - 0.045),
            (x + 0.028, foot - 0.045),
            (x + 0.016, foot - 0.03),
            (x + 0.02, foot + 0.012),
        ]
        fill(sheet, plane, bollard, art.tone(1.0, 0.05))
        x += art.uniform(0.42, 0.6)
    return plane
