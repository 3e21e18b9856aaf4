"""Subtitles: narration is broken into cues that can be read in time, and written as SubRip and WebVTT.

Where the words' own times are known, a cue appears with its first word and stays until its last, and the
pauses of the voice say where to break, beside punctuation and conjunctions (``swav.titles.breaking``).

The files are written here and not by pysubs2, whose writers take ``\\N``, ``\\h`` and ``{...}`` in a text for
SubStation commands and do not escape WebVTT; both formats are a number, two times and the text.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate, pairwise
from pathlib import Path

from swav.files import write_text
from swav.times import Word
from swav.titles.bidi import Direction, direction_in
from swav.titles.breaking import Piece, cues_of, pieces_of, rows_of
from swav.titles.legibility import GAP, LINE, LONGEST, ROWS, SHORTEST, columns, reading_speed

__all__ = [
    "GAP",
    "LINE",
    "LONGEST",
    "ROWS",
    "SHORTEST",
    "Cue",
    "Line",
    "Word",
    "columns",
    "cues",
    "reading_speed",
    "write_srt",
    "write_vtt",
]

_JOINER = "\u2060"  # WORD JOINER: invisible, and takes no room
_FROM_THE_RIGHT, _END = "\u202b", "\u202c"  # RIGHT-TO-LEFT EMBEDDING and its end, invisible too


@dataclass(frozen=True)
class Line:
    """A line of narration; ``start`` and ``end`` in seconds on the reel's clock.

    ``words`` are the text's words as white space parts them, with times on the same clock; where there are
    none, or of another text, time is shared out by number of characters.
    """

    text: str
    start: Fraction
    end: Fraction
    words: tuple[Word, ...] = ()
    language: str = ""
    """ISO code, where it is another than the reel's."""


@dataclass(frozen=True)
class Cue:
    """What stands on the screen together, one or two rows, from ``start`` to ``end`` in seconds."""

    rows: tuple[str, ...]
    start: Fraction
    end: Fraction
    direction: Direction = "ltr"

    @property
    def text(self) -> str:
        """The rows, broken by a newline."""
        return "\n".join(self.rows)

    @property
    def marked(self) -> str:
        """The same, each row inside marks of its direction where it reads from the right.

        Neither format says which way a row reads, and media players take it to be from the left: full stops,
        brackets and Latin names then stand at the wrong end. Marks at both ends alone move no names.
        """
        if self.direction == "ltr":
            return self.text
        return "\n".join(f"{_FROM_THE_RIGHT}{row}{_END}" for row in self.rows)


def cues(lines: Sequence[Line], language: str) -> list[Cue]:
    """Break narration into cues, in order of time; the words come out as they went in.

    A cue appears with its first word and stays until its last. It may stand longer than its words are
    spoken, to be read, where the next leaves room; it is put off a little where the one before would
    otherwise stand for less than a second. ``language`` is an ISO code and sets the reading speed,
    of lines that have none of their own.
    """
    spoken = [
        (cue, speed)
        for line in sorted(lines, key=lambda line: (line.start, line.end))
        for speed in (reading_speed(line.language or language),)
        for cue in _broken(line, speed, line.language or language)
    ]
    starts: list[Fraction] = []
    for cue, _ in spoken:
        starts.append(max(cue.start, starts[-1] + SHORTEST + GAP) if starts else cue.start)
    found = []
    for number, ((cue, speed), start) in enumerate(zip(spoken, starts, strict=True)):
        read = start + Fraction(columns(" ".join(cue.rows)), speed)
        end = min(max(cue.end, read, start + SHORTEST), start + LONGEST)
        if number + 1 < len(starts):
            end = min(end, starts[number + 1] - GAP)
        found.append(replace(cue, start=start, end=end))
    return found


def _broken(line: Line, speed: int, language: str) -> list[Cue]:
    """The cues of one line, each from its first word to its last."""
    direction = direction_in(line.text, language)
    return [Cue(rows_of(cue), cue[0].start, cue[-1].end, direction) for cue in cues_of(_spoken(line), speed)]


def _spoken(line: Line) -> list[Piece]:
    """The line's pieces with their times: those of their words, or else by number of characters."""
    texts = list(pieces_of(line.text))
    flat = "".join(texts)
    known = [word.text for word in line.words] == flat.split()
    words = line.words if known else (Word(flat, line.start, line.end),)
    edges = list(accumulate(map(len, texts), initial=0))
    found = []
    for text, (first, last) in zip(texts, pairwise(edges), strict=True):
        spoken = last - len(text) + len(text.rstrip()) if known else last
        start, end = _instant(words, first, upto=False), _instant(words, spoken, upto=True)
        found.append(Piece(text, *(min(max(time, line.start), line.end) for time in (start, end))))
    return found


def _instant(words: Sequence[Word], place: int, *, upto: bool) -> Fraction:
    """When the character at ``place`` of the words, parted by spaces, begins; or the one before it ends."""
    for word in words:
        if place < len(word.text) or (upto and place == len(word.text)):
            part = Fraction(columns(word.text[:place]), max(1, columns(word.text)))
            return word.start + (word.end - word.start) * part
        place -= len(word.text) + 1
    return words[-1].end


def write_srt(cues: Sequence[Cue], target: str | Path) -> None:
    """Write SubRip, UTF-8. Text comes out as it is.

    SubRip has no escapes. Where media players would take text for markup (``<b``, ``{\\an8}``) or for a time
    (``-->``), an invisible WORD JOINER parts the signs.
    """
    blocks = [
        f"{number}\n{_stamp(cue.start, ',')} --> {_stamp(cue.end, ',')}\n{_srt_text(cue.marked)}\n"
        for number, cue in enumerate(cues, 1)
    ]
    write_text(target, "\n".join(blocks))


def write_vtt(cues: Sequence[Cue], target: str | Path) -> None:
    """Write WebVTT (W3C), UTF-8; ``&``, ``<`` and ``>`` are escaped, and with them ``-->``."""
    blocks = [
        f"\n{_stamp(cue.start, '.')} --> {_stamp(cue.end, '.')}\n{html.escape(cue.marked, quote=False)}\n"
        for cue in cues
    ]
    write_text(target, "WEBVTT\n" + "".join(blocks))


def _srt_text(text: str) -> str:
    text = re.sub(r"<(?=[A-Za-z/!])", f"<{_JOINER}", text)
    text = re.sub(r"\{(?=\\)", f"{{{_JOINER}", text)
    return text.replace("-->", f"--{_JOINER}>")


def _stamp(seconds: Fraction, mark: str) -> str:
    """``HH:MM:SS,mmm``; to the nearest millisecond, so that what did not overlap still does not."""
    whole, milliseconds = divmod(int((2000 * seconds + 1) // 2), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{mark}{milliseconds:03}"
