"""Clean clips that the animatic draws: its own panels, without the slate, in every light that it knows."""

from collections.abc import Callable, Iterator

import numpy as np

from swav.animatic.panel import frames

from .picture import Shot

PANELS = {
    "harbour": ("A fishing harbour at dawn, wooden fishing boats at moorings, mist on the water", "push in"),
    "lighthouse": ("A lighthouse on a cliff above the sea at sunset, clouds, wide shot", "pan right"),
    "patrol": ("A patrol boat crosses the open sea on a bright day, waves, clouds", "handheld follow"),
    "night port": ("A container port at night, cranes, lamps, reflections in the water", "track left"),
    "control room": ("Engineers in a control room before glowing screens, close shot", "static"),
    "snowy town": ("A small town in winter, snow falling at dusk, lit windows", "static"),
    "shipyard": ("A shipyard hall, workers, a hull under construction, sparks", "crane up"),
    "storm": ("A warship in a storm, rain, dark clouds, high waves", "handheld"),
    "drone": ("A drone flies over forested hills and a river in morning fog", "push in fast"),
    "portrait": ("Portrait of an old captain on the bridge, close-up, warm light", "slow orbit"),
    "stage": ("A conference stage with an audience in the dark, blue light", "pull out"),
    "sailing": ("Sailing boats in a regatta, sun glitter on the sea, noon", "pan left"),
}
"""Prompt and camera of each panel."""


def panel(name: str) -> Callable[[Shot], Iterator[np.ndarray]]:
    """The scene of one panel: float32 pictures like every other scene's."""
    prompt, camera = PANELS[name]

    def scene(shot: Shot) -> Iterator[np.ndarray]:
        drawn = frames(
            prompt, camera=camera, seed=shot.seed, width=shot.width, height=shot.height,
            rate=shot.rate, count=shot.count, slate=None,
        )  # fmt: skip
        for picture in drawn:
            yield picture.astype(np.float32) / 255

    return scene


def panel_moves(name: str) -> bool:
    """Whether the panel's camera moves."""
    return PANELS[name][1] != "static"
