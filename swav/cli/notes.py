"""``swav notes``: what people said of takes, as a list, and as a file that editors and reviewers pass on."""

from pathlib import Path
from typing import Annotated

import typer

from swav.cli.options import Overrides, Storyboard, settings
from swav.cut.model import Cut
from swav.cut.notebook import Notebook
from swav.reel.workflow import read_reel
from swav.review.who import who
from swav.review.wording import counted
from swav.shown import harmless_lines, listed, shown_path


def notes(
    storyboard: Storyboard = None,
    config: Overrides = None,
    export: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write them: .csv, or markers as .otio, .edl, .xml, .fcpxml."),
    ] = None,
    import_: Annotated[
        Path | None,
        typer.Option("--import", metavar="FILE", help="Add the notes of such a file that are not here yet."),
    ] = None,
    by: Annotated[str, typer.Option(help="Who wrote notes of which the file says no author.")] = "",
) -> None:
    """List what people said of takes; write it as a file, or add what came back in one.

    Nothing that was said is ever overwritten or removed, and approvals do not come by file.
    """
    cut = read_reel(settings(config, storyboard)).cut
    notebook = Notebook.of(Path(cut.storyboard))
    if import_ is not None:
        _take_in(import_, cut, notebook, by)
    if export is not None:
        from swav.handoff.note_places import film_seen
        from swav.handoff.notes_out import write_notes

        count = write_notes(film_seen(cut), notebook, export)
        print(f"{shown_path(export)} is written: {counted(count, 'note')}.")
    if import_ is None and export is None:
        _list(notebook)


def _take_in(file: Path, cut: Cut, notebook: Notebook, by: str) -> None:
    from swav.handoff.note_places import film_seen
    from swav.handoff.notes_in import read_notes

    found = read_notes(file, film_seen(cut, file), notebook, by or who())
    for remark in found.remarks[:20]:
        print(f"# {remark}")
    if len(found.remarks) > 20:
        print(f"# and {len(found.remarks) - 20} more")
    if found.new:
        notebook.add(*found.new)
    known = f"; {found.known} {'was' if found.known == 1 else 'were'} there already" if found.known else ""
    print(f"{counted(len(found.new), 'note')} added to {shown_path(notebook.file)}{known}.")


def _list(notebook: Notebook) -> None:
    if not notebook.entries:
        print(f"Nobody said anything yet; {shown_path(notebook.file)} is where it would stand.")
    did = {"approve": "approved", "reject": "rejected", "withdraw": "took it back"}
    for entry in notebook.entries:
        at = [
            f"take {entry.take}" if entry.take else "",
            f"frame {entry.frame}" if entry.frame is not None else "",
        ]
        said = [did.get(entry.kind, ""), entry.text, "(drawn on the frame)" if entry.drawing else ""]
        where = listed([entry.shot, *at], 3)
        words = " ".join(filter(None, said))
        print(harmless_lines(f"{where}: {words} [{entry.by}, {entry.at[:10]}]".replace("\n", " ")))
