"""Who can speak what: static tables, so that a storyboard is checked without loading a synthesiser.

Piper (neural, natural) has one voice in the default install. espeak-ng (formant synthesis, a robot, but
understood) speaks more than a hundred languages and stands in where Piper has no voice.
"""

import difflib
from dataclasses import dataclass

from swav.errors import EngineError

# Raised when the same words would sound different: part of the name of every narration file.
RECIPE_VERSIONS = {"piper": 1, "espeak": 1}

_PIPER_SPEAKERS = {"en": ("joe",), "en-us": ("joe",)}

# The languages of the espeak-ng data that piper-tts 1.8 carries, by ISO code; invented tongues left out.
_ESPEAK_TABLE = """
    af Afrikaans; am Amharic; an Aragonese; ar Arabic; as Assamese; az Azerbaijani; ba Bashkir; be
    Belarusian; bg Bulgarian; bn Bengali; bpy Bishnupriya Manipuri; bs Bosnian; ca Catalan; cmn Mandarin;
    crh Crimean Tatar; cs Czech; cv Chuvash; cy Welsh; da Danish; de German; el Greek; en English; en-gb
    British English; en-gb-scotland Scottish English; en-us American English; eo Esperanto; es Spanish;
    es-419 Latin American Spanish; et Estonian; eu Basque; fa Persian; fi Finnish; fo Faroese; fr French;
    fr-be Belgian French; fr-ch Swiss French; ga Irish; gd Gaelic; gn Guarani; grc Ancient Greek; gu
    Gujarati; hak Hakka; haw Hawaiian; he Hebrew; hi Hindi; hr Croatian; ht Haitian Creole; hu Hungarian; hy
    Armenian; hyw West Armenian; ia Interlingua; id Indonesian; io Ido; is Icelandic; it Italian; ja
    Japanese (kana); ka Georgian; kaa Karakalpak; kk Kazakh; kl Greenlandic; kn Kannada; ko Korean; kok
    Konkani; ku Kurdish; ky Kyrgyz; la Latin; lb Luxembourgish; lt Lithuanian; ltg Latgalian; lv Latvian; mi
    Māori; mk Macedonian; ml Malayalam; mn Mongolian; mr Marathi; ms Malay; mt Maltese; my Burmese; nb
    Norwegian; nci Nahuatl; ne Nepali; nl Dutch; nog Nogai; om Oromo; or Odia; pa Punjabi; pap Papiamento;
    pl Polish; ps Pashto; pt Portuguese; pt-br Brazilian Portuguese; qu Quechua; quc K'iche'; ro Romanian;
    ru Russian; rup Aromanian; sd Sindhi; shn Shan; si Sinhala; sk Slovak; sl Slovenian; smj Lule Saami; sq
    Albanian; sr Serbian; sv Swedish; sw Swahili; ta Tamil; te Telugu; th Thai; ti Tigrinya; tk Turkmen; tn
    Setswana; tr Turkish; tt Tatar; ug Uyghur; uk Ukrainian; ur Urdu; uz Uzbek; vi Vietnamese; vi-vn-x-south
    Southern Vietnamese; yue Cantonese
"""
_ESPEAK_LANGUAGES: dict[str, str] = {
    code: name
    for code, _, name in (" ".join(entry.split()).partition(" ") for entry in _ESPEAK_TABLE.split(";"))
}

# Codes that people write, and what espeak-ng calls them.
_ALIASES = {"zh": "cmn", "zh-cn": "cmn", "zh-hk": "yue", "no": "nb", "iw": "he", "ku-latn": "ku"}

# espeak-ng's voice variants (men, women) that stay clear; croaks and whispers do not narrate.
_ESPEAK_SPEAKERS = ("m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f3", "f4", "f5")

_PIPER_LICENCE = "dataset CC0 (NabuCasa), fine-tuned from Piper's lessac voice; piper-tts GPL-3.0-or-later"
_ESPEAK_LICENCE = "espeak-ng, GPL-3.0-or-later"


@dataclass(frozen=True)
class Voice:
    """The voice that will be heard.

    ``engine`` is the one that really speaks; ``fallback`` is true where Piper was asked and espeak-ng
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
    """The names that ``speaker`` may take; empty where the engine has no voice for the language."""
    code = _find(language, _table(engine))
    if code is None:
        return ()
    return _PIPER_SPEAKERS[code] if engine == "piper" else _ESPEAK_SPEAKERS


def voice_for(engine: str, language: str, speaker: str | None) -> Voice:
    """Choose the voice for a language; a region without a voice of its own gets the language's.

    Raises EngineError where nobody speaks the language, or the speaker is unknown.
    """
    code = _find(language, _table(engine))
    fallback = engine == "piper" and code is None
    used = "espeak" if fallback else engine
    code = _find(language, _table(used)) if fallback else code
    if code is None:
        raise EngineError(_unknown_language(language))
    known = speakers(used, code)
    if speaker is not None and speaker not in known:
        raise EngineError(
            f"{used} has no {_ESPEAK_LANGUAGES[code]} speaker named {speaker!r}; "
            f"leave the speaker out or choose one of {', '.join(known)}"
        )
    if used == "piper":
        return Voice(
            "piper", "en-us", "joe", "Piper, Joe, American English", _PIPER_LICENCE, False, _version(used)
        )
    description = (
        f"espeak-ng, {_ESPEAK_LANGUAGES[code]} (synthetic voice{', as Piper has none' if fallback else ''})"
    )
    return Voice("espeak", code, speaker or "default", description, _ESPEAK_LICENCE, fallback, _version(used))


def _version(engine: str) -> int:
    return RECIPE_VERSIONS[engine]


def _table(engine: str) -> dict:
    if engine == "piper":
        return _PIPER_SPEAKERS
    if engine == "espeak":
        return _ESPEAK_LANGUAGES
    raise EngineError(f"there is no speech engine named {engine!r}; use piper or espeak")


def _find(language: str, table: dict) -> str | None:
    """The longest known beginning of a language tag: ``ta-IN`` is ``ta``, ``pt-BR`` is ``pt-br``."""
    tag = language.lower()
    while tag:
        for code in (tag, _ALIASES.get(tag)):
            if code in table:
                return code
        tag = tag.rpartition("-")[0]
    return None


def _unknown_language(language: str) -> str:
    names = {name.lower(): code for code, name in _ESPEAK_LANGUAGES.items()}
    near = [names[match] for match in difflib.get_close_matches(language.lower(), names, 1)]
    near = near or difflib.get_close_matches(language.lower(), _ESPEAK_LANGUAGES, 2)
    hint = f"did you mean {' or '.join(near)}?" if near else "use an ISO code such as en, hi or ta"
    return f"no voice speaks the language {language!r}; {hint}"
