"""Room on the disk of a model that is to be written."""

import shutil
from pathlib import Path

from swav.errors import EngineError

_SPARE_BYTES = 1 << 30


def free_bytes(target: Path) -> int:
    """Bytes that are free where a folder is, or would be made."""
    existing = next(each for each in (target.absolute(), *target.absolute().parents) if each.exists())
    return shutil.disk_usage(existing).free


def check_room(target: Path, size: int) -> None:
    """An ``EngineError`` unless so many bytes of a converted model, and some to spare, fit there."""
    needed, free = size + _SPARE_BYTES, free_bytes(target)
    if free < needed:
        raise EngineError(
            f"the disk of {target} has {free / 1e9:.0f} GB free and the converted model needs "
            f"{needed / 1e9:.0f} GB; choose a folder on another disk"
        )
