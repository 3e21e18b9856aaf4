"""Words that do not arrive: cut off by YAML, beyond what a model reads, or not to be seen."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from swav.storyboard.abilities import engines_asked
from swav.storyboard.check_files import Surroundings
from swav.storyboard.fields import Key, Route
from swav.storyboard.findings import Findings, Notice
from swav.storyboard.model import Storyboard
from swav.storyboard.shot import Shot
from swav.storyboard.timing import fixed_frames

_PROSE = frozenset(
    ("title", "subtitle", "prompt", "negative", "narration", "text", "overlay", "credit", "notes")
)
"""Keys whose values people write sentences in."""
_COMMENT = re.compile(r"(?<=\S)([ \t]+)#(.*)")
_UNSEEN = re.compile(
    "[\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u2028\u2029\u202a-\u202f\u205f-\u206f"
    "\u3164\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\u2000-\u200a]"
)
_FLAG = "\U0001f3f4"  # followed by tag letters it is the flag of a region: England, Scotland, Wales
_MOST_TOLD = 5
_LETTERS_A_SECOND = 16  # of speech at its natural speed, blanks included: a rough measure of Piper's joe
_MUCH_LONGER = 1.2


def check_words(board: Storyboard, around: Surroundings, findings: Findings) -> None:
    """Notice every text that YAML cuts off, that is too long for its model, or that holds what is unseen."""
    _check_comments(findings)
    _check_unseen(findings)
    for index, shot in enumerate(board.shots):
        _check_camera(shot, index, findings)
        _check_line(board, shot, index, findings)
    if around.tokens is not None:
        for index, shot in enumerate(board.shots):
            _check_length(board, shot, index, around, findings)


# --- cut off by YAML


def _check_comments(findings: Findings) -> None:
    """`` #`` begins a comment in YAML, also inside a sentence: ``prompt: Shot #3 of a harbour``."""
    lines = findings.source.text.splitlines()
    for route, value in _prose(findings.source.value, ()):
        line, column = findings.source.places.of(*route)
        following = (lines[number] for number in range(line - 1, len(lines)))
        if (lost := _comment_after(following, column, value)) is not None:
            shown = lost if len(lost) <= 40 else lost[:39] + "…"
            message = (
                f"what follows ` #` is a comment and is lost: {shown!r}; put the text in quotes to keep it"
            )
            findings.notice(route, message)


def _comment_after(lines: Iterable[str], column: int, value: str) -> str | None:
    """The comment behind a plain scalar that begins at ``column`` of the first line, where it may be text.

    Two blanks before the sign and one behind it are how comments are written; anything else is doubtful.
    """
    rest = " ".join(value.split())
    for number, line in enumerate(lines):
        written = line[column - 1 :] if number == 0 else line
        if number == 0 and written[:1] in "\"'|>&*!":
            return None
        part = " ".join(written.split())
        if rest == part or not part:
            return None
        if rest.startswith(part):
            rest = rest[len(part) :].lstrip()
            continue
        found = _COMMENT.search(written)
        if found is None or " ".join(written[: found.start()].split()) != rest:
            return None
        usual = not found[2].strip() or (len(found[1]) > 1 and found[2][:1] in (" ", "#"))
        return None if usual else f"#{found[2]}".strip()
    return None


def _prose(value: Any, route: Route, prose: bool = False) -> Iterator[tuple[Route, str]]:
    if isinstance(value, str) and prose:
        yield route, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _prose(item, (*route, key), key in _PROSE)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _prose(item, (*route, number), prose)


# --- not to be seen


def _check_unseen(findings: Findings) -> None:
    """Characters without ink, where they stand: they go to voices, models and fonts as they are."""
    told: dict[str, int] = {}
    for number, line in enumerate(re.split("\r\n|\r|\n", findings.source.text), 1):
        if line.lstrip().startswith("#"):
            continue
        for found in _UNSEEN.finditer(line):
            character = found[0]
            if ord(character) >= 0xE0000 and _FLAG in line[: found.start()]:
                continue
            told[character] = told.get(character, 0) + 1
            if told[character] <= _MOST_TOLD:
                name = unicodedata.name(character, "a control character").lower()
                message = f"U+{ord(character):04X} ({name}) stands here, and cannot be seen; is it meant?"
                findings.notices.append(
                    Notice(findings.source.file, number, found.start() + 1, "text", message)
                )
    for character, count in told.items():
        if count > _MOST_TOLD:
            message = f"U+{ord(character):04X} stands in {count - _MOST_TOLD} more places"
            findings.notices.append(Notice(findings.source.file, 1, 1, "text", message))


# --- not understood, or longer than there is room for


def _check_camera(shot: Shot, index: int, findings: Findings) -> None:
    """Words for the camera in which no move is known."""
    if not shot.camera.strip() or shot.card or shot.footage or not findings.fits("shots", index, "camera"):
        return
    from swav.animatic.camera import knows

    if not knows(shot.camera):
        message = f"no camera move is known in {shot.camera[:40]!r}: it goes to a video model as it is"
        findings.notice(("shots", index, "camera"), f"{message}, and what is drawn here makes a gentle push")


def _check_line(board: Storyboard, shot: Shot, index: int, findings: Findings) -> None:
    """A line that cannot be spoken while its shot lasts; it is heard over the next."""
    frames = fixed_frames(shot, board.fps) if findings.fits("shots", index) and findings.fits("fps") else None
    if shot.narration is None or frames is None:
        return
    seconds = len(shot.narration.text) / _LETTERS_A_SECOND / board.voice.speed
    room = float(frames / board.fps - shot.narration.start)
    if seconds > _MUCH_LONGER * room + 1:
        message = f"the line takes about {seconds:.0f} s, and the shot leaves {max(room, 0):.1f} s for it"
        findings.notice(("shots", index, "narration"), f"{message}: it is heard on over the next")


# --- beyond what a model reads


def _check_length(
    board: Storyboard, shot: Shot, index: int, around: Surroundings, findings: Findings
) -> None:
    """A prompt longer than its model reads: what is lost stands at its end, where our own words are."""
    route: tuple[Key, ...] = ("shots", index, "prompt")
    if shot.source != "prompt" or not shot.prompt or not findings.fits(*route):
        return
    from swav.storyboard.prompting import shot_prompt

    style = board.style.prompt
    whole = shot_prompt(board, shot).prompt
    engine = next(iter(engines_asked(board, shot, around.abilities)), "")
    counted = around.tokens(engine, whole)
    if counted is None or counted.fits:
        return
    about = "" if counted.exact else "about (by estimate) "
    kept = whole[: counted.kept].split()
    lost = [name for name, words in (("style", style), ("camera", shot.camera)) if words and shot.prepare]
    ours = f", and with it the {' and the '.join(lost)}" if lost else ""
    message = (
        f"the prompt has {about}{counted.tokens} tokens with style and camera, and {engine} reads "
        f"{counted.most}: what follows “… {' '.join(kept[-4:])}” is lost{ours}; shorten it"
    )
    findings.notice(route, message)
