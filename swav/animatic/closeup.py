"""Close views: one object on a plinth, or joined hands, in a pool of light."""

from swav.animatic import craft, vessels
from swav.animatic.art import Art, Fall
from swav.animatic.canvas import Plane, fill, glow, mix, ring
from swav.animatic.figures import Placing, place
from swav.animatic.rooms import shape_of
from swav.animatic.sky import gradient


def plinth(art: Art) -> None:
    """A close view: one object, or joined hands, in a pool of light before a soft ground."""
    sheet, scene, inks = art.sheet, art.scene, art.scene.palette
    back = art.add(0.05)
    back.opaque = True
    floor = 0.72
    back.pixels[..., :3] = gradient(
        art,
        [
            (sheet.north, inks.top),
            (0.3, mix(inks.top, inks.middle, 0.7)),
            (floor, mix(inks.middle, inks.horizon, 0.6)),
            (floor + 0.10, mix(inks.middle, inks.ink, 0.25)),
            (sheet.south, mix(inks.middle, inks.ink, 0.65)),
        ],
    )
    back.pixels[..., 3] = 1
    glow(sheet, back, (art.light[0], 0.3), 0.45, inks.light, 0.42)
    discs = art.add(0.3)
    radius = art.uniform(0.30, 0.40)
    centre = (scene.subject_x * art.width, 0.46)
    fill(
        sheet,
        discs,
        ring(centre, radius),
        mix(inks.accent, inks.horizon, 0.15),
        lower=mix(inks.accent, inks.light, 0.45),
        opacity=0.85,
    )
    for _ in range(9):
        spot = (art.uniform(0, art.width), art.uniform(0.05, 0.7))
        fill(sheet, discs, ring(spot, art.uniform(0.012, 0.05)), inks.light, opacity=art.uniform(0.05, 0.14))
    middle = art.add(0.75)
    if scene.has("handshake", "hands"):
        _handshake(art, middle, centre[0], 0.56)
    else:
        foot = 0.80
        fill(
            sheet,
            middle,
            [
                (centre[0] - 0.26, foot),
                (centre[0] + 0.26, foot),
                (centre[0] + 0.29, sheet.south),
                (centre[0] - 0.29, sheet.south),
            ],
            art.tone(0.8, 0.45),
            lower=art.tone(0.9, 0.05),
        )
        fill(
            sheet, middle, ring((centre[0], foot), 0.26, tall=0.16), mix(art.tone(0.8, 0.9), inks.light, 0.35)
        )
        _product(art, middle, centre[0], foot - 0.01)
    near = art.add(1.2)
    for side in (-1, 1):
        spot = (art.width / 2 + side * art.width * art.uniform(0.5, 0.6), art.uniform(0.75, 1.0))
        glow(sheet, near, spot, 0.12, inks.accent, 0.30)
    art.life.append(Fall("motes", 30, inks.light))


def _product(art: Art, plane: Plane, x: float, foot: float) -> None:
    """The named exhibit where it has a shape, else a turned instrument, different for each seed."""
    inks, sheet = art.scene.palette, art.sheet
    if art.scene.has(
        "drone", "auv", "robot", "satellite", "dish", "helicopter", "frigate", "patrol", "sail", "submarine"
    ):
        figure, length = shape_of(art, "auv")
        lift = 0.12 if figure in (vessels.AUV, craft.DRONE) else 0.0
        place(art, plane, figure, Placing(x, foot - lift, length * 0.95, art.scene.facing), 0.9, 1.2)
        return
    profile = [(0.0, 0.0)]
    radius = art.uniform(0.09, 0.14)
    high = 0.0
    for i in range(5):
        rise = art.uniform(0.05, 0.11)
        profile += [(radius, high), (radius * (1.0 if i % 2 else 0.92), high + rise)]
        high += rise
        radius = max(0.03, radius * art.uniform(0.6, 1.06))
    profile += [(radius * 0.6, high + 0.02), (0.0, high + 0.03)]
    outline = [(x + r, foot - h) for r, h in profile] + [(x - r, foot - h) for r, h in reversed(profile)]
    fill(sheet, plane, outline, art.tone(0.9, 0.35), lower=art.tone(1.0, 0.1))
    lit = [(x - 0.25 * r, foot - h) for r, h in profile] + [
        (x - 0.75 * r, foot - h) for r, h in reversed(profile)
    ]
    fill(sheet, plane, lit, mix(art.tone(0.8, 0.9), inks.light, 0.25), opacity=0.75)
    glow(sheet, plane, (x, foot - high * 0.7), 0.02, inks.accent, 1.0)


def _handshake(art: Art, plane: Plane, x: float, y: float) -> None:
    """Two sleeves, two cuffs, one clasp."""
    sheet, inks = art.sheet, art.scene.palette
    size = 0.9 * sheet.size
    for side, tone in ((-1, 0.12), (1, 0.45)):

        def at(*points: tuple[float, float], side: int = side) -> list[tuple[float, float]]:
            return [(x + side * px * size, y - py * size) for px, py in points]

        sleeve = at((0.20, 0.085), (0.34, 0.115), (1.3, 0.02), (1.3, -0.40), (0.30, -0.13), (0.20, -0.075))
        fill(sheet, plane, sleeve, art.tone(0.9, tone), lower=art.tone(1.0, tone * 0.4))
        fill(
            sheet,
            plane,
            at((0.16, 0.075), (0.205, 0.09), (0.21, -0.085), (0.165, -0.075)),
            mix(inks.light, inks.lit, 0.2),
        )
        skin = mix(inks.accent, inks.lit if side > 0 else inks.ink, 0.45)
        palm = at(
            (0.17, 0.065),
            (0.08, 0.085),
            (-0.02, 0.06),
            (-0.10, 0.025),
            (-0.12, -0.01),
            (-0.09, -0.05),
            (0.02, -0.085),
            (0.11, -0.08),
            (0.17, -0.065),
        )
        fill(sheet, plane, palm, skin, lower=mix(skin, inks.ink, 0.3))
        if side > 0:
            for i in range(4):
                finger = at(
                    (-0.02, 0.045 - 0.032 * i),
                    (-0.115 + 0.008 * i, 0.03 - 0.033 * i),
                    (-0.125 + 0.008 * i, 0.008 - 0.031 * i),
                    (-0.02, 0.012 - 0.03 * i),
                )
                fill(sheet, plane, finger, mix(skin, inks.light, 0.12))
            fill(
                sheet,
                plane,
                at((0.08, 0.08), (0.02, 0.115), (-0.05, 0.105), (-0.06, 0.075), (0.0, 0.06)),
                mix(skin, inks.light, 0.16),
            )
