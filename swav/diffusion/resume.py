"""The state of a shot in the making, on disk: a killed render continues at the step that was saved last.

A take that is looked at before it is finished stops there: its state holds the picture that was seen, too,
so that a look is not lost either.

A state belongs to one take: it carries the take's fingerprint, and another take's state is ignored,
never used. It holds whole latents, so that any number of processes can continue it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from swav.files import replacing
from swav.hashes import HashList, damaged_files

_FORMAT = 1
LOOK = "look"
"""In a state after the step at which a take is looked at: the latents that were decoded then."""


def save(path: Path, fingerprint: str, state: dict[str, Any]) -> None:
    """Write ``Step.state()`` atomically. About four times the latents: 77 MB for 81 frames of 1280x720."""
    with replacing(path) as partial:
        torch.save({"format": _FORMAT, "fingerprint": fingerprint, "state": state}, partial)


def load(path: Path, fingerprint: str, notice: Callable[[str], None]) -> dict[str, Any] | None:
    """The state saved for ``fingerprint``, or None with a notice of one sentence if it is another's or
    unreadable.
    """
    if not path.is_file():
        return None
    listed = HashList.above(path)
    if listed and damaged_files([path], listed, afresh=True):
        notice(f"the saved state {path} is damaged; the shot begins anew")
        return None
    try:
        saved = torch.load(path, map_location="cpu", weights_only=True)
        belongs = saved["format"] == _FORMAT and saved["fingerprint"] == fingerprint
        state = saved["state"] if belongs else None
    except Exception as reason:  # whatever a damaged pickle raises, the shot only begins anew
        notice(f"the saved state {path} cannot be read ({type(reason).__name__}); the shot begins anew")
        return None
    if state is None:
        notice(f"the saved state {path} belongs to another version of the shot; the shot begins anew")
    return state


def for_look(
    saved: dict[str, Any] | None, done: int, look_at: int
) -> tuple[dict[str, Any] | None, Any | None, bool]:
    """What a render to step ``look_at`` begins from, what was seen there before, and if it keeps its states.

    ``saved`` has ``done`` steps behind it. One that is farther than the look, or as far without its picture,
    is left for the take to go on from: the look is made anew beside it. ``look_at`` 0 is a whole take.
    """
    if not look_at or saved is None or done < look_at:
        return saved, None, True
    seen = saved.get(LOOK) if done == look_at else None
    return (saved if seen is not None else None), seen, False
