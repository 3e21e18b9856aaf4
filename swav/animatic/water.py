"""Water from the horizon to below the frame, with sky colour, swell, reflections and glitter."""

import numpy as np

from swav.animatic.art import Art, Fall, Glitter
from swav.animatic.canvas import Plane, cloud_noise, mix
from swav.opencv import cv2


def surface(art: Art, horizon: float, depth: float = 0.45, rough: float = 0.5) -> Plane:
    """Paint the water. ``rough`` 0 is a mirror, 1 a gale."""
    sheet, inks = art.sheet, art.scene.palette
    plane = art.add(depth)
    top = sheet.row(horizon)
    rows = sheet.rows - top
    down = ((sheet.y[top:] - horizon) / (sheet.south - horizon)).astype(np.float32)
    waves = swell(art, rows)
    strength = (0.035 + 0.13 * rough) * np.clip(0.25 + down * 1.6, 0, 1)
    crest = np.clip(waves, 0, 2) * strength
    trough = np.clip(-waves, 0, 2) * strength
    foam = np.clip((waves - 1.15) * 3.5, 0, 1) * np.clip(down * 2, 0, 1) if rough > 0.75 else None
    # The light lies on the water as a path that widens toward us.
    path = np.exp(-(((sheet.x - art.light[0]) / (0.05 + 0.34 * down)) ** 2))
    shine = path * np.clip(waves * 0.9 + 0.75 - 0.5 * down, 0, 1.3) * (0.25 if _dull(art) else 0.62)
    middle, near_us = np.clip(down * 3.2, 0, 1) ** 0.8, np.clip(down * 1.4 - 0.25, 0, 1)
    far, water, near, sky, ink, light = (
        np.asarray(colour, np.float32)
        for colour in (
            mix(inks.horizon, inks.water, 0.30),
            inks.water,
            mix(inks.water, inks.ink, 0.45),
            mix(inks.middle, inks.light, 0.45),
            inks.ink,
            inks.light,
        )
    )
    for channel in range(3):  # one after the other: three at once take several times as long
        colour = far[channel] + (water[channel] - far[channel]) * middle
        colour = colour + (near[channel] - colour) * near_us
        picture = colour + crest * (sky[channel] - colour) * 1.6
        picture = picture + trough * (ink[channel] - picture) * 1.5
        if foam is not None:
            picture = picture + foam * (light[channel] - picture) * 0.55
        plane.pixels[top:, :, channel] = picture + shine * (light[channel] - picture)
    plane.pixels[top:, :, 3] = 1
    if not _dull(art):
        art.life.append(Glitter(art.light[0], horizon, 1.0, 0.05, depth, inks.light, 0.75))
    return plane


def _dull(art: Art) -> bool:
    return art.scene.weather in ("storm", "rain", "fog", "snow")


def _folded(at: np.ndarray, size: int) -> np.ndarray:
    return np.abs(np.mod(at, 2 * size) - size).astype(np.float32)


def swell(art: Art, rows: int) -> np.ndarray:
    """float32 (rows, columns) wave heights in perspective: fine and flat at the horizon, large near us."""
    sheet = art.sheet
    rows = max(rows, 4)
    source = cloud_noise(art.rng, (512, 768), (512 / 30, 768 / 12), 4)
    fine = cloud_noise(art.rng, (512, 768), (512 / 90, 768 / 26), 2)
    down = (np.arange(rows, dtype=np.float32) + 1) / rows
    # A level plane seen from above: distance is the inverse of the height below the horizon.
    distance = 1 / (down + 0.06)
    v = np.broadcast_to((distance * 64)[:, None], (rows, sheet.columns))
    across = (sheet.x - sheet.aspect / 2) * (distance * 0.55 + 0.7)[:, None] * 250 + 3000
    # Folding, not wrapping, leaves no seam where the noise field ends.
    wrapped = (_folded(across, 767), _folded(v, 511))
    waves = cv2.remap(source + 0.7 * fine, *wrapped, cv2.INTER_LINEAR)
    waves = cv2.GaussianBlur(waves, (0, 0), sigmaX=max(0.8, 0.003 * sheet.unit), sigmaY=0.7)
    return np.clip(waves, -1.8, 1.8)


def reflect(
    art: Art, source: Plane, target: Plane, waterline: float, opacity: float = 0.5, rough: float = 0.4
) -> None:
    """Mirror what stands above ``waterline`` into a water plane, broken into ripples that grow toward us."""
    sheet = art.sheet
    line = sheet.row(waterline)
    reach = min(line, sheet.rows - line, int(0.42 * sheet.unit))
    if reach < 4:
        return
    image = np.ascontiguousarray(source.pixels[line - reach : line][::-1])
    ripple = swell(art, sheet.rows - line)[:reach]
    grow = (np.arange(reach, dtype=np.float32) / reach)[:, None]
    columns = np.arange(sheet.columns, dtype=np.float32)[None, :]
    # Water seen at a low angle stretches reflections: two thirds of a step up for each step down.
    lines = np.arange(reach, dtype=np.float32)[:, None] * 1.25
    shift = ripple * (0.004 + 0.03 * grow) * (0.5 + rough) * sheet.unit
    image = cv2.remap(
        image,
        (columns + shift).astype(np.float32),
        (lines + 0.5 * shift).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
    )
    image *= (opacity * (1 - grow) ** 0.8)[..., None]
    area = target.pixels[line : line + reach]
    cover = image[..., 3:] * (area[..., 3:] > 0.5)
    area[..., :3] += cover * (image[..., :3] / np.maximum(image[..., 3:], 1e-4) - area[..., :3])


def snow_or_rain(art: Art) -> None:
    """What falls through the picture in this weather."""
    inks = art.scene.palette
    if art.scene.weather == "snow":
        art.life.append(Fall("snow", 260, inks.light))
    elif art.scene.weather in ("rain", "storm"):
        art.life.append(Fall("rain", 220, mix(inks.horizon, inks.light, 0.6)))
