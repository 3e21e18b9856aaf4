"""Language codes: what they are called, and which synthesiser calls them what.

A storyboard may write ``ta-IN`` or ``zh``; a synthesiser has codes of its own. Codes are lower-case here.
"""

import difflib
from collections.abc import Container

# The languages of the espeak-ng data that piper-tts 1.8 carries, by ISO code; invented tongues left
# out, and those whose dictionaries it does not carry (Faroese, Karakalpak, Pashto), so that it says nothing.
_TABLE = """
    af Afrikaans; am Amharic; an Aragonese; ar Arabic; as Assamese; az Azerbaijani; ba Bashkir; be
    Belarusian; bg Bulgarian; bn Bengali; bpy Bishnupriya Manipuri; bs Bosnian; ca Catalan; cmn Mandarin;
    crh Crimean Tatar; cs Czech; cv Chuvash; cy Welsh; da Danish; de German; el Greek; en English; en-gb
    British English; en-gb-scotland Scottish English; en-us American English; eo Esperanto; es Spanish;
    es-419 Latin American Spanish; et Estonian; eu Basque; fa Persian; fi Finnish; fr French;
    fr-be Belgian French; fr-ch Swiss French; ga Irish; gd Gaelic; gn Guarani; grc Ancient Greek; gu
    Gujarati; hak Hakka; haw Hawaiian; he Hebrew; hi Hindi; hr Croatian; ht Haitian Creole; hu Hungarian; hy
    Armenian; hyw West Armenian; ia Interlingua; id Indonesian; io Ido; is Icelandic; it Italian; ja
    Japanese (kana); ka Georgian; kk Kazakh; kl Greenlandic; kn Kannada; ko Korean; kok
    Konkani; ku Kurdish; ky Kyrgyz; la Latin; lb Luxembourgish; lt Lithuanian; ltg Latgalian; lv Latvian; mi
    Māori; mk Macedonian; ml Malayalam; mn Mongolian; mr Marathi; ms Malay; mt Maltese; my Burmese; nb
    Norwegian; nci Nahuatl; ne Nepali; nl Dutch; nog Nogai; om Oromo; or Odia; pa Punjabi; pap Papiamento;
    pl Polish; pt Portuguese; pt-br Brazilian Portuguese; qu Quechua; quc K'iche'; ro Romanian;
    ru Russian; rup Aromanian; sd Sindhi; shn Shan; si Sinhala; sk Slovak; sl Slovenian; smj Lule Saami; sq
    Albanian; sr Serbian; sv Swedish; sw Swahili; ta Tamil; te Telugu; th Thai; ti Tigrinya; tk Turkmen; tn
    Setswana; tr Turkish; tt Tatar; ug Uyghur; uk Ukrainian; ur Urdu; uz Uzbek; vi Vietnamese; vi-vn-x-south
    Southern Vietnamese; yue Cantonese
"""
NAMES: dict[str, str] = {
    code: name for code, _, name in (" ".join(entry.split()).partition(" ") for entry in _TABLE.split(";"))
}
"""English names of every language that espeak-ng speaks, by its code."""

# Codes for one language: what people write, and what the synthesisers say.
_SAME = (
    ("cmn", "zh", "zh-cn"),
    ("yue", "zh-hk"),
    ("nb", "no"),
    ("he", "iw"),
    ("ku", "ku-latn"),
)


def find(language: str, known: Container[str]) -> str | None:
    """The longest known beginning of a language tag: ``ta-IN`` is ``ta``, ``pt-BR`` is ``pt-br``."""
    tag = language.lower().replace("_", "-")
    while tag:
        for code in (tag, *(code for group in _SAME if tag in group for code in group)):
            if code in known:
                return code
        tag = tag.rpartition("-")[0]
    return None


def language_name(language: str) -> str:
    """A language's English name: ``hi`` is Hindi. A code that nobody speaks here is its own name."""
    code = find(language, NAMES)
    return language if code is None else NAMES[code]


def is_english(language: str) -> bool:
    """Whether a language code is English of any region."""
    return language.lower().replace("_", "-").partition("-")[0] == "en"


def unknown_language(language: str) -> str:
    """The sentence for a language that nobody speaks, with the code that was probably meant."""
    codes = {name.lower(): code for code, name in NAMES.items()}
    near = [codes[match] for match in difflib.get_close_matches(language.lower(), codes, 1)]
    near = near or difflib.get_close_matches(language.lower(), NAMES, 2)
    hint = f"did you mean {' or '.join(near)}?" if near else "use an ISO code such as en, hi or ta"
    return f"no voice speaks the language {language!r}; {hint}"
