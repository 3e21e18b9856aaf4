"""The air: seas of cloud, and what flies."""

import numpy as np

from swav.animatic import craft
from swav.animatic.art import Art, Blink
from swav.animatic.canvas import cloud_noise, mix
from swav.animatic.figures import Placing, place


def air(art: Art, horizon: float) -> None:
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
    flyers(art, horizon, large=True)


def flyers(art: Art, horizon: float, large: bool = False) -> None:
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
