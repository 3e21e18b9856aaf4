"""Interiors: halls, hangars, laboratories, control rooms, and the plinth for a close view."""

from swav.animatic import craft, vessels
from swav.animatic.art import Art, Fall
from swav.animatic.canvas import Plane, box, fill, glow, mix, ring, stroke
from swav.animatic.figures import Placing, place
from swav.animatic.sky import gradient


def shell(art: Art, floor: float, vanish: tuple[float, float], brightness: float) -> Plane:
    """Back wall, floor and ceiling in one-point perspective."""
    sheet, inks = art.sheet, art.scene.palette
    plane = art.add(0.12)
    plane.opaque = True
    high = mix(inks.ink, inks.middle, 0.25 + 0.5 * brightness)
    wall = mix(inks.middle, inks.horizon, 0.25 + 0.65 * brightness)
    ground = mix(inks.ink, inks.middle, 0.30 + 0.35 * brightness)
    plane.pixels[..., :3] = gradient(
        art,
        [
            (sheet.north, high),
            (floor - 0.42, mix(high, wall, 0.5)),
            (floor, wall),
            (floor + 0.002, mix(wall, ground, 0.6)),
            (sheet.south, ground),
        ],
    )
    plane.pixels[..., 3] = 1
    glow(sheet, plane, (vanish[0], floor - 0.2), 0.42, inks.light, 0.16 + 0.2 * brightness, tall=0.7)
    for i in range(-9, 10):
        end = (vanish[0] + i * 0.42, sheet.south)
        start = (vanish[0] + i * 0.12, floor)
        stroke(sheet, plane, [start, end], 0.0022, mix(ground, inks.light, 0.5), 0.22)
    return plane


def _trusses(art: Art, plane: Plane, vanish: tuple[float, float], floor: float) -> None:
    """Arched ribs that recede to the back wall, with daylight between them."""
    sheet, inks = art.sheet, art.scene.palette
    for i in range(6):
        near = (i / 5) ** 1.6
        wide, tall = 0.30 + 0.62 * near * art.width, 0.24 + 0.58 * near
        centre, foot = vanish[0] + (art.width / 2 - vanish[0]) * near, floor + 0.30 * near
        outer = ring((centre, foot), wide, tall=tall / wide, start=0.5, end=1.0)
        thick = 0.008 + 0.026 * near
        inner = ring((centre, foot), wide - thick, tall=(tall - thick) / (wide - thick), start=0.5, end=1.0)
        colour = mix(art.tone(0.35 + 0.5 * near, 0.3), inks.light, 0.05)
        fill(sheet, plane, [*outer, *reversed(inner)], colour)
        if i:
            for lamp in (-0.42, 0.42):
                at = (centre + lamp * wide, foot - tall * 0.86)
                glow(sheet, plane, at, 0.012 + 0.02 * near, inks.light, 0.7)


def people(
    art: Art,
    plane: Plane,
    foot: float,
    tall: float,
    depth: float,
    count: int,
    spread: float = 1.0,
    coats: bool = False,
) -> None:
    """Figures in loose groups; nobody stands exactly beside another."""
    centre = art.width * (0.5 if count > 3 else art.scene.subject_x)
    for i in range(count):
        share = (i + 0.5) / count - 0.5
        x = centre + share * spread * art.width + art.uniform(-0.25, 0.25) * spread * art.width / count
        size = tall * art.uniform(0.92, 1.07)
        figure = craft.COAT if coats else (craft.POINTING if art.rng.random() < 0.22 else craft.PERSON)
        place(
            art,
            plane,
            figure,
            Placing(x, foot + art.uniform(-0.012, 0.012), size, 1 if art.rng.random() < 0.5 else -1),
            depth,
        )


def shape_of(art: Art, default: str) -> tuple:
    """The exhibit that the prompt names, as a figure with the length that suits a room."""
    scene = art.scene
    special = {
        "robot": (craft.ROBOT, 0.62), "drone": (craft.DRONE, 0.52), "helicopter": (craft.HELICOPTER, 0.8),
        "satellite": (craft.SATELLITE, 0.6), "dish": (craft.DISH, 0.5), "aircraft": (craft.AIRCRAFT, 0.85),
        "auv": (vessels.AUV, 0.78),
    }  # fmt: skip
    for name in (*scene.subjects, default):
        if name in special:
            return special[name]
        if name in vessels.BY_NAME:
            figure, length = vessels.BY_NAME[name]
            return figure, min(0.95, max(0.5, length))
    return special["auv"]


def hall(art: Art) -> None:
    """An exhibition: stands of light along the sides, an exhibit in the middle, visitors before it."""
    sheet, scene, inks = art.sheet, art.scene, art.scene.palette
    floor = 0.60 + art.uniform(-0.03, 0.03)
    vanish = (art.width * scene.light_x, floor)
    back = shell(art, floor, vanish, 0.3 if scene.time == "night" else 0.62)
    _trusses(art, back, vanish, floor)
    stands = art.add(0.45)
    for side in (-1, 1):
        for i in range(4):
            near = i / 3
            x = art.width / 2 + side * (0.16 + 0.25 * near) * art.width
            wide, tall = 0.10 + 0.12 * near, 0.17 + 0.18 * near
            foot = floor + 0.02 + 0.10 * near
            fill(
                sheet,
                stands,
                box(x - wide / 2, foot - tall, x + wide / 2, foot),
                art.tone(0.4 + 0.3 * near, 0.4),
                lower=art.tone(0.5, 0.1),
            )
            screen = box(x - wide * 0.38, foot - tall * 0.9, x + wide * 0.38, foot - tall * 0.42)
            colour = (
                mix(inks.accent, inks.light, art.uniform(0.1, 0.8))
                if i % 2
                else mix(inks.top, inks.light, 0.55)
            )
            fill(sheet, stands, screen, colour, lower=mix(colour, inks.middle, 0.4))
            glow(sheet, stands, (x, foot - tall * 0.66), 0.07, colour, 0.25)
    middle = art.add(0.7)
    x, foot = scene.subject_x * art.width, floor + 0.22
    figure, length = shape_of(art, "auv")
    length *= sheet.size * scene.subject_size * 0.8
    fill(
        sheet, middle, ring((x, foot), 0.33 * sheet.size, tall=0.17), art.tone(0.8, 0.25), lower=art.tone(0.9)
    )
    fill(
        sheet,
        middle,
        ring((x, foot - 0.018), 0.33 * sheet.size, tall=0.17),
        mix(art.tone(0.7, 0.8), inks.light, 0.3),
    )
    lift = 0.10 if figure is vessels.AUV or figure is craft.DRONE else 0.02
    place(art, middle, figure, Placing(x, foot - lift, length, scene.facing), 0.78)
    glow(sheet, middle, (x, foot - 0.2), 0.28, inks.light, 0.20)
    near = art.add(1.15)
    crowd = scene.has("crowd") or not scene.has("person", "engineers")
    people(art, middle, floor + 0.10, 0.19, 0.55, 9, 1.1)
    count = int(art.rng.integers(4, 8)) if crowd else int(art.rng.integers(1, 4))
    people(art, near, 1.10, art.uniform(0.46, 0.6), 1.0, count, 1.15 if crowd else 0.3)


def hangar(art: Art) -> None:
    sheet, scene, inks = art.sheet, art.scene, art.scene.palette
    floor = 0.64 + art.uniform(-0.04, 0.04)
    vanish = (art.width * scene.light_x, floor)
    back = shell(art, floor, vanish, 0.45)
    # The open door: the brightest thing in the room, and what everything else is seen against.
    wide = art.uniform(0.2, 0.3)
    door = ring((vanish[0], floor), wide, tall=0.9, start=0.5, end=1.0)
    fill(sheet, back, door, mix(inks.horizon, inks.light, 0.25), lower=mix(inks.horizon, inks.light, 0.6))
    glow(sheet, back, (vanish[0], floor - 0.1), 0.34, inks.light, 0.2)
    glow(sheet, back, (vanish[0], floor + 0.16), 0.2, inks.light, 0.16, tall=0.7)
    _trusses(art, back, vanish, floor)
    middle = art.add(0.68)
    figure, length = shape_of(art, "helicopter" if art.rng.random() < 0.5 else "auv")
    length *= sheet.size * scene.subject_size * 1.12
    x, foot = scene.subject_x * art.width, floor + 0.16
    lift = 0.12 * length if figure in (vessels.AUV, craft.HELICOPTER) else 0.0
    fill(sheet, middle, ring((x, foot), 0.42 * length, tall=0.1), inks.ink, opacity=0.4)
    place(art, middle, figure, Placing(x, foot - lift, length, scene.facing), 0.8)
    if figure is craft.ROBOT:
        place(art, middle, figure, Placing(art.width - x, foot - 0.03, length * 0.8, -scene.facing), 0.6)
    if scene.has("welding"):
        from swav.animatic.town import welding

        welding(art, middle, x + 0.2 * length, foot - 0.05)
    people(art, middle, foot + 0.03, 0.21, 0.8, 3, 0.5)
    art.life.append(Fall("motes", 46, inks.light))


def laboratory(art: Art) -> None:
    sheet, scene, inks = art.sheet, art.scene, art.scene.palette
    floor = 0.68
    dim = scene.time == "night"
    back = shell(art, floor, (art.width * scene.light_x, floor), 0.25 if dim else 0.75)
    count = int(art.uniform(3, 6))
    wide = art.width * 1.1 / count
    for i in range(count):
        left = -0.05 * art.width + i * wide
        window = box(left + 0.03, 0.13, left + wide - 0.03, floor - 0.16)
        colour = mix(inks.middle, inks.light, 0.15 if dim else 0.72)
        fill(sheet, back, window, mix(colour, inks.top, 0.3), lower=colour)
        stroke(
            sheet, back, [(left + wide / 2, 0.13), (left + wide / 2, floor - 0.16)], 0.005, art.tone(0.5, 0.3)
        )
    for x in (0.2, 0.5, 0.8):
        glow(sheet, back, (x * art.width, 0.05), 0.10, inks.light, 0.7, tall=0.25)
    shelves = art.add(0.42)
    x = sheet.west
    while x < sheet.east:
        wide, tall = art.uniform(0.03, 0.13), art.uniform(0.03, 0.17)
        colour = art.tone(0.42, art.uniform(0.1, 0.8))
        fill(sheet, shelves, box(x, floor - tall, x + wide, floor), colour, lower=mix(colour, inks.ink, 0.25))
        if wide > 0.08:
            glow(
                sheet,
                shelves,
                (x + wide / 2, floor - tall * 0.6),
                0.02,
                mix(inks.accent, inks.light, art.uniform(0, 1)),
                0.6,
            )
        x += wide + art.uniform(0.004, 0.05)
    fill(
        sheet,
        shelves,
        box(sheet.west, floor, sheet.east, sheet.south),
        art.tone(0.55, 0.35),
        lower=art.tone(0.8, 0.1),
    )
    middle = art.add(0.74)
    x = scene.subject_x * art.width
    if scene.has("robot", "drone", "auv", "helicopter", "satellite"):
        figure, length = shape_of(art, "robot")
        place(
            art,
            middle,
            figure,
            Placing(
                x,
                0.80 - (0.12 if figure in (vessels.AUV, craft.DRONE) else 0),
                length * 0.95 * sheet.size,
                scene.facing,
            ),
            0.75,
        )
    else:
        _tank(art, middle, x, 0.80)
    many = scene.has("engineers", "crowd")
    for i in range(3 if many else 1):
        stand = x + scene.facing * (0.36 + 0.17 * i if i % 2 == 0 else -0.34) * sheet.size
        place(
            art,
            middle,
            craft.COAT,
            Placing(stand, 1.02, art.uniform(0.66, 0.74), -scene.facing if i % 2 == 0 else scene.facing),
            0.85,
        )
    near = art.add(1.15)
    fill(
        sheet, near, box(sheet.west, 0.93, sheet.east, sheet.south), art.tone(1.0, 0.12), lower=art.tone(1.0)
    )
    fill(sheet, near, box(sheet.west, 0.925, sheet.east, 0.935), art.tone(1.0, 0.7))
    for _ in range(6):
        px = art.uniform(0.0, art.width)
        tall = art.uniform(0.05, 0.14)
        fill(
            sheet,
            near,
            [(px - 0.012, 0.93 - tall), (px + 0.012, 0.93 - tall), (px + 0.045, 0.93), (px - 0.045, 0.93)],
            art.tone(1.0, 0.25),
            opacity=0.9,
        )


def _tank(art: Art, plane: Plane, x: float, foot: float) -> None:
    """A glowing glass tank on the bench."""
    sheet, inks = art.sheet, art.scene.palette
    wide, tall = 0.17 * sheet.size, 0.44
    glow(sheet, plane, (x, foot - tall / 2), 0.2, mix(inks.light, (0.4, 0.9, 1.0), 0.4), 0.4)
    fill(
        sheet,
        plane,
        box(x - wide, foot - tall, x + wide, foot),
        mix(inks.top, (0.35, 0.8, 0.85), 0.55),
        lower=mix(inks.light, (0.3, 0.8, 0.9), 0.5),
        opacity=0.85,
    )
    fill(
        sheet, plane, box(x - wide, foot - tall * 0.9, x + wide, foot - tall * 0.885), inks.light, opacity=0.8
    )
    stroke(sheet, plane, [(x, foot - tall - 0.12), (x, foot - tall * 0.45)], 0.004, inks.ink)
    fill(sheet, plane, ring((x, foot - tall * 0.42), 0.024, tall=1.8), inks.ink)
    for edge in (x - wide, x + wide):
        stroke(
            sheet, plane, [(edge, foot - tall - 0.01), (edge, foot)], 0.006, mix(inks.light, inks.ink, 0.3)
        )
    fill(sheet, plane, box(x - wide - 0.02, foot, x + wide + 0.02, foot + 0.035), art.tone(0.9, 0.1))
    art.life.append(Fall("motes", 24, inks.light))
