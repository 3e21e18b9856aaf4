"""Who can speak what, so that a storyboard is checked without loading a synthesiser.

Each voice is a module or folder here, or another package's: see ``swav.speech.voice_engine``. Where the
engine that was asked has no voice for the language, those stand in that say so, in their order.
"""

import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from swav.errors import EngineError
from swav.plugins import Plugins, discover
from swav.speech.language_codes import find, language_name, unknown_language
from swav.speech.voice_engine import VoiceEngine

__all__ = [
    "Voice",
    "language_name",
    "languages",
    "plugins",
    "speakers",
    "stand_in",
    "voice_engine",
    "voice_for",
]


@cache
def plugins() -> Plugins[VoiceEngine]:
    """All voices: those of this folder, then those of installed packages."""
    own = (module.name for module in pkgutil.iter_modules(__path__, f"{__name__}."))
    return discover("swav.voices", VoiceEngine, own, "VOICE")


def voice_engine(name: str) -> VoiceEngine:
    """The engine of that name. Raises EngineError where it is not there, or cannot be used."""
    return plugins().get(name, "speech engine")


@dataclass(frozen=True)
class Voice:
    """The voice that will be heard.

    ``engine`` is the one that really speaks; ``fallback`` is true where another was asked and this one
    stands in. ``language`` is the synthesiser's own code, ``speaker`` a name or ``default``.
    """

    engine: str
    language: str
    speaker: str
    description: str
    licence: str
    fallback: bool


def languages(engine: str) -> frozenset[str]:
    """Lower-case language codes for which the engine has a voice of its own."""
    return frozenset(voice_engine(engine).languages)


def speakers(engine: str, language: str) -> tuple[str, ...]:
    """The names that ``speaker`` may take; empty where the engine has no voice for the language, and where
    any name is taken because the model's own file lists them."""
    known = voice_engine(engine).languages
    code = find(language, known)
    return () if code is None else known[code]


def voice_for(engine: str, language: str, speaker: str | None) -> Voice:
    """Choose the voice for a language; a region without a voice of its own gets the language's.

    An engine that is asked by name is chosen although its weights may be missing; one that stands in is
    installed. Raises EngineError where nobody speaks the language, or the speaker is unknown.
    """
    who, code = _who_speaks(voice_engine(engine), language)
    known = who.languages[code]
    if speaker is not None and known and speaker not in known:
        raise EngineError(
            f"{who.name} has no {language_name(code)} speaker named {speaker!r}",
            f"leave the speaker out or choose one of {', '.join(known)}",
        )
    chosen = speaker or who.default_speaker(code)
    accent = who.accent(code, chosen)
    return Voice(
        engine=who.name,
        language=accent,
        speaker=chosen,
        description=_described(who, accent, chosen, asked=voice_engine(engine)),
        licence=who.licence,
        fallback=who.name != engine,
    )


def stand_in(engine: str, language: str) -> Voice | None:
    """The voice that speaks instead where the weights of ``engine`` are missing; None where nobody can."""
    who = next(_standing_in(voice_engine(engine), language), None)
    return None if who is None else voice_for(who[0].name, language, None)


def _who_speaks(asked: VoiceEngine, language: str) -> tuple[VoiceEngine, str]:
    """The engine that will speak, and its own code for the language."""
    code = find(language, asked.languages)
    if code is not None:
        return asked, code
    for other, code in _standing_in(asked, language):
        return other, code
    raise EngineError(unknown_language(language))


def _standing_in(asked: VoiceEngine, language: str) -> Iterator[tuple[VoiceEngine, str]]:
    """Who can speak the language here instead of the engine that was asked, the first choice first."""
    others = (other for other in plugins().usable.values() if other.stands_in and other is not asked)
    for other in sorted(others, key=lambda other: (other.stands_in, other.name)):
        code = find(language, other.languages)
        if code is not None and not other.missing():
            yield other, code


def _described(who: VoiceEngine, language: str, speaker: str, *, asked: VoiceEngine) -> str:
    """The voice in words, for the plan and the report: ``espeak-ng, Tamil (synthetic voice, ...)``."""
    name = who.called(speaker)
    parts = [who.title, *([name] if name else []), language_name(language)]
    remarks = [who.remark] if who.remark else []
    remarks += [f"as {asked.title} has none"] if who is not asked else []
    return ", ".join(parts) + (f" ({', '.join(remarks)})" if remarks else "")
