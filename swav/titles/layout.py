"""Lines are broken and fitted: text wraps, then shrinks, and never leaves its box or loses a character."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from swav.titles.bidi import Direction, direction_in
from swav.titles.graphemes import clusters, lines_of, pieces
from swav.titles.setting import Extent, extent
from swav.titles.shaping import UNDETERMINED

_STEP = 0.96  # each try is set this much smaller
_MANY_ROWS_BELOW = 0.6  # from this share of its size on, text may take more rows than its style likes
_ASCENT, _DESCENT = (
    0.80,
    0.26,
)  # what a row takes up at least, in em: tall scripts such as Devanagari and Thai


@dataclass(frozen=True)
class Paragraph:
    """A line as written: ``ratio`` is its size to the block's, ``before`` the space above it, in em.

    ``language`` is a BCP 47 tag: some letters have other forms in another language.
    """

    text: str
    ratio: float = 1.0
    weight: int = 400
    before: float = 0.0
    language: str = UNDETERMINED


@dataclass(frozen=True)
class Row:
    """A set row: its ``size`` and its baseline ``y`` below the block's top in pixels, and its paragraph."""

    text: str
    size: float
    weight: int
    base: Direction
    y: float
    paragraph: int
    language: str = UNDETERMINED

    @property
    def ink(self) -> Extent:
        """What the row takes up, in pixels from its pen origin."""
        box = extent(self.text, self.weight, self.base, self.language)
        edges = (box.advance, box.left, box.top, box.right, box.bottom)
        return Extent(*(edge * self.size for edge in edges))


@dataclass(frozen=True)
class Block:
    """Rows that fit into a box; ``width`` and ``height`` in pixels, ``scale`` is how far they shrank."""

    rows: tuple[Row, ...]
    width: float
    height: float
    scale: float


def fit(
    paragraphs: Sequence[Paragraph], *, size: float, width: float, height: float, leading: float, rows: int
) -> Block:
    """Set ``paragraphs`` at ``size`` pixels, or as little smaller as makes them fit ``width`` x ``height``.

    ``leading`` is the distance of two baselines in em; ``rows`` is how many rows each paragraph may have
    before it is set smaller.
    """
    scale = 1.0
    while True:
        block, most = _attempt(paragraphs, size * scale, width, leading, scale)
        roomy = most <= rows or scale < _MANY_ROWS_BELOW
        if roomy and block.width <= width and block.height <= height:
            return block
        scale *= _STEP


def _attempt(
    paragraphs: Sequence[Paragraph], size: float, width: float, leading: float, scale: float
) -> tuple[Block, int]:
    found: list[Row] = []
    top, widest, most = 0.0, 0.0, 0
    for number, paragraph in enumerate(paragraphs):
        own = size * paragraph.ratio
        top += paragraph.before * size if found else 0.0
        texts = [
            (row, direction_in(line if _directed(line) else paragraph.text, paragraph.language))
            for line in lines_of(paragraph.text)
            for row in wrap(line, paragraph.weight, width / own, paragraph.language)
        ]
        most = max(most, len(texts))
        for text, base in texts:
            row = Row(text, own, paragraph.weight, base, 0.0, number, paragraph.language)
            ink = row.ink
            ascent = max(_ASCENT * own, -ink.top)
            descent = max(_DESCENT * own, (leading - _ASCENT) * own, ink.bottom)
            found.append(replace(row, y=top + ascent))
            top += ascent + descent
            widest = max(widest, ink.right - min(ink.left, 0.0), ink.advance)
    height = top - max(0.0, leading - _ASCENT - _DESCENT) * (found[-1].size if found else 0.0)
    return Block(tuple(found), widest, height, scale), most


def _directed(text: str) -> bool:
    return any(character.isalpha() for character in text)


def wrap(line: str, weight: int, width: float, language: str = UNDETERMINED) -> list[str]:
    """Break ``line`` into rows of at most ``width`` em, as even in length as their number allows.

    Only the spaces at a break are dropped. A word wider than a row is broken between grapheme clusters; a
    single cluster wider than that stands alone, for the caller to set smaller.
    """
    if _advance(line, weight, language) <= width:
        return [line]
    parts = [(part, _advance(part, weight, language)) for part in _breakable(line, weight, width, language)]
    rows = _fill(parts, width)
    low, high = max(advance for _, advance in parts), width
    for _ in range(8):  # the narrowest measure that needs no more rows makes them even
        middle = (low + high) / 2
        if len(_fill(parts, middle)) > len(rows):
            low = middle
        else:
            high = middle
    return _fill(parts, high)


def _advance(text: str, weight: int, language: str) -> float:
    return extent(text, weight, language=language).advance


def _breakable(line: str, weight: int, width: float, language: str) -> list[str]:
    found: list[str] = []
    for piece in pieces(line):
        if _advance(piece.rstrip(), weight, language) <= width:
            found.append(piece)
        else:
            found += clusters(piece)
    return found


def _fill(parts: Sequence[tuple[str, float]], width: float) -> list[str]:
    """Greedy rows; the width of a space at a row's end does not count, nor is it kept."""
    rows: list[str] = []
    row, used = "", 0.0
    for part, advance in parts:
        bare = advance if not part[-1:].isspace() else advance * len(part.rstrip()) / len(part)
        if row.strip() and used + bare > width:
            rows.append(row.rstrip(" "))
            row, used = "", 0.0
        row, used = row + part, used + advance
    return [*rows, row]
