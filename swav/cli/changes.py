"""``swav changes``: the films that were delivered, and what changed from one to the next."""

import re
from pathlib import Path
from typing import Annotated

import typer

from swav.cli.options import Deliver, Overrides, settings
from swav.cut.model import read_cut
from swav.errors import Damaged, SwavError
from swav.reel.workflow import read_reel
from swav.review.finals import FOLDER, between, finals, numbered


def changes(
    versions: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FROM [TO]]", help="Numbers, such as v03 v07; else the last and today's cut."
        ),
    ] = None,
    deliver: Deliver = "",
    config: Overrides = None,
) -> None:
    """Show what changed between two delivered films, or since the last one. They lie in finals."""
    cut = read_reel(settings(config), version=deliver).cut
    kept = finals(cut.title, cut.target)
    if not kept:
        raise SwavError(f"{FOLDER} has no film of this title yet; build: snakemake {cut.target}")
    asked = [numbered(kept, _number(word)) for word in versions or []]
    if len(asked) > 2:
        raise SwavError("two versions can be compared; name one or two")
    first = asked[0] if asked else kept[-1]
    try:
        before = read_cut(first.cut)
        after = read_cut(asked[1].cut) if len(asked) > 1 else cut
    except (FileNotFoundError, Damaged) as error:
        raise SwavError(f"what this film was made from is not known any more ({error})") from None
    for final in kept:
        print(f"{final.film}")
    now = f"v{asked[1].number:02}" if len(asked) > 1 else f"{Path(cut.storyboard)} as it is now"
    print(f"\nFrom v{first.number:02} to {now}:")
    same = before.reel == after.reel
    print("\n".join(["  nothing"] if same else between(before, after)))


def _number(word: str) -> int:
    if not (match := re.fullmatch(r"v?(\d{1,6})", word.strip(), re.IGNORECASE | re.ASCII)):
        raise SwavError(f"{word[:40]!r} is no version; write v03, or 3")
    return int(match[1])
