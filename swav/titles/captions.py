"""Subtitles: narration is broken into cues that can be read in time, and written as SubRip and WebVTT.

The limits are the broadcaster's usual ones (Netflix, Timed Text Style Guide, general requirements; BBC
Subtitle Guidelines 1.2): two lines of 42 characters, 17 characters a second, no cue under a second or over
seven, two frames between cues. East Asian characters count double, as they take twice the width.

The files are written here and not by pysubs2, whose writers take ``\\N``, ``\\h`` and ``{...}`` in a text for
SubStation commands and do not escape WebVTT; both formats are a number, two times and the text.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from unicodedata import east_asian_width

from swav.files import write_text
from swav.titles.graphemes import clusters, lines_of, pieces

LINE = 42  # characters
ROWS = 2
SPEED = 17  # characters a second
SHORTEST, LONGEST = Fraction(1), Fraction(7)  # seconds
GAP = Fraction(80, 1000)  # two frames at 25 to the second
_JOINER = "\u2060"  # WORD JOINER: invisible, and takes no room

# Reading speed of scripts whose characters say more than a letter does (Netflix, by language).
_SPEEDS = {"ja": 8, "zh": 18, "ko": 24}  # in half widths: 4, 9 and 12 characters a second


@dataclass(frozen=True)
class Line:
    """A line of narration; ``start`` and ``end`` in seconds on the reel's clock."""

    text: str
    start: Fraction
    end: Fraction


@dataclass(frozen=True)
class Cue:
    """What stands on the screen together, one or two rows, from ``start`` to ``end`` in seconds."""

    rows: tuple[str, ...]
    start: Fraction
    end: Fraction

    @property
    def text(self) -> str:
        """The rows, broken by a newline."""
        return "\n".join(self.rows)


def cues(lines: Sequence[Line], language: str) -> list[Cue]:
    """Break narration into cues, in order of time; the words come out as they went in.

    Within a line time is shared out by number of characters. A cue may stand longer than its words are
    spoken, to be read, where the next leaves room; it is put off a little where the one before would
    otherwise stand for less than a second. ``language`` is an ISO code and sets the reading speed.
    """
    speed = _SPEEDS.get(language.split("-")[0].lower(), SPEED)
    spoken = [
        cue for line in sorted(lines, key=lambda line: (line.start, line.end)) for cue in _shared_out(line)
    ]
    starts: list[Fraction] = []
    for cue in spoken:
        starts.append(max(cue.start, starts[-1] + SHORTEST + GAP) if starts else cue.start)
    found = []
    for number, (cue, start) in enumerate(zip(spoken, starts, strict=True)):
        read = start + Fraction(columns(" ".join(cue.rows)), speed)
        end = min(max(cue.end, read, start + SHORTEST), start + LONGEST)
        if number + 1 < len(starts):
            end = min(end, starts[number + 1] - GAP)
        found.append(Cue(cue.rows, start, end))
    return found


def columns(text: str) -> int:
    """The width of ``text`` in characters; East Asian wide ones count two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _shared_out(line: Line) -> Iterator[Cue]:
    words = list(_words(line.text))
    if not words:
        return
    groups = _grouped(words, line.end - line.start)
    total = sum(columns("".join(group)) for group in groups)
    passed = 0
    for group in groups:
        start = line.start + (line.end - line.start) * Fraction(passed, total)
        passed += columns("".join(group))
        yield Cue(_rows(group), start, line.start + (line.end - line.start) * Fraction(passed, total))


def _words(text: str) -> Iterator[str]:
    """The smallest parts a row is made of, each with the space that follows it, if any.

    Joined they are ``text`` with every white space as one space. Only East Asian text and words longer
    than a row are cut without a space.
    """
    flat = " ".join(" ".join(lines_of(text)).split())
    for piece in pieces(flat):
        if columns(piece.rstrip()) <= LINE:
            yield piece
        else:
            yield from clusters(piece)


def _grouped(words: Sequence[str], seconds: Fraction) -> list[list[str]]:
    """Share ``words`` out to cues at the least total cost: a shortest path over the places to break."""
    widths = [columns(word) for word in words]
    best: list[tuple[float, int]] = [(0.0, 0)]
    pace = float(seconds) / max(1, sum(widths))
    for end in range(1, len(words) + 1):
        choices = []
        width = 0
        for start in range(end - 1, -1, -1):
            width += widths[start]
            if start < end - 1 and (width - 1 > ROWS * LINE or not _fits(words[start:end])):
                break
            choices.append((best[start][0] + _cost(words, start, end, width, pace), start))
        best.append(min(choices))
    groups: list[list[str]] = []
    end = len(words)
    while end:
        start = best[end][1]
        groups.append(list(words[start:end]))
        end = start
    return groups[::-1]


def _cost(words: Sequence[str], start: int, end: int, width: int, pace: float) -> float:
    """How little a cue of ``words[start:end]`` pleases: each costs, a bad break and a short stand more."""
    cost = 2.0
    if end < len(words):
        cost += _break_cost(words[end - 1])
    if width * pace < SHORTEST and len(words) > end - start:
        cost += 6.0 * (1 - width * pace)
    if width * pace > LONGEST:
        cost += width * pace - float(LONGEST)
    return cost + (2.0 if width > LINE else 0.0) * abs(width / (ROWS * LINE) - 0.75)


def _break_cost(word: str) -> float:
    """What it costs to break after ``word``: nothing after a sentence, little after a clause."""
    bare = word.rstrip().rstrip("\"'”’)]»")
    if re.search(r"[.!?…।॥。！？؟۔]$", bare):
        return 0.0
    if re.search(r"[,;:–—，、；：،؛]$", bare):
        return 1.0
    return 4.0


def _fits(words: Sequence[str]) -> bool:
    return _split(words) is not None


def _rows(words: Sequence[str]) -> tuple[str, ...]:
    at = _split(words)
    rows = ("".join(words[:at]), "".join(words[at:])) if at else ("".join(words),)
    return tuple(row.strip() for row in rows)


def _split(words: Sequence[str]) -> int | None:
    """After how many words the second row begins; 0 for a single row, None if two rows cannot hold them."""
    widths = [columns(word) for word in words]
    total = sum(widths)
    if columns("".join(words).rstrip()) <= LINE or len(words) == 1:
        return 0
    choices = []
    first = 0
    for at in range(1, len(words)):
        first += widths[at - 1]
        if columns("".join(words[:at]).rstrip()) > LINE:
            break
        if columns("".join(words[at:]).rstrip()) <= LINE:
            # Even rows, rather after a clause, and the upper one rather the shorter.
            uneven = abs(total - 2 * first) + (3 if 2 * first > total else 0)
            choices.append((uneven + 4 * _break_cost(words[at - 1]), at))
    return min(choices)[1] if choices else None


def write_srt(cues: Sequence[Cue], target: str | Path) -> None:
    """Write SubRip, UTF-8. Text comes out as it is.

    SubRip has no escapes. Where players would take text for markup (``<b``, ``{\\an8}``) or for a time
    (``-->``), an invisible WORD JOINER parts the signs.
    """
    blocks = [
        f"{number}\n{_stamp(cue.start, ',')} --> {_stamp(cue.end, ',')}\n{_srt_text(cue.text)}\n"
        for number, cue in enumerate(cues, 1)
    ]
    write_text(target, "\n".join(blocks))


def write_vtt(cues: Sequence[Cue], target: str | Path) -> None:
    """Write WebVTT (W3C), UTF-8; ``&``, ``<`` and ``>`` are escaped, and with them ``-->``."""
    blocks = [
        f"\n{_stamp(cue.start, '.')} --> {_stamp(cue.end, '.')}\n{html.escape(cue.text, quote=False)}\n"
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
