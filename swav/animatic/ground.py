"""What stands on open land and in towns: panels, turbines, flags, dishes, streets, people."""

import numpy as np

from swav.animatic import craft, rooms, town, water
from swav.animatic.art import Art
from swav.animatic.canvas import box, fill, mix, shade, stroke
from swav.animatic.figures import Placing, place
from swav.animatic.seascape import vessel


def subjects_on_land(art: Art, horizon: float) -> None:
    scene = art.scene
    ground = horizon + 0.20
    x = scene.subject_x * art.width
    if scene.has("turbine") or (scene.place == "field" and not scene.subjects):
        plane = art.add(0.55)
        for i in range(6):
            place(
                art,
                plane,
                craft.TURBINE,
                Placing(art.width * (i + 0.5) / 6, horizon + 0.10, art.uniform(0.26, 0.5)),
                0.6,
            )
    if scene.has("solar"):
        _solar(art, horizon)
    if scene.has("dish"):
        place(art, art.add(0.7), craft.DISH, Placing(x, ground, 0.58, scene.facing), 0.8)
    if scene.has("flag"):
        _flag(art, x, ground)
    if scene.has("person", "crowd", "engineers"):
        count = 9 if scene.has("crowd") else (3 if scene.has("engineers") else 1)
        rooms.people(art, art.add(0.95), ground + 0.10, 0.32, 0.95, count, 0.7)


def _solar(art: Art, horizon: float) -> None:
    """Rows of panels in perspective, each catching the sky."""
    plane, inks, sheet = art.add(0.85), art.scene.palette, art.sheet
    for row in range(6):
        near = (row + 1) / 6
        y = horizon + 0.08 + 0.42 * near**1.7
        wide, tall = 0.10 + 0.24 * near, 0.03 + 0.10 * near
        x = sheet.west - wide * art.rng.random()
        while x < sheet.east:
            lean = 0.25 * wide
            panel = [(x, y), (x + wide * 0.92, y), (x + wide * 0.92 + lean, y - tall), (x + lean, y - tall)]
            fill(sheet, plane, panel, mix(inks.middle, inks.light, 0.35), lower=mix(inks.top, inks.ink, 0.4))
            for part in (0.33, 0.66):
                px = x + wide * 0.92 * part
                stroke(sheet, plane, [(px, y), (px + lean, y - tall)], 0.0016, inks.light, 0.6)
            stroke(
                sheet,
                plane,
                [(x + lean / 2, y - tall / 2), (x + wide * 0.92 + lean / 2, y - tall / 2)],
                0.0016,
                inks.light,
                0.6,
            )
            stroke(sheet, plane, [(x + wide * 0.5, y), (x + wide * 0.5, y + tall * 0.35)], 0.004, inks.ink)
            x += wide


def _flag(art: Art, x: float, ground: float) -> None:
    plane, inks = art.add(0.75, heave=0.002, period=2.2), art.scene.palette
    for i, shift in enumerate((-0.34, 0.0, 0.34)):
        px, tall = x + shift * art.sheet.size, 0.56 - 0.07 * abs(i - 1)
        stroke(art.sheet, plane, [(px, ground + 0.06), (px, ground - tall)], 0.006, art.tone(0.9, 0.3))
        for band, colour in enumerate(
            (inks.accent, mix(inks.light, inks.lit, 0.2), mix(inks.water, inks.ink, 0.2))
        ):

            def edge(
                share: float, step: int, px: float = px, tall: float = tall, shift: float = shift
            ) -> tuple[float, float]:
                along = step / 14
                return px + 0.22 * along, ground - tall + 0.05 * share + 0.016 * along * np.sin(
                    6 * along + share + 2 * shift
                )

            strip = [edge(band, s) for s in range(15)] + [edge(band + 1, s) for s in range(14, -1, -1)]
            fill(art.sheet, plane, strip, colour, lower=mix(colour, inks.ink, 0.15))


def city(art: Art, horizon: float) -> None:
    far = art.add(0.22)
    town.skyline(art, far, horizon, art.uniform(0.30, 0.40), 0.22)
    shade(art.sheet, far, horizon - 0.3, horizon, art.scene.palette.haze, 0.6)
    middle = art.add(0.42)
    town.skyline(art, middle, horizon + 0.02, art.uniform(0.20, 0.30), 0.55)
    if art.scene.place == "city":
        sea = water.surface(art, horizon + 0.015, 0.46, 0.25)
        water.reflect(art, far, sea, horizon + 0.015, 0.35, 0.4)
        water.reflect(art, middle, sea, horizon + 0.015, 0.5, 0.4)
        vessel(art, horizon + 0.02, sea)
        return
    street = art.add(0.8)
    sheet = art.sheet
    fill(
        sheet,
        street,
        box(sheet.west, horizon + 0.015, sheet.east, sheet.south),
        art.tone(0.7, 0.4),
        lower=art.tone(1.0, 0.1),
    )
    for side in (-1, 1):
        edge = sheet.west if side < 0 else sheet.east
        inner = art.width / 2 + side * 0.24 * art.width
        fill(
            sheet,
            street,
            [(edge, -0.15), (inner, 0.22), (inner, horizon + 0.05), (edge, 1.1)],
            art.tone(0.85, 0.2),
            lower=art.tone(1.0, 0.05),
        )
    rooms.people(art, street, 0.92, 0.30, 0.95, 7 if art.scene.has("crowd") else 3, 0.42)
