"""The sea and its edges: ships with wakes and reflections, breakers, coasts, lighthouses, harbours."""

import numpy as np

from swav.animatic import craft, land, rooms, town, vessels, water
from swav.animatic.art import Art, Blink
from swav.animatic.canvas import Plane, fill, glow, mix, shade, stroke
from swav.animatic.figures import Placing, place
from swav.animatic.scene import Scene


def roughness(scene: Scene) -> float:
    return {"storm": 1.0, "rain": 0.55, "fog": 0.15}.get(scene.weather, 0.4)


def vessel(art: Art, horizon: float, waves: Plane) -> None:
    """The subject of a sea picture, with its reflection, wake and lamps."""
    scene, sheet = art.scene, art.sheet
    named = [name for name in scene.subjects if name in vessels.BY_NAME and name != "auv"]
    if scene.has("fleet"):
        _fleet(art, horizon, waves, named[0] if named else "frigate")
        return
    if not named:
        # On open water something must be afloat; elsewhere a boat shows only where the prompt has one.
        if art.scene.place != "sea" and not scene.has("boat"):
            return
        named = [("sail", "fishing", "patrol")[int(art.rng.integers(0, 3))]]
        if scene.has("engineers", "person", "auv"):
            named = ["patrol"]
    for order, name in enumerate(named[:2]):
        depth = 0.66 if order == 0 else 0.42
        figure, length = vessels.BY_NAME[name]
        size = (
            length
            * sheet.size
            * scene.subject_size
            * (0.9 if order == 0 else 0.36)
            * (0.8 if scene.view == "aerial" else 1)
        )
        side = scene.subject_x if order == 0 else 1.08 - scene.subject_x
        line = horizon + (0.085 if order == 0 else 0.02)
        rough = roughness(scene)
        plane = art.add(depth, heave=0.003 + 0.008 * rough, period=4.6 + order)
        at = Placing(side * art.width, line, size, scene.facing, 0.03 * rough if order == 0 else 0)
        lamps = place(art, plane, figure, at, depth + 0.12)
        if scene.weather != "fog":
            water.reflect(art, plane, waves, line, 0.62 - 0.35 * rough, rough)
        _wake(art, plane, at, name)
        for lamp in lamps:
            if art.dark or scene.weather in ("storm", "fog", "rain"):
                glow(sheet, plane, lamp, 0.018, scene.palette.accent, 0.9)
                glow(sheet, waves, (lamp[0], line + 0.06), 0.01, scene.palette.accent, 0.5, tall=6)
            art.life.append(Blink(*lamp, depth, 0.009, scene.palette.accent, 2.4, art.uniform(0, 1)))


def _wake(art: Art, plane: Plane, at: Placing, name: str) -> None:
    """White water at the bow and along the hull."""
    foam = mix(art.scene.palette.light, art.scene.palette.horizon, 0.35)
    moving = name not in ("sail",)
    points = [
        (0.47, 0.012),
        (0.40, 0.004),
        (0.1, 0.003),
        (-0.5, 0.006),
        (-0.62, -0.002),
        (-0.3, -0.006),
        (0.2, -0.006),
        (0.42, -0.005),
    ]
    fill(art.sheet, plane, at(points), foam, opacity=0.55 if moving else 0.3)
    if moving:
        bow = [(0.455, 0.0), (0.47, 0.028), (0.44, 0.018), (0.38, 0.006), (0.36, -0.004)]
        fill(art.sheet, plane, at(bow), foam, opacity=0.7)
        stroke(art.sheet, plane, at([(-0.5, 0.0), (-0.8, -0.01), (-1.3, -0.03)]), 0.004, foam, 0.35)


def _fleet(art: Art, horizon: float, waves: Plane, lead: str) -> None:
    """Ships in line, each smaller and hazier than the one before it."""
    scene, sheet = art.scene, art.sheet
    rows = ((0.30, 0.24, 0.012), (0.44, 0.38, 0.05), (0.60, 0.62, 0.12), (0.85, 0.95, 0.24))
    start = 0.5 - 0.3 * scene.facing
    for i, (depth, size, drop) in enumerate(rows):
        plane = art.add(depth, heave=0.002 * (i + 1), period=5 + i)
        for j in range(2 if i < 2 else 1):
            name = lead if j or i != 2 else "frigate"
            figure, length = vessels.BY_NAME[name]
            x = art.width * (start + scene.facing * (0.18 * i + 0.34 * j)) + art.uniform(-0.03, 0.03)
            at = Placing(x, horizon + drop, length * size * 0.72 * sheet.size, scene.facing)
            place(art, plane, figure, at, depth + 0.1)
            _wake(art, plane, at, name)
        water.reflect(art, plane, waves, horizon + drop, 0.4, 0.4)


def sea(art: Art, horizon: float) -> None:
    far = art.add(0.2)
    if art.rng.random() < 0.55:
        land.paint_ridge(
            art,
            far,
            0.16,
            horizon + 0.01,
            art.uniform(0.05, 0.12),
            0.4,
            feature=0.8,
            lit=0.3,
            foot=horizon + 0.002,
        )
    waves = water.surface(art, horizon, 0.4, roughness(art.scene))
    water.reflect(art, far, waves, horizon, 0.35, 0.3)
    if art.scene.has("crowd") and not art.scene.has("boat", *vessels.BY_NAME):
        _shore(art, horizon)
    else:
        vessel(art, horizon, waves)
    if art.scene.has("lighthouse"):
        _lighthouse(art, waves, horizon)
    if roughness(art.scene) > 0.9:
        _breakers(art, horizon)


def _breakers(art: Art, horizon: float) -> None:
    """Steep dark waves in the foreground with torn crests."""
    for depth, drop, tall in ((0.85, 0.20, 0.10), (1.2, 0.40, 0.17)):
        plane = art.add(depth, heave=0.014, period=3.4 + depth)
        line = land.ridge_line(art, horizon + drop, tall, 0.55, 0.7)
        inks = art.scene.palette
        fill(
            art.sheet,
            plane,
            [*line, (art.sheet.east, art.sheet.south), (art.sheet.west, art.sheet.south)],
            mix(inks.water, inks.lit, 0.25),
            lower=inks.ink,
        )
        for offset, opacity in ((0.005, 0.7), (0.016, 0.22)):
            crest = [*line, *[(x, y + offset * (0.6 + abs(np.sin(31 * x)))) for x, y in reversed(line)]]
            fill(art.sheet, plane, crest, mix(inks.light, inks.horizon, 0.3), opacity=opacity)


def coast(art: Art, horizon: float) -> None:
    scene = art.scene
    side = -1 if scene.subject_x < 0.5 else 1
    far = art.add(0.22)
    land.headland(art, far, horizon, -side, art.uniform(0.09, 0.16), 0.2)
    waves = water.surface(art, horizon, 0.4, roughness(scene))
    water.reflect(art, far, waves, horizon, 0.4, 0.3)
    middle = art.add(0.6)
    foot = horizon + 0.07
    top = land.headland(art, middle, foot, side, art.uniform(0.24, 0.34), 0.62)
    if scene.has("lighthouse") or (not scene.subjects and art.rng.random() < 0.6):
        _stand_lighthouse(art, middle, top, 0.36)
    water.reflect(art, middle, waves, foot, 0.5, 0.35)
    if scene.has("boat", "fleet", *vessels.BY_NAME):
        vessel(art, horizon, waves)
    if scene.has("person", "crowd", "engineers"):
        _shore(art, horizon)


def _shore(art: Art, horizon: float) -> None:
    plane = art.add(0.95)
    line = [(x, y) for x, y in land.ridge_line(art, horizon + 0.30, 0.05, 0.0, 1.8)]
    sheet = art.sheet
    sand = mix(art.tone(0.9, 0.75), art.scene.palette.light, 0.12)
    fill(
        sheet,
        plane,
        [*line, (sheet.east, sheet.south), (sheet.west, sheet.south)],
        sand,
        lower=art.tone(1.0, 0.3),
    )
    stroke(sheet, plane, line, 0.006, art.scene.palette.light, 0.6)
    count = 7 if art.scene.has("crowd") else (4 if art.scene.has("engineers") else 1)
    rooms.people(art, plane, horizon + 0.34, 0.34, 0.95, count, 0.6)


def _lighthouse(art: Art, waves: Plane, horizon: float) -> None:
    plane = art.add(0.55)
    side = 0.82 if art.scene.subject_x < 0.5 else 0.18
    x = side * art.width
    fill(
        art.sheet,
        plane,
        [
            (x - 0.2, horizon + 0.05),
            (x - 0.1, horizon + 0.0),
            (x + 0.09, horizon - 0.01),
            (x + 0.22, horizon + 0.05),
        ],
        art.tone(0.6, 0.15),
    )
    _stand_lighthouse(art, plane, (x, horizon + 0.005), 0.34)
    water.reflect(art, plane, waves, horizon + 0.05, 0.45, 0.4)


def _stand_lighthouse(art: Art, plane: Plane, foot: tuple[float, float], tall: float) -> None:
    lamp = place(
        art, plane, craft.LIGHTHOUSE, Placing(foot[0], foot[1] + 0.012, tall, art.scene.facing), 0.7
    )[0]
    inks = art.scene.palette
    glow(art.sheet, plane, lamp, 0.05, inks.accent, 0.8)
    if art.dark or art.scene.weather in ("storm", "fog"):
        for side in (-1, 1):
            # Ever longer, ever fainter wedges: light that thins with distance, without an end to see.
            for i in range(1, 15):
                far = lamp[0] + side * 0.06 * i
                beam = [lamp, (far, lamp[1] - 0.008 * i), (far, lamp[1] + 0.003 * i)]
                fill(art.sheet, plane, beam, inks.light, opacity=0.022)
    art.life.append(Blink(*lamp, plane.depth, 0.03, inks.accent, 3.2))


def harbour(art: Art, horizon: float) -> None:
    scene = art.scene
    far = art.add(0.25)
    land.paint_ridge(art, far, 0.18, horizon - 0.02, 0.13, 0.2, feature=0.9, lit=0.3, foot=horizon)
    if scene.has("sail", "fishing") and not scene.has("frigate", "crane"):
        town.sheds(art, far, horizon, 0.34)
    else:
        town.cranes(art, far, horizon, art.uniform(0.22, 0.32), 0.36, 4)
        town.sheds(art, far, horizon, 0.34)
    shade(art.sheet, far, horizon - 0.2, horizon + 0.05, scene.palette.haze, 0.4)
    if art.dark:
        town.quay_lamps(art, far, horizon - 0.012, 0.3)
    waves = water.surface(art, horizon, 0.4, 0.2)
    water.reflect(art, far, waves, horizon, 0.6, 0.3)
    if art.dark:
        for i in range(9):
            glow(
                art.sheet,
                waves,
                (art.width * (i + 0.5) / 9, horizon + 0.07),
                0.012,
                scene.palette.accent,
                0.35,
                tall=5,
            )
    vessel(art, horizon, waves)
    if scene.view != "aerial":
        near = town.pier(art, 1.15, 0.93 if not scene.has("person", "engineers", "crowd") else 0.88)
        if scene.has("person", "engineers", "crowd"):
            count = 6 if scene.has("crowd") else (3 if scene.has("engineers") else 1)
            rooms.people(art, near, 0.93, 0.34, 1.0, count, 0.5)
