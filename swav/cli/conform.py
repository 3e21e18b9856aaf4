"""``swav conform edit.edl``: what an editor made of the film becomes an edit of the storyboard."""

import difflib
from pathlib import Path
from typing import Annotated

import typer

from swav.cli.options import Overrides, Storyboard, settings
from swav.config import Config
from swav.cut.model import Cut, read_cut
from swav.cut.paths import CUT
from swav.cut.takes import link
from swav.errors import Damaged, InputError, SwavError
from swav.files import replacing
from swav.reel.workflow import read_reel
from swav.shown import harmless_lines
from swav.storyboard.rewriting import rewritten, tree


def conform(
    edited: Annotated[Path, typer.Argument(metavar="EDIT", help="An edited .otio, .fcpxml, .xml or .edl.")],
    storyboard: Storyboard = None,
    config: Overrides = None,
    write: Annotated[bool, typer.Option("--write", help="Write it into the storyboard.")] = False,
) -> None:
    """Show an edited timeline as an edit of the storyboard; with --write, make it. Renders nothing."""
    from swav.handoff.conform import patch
    from swav.handoff.edited import as_handed_off, read_edited

    asked = settings(config, storyboard)
    cut = _cut_of(edited, read_reel(asked).cut)
    path = Path(cut.storyboard)
    data = path.read_bytes()
    mark, text = data[:3] if data.startswith(b"\xef\xbb\xbf") else b"", data.decode("utf-8-sig")
    try:
        read = read_edited(edited, cut)
        found = patch(read, as_handed_off(cut, read.form), cut, tree(text, str(path)))
    except FileNotFoundError as error:
        raise SwavError(f"{error.filename} is not made yet; build first: snakemake final.otio") from None
    after = rewritten(text, found.edits, str(path))
    lines = difflib.unified_diff(
        text.splitlines(), after.splitlines(), str(path), str(path), lineterm="", n=2
    )
    print(harmless_lines("\n".join(lines)) or f"{path} is that edit already.")
    for sentence in (*found.said, *_faults(asked, after)):
        print(f"# {harmless_lines(sentence)}")
    if not write:
        if after != text:
            print(f"Nothing was written. Write it with: swav conform {edited} --write")
        return
    if path.read_bytes() != data:
        raise SwavError(f"{path} was edited meanwhile; nothing was written, type the command again")
    for take, target in found.kept:
        if not take.exists():
            raise SwavError(f"{take} is not there; build it first, nothing was written")
        if not target.exists():
            link(take, target)
    with replacing(path) as beside:
        beside.write_bytes(mark + after.encode())
    print(f"{path} is written.")


def _faults(asked: Config, text: str) -> list[str]:
    """What ``swav check`` would say of the storyboard as the edit leaves it."""
    try:
        read_reel(asked, text=text)
    except InputError as error:
        return [f"then mend {fault}" for fault in str(error).splitlines()]
    return []


def _cut_of(edited: Path, now: Cut) -> Cut:
    """The cut that was handed off, if the edit says which and it is still there; else today's."""
    from swav.handoff.stamped import key_in

    try:
        return read_cut(CUT.format(build=now.build, key=key_in(edited) or now.key))
    except (FileNotFoundError, Damaged):
        return now
