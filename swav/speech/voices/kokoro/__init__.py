"""Kokoro-82M: neural speech on the processor, with voices by name; the narrator of the default install.

Here is only what a storyboard's check needs; ``synthesis`` speaks.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from swav.speech.language_codes import find, is_english
from swav.speech.spelling import for_espeak
from swav.speech.voice_engine import SpokenLine, VoiceEngine
from swav.speech.voices.kokoro.voice_files import MODEL_PARTS, VOICES, missing


class Kokoro(VoiceEngine):
    """Speaks American and British English, and Hindi."""

    name = "kokoro"
    title = "Kokoro"
    licence = "Kokoro-82M, Apache-2.0; phonemes by espeak-ng, GPL-3.0-or-later"
    recipe = 1
    stands_in = 1
    packages = tuple(part.module for part in MODEL_PARTS)

    @cached_property
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
