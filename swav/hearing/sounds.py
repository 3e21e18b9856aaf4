"""How a word sounds: an ear cannot tell "sails" from "sales", and a recogniser has to guess the spelling.

The sounds are espeak-ng's for American English, which piper-tts carries, without stress and with all weak
vowels as one: names that were never seen in writing are spelt by ear ("Samudrika", "Samadrika").
"""

from functools import cache, lru_cache

_SAME = str.maketrans({"ɐ": "ə", "ᵻ": "ə", "ɚ": "əɹ", "ɜ": "ə", "ɝ": "əɹ", "ˈ": "", "ˌ": "", "ː": ""})


@lru_cache(65536)
def sound(word: str) -> str:
    """The phonemes of a plain word as one string; words that sound alike have the same."""
    return "".join(
        part for sentence in _phonemizer().phonemize("en-us", word) for part in sentence
    ).translate(_SAME)


@cache
def _phonemizer():
    from piper.phonemize_espeak import EspeakPhonemizer

    return EspeakPhonemizer()
