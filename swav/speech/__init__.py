"""Narration: a line of text becomes a file of speech."""

import wave
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

from swav.errors import EngineError
from swav.speech.voice_engine import SpokenLine
from swav.speech.voices import Voice, language_name, languages, speakers, voice_engine, voice_for

__all__ = ["Voice", "language_name", "languages", "length", "said", "speak", "speakers", "voice_for"]

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
    give the same bytes. ``engine`` is one that speaks in swav's own environment; where it has no voice for
    the language, the one that ``voice_for`` names speaks. ``lexicon`` maps words to how they are said. Raises
    EngineError where there is nothing to say, or nobody to say it.
    """
    from swav.speech import finish

    voice = voice_for(engine, language, speaker)
    line = said(text, voice, speed=speed, seed=seed, lexicon=lexicon)
    speaks = voice_engine(voice.engine)
    if missing := speaks.missing():
        raise EngineError(missing)
    samples, rate = speaks.synthesise(line)
    if len(finish.trimmed(samples, rate)) == 0:
        raise EngineError(
            f"{voice.description} found no sound for {line.text[:60]!r}; "
            "write it in the language of the voice, or set voice.language"
        )
    finish.write(samples, rate, target)


def said(
    text: str,
    voice: Voice,
    *,
    speed: float,
    seed: int,
    lexicon: Mapping[str, str] = _NO_LEXICON,
    reference: Path | None = None,
) -> SpokenLine:
    """A written line as its voice is to say it. Raises EngineError where there is nothing to say."""
    from swav.speech.lexicon import spoken

    words = voice_engine(voice.engine).words(spoken(text, lexicon), voice.language)
    return SpokenLine(words, voice.language, voice.speaker, speed, seed, reference)


def length(wav: Path) -> Fraction:
    """Seconds of a speech file, exactly: its sample count over its sample rate."""
    with wave.open(str(wav), "rb") as file:
        return Fraction(file.getnframes(), file.getframerate())
