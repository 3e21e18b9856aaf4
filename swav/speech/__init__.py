"""Narration: a line of text becomes a file of speech."""

import wave
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

from swav.errors import EngineError
from swav.speech.voices import Voice, language_name, languages, speakers, voice_for

__all__ = ["Voice", "language_name", "languages", "length", "speak", "speakers", "voice_for"]

_NO_LEXICON: Mapping[str, str] = MappingProxyType({})


def speak(
    text: str,
    *,
    engine: str,
    language: str,
    speaker: str | None,
    speed: float,
    seed: int,
    target: Path,
    lexicon: Mapping[str, str] = _NO_LEXICON,
) -> None:
    """Say ``text`` into ``target``: a 48 kHz mono 16-bit WAV, peak at -3 dBFS, written whole or not at all.

    Silence before the first sound is cut to 40 ms, after the last to a breath of 120 ms. The same arguments
    give the same bytes. ``engine`` is ``piper``, ``kokoro`` or ``espeak``; where it has no voice for the
    language, the one that ``voice_for`` names speaks. ``lexicon`` maps words to how they are said. Raises
    EngineError where there is nothing to say, or nobody to say it.
    """
    from swav.speech import finish
    from swav.speech.lexicon import spoken
    from swav.speech.text import speakable

    voice = voice_for(engine, language, speaker)
    words = speakable(spoken(text, lexicon), voice.language)
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
    from swav.speech.language_codes import is_english
    from swav.speech.spelling import for_espeak

    if is_english(voice.language):
        words = for_espeak(words)
    if voice.engine == "piper":
        from swav.speech import piper

        return piper.synthesise(words, speed=speed, seed=seed)
    if voice.engine == "kokoro":
        from swav.speech.kokoro import synthesis

        return synthesis.synthesise(words, speaker=voice.speaker, speed=speed)
    if voice.engine == "espeak":
        from swav.speech import espeak

        return espeak.synthesise(
            words, language=voice.language, speaker=voice.speaker, speed=speed, seed=seed
        )
    raise EngineError(f"{voice.description} speaks in an environment of its own, not here")
