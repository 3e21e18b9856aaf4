"""Narration: a line of text becomes a file of speech."""

import wave
from fractions import Fraction
from pathlib import Path

from swav.errors import EngineError
from swav.speech.voices import Voice, languages, speakers, voice_for

__all__ = ["Voice", "languages", "length", "speak", "speakers", "voice_for"]


def speak(
    text: str, *, engine: str, language: str, speaker: str | None, speed: float, seed: int, target: Path
) -> None:
    """Say ``text`` into ``target``: a 48 kHz mono 16-bit WAV, peak at -3 dBFS, written whole or not at all.

    Silence before the first sound is cut to 40 ms, after the last to a breath of 120 ms. The same arguments
    give the same bytes. ``engine`` is ``piper`` or ``espeak``; where Piper has no voice for the language,
    espeak-ng speaks. Raises EngineError where there is nothing to say, or nobody to say it.
    """
    from swav.speech import finish
    from swav.speech.text import speakable

    voice = voice_for(engine, language, speaker)
    words = speakable(text)
    samples, rate = _synthesise(words, voice, speed, seed)
    if len(finish.trimmed(samples, rate)) == 0:
        raise EngineError(
            f"{voice.description} found no sound for {words[:60]!r}; "
            "write it in the language of the voice, or set voice.language"
        )
    finish.write(samples, rate, target)


def length(wav: Path) -> Fraction:
    """Seconds of a speech file, exactly: its sample count over its sample rate."""
    with wave.open(str(wav), "rb") as file:
        return Fraction(file.getnframes(), file.getframerate())


def _synthesise(words: str, voice: Voice, speed: float, seed: int):
    if voice.engine == "piper":
        from swav.speech import piper

        return piper.synthesise(words, speed=speed, seed=seed)
    from swav.speech import espeak

    return espeak.synthesise(words, language=voice.language, speaker=voice.speaker, speed=speed, seed=seed)
