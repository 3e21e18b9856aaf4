"""espeak-ng: formant speech for languages that have no better voice here."""

import re
import subprocess
import sys
from types import MappingProxyType
from typing import Any

from swav.errors import EngineError
from swav.speech.language_codes import NAMES, find, is_english
from swav.speech.scripts import foreign, scripts_of
from swav.speech.spelling import for_espeak
from swav.speech.voice_engine import SpokenLine, VoiceEngine

SAMPLE_RATE = 22050  # of espeak-ng's own synthesiser
_NATURAL_RATE = 165  # words a minute; espeak-ng's own 175 is brisk for narration
_LIBRARY = "swav.speech.voices.espeak.library"
_SLOWEST, _FASTEST = 80, 450  # the library's limits
# Languages in which it passes over figures without a sound.
_NO_FIGURES = ("cv",)
# Voice variants (men, women) that stay clear; croaks and whispers do not narrate.
_SPEAKERS = ("m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f3", "f4", "f5")


class Espeak(VoiceEngine):
    """Speaks more than a hundred languages: a robot, but understood."""

    name = "espeak"
    trained = False
    title = "espeak-ng"
    licence = "espeak-ng, GPL-3.0-or-later"
    recipe = 2
    remark = "synthetic voice"
    stands_in = 2
    packages = ("piper",)
    languages = MappingProxyType(dict.fromkeys(NAMES, _SPEAKERS))

    def default_speaker(self, language: str) -> str:
        return "default"

    def called(self, speaker: str) -> str:
        return ""

    def unspeakable(self, text: str, language: str) -> dict[str, str]:
        scripts = scripts_of(language)
        if find(language, ("ja",)):  # it reads kana alone, and names each other sign as "Chinese letter"
            scripts -= {"CJK"}
        unread = foreign(text, scripts)
        if find(language, _NO_FIGURES) and (figures := re.search(r"\d\S*", text)):
            unread["FIGURES"] = figures[0]
        return unread

    def synthesise(self, line: SpokenLine) -> tuple[Any, int]:
        text = for_espeak(line.text) if is_english(line.language) else line.text
        return synthesise(
            text, language=line.language, speaker=line.speaker, speed=line.speed, seed=line.seed
        )


def synthesise(text: str, *, language: str, speaker: str, speed: float, seed: int) -> tuple[Any, int]:
    """Speech as float32 mono in [-1, 1], and its sample rate.

    Each utterance has a process of its own: the library's oscillators remember the last one, even over
    espeak_Terminate, and the same words would differ. The text goes through a pipe. Raises EngineError.
    """
    import numpy as np

    name = language if speaker == "default" else f"{language}+{speaker}"
    words_per_minute = min(max(round(_NATURAL_RATE * speed), _SLOWEST), _FASTEST)
    done = subprocess.run(
        [
            sys.executable,
            "-P",
            "-m",
            _LIBRARY,
            name,
            str(words_per_minute),
            str(seed % 2**31),
        ],
        input=text.encode(),
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        reason = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise EngineError(
            f"espeak-ng could not speak {name!r}: {reason[-1]}; reinstall piper-tts, which carries it"
        )
    return np.frombuffer(done.stdout, "<i2").astype(np.float32) / 32768, SAMPLE_RATE


VOICE = Espeak()
