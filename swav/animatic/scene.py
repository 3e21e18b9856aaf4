"""What a prompt asks to see, as a value: place, subjects, time, weather, and the free choices of composition.

Words decide what is in the picture; a digest of the words and the seed decide how it is composed. A prompt
that no word is known of still gets a place, an hour and a composition of its own from the digest.
"""

import hashlib
import random
import re
from dataclasses import dataclass

from swav.animatic.palette import Palette, palette_for
from swav.animatic.vocabulary import PLACES, SUBJECTS, TIMES, VIEWS, WEATHERS, mentions

INTERIORS = frozenset({"control", "hall", "laboratory", "hangar", "plinth"})
_SPECIFIC = ("control", "laboratory", "hall", "underwater", "space", "hangar")
_VAGUE = ("sea", "air", "abstract", "plinth")
_VESSELS = frozenset(
    {"fleet", "carrier", "submarine", "frigate", "tanker", "patrol", "sail", "fishing", "auv"}
)
# Where a subject is at home, if the prompt names no place.
_HOMES = {
    "robot": "hangar", "welding": "shipyard", "auv": "underwater", "product": "plinth",
    "map": "abstract", "crowd": "hall", "engineers": "laboratory", "person": "coast",
    "drone": "coast", "flag": "field", "solar": "field", "turbine": "field",
    "dish": "desert", "lighthouse": "coast", "helicopter": "air", "aircraft": "air",
    "satellite": "space", "missile": "sea",
}  # fmt: skip
_FREE_PLACES = ("abstract", "abstract", "mountains", "coast", "abstract", "air", "forest", "city")
_COLOUR = re.compile(r"\b(?:sea|ocean|forest|sky|desert|navy)[ -](?:green|blue|sand|grey|gray)\b")
"""Names of colours, in which no place is meant."""


@dataclass(frozen=True)
class Scene:
    """A panel before it is painted. Numbers named ``*_x`` and ``horizon`` are shares of the frame."""

    place: str
    subjects: tuple[str, ...]
    time: str
    weather: str
    view: str
    palette: Palette
    horizon: float
    light_x: float
    light_y: float
    subject_x: float
    subject_size: float
    facing: int  # 1 looks right, -1 left
    number: int  # seeds everything that is drawn by chance

    def has(self, *names: str) -> bool:
        return any(name in self.subjects for name in names)


def _place(text: str, subjects: list[str], chance: random.Random) -> str:
    found = [name for name, _ in mentions(text, PLACES)]
    for name in found[:3]:
        if name in _SPECIFIC:
            return name
    if "handshake" in subjects[:2] or "hands" in subjects[:1]:
        return "plinth"
    solid = [name for name in found if name not in _VAGUE]
    if solid:
        return solid[0]
    if "plinth" in found and (not subjects or subjects[0] in ("product", "hands", "map", "patrol")):
        return "plinth"
    if found and found[0] == "abstract":
        return "abstract"
    if "sea" in found:
        return "sea"
    if found:
        return found[0]
    if subjects:
        return _HOMES.get(subjects[0], "sea")
    return chance.choice(_FREE_PLACES)


def _mood(place: str, time: str, weather: str, chance: random.Random) -> str:
    if place in ("underwater", "space"):
        return {"underwater": "under"}.get(place, place)
    if place == "control":
        return "screens"
    if place in INTERIORS:
        if time == "night":
            return chance.choice(("screens", "night"))
        return "warm" if time in ("dawn", "sunset", "dusk") else chance.choice(("cool", "warm", "cool"))
    if weather in ("storm", "rain"):
        return "night" if time == "night" else "storm"
    if weather in ("fog", "snow") and time == "day":
        return weather
    if place == "abstract":
        return chance.choice(("dusk", "cool", "warm", "night", "sunset", "screens"))
    return time


def read_scene(prompt: str, seed: int) -> Scene:
    """Read a prompt. The same prompt and seed give the same scene on every machine and Python."""
    # Spaces and letter case are no part of what is seen.
    words = _COLOUR.sub("colour", re.sub(r"\s+", " ", prompt).strip().casefold())
    digest = hashlib.sha256(f"{words}\n{seed}".encode()).digest()
    chance = random.Random(int.from_bytes(digest[:16], "big"))
    subjects = [name for name, _ in mentions(words, SUBJECTS)]
    if any(name in _VESSELS for name in subjects):
        subjects = [name for name in subjects if name != "boat"]
    place = _place(words, subjects, chance)
    times = [name for name, _ in mentions(words, TIMES)]
    time = times[0] if times else chance.choices(("day", "dawn", "sunset", "dusk"), (5, 2, 3, 1))[0]
    weathers = [name for name, _ in mentions(words, WEATHERS)]
    weather = next((name for name in ("storm", "snow", "rain", "fog") if name in weathers), None)
    weather = weather or (weathers[0] if weathers else chance.choice(("clear", "cloudy", "clear")))
    views = [name for name, _ in mentions(words, VIEWS)]
    view = views[0] if views else chance.choice(("wide", "wide", "low"))
    palette = palette_for(
        _mood(place, time, weather, chance), chance.random(), chance.uniform(-1, 1), chance.uniform(-1, 1)
    )
    side = chance.choice((-1, 1))
    horizon = {"aerial": 0.34, "low": 0.74}.get(view, 0.62) + chance.uniform(-0.06, 0.06)
    if "solar" in subjects or "crowd" in subjects:
        horizon = min(horizon, 0.52)
    low_sun = time in ("dawn", "sunset", "dusk")
    return Scene(
        place=place,
        subjects=tuple(subjects),
        time=time,
        weather=weather,
        view=view,
        palette=palette,
        horizon=horizon,
        light_x=0.5 + side * chance.uniform(0.08, 0.34),
        light_y=horizon - (chance.uniform(0.03, 0.16) if low_sun else chance.uniform(0.26, 0.42)),
        subject_x=0.5 - side * chance.uniform(0.04, 0.16),
        subject_size=chance.uniform(0.86, 1.16),
        facing=chance.choice((-1, 1)),
        number=int.from_bytes(digest[16:24], "big"),
    )
