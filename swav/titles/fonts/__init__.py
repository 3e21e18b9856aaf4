"""Which shipped font sets which script, and which characters none of them can set.

The fonts lie in ``files``, as their makers published them: the Noto families, and IBM Plex Sans Arabic (with
a Latin drawn for it), all under the SIL Open Font License. None holds Chinese, Japanese or Korean; such
characters are set as a box with their code point in it, so that nobody overlooks them, and ``missing`` names
them beforehand.

This module opens only the fonts that it needs, without Pillow: the storyboard check imports it.
"""

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from swav.errors import SwavError

if TYPE_CHECKING:
    import uharfbuzz

FILES = Path(__file__).with_name("files")
"""The folder of the fonts, of their licences, and of the digests by which they are known."""
Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Font:
    """A shipped family.

    ``weights`` maps the weights that we set (400 regular to 700 bold) to files; a variable family has one
    file for all of them. ``blocks`` are the code points, ends included, for which it is the first choice.
    """

    name: str
    scripts: str
    weights: tuple[tuple[int, str], ...]
    variable: bool
    blocks: Ranges = ()

    def file(self, weight: int) -> str:
        """The name of the file that holds ``weight``, or the nearest lighter one."""
        return max(((w, file) for w, file in self.weights if w <= weight), default=self.weights[0])[1]

    def covers(self, character: str) -> bool:
        """Whether the font has a glyph for ``character``."""
        return ord(character) in _characters(self.file(400))


def harfbuzz() -> ModuleType:
    """The package that reads, shapes and draws fonts. SwavError where it cannot be used."""
    try:
        import uharfbuzz
    except ImportError as error:
        message = f"lettering needs the package uharfbuzz, which cannot be used here ({error})"
        raise SwavError(f"{message}; install swav again: pip install -e .") from None
    return uharfbuzz


@cache
def opened(file: str) -> "uharfbuzz.Face":
    """A shipped font, read. SwavError where it is not there, or not the one that swav came with."""
    hb = harfbuzz()
    try:
        data = (FILES / file).read_bytes()
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != _digests()[file]:
        raise SwavError(f"the font {FILES / file} is missing or damaged; get swav's own files again")
    return hb.Face(hb.Blob(data))


@cache
def _digests() -> dict[str, str]:
    lines = (FILES / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    return {name: digest for digest, name in map(str.split, lines)}


@cache
def _characters(file: str) -> frozenset[int]:
    """The code points that a font maps to a glyph."""
    return frozenset(opened(file).unicodes)


def _noto(name: str, scripts: str, *blocks: tuple[int, int]) -> Font:
    return Font(name, scripts, ((400, f"{name.replace(' ', '')}.ttf"),), True, blocks)


LATIN = _noto("Noto Sans", "Latin, Greek, Cyrillic")
ARABIC = Font(
    "IBM Plex Sans Arabic",
    "Arabic, with Latin",
    tuple(
        (weight, f"IBMPlexSansArabic-{style}.ttf")
        for weight, style in ((400, "Regular"), (500, "Medium"), (600, "SemiBold"), (700, "Bold"))
    ),
    False,
    ((0x0600, 0x06FF), (0x0750, 0x077F), (0x0870, 0x08FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC)),
)
# Besides the emoji planes, the older signs that are drawn as emoji unless told otherwise
# (Emoji_Presentation in Unicode's emoji-data.txt).
_EMOJI_SIGNS = (
    "⌚⌛⏩⏪⏫⏬⏰⏳◽◾☔☕♈♉♊♋♌♍♎♏♐♑♒♓♿⚓⚡⚪⚫⚽"
    "⚾⛄⛅⛎⛔⛪⛲⛳⛵⛺⛽✅✊✋✨❌❎❓❔❕❗➕➖➗➰➿⬛⬜⭐⭕"
)
EMOJI = _noto(
    "Noto Emoji",
    "emoji, in one colour",
    (0x1F000, 0x1FAFF),
    (0xE0020, 0xE007F),
    *((ord(sign), ord(sign)) for sign in _EMOJI_SIGNS),
)

# The second Arabic font knows the letters of Urdu, Pashto, Uyghur and others that the first lacks.
FONTS: tuple[Font, ...] = (
    LATIN,
    ARABIC,
    _noto("Noto Sans Arabic", "Arabic of further languages"),
    _noto("Noto Sans Hebrew", "Hebrew", (0x0590, 0x05FF), (0xFB1D, 0xFB4F)),
    _noto("Noto Sans Devanagari", "Hindi, Marathi, Nepali, Sanskrit", (0x0900, 0x097F), (0xA8E0, 0xA8FF)),
    _noto("Noto Sans Bengali", "Bengali, Assamese", (0x0980, 0x09FF)),
    _noto("Noto Sans Gurmukhi", "Punjabi", (0x0A00, 0x0A7F)),
    _noto("Noto Sans Gujarati", "Gujarati", (0x0A80, 0x0AFF)),
    _noto("Noto Sans Oriya", "Odia", (0x0B00, 0x0B7F)),
    _noto("Noto Sans Tamil", "Tamil", (0x0B80, 0x0BFF), (0x11FC0, 0x11FFF)),
    _noto("Noto Sans Telugu", "Telugu", (0x0C00, 0x0C7F)),
    _noto("Noto Sans Kannada", "Kannada", (0x0C80, 0x0CFF)),
    _noto("Noto Sans Malayalam", "Malayalam", (0x0D00, 0x0D7F)),
    _noto("Noto Sans Sinhala", "Sinhala", (0x0D80, 0x0DFF), (0x111E0, 0x111FF)),
    _noto("Noto Sans Thai", "Thai", (0x0E00, 0x0E7F)),
    _noto("Noto Sans Lao", "Lao", (0x0E80, 0x0EFF)),
    _noto("Noto Sans Myanmar", "Burmese", (0x1000, 0x109F), (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F)),
    _noto("Noto Sans Georgian", "Georgian", (0x10A0, 0x10FF), (0x1C90, 0x1CBF), (0x2D00, 0x2D2F)),
    _noto("Noto Sans Ethiopic", "Amharic, Tigrinya", (0x1200, 0x139F), (0x2D80, 0x2DDF), (0xAB00, 0xAB2F)),
    _noto("Noto Sans Khmer", "Khmer", (0x1780, 0x17FF), (0x19E0, 0x19FF)),
    _noto("Noto Sans Armenian", "Armenian", (0x0530, 0x058F), (0xFB13, 0xFB17)),
    _noto("Noto Sans Symbols", "symbols"),
    Font("Noto Sans Symbols 2", "stars, ticks, arrows, shapes", ((400, "NotoSansSymbols2.ttf"),), False),
    Font("Noto Sans Math", "mathematics, arrows", ((400, "NotoSansMath.ttf"),), False),
    EMOJI,
)


def candidates(character: str) -> Iterator[Font]:
    """The shipped fonts that have ``character``: its script's own first, then in listed order."""
    code = ord(character)
    own = [font for font in FONTS if any(low <= code <= high for low, high in font.blocks)]
    for font in (*own, *(font for font in FONTS if font not in own)):
        if font.covers(character):
            yield font


def ignorable(character: str) -> bool:
    """Whether a character is invisible by nature: a control, a joiner, a direction or variation mark.

    After Default_Ignorable_Code_Point of Unicode (UAX #44), and the controls, which lettering leaves out.
    """
    code = ord(character)
    if 0xFE00 <= code <= 0xFE0F or 0xE0000 <= code <= 0xE0FFF or code in (0x034F, 0x115F, 0x1160, 0x3164):
        return True
    # The Arabic number signs and their like are format characters, and yet drawn.
    drawn = 0x0600 <= code <= 0x0605 or code in (0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD)
    return unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp") and not drawn


@cache
def settable(character: str) -> bool:
    """Whether a shipped font has a glyph for ``character``, or it needs none."""
    return ignorable(character) or next(candidates(character), None) is not None


def missing(text: str) -> list[str]:
    """The characters of ``text`` that no shipped font can set, each once, in order of appearance."""
    return [character for character in dict.fromkeys(text) if not settable(character)]
