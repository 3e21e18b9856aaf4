"""The gates for subtitles, read from the SubRip file as delivered: overlap, reading speed, rows, width."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from swav.quality.bounds import OFF
from swav.quality.reel_limits import ReelLimits
from swav.quality.sentences import plain
from swav.quality.verdict import Finding
from swav.times import clock
from swav.titles.legibility import LINE, ROWS, SPEED, columns, reading_speed

_TIMES = re.compile(r"(\d+):(\d\d):(\d\d),(\d{3}) --> (\d+):(\d\d):(\d\d),(\d{3})")
_JOINER = "\u2060"  # an invisible sign that our writer puts where a media player would see markup


@dataclass(frozen=True)
class _Shown:
    """A subtitle: from when to when, in milliseconds, and its rows."""

    start: int
    end: int
    rows: tuple[str, ...]

    @property
    def speed(self) -> float:
        """Characters a second; East Asian ones count two."""
        return 1000 * columns(" ".join(self.rows)) / max(1, self.end - self.start)


def measure_subtitles(srt: Path, languages: Sequence[tuple[float, str]] = ()) -> dict[str, Any]:
    """The worst of a SubRip file's subtitles, as plain JSON; each with its start ``at``, in seconds.

    ``cues``: how many there are; ``overlap``: seconds that two stand at once; ``reading``: characters a
    second of the one that is hardest to read, and the ``speed`` that is comfortable in its language; ``rows``
    and ``width`` (characters of a row; East Asian ones count two).
    ``languages``: from which second which language is spoken (BCP 47), in order; English without any.
    """
    cues = list(_cues(srt.read_text(encoding="utf-8-sig")))
    speeds = [reading_speed(_language_at(cue, languages)) for cue in cues]
    overlaps = [((before.end - after.start) / 1000, after) for before, after in pairwise(cues)]
    return {
        "cues": len(cues),
        "overlap": _worst(overlaps),
        "reading": _hardest(cues, speeds),
        "rows": _worst([(len(cue.rows), cue) for cue in cues]),
        "width": _worst([(max(map(columns, cue.rows), default=0), cue) for cue in cues]),
    }


def _cues(text: str) -> Iterator[_Shown]:
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.split("\n")
        times = next((place for place, line in enumerate(lines) if _TIMES.match(line)), None)
        if times is not None:
            numbers = [int(number) for number in _TIMES.match(lines[times]).groups()]
            start, end = (
                ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest
                for hours, minutes, seconds, rest in (numbers[:4], numbers[4:])
            )
            rows = tuple(row.replace(_JOINER, "") for row in lines[times + 1 :])
            yield _Shown(start, end, rows)


def _language_at(cue: _Shown, languages: Sequence[tuple[float, str]]) -> str:
    """The language of a subtitle: that of the last line which began before it did, to the millisecond."""
    begun = [language for start, language in languages if round(1000 * start) <= cue.start + 1]
    return begun[-1] if begun else languages[0][1] if languages else "en"


def _hardest(cues: Sequence[_Shown], speeds: Sequence[int]) -> dict[str, float]:
    """The subtitle that has to be read fastest, for its language."""
    both = zip(cues, speeds, strict=True)
    cue, speed = max(both, key=lambda each: each[0].speed / each[1], default=(None, SPEED))
    return (_worst([(round(cue.speed, 2), cue)]) if cue else _worst([])) | {"speed": speed}


def _worst(found: Sequence[tuple[float, _Shown]]) -> dict[str, float]:
    value, cue = max(found, key=lambda each: each[0], default=(0, _Shown(0, 0, ())))
    return {"value": max(0, value), "at": cue.start / 1000}


def judge_subtitles(measured: Mapping[str, Any], limits: ReelLimits) -> Iterator[Finding]:
    """What the limits make of ``measure_subtitles``. Overlap and too large a subtitle are never right."""
    overlap, reading, rows, width = (measured[name] for name in ("overlap", "reading", "rows", "width"))
    yield _fixed("overlap", overlap, 0, "two subtitles stand at once", "no two subtitles stand at once", "s")
    if limits.reading != OFF:
        speed = reading["speed"]
        over = round(max(0.0, reading["value"] / speed - 1), 4)
        status, limit = limits.reading.status(over), limits.reading.limit(over)
        said = f"the fastest subtitle, at {clock(reading['at'])}, is read at {plain(reading['value'])}"
        sentence = f"{said} characters a second ({speed} is comfortable)"
        if status != "pass":
            sentence += "; shorten the narration, or let the voice speak more slowly"
        yield Finding("reading", status, over, limit, sentence)
    yield _fixed("rows", rows, ROWS, "a subtitle has too many rows", "no subtitle has too many rows", "rows")
    yield _fixed("width", width, LINE, "a row is too long", "every row is short enough", "characters")


def _fixed(gate: str, worst: Mapping[str, float], limit: int, bad: str, calm: str, unit: str) -> Finding:
    """A gate whose limit is the format's own."""
    value = worst["value"]
    if value <= limit:
        most = f" ({plain(value)} {unit} at most)" if value else ""
        return Finding(gate, "pass", float(value), float(limit), calm + most)
    sentence = f"{bad} at {clock(worst['at'])} ({plain(value)} {unit}, of {limit} that are allowed)"
    return Finding(gate, "fail", float(value), float(limit), sentence)
