"""Mutants of the shipped storyboards, footage list and configuration, read in this process.

Each is read without a traceback and soon; whatever is refused is refused in messages of at most 300
characters that name a place and hold nothing that a terminal acts on.
"""

import copy
import csv
import io
import random
import shutil
import time
import unicodedata
from argparse import Namespace
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import yaml
from faults_trials import Lost, Trial

from swav.animatic.samples import SAMPLES
from swav.config import Config
from swav.engines import generating
from swav.errors import InputError
from swav.storyboard import Reach, load
from swav.storyboard.look import look

REPOSITORY = Path(__file__).parents[1]
STORYBOARDS = REPOSITORY / "storyboards"
SLOW = 10
"""Seconds after which a reading counts as hanging."""
_TURNING = set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")

ODD: list[Any] = [
    *(None, True, False, 0, -1, 1e308, float("nan"), float("inf"), 10**30, "", " ", "\t", "~", "no", "0x1F"),
    *(
        "1:30",
        "2026-11-26",
        "../../../../etc/passwd",
        "/dev/zero",
        "sample:",
        "sample:../x",
        "file:/etc/passwd",
    ),
    *(
        "%d",
        "$(id)",
        "`id`",
        "'; rm -rf x; '",
        "{x}",
        "{{",
        "\\",
        '"',
        "[v];,=:",
        "-y",
        "a" * 4999,
        "a" * 6000,
    ),
    *("\x1b[2J", "\x1b]0;x\x07", "\u202egnp.exe", "\u200b", "\ufeff", "z\u0301\u0323" * 40, "🚢" * 40, "कड़ी"),
    *(
        "\U0010ffff",
        "\x7f",
        "wan2.2",
        "animatic",
        "sampled",
        "1280x720",
        "24000/1001",
        "1/0",
        "auto",
        "never",
    ),
    *(
        [],
        {},
        [[]],
        {"": ""},
        [None],
        {"a": {"b": {"c": []}}},
        [1, [2, [3]]],
        {None: None},
        {1: 2},
        [""] * 500,
    ),
]
LETTERS = [
    "\x00",
    "\x1b",
    "\t",
    "\r",
    "\n",
    ":",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "&a ",
    "*a ",
    "!!python/object:os.x ",
]
LETTERS += ["<<: *a", "|", ">", "#", "'", '"', "%", "@", "?", "\u202e", "\ud7ff", "---\n", "...\n", "é", ","]


def trials(given: Namespace, top: Path) -> Iterator[Trial]:
    for number in range(given.count or 10_000):
        row = list(KINDS)[number % len(KINDS)]
        yield Trial(f"fuzz: {row}", f"mutant {number} of {row}", partial(_mutant, row))


def _mutant(kind: str, folder: Path, rng: random.Random) -> str:
    shutil.copytree(STORYBOARDS, folder)
    began = time.monotonic()
    said = ""
    try:
        KINDS[kind](folder, rng)
    except InputError as refused:
        said = str(refused)
        for fault in refused.faults:
            _is_well_said(str(fault))
            if not fault.file or fault.line < 1 or fault.column < 1:
                raise Lost(f"no place: {fault!s:.400}") from None
    if time.monotonic() - began > SLOW:
        raise Lost(f"{time.monotonic() - began:.0f} s")
    return said


def _is_well_said(message: str) -> None:
    if len(message) > 300:
        raise Lost(f"{len(message)} characters: {message:.400}")
    if any(unicodedata.category(letter) in ("Cc", "Cs") or letter in _TURNING for letter in message):
        raise Lost(f"raw controls: {message!r:.400}")


def _read(file: Path) -> None:
    load(file, samples=SAMPLES, engines=_engines(), look=look, reach=Reach.of(file, ()))


@cache
def _engines() -> tuple[str, ...]:
    return tuple(generating())


@cache
def _tree(file: Path) -> Any:
    return yaml.safe_load(file.read_text())


def _storyboard(name: str, folder: Path, rng: random.Random) -> None:
    file = folder / name
    if rng.random() < 0.4:
        file.write_bytes(_letters(file.read_text(), rng).encode(errors="surrogatepass"))
    else:
        file.write_text(_dumped(_changed(_tree(STORYBOARDS / name), rng), rng), encoding="utf-8")
    _read(file)


def _footage_list(folder: Path, rng: random.Random) -> None:
    file = folder / "swav2025-media.csv"
    text = file.read_text()
    if rng.random() < 0.5:
        text = _letters(text, rng)
    else:
        rows = list(csv.reader(io.StringIO(text)))
        for _ in range(rng.randint(1, 4)):
            row = rng.choice(rows)
            act = rng.randrange(4)
            if act == 0 and row:
                row[rng.randrange(len(row))] = str(rng.choice(ODD))
            elif act == 1 and row:
                del row[rng.randrange(len(row))]
            elif act == 2:
                row.insert(rng.randint(0, len(row)), str(rng.choice(ODD)))
            else:
                rows.insert(rng.randint(0, len(rows)), list(rng.choice(rows)))
        written = io.StringIO()
        csv.writer(written).writerows(rows)
        text = written.getvalue()
    file.write_bytes(text.encode(errors="surrogatepass"))
    _read(folder / "swav2025.yaml")


def _configuration(folder: Path, rng: random.Random) -> None:
    file = folder / "config.yaml"
    values = _changed(_tree(REPOSITORY / "config.yaml"), rng)
    file.write_text(_dumped(values, rng), encoding="utf-8")
    Config.read(values if isinstance(values, dict) else {}, file)


KINDS: dict[str, Callable[[Path, random.Random], None]] = {
    "demo.yaml": partial(_storyboard, "demo.yaml"),
    "swav2025.yaml": partial(_storyboard, "swav2025.yaml"),
    "swav2025-media.csv": _footage_list,
    "config.yaml": _configuration,
}


def _dumped(tree: Any, rng: random.Random) -> str:
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, default_flow_style=rng.random() < 0.1)


def _letters(text: str, rng: random.Random) -> str:
    """Characters and lines put in, left out, doubled, moved; or the end cut off."""
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        at = rng.randrange(len(text) + 1)
        lines = text.splitlines(keepends=True)
        act = rng.randrange(6)
        if act == 0:
            text = text[:at] + rng.choice(LETTERS) + text[at:]
        elif act == 1:
            text = text[:at] + text[at + rng.randint(1, 30) :]
        elif act == 2:
            text = text[:at] if rng.random() < 0.2 else text
        elif act == 3 and lines:
            lines.insert(rng.randrange(len(lines)), rng.choice(lines))
            text = "".join(lines)
        elif act == 4 and lines:
            number = rng.randrange(len(lines))
            lines[number] = " " * rng.randint(0, 9) + lines[number].lstrip()
            text = "".join(lines)
        else:
            text = text[:at] + str(rng.choice(ODD)) + text[at:]
    return text


def _changed(tree: Any, rng: random.Random) -> Any:
    """A copy with some values and keys replaced, left out, doubled, or moved elsewhere."""
    tree = copy.deepcopy(tree)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        holder, key = rng.choice(list(_places(tree)) or [({}, None)])
        if key is None or (isinstance(holder, list) and key >= len(holder)):
            break
        act = rng.randrange(6)
        if act == 0:
            del holder[key]
        elif act == 1 and isinstance(holder, dict):
            name = rng.choice([odd for odd in ODD if isinstance(odd, str | int | float | None)])
            holder[name if rng.random() < 0.5 else f"{key}{name}"] = holder.pop(key)
        elif act == 2:
            other, there = rng.choice(list(_places(tree)))
            holder[key] = copy.deepcopy(other[there])
        elif act == 3 and isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        elif act == 4:
            for _ in range(rng.choice((1, 3, 40))):
                holder[key] = [holder[key]] if rng.random() < 0.5 else {"a": holder[key]}
        else:
            holder[key] = copy.deepcopy(rng.choice(ODD))
    return tree


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    ahead = [tree]
    while ahead:
        here = ahead.pop()
        items = here.items() if isinstance(here, dict) else enumerate(here) if isinstance(here, list) else ()
        for key, value in items:
            yield here, key
            ahead.append(value)
