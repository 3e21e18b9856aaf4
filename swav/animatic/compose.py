"""From a scene to planes: which painters a place needs, and where the subjects stand in it."""

import numpy as np

from swav.animatic import (
    airspace,
    closeup,
    elsewhere,
    ground,
    land,
    rooms,
    screens,
    seascape,
    sky,
    town,
    water,
)
from swav.animatic.art import Art
from swav.animatic.canvas import Plane, Sheet, glow, light_up, painted, shade, stroke
from swav.animatic.scene import Scene
from swav.opencv import cv2


def compose(scene: Scene, width: int, height: int) -> Art:
    """Paint the planes of a scene for a frame of ``width`` x ``height`` pixels."""
    art = Art(Sheet(width, height), scene, np.random.default_rng(scene.number))
    indoors = {
        "hall": rooms.hall,
        "hangar": rooms.hangar,
        "laboratory": rooms.laboratory,
        "control": screens.control,
        "plinth": closeup.plinth,
        "underwater": elsewhere.underwater,
        "space": elsewhere.space,
        "abstract": elsewhere.abstract,
    }
    if scene.place in indoors:
        indoors[scene.place](art)
    else:
        _outdoors(art)
        water.snow_or_rain(art)
    paper = _paper(art.sheet)
    for plane in art.planes:
        _grain(plane, paper)
        plane.crop()
    return art


def _paper(sheet: Sheet) -> np.ndarray:
    """float32 (rows, columns): a fine grain, the same for all planes of that size."""
    tile = np.random.default_rng(7).standard_normal((256, 256)).astype(np.float32) * np.float32(0.0075)
    return np.tile(tile, (sheet.rows // 256 + 1, sheet.columns // 256 + 1))[: sheet.rows, : sheet.columns]


def _grain(plane: Plane, paper: np.ndarray) -> None:
    """Let the paper belong to the picture; it also keeps gradients from banding."""
    for band, pixels in painted(plane):
        light_up(pixels, [paper[band] * cv2.extractChannel(pixels, 3)] * 3)


def _outdoors(art: Art) -> None:
    scene = art.scene
    horizon = scene.horizon
    sky.backdrop(art, horizon)
    sky.clouds(art, horizon)
    if scene.weather == "storm" and scene.place in ("sea", "air", "coast", "harbour"):
        _lightning(art, horizon)
    painters = {
        "sea": seascape.sea,
        "coast": seascape.coast,
        "harbour": seascape.harbour,
        "city": ground.city,
        "street": ground.city,
        "shipyard": town.shipyard,
        "mountains": land.mountains,
        "desert": land.dunes,
        "forest": land.forest,
        "field": land.hills,
        "air": airspace.air,
    }
    painters[scene.place](art, horizon)
    if scene.place in ("mountains", "desert", "field", "forest"):
        ground.subjects_on_land(art, horizon)
    if scene.place != "air":
        airspace.flyers(art, horizon)
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
