"""Language codes as mp4 tracks want them: three letters of ISO 639-2/T, for the two of ISO 639-1."""

_THREE_LETTERS = {
    "ar": "ara", "bg": "bul", "bn": "ben", "ca": "cat", "cs": "ces", "da": "dan", "de": "deu", "el": "ell",
    "en": "eng", "es": "spa", "et": "est", "fa": "fas", "fi": "fin", "fr": "fra", "ga": "gle", "gu": "guj",
    "he": "heb", "hi": "hin", "hr": "hrv", "hu": "hun", "hy": "hye", "id": "ind", "is": "isl", "it": "ita",
    "ja": "jpn", "ka": "kat", "kk": "kaz", "km": "khm", "kn": "kan", "ko": "kor", "lo": "lao", "lt": "lit",
    "lv": "lav", "ml": "mal", "mr": "mar", "ms": "msa", "my": "mya", "nb": "nob", "ne": "nep", "nl": "nld",
    "no": "nor", "or": "ori", "pa": "pan", "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus", "sa": "san",
    "si": "sin", "sk": "slk", "sl": "slv", "sq": "sqi", "sr": "srp", "sv": "swe", "sw": "swa", "ta": "tam",
    "te": "tel", "th": "tha", "tr": "tur", "uk": "ukr", "ur": "urd", "vi": "vie", "zh": "zho",
}  # fmt: skip


def three_letters(language: str) -> str:
    """``"hi"``, ``"hi-IN"``, ``"hin"`` give ``"hin"``; what is not known gives ``"und"`` (undetermined)."""
    code = language.replace("_", "-").split("-")[0].lower()
    if len(code) == 3 and code.isascii() and code.isalpha():
        return code
    return _THREE_LETTERS.get(code, "und")
