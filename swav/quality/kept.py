"""Numbers that are measured once and kept in a file, with what measured them. Light."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from swav.errors import Damaged
from swav.files import read_json, write_text
from swav.hashes import forget_damaged


def known(file: Path, readers: str, judge: Callable[[dict[str, Any]], Any]) -> dict[str, Any] | None:
    """What was measured before, if it was measured by the same ``readers`` and ``judge`` can judge it."""

    def shape(kept: Any) -> dict[str, Any] | None:
        if kept["readers"] != readers:
            return None
        judge(kept["measured"])
        return kept["measured"]

    try:
        return read_json(file, shape)
    except (FileNotFoundError, Damaged):
        return None


def once(
    file: Path, readers: str, measure: Callable[[], dict[str, Any]], judge: Callable[[dict[str, Any]], Any]
) -> dict[str, Any]:
    """What is known, or else what ``measure`` finds now, which is kept. A damaged file is not known."""
    forget_damaged([file])
    found = known(file, readers, judge)
    if found is None:
        found = measure()
        kept = {"readers": readers, "measured": found}
        write_text(file, json.dumps(kept, indent=1, sort_keys=True) + "\n")
    return found
