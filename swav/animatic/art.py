"""A panel in the making: the sheet, the scene, the planes painted so far and what lives in them."""

from dataclasses import dataclass, field

import numpy as np

from swav.animatic.canvas import Colour, Plane, Sheet, mix
from swav.animatic.scene import Scene


@dataclass(frozen=True)
class Blink:
    """A light that goes on and off softly, at a place of a plane of ``depth``."""

    x: float
    y: float
    depth: float
    radius: float
    colour: Colour
    period: float
    phase: float = 0.0


@dataclass(frozen=True)
class Glitter:
    """Sparkle on water between two heights, brightest under the light at ``x``."""

    x: float
    top: float
    bottom: float
    spread: float
    depth: float
    colour: Colour
    strength: float


@dataclass(frozen=True)
class Fall:
    """Things in the air or water: rain, snow, bubbles (which rise), sparks (from ``x``, ``y``), motes."""

    kind: str
    count: int
    colour: Colour
    x: float = 0.5
    y: float = 0.5


@dataclass
class Art:
    """What painters add to. Planes are kept from far to near."""

    sheet: Sheet
    scene: Scene
    rng: np.random.Generator
    planes: list[Plane] = field(default_factory=list)
    life: list[Blink | Glitter | Fall] = field(default_factory=list)

    def add(self, depth: float, **life: float) -> Plane:
        plane = self.sheet.plane(depth, **life)
        self.planes.append(plane)
        return plane

    def tone(self, depth: float, lit: float = 0.0) -> Colour:
        """The ink of something at a depth: near things are dark and strong, far things go into the haze."""
        inks = self.scene.palette
        near = mix(inks.ink, inks.lit, lit)
        return mix(near, inks.haze, 0.86 * (1 - min(1.0, depth)) ** 1.15)

    def uniform(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    @property
    def width(self) -> float:
        return self.sheet.aspect

    @property
    def light(self) -> tuple[float, float]:
        return self.scene.light_x * self.width, self.scene.light_y

    @property
    def dark(self) -> bool:
        return self.scene.time in ("night", "dusk") or self.scene.place == "control"
