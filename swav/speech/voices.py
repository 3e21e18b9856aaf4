"""Who can speak what: static tables, so that a storyboard is checked without loading a synthesiser.

- ``piper`` (neural, natural) has one voice in the default install.
- ``kokoro`` (neural, the better second) has named voices, where its weights are installed.
- ``xtts`` (neural, speaks after a recording) runs in an environment of its own with the team's weights.
- ``espeak`` (formant synthesis, a robot, but understood) speaks more than a hundred languages.

Where the engine that was asked has no voice for the language, Kokoro stands in, and then espeak-ng.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from swav.errors import EngineError
from swav.speech import kokoro
from swav.speech.language_codes import NAMES, find, language_name, unknown_language

__all__ = ["ENGINES", "RECIPE_VERSIONS", "Voice", "language_name", "languages", "speakers", "voice_for"]

# Raised when the same words would sound different: part of the name of every narration file.
RECIPE_VERSIONS = {"piper": 2, "kokoro": 1, "xtts": 1, "espeak": 2}

ENGINES = {"piper": "Piper", "kokoro": "Kokoro", "xtts": "XTTS v2", "espeak": "espeak-ng"}
"""What each speech engine is called in a sentence, by the name that a storyboard uses."""

_STAND_INS = ("kokoro", "espeak")

_PIPER_SPEAKERS = {"en": ("joe",), "en-us": ("joe",)}
_KOKORO_SPEAKERS = {
    language: tuple(name for name, voice in kokoro.VOICES.items() if find(voice.language, (language,)))
    for language in ("en", "en-us", "en-gb", "hi")
}
# espeak-ng's voice variants (men, women) that stay clear; croaks and whispers do not narrate.
_ESPEAK_SPEAKERS = ("m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f3", "f4", "f5")

# Coqui's model card of XTTS v2. Its speakers have names in the model's own file, which is not read here.
_XTTS_LANGUAGES = (
    *("en", "es", "fr", "de", "it", "pt", "pl", "tr", "ru", "nl"),
    *("cs", "ar", "zh-cn", "hu", "ko", "ja", "hi"),
)

_SPEAKERS: dict[str, Mapping[str, tuple[str, ...]]] = {
    "piper": _PIPER_SPEAKERS,
    "kokoro": _KOKORO_SPEAKERS,
    "xtts": dict.fromkeys(_XTTS_LANGUAGES, ()),
    "espeak": dict.fromkeys(NAMES, _ESPEAK_SPEAKERS),
}

_LICENCES = {
    "piper": "dataset CC0 (NabuCasa), fine-tuned from Piper's lessac voice; piper-tts GPL-3.0-or-later",
    "kokoro": "Kokoro-82M, Apache-2.0; phonemes by espeak-ng, GPL-3.0-or-later",
    "xtts": "Coqui Public Model License: non-commercial use only, or a commercial licence",
    "espeak": "espeak-ng, GPL-3.0-or-later",
}


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
    recipe_version: int


def languages(engine: str) -> frozenset[str]:
    """Lower-case language codes for which the engine has a voice of its own."""
    return frozenset(_table(engine))


def speakers(engine: str, language: str) -> tuple[str, ...]:
    """The names that ``speaker`` may take; empty where the engine has no voice for the language.

    XTTS takes any name: its speakers are listed in the model's own file. So its answer is empty too.
    """
    code = find(language, _table(engine))
    return () if code is None else _table(engine)[code]


def voice_for(engine: str, language: str, speaker: str | None) -> Voice:
    """Choose the voice for a language; a region without a voice of its own gets the language's.

    An engine that is asked by name is chosen although its weights may be missing; one that stands in is
    installed. Raises EngineError where nobody speaks the language, or the speaker is unknown.
    """
    used, code = _who_speaks(engine, language)
    known = _SPEAKERS[used][code]
    if speaker is not None and known and speaker not in known:
        raise EngineError(
            f"{used} has no {language_name(code)} speaker named {speaker!r}; "
            f"leave the speaker out or choose one of {', '.join(known)}"
        )
    chosen = speaker or ("default" if used == "espeak" or not known else known[0])
    accent = _accent(used, code, chosen)
    return Voice(
        engine=used,
        language=accent,
        speaker=chosen,
        description=_described(used, accent, chosen, asked=engine),
        licence=_LICENCES[used],
        fallback=used != engine,
        recipe_version=RECIPE_VERSIONS[used],
    )


def _who_speaks(engine: str, language: str) -> tuple[str, str]:
    """The engine that will speak, and its own code for the language."""
    code = find(language, _table(engine))
    if code is not None:
        return engine, code
    for other in _STAND_INS:
        code = find(language, _table(other))
        if code is not None and other != engine and not (other == "kokoro" and kokoro.missing()):
            return other, code
    raise EngineError(unknown_language(language))


def _accent(engine: str, code: str, speaker: str) -> str:
    """The language as the speaker speaks it: English is American or British."""
    if engine == "piper":
        return "en-us"
    return kokoro.VOICES[speaker].language if engine == "kokoro" else code


def _described(engine: str, language: str, speaker: str, *, asked: str) -> str:
    """The voice in words, for the plan and the report: ``espeak-ng, Tamil (synthetic voice, ...)``."""
    name = {"piper": speaker.title(), "xtts": speaker}.get(engine, "")
    if engine == "kokoro":
        name = kokoro.VOICES[speaker].name
    parts = [ENGINES[engine], *([name] if name and speaker != "default" else []), language_name(language)]
    remarks = ["synthetic voice"] if engine == "espeak" else []
    remarks += [f"as {ENGINES[asked]} has none"] if asked != engine else []
    return ", ".join(parts) + (f" ({', '.join(remarks)})" if remarks else "")


def _table(engine: str) -> Mapping[str, tuple[str, ...]]:
    if engine not in _SPEAKERS:
        raise EngineError(f"there is no speech engine named {engine!r}; use piper, kokoro, xtts or espeak")
    return _SPEAKERS[engine]
