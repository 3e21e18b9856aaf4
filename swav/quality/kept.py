"""Numbers that are measured once and kept in a file, with what measured them. Light."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from swav.files import write_text


def known(file: Path, readers: str) -> dict[str, Any] | None:
    """What was measured before, if it was measured by the same ``readers``."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return kept["measured"] if kept.get("readers") == readers else None


def once(file: Path, readers: str, measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What is known, or else what ``measure`` finds now, which is kept."""
    found = known(file, readers)
    if found is None:
        found = measure()
        kept = {"readers": readers, "measured": found}
        write_text(file, json.dumps(kept, indent=1, sort_keys=True) + "\n")
    return found
