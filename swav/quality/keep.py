"""Measuring a take once, and keeping the numbers beside it."""

from pathlib import Path
from typing import Any

from swav.cut.model import Cut
from swav.cut.takes import take_path
from swav.quality.kept import once
from swav.quality.selection import Take, quality_path


def measured(cut: Cut, take: Take) -> dict[str, Any]:
    """The numbers of a take that is in the store, measured now if they have not been. MediaError."""

    def measure() -> dict[str, Any]:
        from swav.quality.measure import measure

        return measure(take_path(cut.build, take.key), take.expected, models=Path(cut.models))

    return once(quality_path(cut.build, take.key), cut.judging.readers, measure)
