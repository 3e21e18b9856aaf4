"""Places without a ground to stand on: underwater, space and the abstract."""

import math

import numpy as np

from swav.animatic import craft, vessels
from swav.animatic.art import Art, Fall
from swav.animatic.canvas import cloud_noise, fill, glow, lay, mix, ring, shade, stroke
from swav.animatic.figures import Placing, place
from swav.animatic.land import paint_ridge
from swav.animatic.sky import _stars, gradient
from swav.opencv import cv2


def underwater(art: Art) -> None:
    sheet, scene, inks = art.sheet, art.scene, art.scene.palette
    back = art.add(0.0)
    back.opaque = True
    back.pixels[..., :3] = gradient(
        art, [(sheet.north, inks.top), (0.30, inks.middle), (0.8, inks.horizon), (sheet.south, inks.water)]
    )
    back.pixels[..., 3] = 1
    glow(sheet, back, (art.light[0], -0.05), 0.42, inks.light, 0.5)
    shafts = art.add(0.2, pulse=0.25, period=4.2)
    for _ in range(9):
        top_x = art.light[0] + art.uniform(-0.3, 0.3)
        end_x = top_x + (top_x - art.light[0]) * 2.2 + art.uniform(-0.15, 0.15)
        wide = art.uniform(0.02, 0.10)
        beam = [
            (top_x - wide * 0.3, -0.2),
            (top_x + wide * 0.3, -0.2),
            (end_x + wide, 0.95),
            (end_x - wide, 0.95),
        ]
        fill(sheet, shafts, beam, inks.light, opacity=art.uniform(0.05, 0.13))
    fade = np.clip(1 - (sheet.y - 0.05) / 0.9, 0, 1)[..., None].astype(np.float32)
    shafts.pixels *= fade
    shafts.pixels = cv2.GaussianBlur(shafts.pixels, (0, 0), 0.012 * sheet.unit)
    far = art.add(0.35)
    paint_ridge(art, far, 0.2, 0.86, 0.26, 0.4, feature=0.7)
    paint_ridge(art, far, 0.42, 0.96, 0.22, 0.5, feature=0.5)
    shade(sheet, far, 0.5, 1.1, inks.horizon, 0.35)
    middle = art.add(0.7, heave=0.006, period=5.5)
    name = "submarine" if scene.has("submarine") and not scene.has("auv") else "auv"
    figure = vessels.AUV if name == "auv" else vessels.DIVED_SUBMARINE
    x, y = scene.subject_x * art.width, art.uniform(0.34, 0.58)
    size = art.uniform(0.75, 1.15) * (0.70 if name == "auv" else 1.05) * sheet.size * scene.subject_size
    if scene.has("person", "engineers") and not scene.has("auv", "submarine", "robot"):
        place(art, middle, craft.PERSON, Placing(x, y, 0.5, scene.facing, 1.25 * scene.facing), 0.8)
    else:
        lamps = place(art, middle, figure, Placing(x, y, size, scene.facing, 0.04), 0.75)
        if name == "auv":
            lamp = lamps[0]
            cone = [
                lamp,
                (lamp[0] + scene.facing * 0.6, lamp[1] - 0.02),
                (lamp[0] + scene.facing * 0.55, lamp[1] + 0.28),
            ]
            beam = sheet.plane(0.7)
            fill(sheet, beam, cone, inks.accent, opacity=0.35)
            reach = np.clip(1 - np.abs(sheet.x - lamp[0]) / 0.6, 0, 1)[..., None]
            middle.pixels[..., :3] += cv2.GaussianBlur(
                beam.pixels[..., :3] * reach, (0, 0), 0.006 * sheet.unit
            )
            glow(sheet, middle, lamp, 0.03, inks.light, 0.9)
    near = art.add(1.1)
    paint_ridge(art, near, 1.0, 1.06, 0.20, 0.5, feature=0.45, lit=0.05)
    for _ in range(14):
        foot, sway = art.uniform(0, art.width), art.uniform(-0.05, 0.05)
        tall = art.uniform(0.08, 0.26)
        points = [(foot + sway * math.sin(i / 3), 1.05 - tall * i / 8) for i in range(9)]
        stroke(sheet, near, points, art.uniform(0.005, 0.011), art.tone(1.0, 0.1))
    art.life.append(Fall("bubbles", 60, inks.light, x / art.width, y))
    art.life.append(Fall("motes", 60, inks.light))


def space(art: Art) -> None:
    sheet, scene, inks = art.sheet, art.scene, art.scene.palette
    back = art.add(0.0)
    back.opaque = True
    back.pixels[..., :3] = gradient(
        art, [(sheet.north, inks.top), (0.6, inks.middle), (sheet.south, inks.top)]
    )
    back.pixels[..., 3] = 1
    cloud = np.clip(
        cloud_noise(art.rng, (sheet.rows, sheet.columns), (0.4 * sheet.unit, 0.7 * sheet.unit), 5), 0, 2
    )
    back.pixels[..., :3] += (cloud * 0.18)[..., None] * np.asarray(inks.horizon, np.float32)
    _stars(art, back, 1.1)
    _stars(art, back, 1.1)
    planet = art.add(0.3)
    radius = art.uniform(0.85, 1.25)
    centre = (art.width * (0.5 + 0.3 * scene.facing), 0.72 + radius)
    glow(sheet, planet, centre, radius * 0.42, inks.horizon, 1.2)
    fill(sheet, planet, ring(centre, radius + 0.012), mix(inks.horizon, inks.light, 0.55), opacity=0.8)
    fill(sheet, planet, ring(centre, radius), inks.horizon, lower=inks.ink)
    top = sheet.row(0.7)
    bands = cloud_noise(art.rng, (sheet.rows - top, sheet.columns), (0.05 * sheet.unit, 0.4 * sheet.unit), 4)
    mask = np.clip(bands, 0, 1) * (planet.pixels[top:, :, 3] > 0.99) * 0.35
    lay(planet, (slice(top, None), slice(None)), mask.astype(np.float32), inks.lit)
    middle = art.add(0.8, heave=0.004, period=7)
    x = scene.subject_x * art.width
    place(
        art,
        middle,
        craft.SATELLITE,
        Placing(x, 0.42, 0.72 * sheet.size * scene.subject_size, 1, 0.35 * scene.facing),
        0.85,
        1.3,
    )
    glow(sheet, back, (art.width * (0.5 - 0.36 * scene.facing), 0.2), 0.12, inks.light, 0.8)


def abstract(art: Art) -> None:
    """Horizon and forms: a disc, an arc, drifting strata and a fine net of light, composed by the digest."""
    sheet, scene, inks = art.sheet, art.scene, art.scene.palette
    back = art.add(0.0)
    back.opaque = True
    back.pixels[..., :3] = gradient(
        art,
        [
            (sheet.north, inks.top),
            (scene.horizon - 0.2, inks.middle),
            (scene.horizon + 0.1, inks.horizon),
            (sheet.south, mix(inks.horizon, inks.middle, 0.4)),
        ],
    )
    back.pixels[..., 3] = 1
    x, y = scene.light_x * art.width, scene.horizon - 0.14
    radius = art.uniform(0.16, 0.27)
    glow(sheet, back, (x, y), radius * 1.5, inks.light, 0.4)
    forms = art.add(0.25)
    fill(
        sheet,
        forms,
        ring((x, y), radius),
        mix(inks.accent, inks.light, 0.55),
        lower=mix(inks.accent, inks.horizon, 0.2),
    )
    for i in range(int(art.uniform(1, 4))):
        stroke(
            sheet,
            forms,
            ring((x, y), radius * (1.25 + 0.22 * i), start=art.rng.random(), end=art.rng.random() + 0.6),
            0.0028,
            inks.light,
            0.6,
        )
    for depth, drop in ((0.35, 0.04), (0.55, 0.14), (0.8, 0.25), (1.1, 0.40)):
        plane = forms if depth < 0.4 else art.add(depth)
        paint_ridge(
            art,
            plane,
            depth,
            scene.horizon + drop,
            art.uniform(0.12, 0.24),
            0.0,
            feature=art.uniform(0.8, 1.6),
            lit=0.3,
        )
    net = art.add(0.65, pulse=0.2, period=3.7)
    points = [(art.uniform(-0.1, art.width + 0.1), art.uniform(0.08, scene.horizon + 0.1)) for _ in range(34)]
    for i, first in enumerate(points):
        nearest = sorted(points[i + 1 :], key=lambda p: math.dist(p, first))[:2]
        for other in nearest:
            if math.dist(first, other) < 0.42:
                stroke(sheet, net, [first, other], 0.0014, inks.light, 0.30)
        glow(sheet, net, first, 0.008, inks.light, 0.9)
    if scene.has("map"):
        for level in range(6):
            far = 0.10 + 0.07 * level
            shape = [
                (
                    x + far * (1 + 0.25 * math.sin(3 * a / 8 + level)) * math.cos(a / 8 * math.pi / 3),
                    y + far * 0.6 * (1 + 0.2 * math.sin(5 * a / 8)) * math.sin(a / 8 * math.pi / 3),
                )
                for a in range(49)
            ]
            stroke(sheet, net, shape, 0.002, inks.light, 0.5)
    art.life.append(Fall("motes", 40, inks.light))
