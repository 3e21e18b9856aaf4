"""Which pictures were approved: a list beside the storyboard, which belongs into git with it.

A picture is approved by its content, whatever it is called and whichever shot shows it: another picture asks
again, and the old one, when it comes back, does not.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from swav.errors import InputError
from swav.files import write_text
from swav.parts import Part
from swav.storyboard.shape import typed
from swav.storyboard.source import read

_HEAD = "# Pictures that were approved, by content: written by `swav approve`. Keep it in git.\n"


class Approval(Part):
    """One picture that somebody approved."""

    shot: str
    """The shot that showed it then."""
    picture: str
    """``keyframe`` or ``end``."""
    content: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """sha256 of the picture's file."""
    by: str
    when: str
    """ISO 8601, with the offset from UTC."""
    note: str = ""


class _List(Part):
    approved: tuple[Approval, ...] = ()


def approvals_path(storyboard: Path) -> Path:
    """Where the approvals of a storyboard stand: ``reel.approved.yaml`` beside ``reel.yaml``."""
    return storyboard.with_name(f"{storyboard.stem}.approved.yaml")


@dataclass(frozen=True)
class Approvals:
    """The approvals of one storyboard."""

    file: Path
    listed: tuple[Approval, ...] = ()

    @classmethod
    def of(cls, storyboard: Path) -> "Approvals":
        """Those that stand beside a storyboard. Raises InputError where the file cannot be understood."""
        file = approvals_path(storyboard)
        if not file.exists():
            return cls(file)
        source = read(file, may_be_empty=True)
        result = typed(_List, source)
        if faults := [*source.faults, *result.faults]:
            raise InputError(faults)
        return cls(file, result.value.approved)

    def holds(self, content: str) -> bool:
        """Whether a picture of that content was approved."""
        return any(approval.content == content for approval in self.listed)

    def save(self, listed: Iterable[Approval]) -> None:
        """Write the file: one line an approval, so that two people's lines are merged as lines."""
        lines = "".join(f"- {json.dumps(item.model_dump(), ensure_ascii=False)}\n" for item in listed)
        write_text(self.file, f"{_HEAD}approved:\n{lines}" if lines else f"{_HEAD}approved: []\n")
