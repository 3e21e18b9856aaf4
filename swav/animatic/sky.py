"""The sky: gradient, sun or moon with its glow, stars, and clouds that drift."""

import numpy as np

from swav.animatic.art import Art
from swav.animatic.canvas import cloud_noise, fill, glow, lay, mix, ring


def gradient(art: Art, stops: list[tuple[float, tuple[float, float, float]]]) -> np.ndarray:
    """float32 (rows, 1, 3): colours interpolated smoothly between heights."""
    heights = [height for height, _ in stops]
    at = art.sheet.y[:, 0]
    channels = [np.interp(at, heights, [colour[i] for _, colour in stops]) for i in range(3)]
    return np.stack(channels, axis=-1).astype(np.float32)[:, None, :]


def backdrop(art: Art, horizon: float) -> None:
    """The opaque plane that everything stands before."""
    inks, sheet = art.scene.palette, art.sheet
    plane = art.add(0.0)
    plane.opaque = True
    plane.pixels[..., :3] = gradient(
        art,
        [(sheet.north, inks.top), (horizon - 0.34, inks.middle), (horizon, inks.horizon), (1.1, inks.haze)],
    )
    plane.pixels[..., 3] = 1
    x, y = art.light
    veiled = art.scene.weather in ("storm", "rain", "fog")
    night = art.scene.time == "night"
    if night and not veiled:
        _stars(art, plane, horizon)
    power = 0.12 if veiled else (0.26 if night else 0.24)
    aura = mix(inks.light, inks.horizon, 0.45)
    glow(sheet, plane, (x, y), 0.36, aura, power * 0.7, tall=0.8)
    glow(sheet, plane, (x, y), 0.13, aura, power)
    if not veiled or art.scene.weather == "fog":
        radius = art.uniform(0.035, 0.05) if night or art.scene.time == "day" else art.uniform(0.055, 0.085)
        disc = mix(inks.light, (1.0, 1.0, 0.97), 0.6)
        fill(sheet, plane, ring((x, y), radius), disc, opacity=0.6 if veiled else 1.0)
        if night:
            for _ in range(4):
                spot = (x + art.uniform(-0.5, 0.5) * radius, y + art.uniform(-0.5, 0.5) * radius)
                fill(sheet, plane, ring(spot, radius * art.uniform(0.1, 0.28)), inks.horizon, opacity=0.22)
    np.clip(plane.pixels, 0, 1, out=plane.pixels)


def _stars(art: Art, plane, horizon: float) -> None:
    for _ in range(150):
        y = art.sheet.north + (horizon - art.sheet.north) * art.rng.random() ** 1.4
        x = art.uniform(art.sheet.west, art.sheet.east)
        bright = art.rng.random() ** 3
        glow(art.sheet, plane, (x, y), 0.0012 + 0.0026 * bright, art.scene.palette.light, 0.35 + 0.6 * bright)


def clouds(art: Art, horizon: float) -> None:
    """Bands of cloud: flat below, piled above, lit from the light's side; heavier in bad weather."""
    scene, sheet, inks = art.scene, art.sheet, art.scene.palette
    heavy = scene.weather in ("storm", "rain")
    amount = {"clear": 0.0, "cloudy": 0.30, "storm": 0.75, "rain": 0.6, "fog": 0.1, "snow": 0.3}[
        scene.weather
    ]
    if scene.place == "air":
        amount = max(amount, 0.35)
    plane = art.add(0.12, drift=art.uniform(0.006, 0.012) * scene.facing)
    rows = sheet.row(horizon)
    shape = (rows, sheet.columns)
    noise = cloud_noise(art.rng, shape, (0.15 * sheet.unit, (0.55 + 0.5 * art.rng.random()) * sheet.unit), 5)
    # Cloud thins toward the top of the frame and gathers in a band that each scene places for itself.
    centre = horizon - art.uniform(0.16, 0.40)
    band = np.exp(-(((sheet.y[:rows] - centre) / (0.34 if heavy else 0.17)) ** 2)).astype(np.float32)
    density = np.clip((noise * 0.5 + amount * 1.5 - 0.62 + 0.5 * band) * 2.4, 0, 1)
    density = density * density * (3 - 2 * density)
    density *= np.clip((horizon - sheet.y[:rows]) / 0.10, 0, 1)
    above = np.roll(noise, round(0.022 * sheet.unit), axis=0)
    lit = np.clip(0.5 + (noise - above) * 0.9, 0, 1)[..., None]
    toward = np.exp(-(((sheet.x - art.light[0]) / 0.9) ** 2))[..., None]
    bright = np.asarray(inks.light if not heavy else inks.lit, np.float32)
    dark = np.asarray(inks.top if heavy else inks.middle, np.float32)
    body = dark * 0.55 + np.asarray(inks.horizon, np.float32) * 0.45 if not heavy else dark
    weight = lit * (0.45 + 0.55 * toward)
    colour = (body * (1 - weight) + bright * weight).astype(np.float32)
    lay(plane, (slice(0, rows), slice(None)), density * np.float32(0.9 if heavy else 0.74), colour)
