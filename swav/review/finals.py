"""Finals are kept: every film that was delivered, under a number, with what changed since the one before.

``finals/<title>-v07.mp4`` is a hard link to what was delivered; beside it lie the cut and a text that is
written from the two cuts. A film that is delivered again unchanged makes no new number. Nothing here is a
file of the build: neither ``swav gc`` nor ``snakemake --delete-all-output`` takes it.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from swav.cut.model import FINAL, Cut, read_cut
from swav.cut.takes import link
from swav.cut.timeline import timeline
from swav.errors import Damaged, SwavError
from swav.files import replacing, write_text
from swav.hashes import HashList
from swav.reel.stamp import is_current
from swav.review.changes import Changes, changes, edits_by_shot
from swav.review.wording import counted

FOLDER = "finals"
_LONGEST_NAME = 80
"""Bytes of a title in a file's name, of the 255 that file systems allow."""
_KINDS = {
    "take": ("take",),
    "line": ("line",),
    "lettering": ("piece of lettering", "pieces of lettering"),
    "segment": ("segment",),
    "transition": ("transition",),
}


@dataclass(frozen=True)
class Final:
    """A film that was delivered."""

    number: int
    film: Path

    @property
    def text(self) -> Path:
        """What changed, for people."""
        return self.film.with_suffix(".txt")

    @property
    def cut(self) -> Path:
        """The cut that it shows."""
        return self.film.with_suffix(".json")


def name_of(title: str, target: str = FINAL) -> str:
    """A name for the files of a film: its title's letters and digits, and the version if it is one.

    What a path, a shell or a player could take for something else is a hyphen.
    """
    kept = "".join(
        letter if unicodedata.category(letter)[0] in "LNM" else "-"
        for letter in unicodedata.normalize("NFC", title)
    )
    while len(kept.encode()) > _LONGEST_NAME:
        kept = kept[:-1]
    name = re.sub("-+", "-", kept).strip("-") or "film"
    version = Path(target).stem.removeprefix(Path(FINAL).stem).lstrip(".")
    return f"{name}.{version}" if version else name


def finals(title: str, target: str, folder: Path = Path()) -> list[Final]:
    """The films that were delivered under a title, the oldest first; ``folder`` is the project's."""
    form = re.compile(rf"{re.escape(name_of(title, target))}-v(\d{{2,6}}){re.escape(Path(target).suffix)}")
    found = []
    for file in (folder / FOLDER).glob("*"):
        if match := form.fullmatch(unicodedata.normalize("NFC", file.name)):
            found.append(Final(int(match[1]), file))
    return sorted(found, key=lambda final: final.number)


def keep_final(cut: Cut, target: Path) -> None:
    """Keep the film of a cut under the next number, unless the last one shows the same.

    The film gets its name last: where one stands, its cut and its text do. What it is is written down, so
    that its damage is noticed.
    """
    kept = finals(cut.title, cut.target, target.parent)
    last = kept[-1] if kept else None
    if last and _shows(last, cut):
        if HashList(cut.build).state(last.film) == "damaged":
            _keep(cut, last)
        return
    number = last.number + 1 if last else 1
    name = f"{name_of(cut.title, cut.target)}-v{number:02}{target.suffix}"
    new = Final(number, target.parent / FOLDER / name)
    with replacing(new.cut) as beside:
        cut.write(beside)
    write_text(new.text, said(cut, number, last, datetime.now()))
    _keep(cut, new)


def _keep(cut: Cut, final: Final) -> None:
    digest = link(Path(cut.delivered), final.film)
    if (listed := HashList(cut.build)).begun:
        listed.record(final.film, digest)


def _shows(final: Final, cut: Cut) -> bool:
    """Whether a final is the film of a cut; a damaged one may not tell it itself."""
    if is_current(final.film, Path(cut.reel).stem):
        return True
    try:
        return HashList(cut.build).state(final.film) == "damaged" and read_cut(final.cut).reel == cut.reel
    except (FileNotFoundError, Damaged):
        return False


def said(cut: Cut, number: int, last: Final | None, now: datetime) -> str:
    """What a film is, and what changed since the one before."""
    times, size = timeline(cut), cut.delivery
    lines = [
        f"{cut.title}, v{number:02}",
        f"{cut.target} of {cut.storyboard}, {now.isoformat(' ', 'minutes')}",
        f"{float(times.seconds):.2f} s, {size.width}x{size.height}, {float(size.rate):g} frames a second, "
        f"{cut.sound.loudness:g} LUFS, {counted(len(cut.shots), 'shot')}",
        "",
    ]
    if last is None:
        return "\n".join([*lines, "The first version."]) + "\n"
    try:
        lines += [f"Since v{last.number:02}:", *between(read_cut(last.cut), cut)]
    except (FileNotFoundError, Damaged):
        lines.append(f"What changed since v{last.number:02} is not known: {last.cut.name} is not there.")
    return "\n".join(lines) + "\n"


def between(before: Cut, after: Cut) -> list[str]:
    """What changed from one film to another: a line an edit, then what was made anew for it."""
    found = changes(before, after)
    rows = edits_by_shot(found.edits)
    titles = [] if before.title == after.title else [("film", f"title {before.title!r} -> {after.title!r}")]
    width = max((len(about) for about, _ in rows), default=0)
    edits = [f"  {about:{width}}  {words}" for about, words in [*titles, *rows]]
    return [*(edits or ["  no edit: made anew in a newer way"]), f"  {_made(found)}"]


def _made(found: Changes) -> str:
    counts = Counter(file.kind for file, _ in found.made)
    things = {kind: words for kind, words in _KINDS.items() if counts[kind]}
    parts = [counted(counts[kind], *words) for kind, words in things.items()]
    made = ", ".join(parts) or "no picture and no line"
    return f"made anew: {made}; {counted(len(found.stays), 'file')} as they were"


def numbered(kept: list[Final], number: int) -> Final:
    """The film of a number. SwavError for one that was not kept."""
    found = next((final for final in kept if final.number == number), None)
    if found is None:
        there = ", ".join(f"v{final.number:02}" for final in kept[-8:]) or "none yet"
        raise SwavError(f"there is no v{number:02} of this film in {FOLDER}; there: {there}")
    return found
