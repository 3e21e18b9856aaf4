"""Lettering as video models draw it: almost letters, on boards, banners, shop signs, hulls and captions."""

from collections.abc import Iterator

import cv2
import numpy as np

from swav.titles.setting import impress

from .picture import Shot, fractal, over

_LETTERS = "ABDEFGHIKLMNOPRSTUVWY"
_SMALL = "abdeghiklmnoprstuvwy"
_ODD = "ДЖЙЛФЦЧШЩЪЫЭЮЯΔΘΞΨΩ"  # what a model makes of letters when it does not know which one is due


def lettered(text: str, pixels: int, *, weight: int = 600) -> np.ndarray:
    """The ink of a line of text, float32 (height, width), 0..1; capitals are about ``pixels`` high."""
    return np.asarray(impress(text, round(pixels * 1.4), weight).mask, np.float32) / 255


def _garbled_letter(random: np.random.Generator, pixels: int, weight: int, capital: bool) -> np.ndarray:
    """One letter, sometimes mirrored, sometimes grown together from two, always a little out of shape."""
    pool = _LETTERS if capital else _SMALL
    draw = random.random()
    letter = random.choice(list(_ODD if draw < 0.08 else pool))
    ink = lettered(letter, pixels, weight=weight)
    if draw > 0.88:  # the left half of one letter and the right half of another
        other = cv2.resize(lettered(random.choice(list(pool)), pixels, weight=weight), ink.shape[::-1])
        middle = ink.shape[1] // 2
        ink = np.concatenate([ink[:, :middle], other[:, middle:]], axis=1)
    elif draw > 0.82:
        ink = ink[:, ::-1]
    stretch = random.uniform(0.88, 1.12, 2)
    size = (max(3, round(ink.shape[1] * stretch[0])), max(3, round(ink.shape[0] * stretch[1])))
    return cv2.resize(np.ascontiguousarray(ink), size, interpolation=cv2.INTER_AREA)


def garbled_word(random: np.random.Generator, letters: int, pixels: int) -> np.ndarray:
    """The ink of a word that no one can read, float32 (height, width)."""
    weight = int(random.choice([400, 500, 600, 700, 800]))
    capital = random.random() < 0.7
    glyphs = [_garbled_letter(random, pixels, weight, capital or not place) for place in range(letters)]
    height = max(glyph.shape[0] for glyph in glyphs) + pixels // 4
    gap = max(1, round(pixels * random.uniform(0.06, 0.16)))
    ink = np.zeros((height, sum(glyph.shape[1] + gap for glyph in glyphs) + gap), np.float32)
    x = gap
    for glyph in glyphs:
        low = height - glyph.shape[0] - int(random.integers(0, max(1, pixels // 8) + 1))
        area = ink[low : low + glyph.shape[0], x : x + glyph.shape[1]]
        np.maximum(area, glyph, out=area)
        x += glyph.shape[1] + gap
    return ink


class Sign:
    """A board with garbled words, which wobbles and melts from frame to frame as generated lettering does."""

    _GROUNDS = (
        ("board", (0.93, 0.92, 0.88), (0.08, 0.09, 0.12)),
        ("banner", (0.62, 0.12, 0.10), (0.97, 0.95, 0.90)),
        ("shop", (0.10, 0.22, 0.16), (0.95, 0.82, 0.45)),
        ("hull", None, (0.95, 0.96, 0.97)),
        ("caption", None, (0.99, 0.99, 0.97)),
    )

    def __init__(self, shot: Shot, words: int, size: float, kind: int):
        """``size`` is the letters' height as a share of the picture's; ``kind`` picks the ground."""
        random = shot.random("sign")
        self.shot, self.pixels = shot, max(9, round(size * shot.height))
        self.name, self.ground, self.ink = self._GROUNDS[kind % len(self._GROUNDS)]
        # Two states of every word: it melts from one into the other during the shot.
        self.lines = [self._lines(random, words), self._lines(random, words)]
        self.board = self._set()
        self.place = (random.uniform(0.1, 0.9), random.uniform(0.15, 0.7))
        self.wobble = [fractal(random, 32, 64, coarsest=4, octaves=2) - 0.5 for _ in range(4)]
        self.slant = random.uniform(-0.12, 0.12) if self.name != "caption" else 0.0
        self.drift = random.uniform(-0.06, 0.06) if self.name != "caption" else 0.0

    def _lines(self, random: np.random.Generator, words: int) -> list[list[np.ndarray]]:
        lengths = [int(random.integers(4, 9)) for _ in range(words)]
        drawn = [garbled_word(random, length, self.pixels) for length in lengths]
        across = 3 if self.name in ("caption", "hull") else 2
        return [drawn[start : start + across] for start in range(0, words, across)]

    def _set(self) -> list[np.ndarray]:
        """Both states of the board's ink, on sheets of one size."""
        space = self.pixels // 2
        lines = [line for state in self.lines for line in state]
        widest = max(sum(word.shape[1] + space for word in line) for line in lines)
        tallest = max(word.shape[0] for line in lines for word in line)
        wide = min(widest + 2 * space, int(self.shot.width * 0.96))
        high = (tallest + space) * len(self.lines[0]) + 2 * space
        sheets = []
        for state in self.lines:
            sheet, y = np.zeros((high, wide), np.float32), space
            for line in state:
                x = max(2, (wide - sum(word.shape[1] + space for word in line) + space) // 2)
                for word in line:
                    fits = word[:, : max(0, wide - x - 2)]
                    area = sheet[y : y + fits.shape[0], x : x + fits.shape[1]]
                    area[:] = np.maximum(area, fits[: area.shape[0]])
                    x += word.shape[1] + space
                y += tallest + space
            sheets.append(sheet)
        return sheets

    def painted(self, picture: np.ndarray, frame: int) -> np.ndarray:
        """The picture with the sign in it, at frame ``frame``."""
        height, width = picture.shape[:2]
        progress = self.shot.progress(frame)
        melt = np.clip((progress - 0.35) / 0.3, 0, 1)
        ink = self.board[0] * (1 - melt) + self.board[1] * melt
        rows, columns = np.mgrid[0 : ink.shape[0], 0 : ink.shape[1]].astype(np.float32)
        bend_x, bend_y = self._bend(frame, ink.shape)
        ink = cv2.remap(ink, columns + bend_x, rows + bend_y, cv2.INTER_LINEAR)
        ground = np.ones_like(ink)
        x = (self.place[0] + self.drift * progress) * max(1, width - ink.shape[1])
        y = self.place[1] * max(1, height - ink.shape[0])
        if self.name == "caption":
            x, y = (width - ink.shape[1]) / 2, height * 0.90 - ink.shape[0]
        matrix = np.array([[1, 0, x], [self.slant, 1, y - self.slant * ink.shape[1] / 2]])
        seen = cv2.warpAffine(ink, matrix, (width, height), flags=cv2.INTER_LINEAR)
        if self.ground is not None:
            board = cv2.warpAffine(ground, matrix, (width, height), flags=cv2.INTER_LINEAR)
            picture = over(picture, self.ground, board * 0.96)
        return over(picture, self.ink, cv2.GaussianBlur(seen, (0, 0), 0.4 + self.pixels / 90) * 0.95)

    def _bend(self, frame: int, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
        swing = np.sin(2.5 * self.shot.seconds(frame)), np.cos(3.7 * self.shot.seconds(frame))
        amount = 0.35 * self.pixels
        size = shape[::-1]
        bends = [
            cv2.resize(first * swing[0] + second * swing[1], size, interpolation=cv2.INTER_CUBIC) * amount
            for first, second in (self.wobble[:2], self.wobble[2:])
        ]
        return bends[0].astype(np.float32), bends[1].astype(np.float32)


def with_sign(pictures: Iterator[np.ndarray], shot: Shot, *, words: int, size: float, kind: int) -> Iterator:
    """A scene with one sign of garbled words in it."""
    sign = Sign(shot, words, size, kind)
    for frame, picture in enumerate(pictures):
        yield sign.painted(picture, frame)
