"""From a scene to planes: which painters a place needs, and where the subjects stand in it."""

import numpy as np

from swav.animatic import craft, elsewhere, land, rooms, sky, town, vessels, water
from swav.animatic.art import Art, Blink, Fall
from swav.animatic.canvas import Plane, Sheet, box, cloud_noise, fill, glow, mix, shade, stroke
from swav.animatic.figures import Placing, place
from swav.animatic.scene import Scene


def compose(scene: Scene, width: int, height: int) -> Art:
    """Paint the planes of a scene for a frame of ``width`` x ``height`` pixels."""
    art = Art(Sheet(width, height), scene, np.random.default_rng(scene.number))
    indoors = {
        "hall": rooms.hall,
        "hangar": rooms.hangar,
        "laboratory": rooms.laboratory,
        "control": rooms.control,
        "plinth": elsewhere.plinth,
        "underwater": elsewhere.underwater,
        "space": elsewhere.space,
        "abstract": elsewhere.abstract,
    }
    if scene.place in indoors:
        indoors[scene.place](art)
    else:
        _outdoors(art)
        water.snow_or_rain(art)
    for plane in art.planes:
        _grain(art, plane)
        plane.crop()
    return art


def _grain(art: Art, plane: Plane) -> None:
    """A fine paper grain that belongs to the picture; it also keeps gradients from banding."""
    shape = plane.pixels.shape[:2]
    tile = np.random.default_rng(7).standard_normal((256, 256)).astype(np.float32)
    noise = np.tile(tile, (shape[0] // 256 + 1, shape[1] // 256 + 1))[: shape[0], : shape[1]]
    plane.pixels[..., :3] += (noise * np.float32(0.0075))[..., None] * plane.pixels[..., 3:]


def _outdoors(art: Art) -> None:
    scene = art.scene
    horizon = scene.horizon
    sky.backdrop(art, horizon)
    sky.clouds(art, horizon)
    if scene.weather == "storm" and scene.place in ("sea", "air", "coast", "harbour"):
        _lightning(art, horizon)
    painters = {
        "sea": _sea,
        "coast": _coast,
        "harbour": _harbour,
        "city": _city,
        "street": _city,
        "shipyard": town.shipyard,
        "mountains": land.mountains,
        "desert": land.dunes,
        "forest": land.forest,
        "field": land.hills,
        "air": _air,
    }
    painters[scene.place](art, horizon)
    if scene.place in ("mountains", "desert", "field", "forest"):
        _on_land(art, horizon)
    if scene.place != "air":
        _flyers(art, horizon)
    if scene.weather in ("fog", "snow", "rain"):
        for plane in art.planes[1:]:
            shade(
                art.sheet,
                plane,
                horizon - 0.3,
                horizon + 0.25,
                scene.palette.haze,
                0.5 * (1.1 - min(1, plane.depth)),
            )


def _rough(scene: Scene) -> float:
    return {"storm": 1.0, "rain": 0.55, "fog": 0.15}.get(scene.weather, 0.4)


def _lightning(art: Art, horizon: float) -> None:
    plane = art.planes[-1]
    x, y = art.width * (1 - art.scene.light_x), 0.06
    bolt = [(x, y)]
    while y < horizon - 0.02:
        x, y = x + art.uniform(-0.045, 0.04), y + art.uniform(0.02, 0.06)
        bolt.append((x, min(y, horizon)))
        if art.rng.random() < 0.25:
            stroke(
                art.sheet,
                plane,
                [(x, y), (x + art.uniform(-0.1, 0.1), y + 0.06), (x + art.uniform(-0.14, 0.14), y + 0.10)],
                0.0016,
                art.scene.palette.light,
                0.7,
            )
    stroke(art.sheet, plane, bolt, 0.0034, (1.0, 1.0, 1.0))
    for spot in bolt[::2]:
        glow(art.sheet, plane, spot, 0.08, (0.75, 0.82, 1.0), 0.16)


def _vessel(art: Art, horizon: float, sea: Plane) -> None:
    """The subject of a sea picture, with its reflection, wake and lamps."""
    scene, sheet = art.scene, art.sheet
    named = [name for name in scene.subjects if name in vessels.BY_NAME and name != "auv"]
    if scene.has("fleet"):
        _fleet(art, horizon, sea, named[0] if named else "frigate")
        return
    if not named:
        if (
            scene.has("drone", "helicopter", "aircraft", "auv", "person", "engineers", "crowd")
            or art.rng.random() < 0.3
        ):
            return
        named = ["sail" if art.rng.random() < 0.5 else "frigate"]
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
        rough = _rough(scene)
        plane = art.add(depth, heave=0.003 + 0.008 * rough, period=4.6 + order)
        at = Placing(side * art.width, line, size, scene.facing, 0.03 * rough if order == 0 else 0)
        lamps = place(art, plane, figure, at, depth + 0.12)
        if scene.weather != "fog":
            water.reflect(art, plane, sea, line, 0.62 - 0.35 * rough, rough)
        _wake(art, plane, at, name)
        for lamp in lamps:
            if art.dark or scene.weather in ("storm", "fog", "rain"):
                glow(sheet, plane, lamp, 0.018, scene.palette.accent, 0.9)
                glow(sheet, sea, (lamp[0], line + 0.06), 0.01, scene.palette.accent, 0.5, tall=6)
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


def _fleet(art: Art, horizon: float, sea: Plane, lead: str) -> None:
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
        water.reflect(art, plane, sea, horizon + drop, 0.4, 0.4)


def _sea(art: Art, horizon: float) -> None:
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
    sea = water.surface(art, horizon, 0.4, _rough(art.scene))
    water.reflect(art, far, sea, horizon, 0.35, 0.3)
    _vessel(art, horizon, sea)
    if art.scene.has("lighthouse"):
        _lighthouse(art, sea, horizon)
    if _rough(art.scene) > 0.9:
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


def _coast(art: Art, horizon: float) -> None:
    scene = art.scene
    side = -1 if scene.subject_x < 0.5 else 1
    far = art.add(0.22)
    land.headland(art, far, horizon, -side, art.uniform(0.09, 0.16), 0.2)
    sea = water.surface(art, horizon, 0.4, _rough(scene))
    water.reflect(art, far, sea, horizon, 0.4, 0.3)
    middle = art.add(0.6)
    foot = horizon + 0.07
    top = land.headland(art, middle, foot, side, art.uniform(0.24, 0.34), 0.62)
    if scene.has("lighthouse") or (not scene.subjects and art.rng.random() < 0.6):
        _stand_lighthouse(art, middle, top, 0.36)
    water.reflect(art, middle, sea, foot, 0.5, 0.35)
    if any(name in vessels.BY_NAME and name != "auv" for name in scene.subjects):
        _vessel(art, horizon, sea)
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


def _lighthouse(art: Art, sea: Plane, horizon: float) -> None:
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
    water.reflect(art, plane, sea, horizon + 0.05, 0.45, 0.4)


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


def _harbour(art: Art, horizon: float) -> None:
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
    sea = water.surface(art, horizon, 0.4, 0.2)
    water.reflect(art, far, sea, horizon, 0.6, 0.3)
    if art.dark:
        for i in range(9):
            glow(
                art.sheet,
                sea,
                (art.width * (i + 0.5) / 9, horizon + 0.07),
                0.012,
                scene.palette.accent,
                0.35,
                tall=5,
            )
    _vessel(art, horizon, sea)
    if scene.view != "aerial":
        near = town.pier(art, 1.15, 0.93 if not scene.has("person", "engineers", "crowd") else 0.88)
        if scene.has("person", "engineers", "crowd"):
            count = 6 if scene.has("crowd") else (3 if scene.has("engineers") else 1)
            rooms.people(art, near, 0.93, 0.34, 1.0, count, 0.5)


def _city(art: Art, horizon: float) -> None:
    far = art.add(0.22)
    town.skyline(art, far, horizon, art.uniform(0.30, 0.40), 0.22)
    shade(art.sheet, far, horizon - 0.3, horizon, art.scene.palette.haze, 0.6)
    middle = art.add(0.42)
    town.skyline(art, middle, horizon + 0.02, art.uniform(0.20, 0.30), 0.55)
    if art.scene.place == "city":
        sea = water.surface(art, horizon + 0.015, 0.46, 0.25)
        water.reflect(art, far, sea, horizon + 0.015, 0.35, 0.4)
        water.reflect(art, middle, sea, horizon + 0.015, 0.5, 0.4)
        _vessel(art, horizon + 0.02, sea)
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


def _air(art: Art, horizon: float) -> None:
    """Above a sea of cloud, or over the coast for an aerial view."""
    for depth, drop in ((0.25, -0.02), (0.5, 0.10), (0.9, 0.28)):
        plane = art.add(depth, drift=0.006 * art.scene.facing * depth)
        inks, sheet = art.scene.palette, art.sheet
        top = sheet.row(horizon + drop - 0.14)
        noise = cloud_noise(
            art.rng, (sheet.rows - top, sheet.columns), (0.12 * sheet.unit, 0.26 * sheet.unit), 5
        )
        level = (sheet.y[top:] - (horizon + drop)) / 0.09
        mask = np.clip((noise * 0.8 + level) * 1.6, 0, 1)
        lit = np.clip(0.5 + 0.5 * (noise - np.roll(noise, round(0.02 * sheet.unit), 0)) * 1.5, 0, 1)[
            ..., None
        ]
        pale, dark = (
            np.asarray(mix(inks.horizon, inks.light, 0.7)),
            np.asarray(mix(inks.middle, inks.horizon, 0.5 - 0.3 * depth)),
        )
        plane.pixels[top:, :, :3] = (dark + (pale - dark) * lit) * mask[..., None]
        plane.pixels[top:, :, 3] = mask
    _flyers(art, horizon, large=True)


def _flyers(art: Art, horizon: float, large: bool = False) -> None:
    scene = art.scene
    shapes = {
        "drone": (craft.DRONE, 0.34),
        "helicopter": (craft.HELICOPTER, 0.42),
        "aircraft": (craft.AIRCRAFT, 0.46),
    }
    names = [name for name in shapes if scene.has(name)] or (["aircraft"] if large else [])
    if scene.view == "aerial" and "drone" in names and scene.subjects[0] != "drone":
        names.remove("drone")
    for name in names[:2]:
        figure, size = shapes[name]
        size *= art.sheet.size * scene.subject_size * (1.6 if large else 1)
        plane = art.add(0.85, heave=0.006, period=3.3)
        x, y = (1 - scene.subject_x) * art.width, max(0.26, horizon - art.uniform(0.26, 0.34))
        for lamp in place(art, plane, figure, Placing(x, y, size, scene.facing, 0.05), 0.9):
            art.life.append(Blink(*lamp, 0.85, 0.007, (1.0, 0.3, 0.2), 1.3, art.uniform(0, 1)))


def _on_land(art: Art, horizon: float) -> None:
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

            def edge(share: float, step: int, px: float = px, tall: float = tall) -> tuple[float, float]:
                along = step / 14
                return px + 0.22 * along, ground - tall + 0.05 * share + 0.016 * along * np.sin(
                    6 * along + share + 2 * shift
                )

            strip = [edge(band, s) for s in range(15)] + [edge(band + 1, s) for s in range(14, -1, -1)]
            fill(art.sheet, plane, strip, colour, lower=mix(colour, inks.ink, 0.15))


__all__ = ["Fall", "compose"]
