"""What a music prompt asks for: the character of the music, read word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Mode = Literal["major", "lydian", "dorian", "minor"]
Drums = Literal["none", "soft", "driving"]
Register = Literal["low", "middle", "high"]


@dataclass(frozen=True)
class Character:
    """How the bed shall sound. ``tempo`` in beats a minute, ``energy`` from 0 (still) to 1 (full).

    ``instruments`` names, by role (pad, arpeggio, melody, bass), a General MIDI program counted from 0.
    """

    mode: Mode
    tempo: int
    energy: float
    register: Register
    drums: Drums
    instruments: tuple[tuple[str, int], ...]

    def program(self, role: str) -> int:
        """The General MIDI program that plays a role."""
        return dict(self.instruments)[role]


@dataclass(frozen=True)
class _Trait:
    words: str  # beginnings of words
    mode: Mode
    tempo: int
    energy: float
    drums: Drums = "none"
    register: Register = "middle"
    palette: str = "strings"


_TRAITS = (
    _Trait("calm peace serene gentle quiet soft\\b ambient reflect still\\b tranquil", "major", 66, 0.2),
    _Trait("dawn sunrise morning daybreak", "lydian", 70, 0.3, palette="dawn"),
    _Trait("night nocturn moon starlit", "dorian", 64, 0.2, register="low", palette="dawn"),
    _Trait("hope uplift inspir bright optimis warm positive", "major", 92, 0.5, "soft"),
    _Trait("happy joy cheer sunny celebrat", "major", 112, 0.65, "soft", palette="play"),
    _Trait("wonder magic dream space ethereal mysteri cosmic float", "lydian", 72, 0.3, palette="dawn"),
    _Trait("sad melanchol sombre somber mourn grief lament elegi", "minor", 58, 0.2, palette="piano"),
    _Trait("nostalg memor intimate tender", "major", 68, 0.25, palette="piano"),
    _Trait("tense tension suspens ominous dark thriller threat storm", "minor", 88, 0.5, "soft", "low"),
    _Trait("epic hero triumph cinematic grand victor", "dorian", 96, 0.8, "driving", palette="brass"),
    _Trait("driv energ urgent action fast chase power momentum dynamic", "dorian", 124, 0.8, "driving"),
    _Trait("techno innovat futur digital modern electronic synth corporate", "dorian", 108, 0.5, "soft",
               palette="synth"),
    _Trait("industr machine factory workshop shipyard", "dorian", 104, 0.6, "driving", "low", "synth"),
    _Trait("noble ceremon proud majest naval stately anthem solemn", "major", 76, 0.45, palette="brass"),
    _Trait("playful quirk whims light-hearted curious", "major", 110, 0.45, palette="play"),
)  # fmt: skip

_PALETTES = {
    "strings": {"pad": 48, "arpeggio": 0, "melody": 42, "bass": 43},  # strings, piano, cello, double bass
    "dawn": {"pad": 89, "arpeggio": 46, "melody": 73, "bass": 43},  # warm pad, harp, flute, double bass
    "piano": {"pad": 49, "arpeggio": 0, "melody": 0, "bass": 43},  # slow strings, piano alone in front
    "brass": {"pad": 48, "arpeggio": 48, "melody": 60, "bass": 43},  # strings, French horn
    "synth": {
        "pad": 89,
        "arpeggio": 5,
        "melody": 11,
        "bass": 38,
    },  # pad, electric piano, vibraphone, synth bass
    "play": {"pad": 48, "arpeggio": 45, "melody": 71, "bass": 32},  # pizzicato, clarinet, acoustic bass
}

# Instruments by name: the role each takes, and its General MIDI program.
_INSTRUMENTS = (
    ("piano", "arpeggio", 0), ("electric piano|rhodes", "arpeggio", 4), ("celesta|music box", "arpeggio", 8),
    ("vibraphone", "melody", 11), ("marimba", "arpeggio", 12), ("organ", "pad", 19), ("harp", "arpeggio", 46),
    ("guitar", "arpeggio", 24), ("pizzicato", "arpeggio", 45), ("strings|orchestr\\w*|violins", "pad", 48),
    ("choir|voices", "pad", 52), ("pads?|synths?|synthesi[sz]er", "pad", 89), ("violin", "melody", 40),
    ("viola", "melody", 41), ("cello|celli", "melody", 42), ("trumpet", "melody", 56),
    ("horns?", "melody", 60),
    ("brass", "pad", 61), ("oboe", "melody", 68), ("clarinet", "melody", 71), ("flute", "melody", 73),
    ("sitar", "arpeggio", 104), ("double bass|contrabass", "bass", 43), ("synth bass", "bass", 38),
)  # fmt: skip

_DRUM_WORDS = r"(?:drums?|percussion|beats?|rhythms?|timpani)"
_WITHOUT = r"(?:no|without|not|never|less)\s+(?:any\s+|too\s+)?"
_DEFAULT = _Trait("", "major", 76, 0.35)


def read_character(prompt: str) -> Character:
    """The character that a prompt describes; calm and warm where it says nothing known.

    Several traits meet in the middle in tempo and energy; the first named gives mode and palette.
    Instruments, a key's mode, a tempo ("90 bpm", "slow") and drums, wanted or not, are taken literally.
    """
    text = " ".join(prompt.lower().split())
    wanted = re.sub(rf"\b{_WITHOUT}\w+(?:\s+(?:or|and|nor)\s+\w+)?", " ", text)
    found = [trait for _, trait in sorted(_mentioned(wanted), key=lambda pair: pair[0])] or [_DEFAULT]
    first = found[0]
    tempo = sum(trait.tempo for trait in found) / len(found)
    energy = sum(trait.energy for trait in found) / len(found)
    for words, tempo_change, energy_change in (
        (r"slow\w*|largo|adagio|unhurried", -12, -0.08),
        (r"very slow\w*", -8, -0.05),
        (r"fast|quick\w*|allegro|brisk", 16, 0.1),
        (r"sparse|minimal\w*|restrained|subtle|understated", -4, -0.12),
        (r"building|build\w*|swell\w*|soaring|rich|full", 0, 0.12),
    ):
        if re.search(rf"\b(?:{words})\b", wanted):
            tempo, energy = tempo + tempo_change, energy + energy_change
    stated = re.search(r"\b(\d{2,3})\s*bpm\b", text)
    return Character(
        mode=_mode(wanted, first.mode),
        tempo=min(max(int(stated[1]) if stated else round(tempo), 48), 150),
        energy=round(min(max(energy, 0.05), 1.0), 2),
        register=_register(wanted, first.register),
        drums=_drums(text, wanted, found),
        instruments=_cast(wanted, first.palette),
    )


def _mentioned(text: str) -> Iterator[tuple[int, _Trait]]:
    for trait in _TRAITS:
        places = [match.start() for stem in trait.words.split() if (match := re.search(rf"\b{stem}", text))]
        if places:
            yield min(places), trait


def _mode(text: str, otherwise: Mode) -> Mode:
    stated = re.search(r"\b(major|minor|dorian|lydian)\b", text)
    return stated[1] if stated else otherwise


def _register(text: str, otherwise: Register) -> Register:
    if re.search(r"\b(deep|low|sub|bassy)\b", text):
        return "low"
    return "high" if re.search(r"\b(high|airy|sparkling|shimmer\w*|glassy)\b", text) else otherwise


def _drums(text: str, wanted: str, found: list[_Trait]) -> Drums:
    if re.search(rf"\b{_WITHOUT}(?:\w+\s+(?:or|and|nor)\s+)?{_DRUM_WORDS}\b|\bdrumless\b", text):
        return "none"
    if re.search(rf"\b{_DRUM_WORDS}\b", wanted):
        gentle = re.search(rf"\b(soft|light|gentle|subtle|brushed)\w*\s+{_DRUM_WORDS}", wanted)
        return "soft" if gentle or found[0].energy < 0.4 else "driving"
    # Stillness wins: a calm film with one powerful ship in it has no drum kit.
    loudness = [("none", "soft", "driving").index(trait.drums) for trait in found]
    return ("none", "soft", "driving")[min(loudness)]


def _cast(text: str, palette: str) -> tuple[tuple[str, int], ...]:
    cast = dict(_PALETTES[palette])
    for name, role, program in _INSTRUMENTS:
        if re.search(rf"\b(?:{name})\b", text):
            cast[role] = program
    return tuple(cast.items())
