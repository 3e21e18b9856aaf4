"""All clean scenes by name, and the list of labelled takes that is made of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from . import nature, things, town
from .drawn import PANELS, panel, panel_moves
from .picture import Shot

Scene = Callable[[Shot], Iterator[np.ndarray]]


@dataclass(frozen=True)
class Subject:
    """A clean scene: what to draw, whether its shot asks for motion, and how much film grain it has."""

    name: str
    scene: Scene
    moves: bool = True
    grain: float = 0.0
    detailed: bool = True
    """Whether it is sharp and lively enough that blur, stillness or a cut would be wrong in it."""


DRAWN = tuple(Subject(f"panel {name}", panel(name), panel_moves(name)) for name in PANELS)

SYNTHETIC = (
    Subject("hills", nature.hills, grain=0.012),
    Subject("sea", nature.sea),
    Subject("clouds", nature.clouds, detailed=False),
    Subject("foliage", nature.foliage, grain=0.006),
    Subject("underwater", nature.underwater, grain=0.006),
    Subject("city", town.city),
    Subject("crowd", town.crowd, grain=0.008),
    Subject("turntable", things.turntable),
    Subject("containers", town.containers, grain=0.01),
    Subject("flags", things.flags),
    Subject("handheld", nature.handheld, grain=0.018),
)
"""Ordinary scenes: textures and motion that a camera would give."""

HARD = (
    Subject("night sea", nature.moonlit_sea, grain=0.008, detailed=False),
    Subject("night city", town.city_at_night, grain=0.01),
    Subject("slow pan", nature.slow_pan, grain=0.006),
    Subject("slow pan without grain", nature.slow_pan),
    Subject("product", things.product, moves=False),
    Subject("grainy product", things.product, moves=False, grain=0.012),
    Subject("product, push in", things.product_push, detailed=False),
    Subject("snow", nature.snow),
    Subject("rain", nature.rain, grain=0.01),
    Subject("fog", nature.fog, detailed=False),
    Subject("sunrise", nature.sunrise, grain=0.008),
    Subject("lightning", nature.lightning, grain=0.01, detailed=False),
    Subject("campfire", nature.campfire, grain=0.01, detailed=False),
    Subject("beacon", things.beacon, grain=0.006, detailed=False),
    Subject("fireworks", things.fireworks, detailed=False),
    Subject("hull number", things.hull_number, grain=0.006),
    Subject("window grid", town.window_grid, grain=0.006),
    Subject("whip pan", nature.whip_pan, grain=0.01, detailed=False),
    Subject("passing train", town.passing_train, grain=0.008),
    Subject("rack focus", things.rack_focus, detailed=False),
    Subject("radar", things.radar, detailed=False),
)
"""Hard negatives: good pictures that look like a fault to a careless gate."""

CLEAN = (*DRAWN, *SYNTHETIC, *HARD)
DETAILED = tuple(subject for subject in (*SYNTHETIC, *HARD, *DRAWN) if subject.detailed and subject.moves)
"""Subjects that a fault is done to: with any of them the fault is plain to see."""
