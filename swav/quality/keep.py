"""Measuring a take once, and keeping the numbers beside it."""

import json
from pathlib import Path
from typing import Any

from swav.cut.model import Cut
from swav.cut.takes import take_path
from swav.files import write_text
from swav.quality.selection import Measured, Take, quality_path


def measured(cut: Cut, take: Take) -> dict[str, Any]:
    """The numbers of a take that is in the store, measured now if they have not been. MediaError."""
    known = Measured(cut.build, cut.judging)(take.key)
    if known is not None:
        return known
    from swav.quality.measure import measure

    numbers = measure(take_path(cut.build, take.key), take.expected, models=Path(cut.models))
    kept = {"readers": cut.judging.readers, "measured": numbers}
    write_text(quality_path(cut.build, take.key), json.dumps(kept, indent=1, sort_keys=True) + "\n")
    return numbers
