"""Pictures that people approve before a clip is rendered from them: which wait, and how one is approved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from swav.cut.approvals import Approval, Approvals, approvals_path
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.shot_parts import Keyframe
from swav.errors import SwavError
from swav.hashes import content_digest
from swav.locks import alone
from swav.reel.drawing import drawn_path


@dataclass(frozen=True)
class Signature:
    """Who decides, and what is said with it."""

    by: str
    note: str = ""
    withdraw: bool = False
    """Whether an approval is taken back."""


def own_pictures(shot: CutShot) -> tuple[Keyframe, ...]:
    """The pictures of a shot that can be approved: those that are no frames of other shots' takes."""
    return tuple(item for item in shot.keyframes if not item.continues)


def picture_file(cut: Cut, picture: Keyframe) -> Path:
    """Where a picture lies, or will."""
    return drawn_path(cut.build, picture.key) if picture.request else Path(picture.path)


def are_there(cut: Cut, shot: CutShot) -> bool:
    """Whether all pictures of a shot could be approved now."""
    return all(picture_file(cut, item).is_file() and not item.stands_in for item in own_pictures(shot))


def unapproved_pictures(cut: Cut, shot: CutShot) -> tuple[Keyframe, ...]:
    """The pictures of a shot that could be approved now, and are not; none before all of them are there."""
    if not are_there(cut, shot):
        return ()
    return tuple(item for item in own_pictures(shot) if not item.approved)


def approve_pictures(cut: Cut, pictures: Iterable[tuple[CutShot, Keyframe]], signed: Signature) -> int:
    """Write down that pictures are approved, or are not any more; how many of them were not so before.

    SwavError where one is no picture that can be approved; OSError where it cannot be written.
    """
    found = [(shot, picture, _content(cut, shot, picture)) for shot, picture in pictures]
    board = Path(cut.storyboard)
    if not _changed(Approvals.of(board), found, signed):
        return 0
    with alone(approvals_path(board)):
        approvals = Approvals.of(board)  # as another left them meanwhile
        changed = _changed(approvals, found, signed)
        contents = {content for _, _, content in changed}
        kept = [item for item in approvals.listed if item.content not in contents]
        approvals.save(kept if signed.withdraw else [*kept, *(_approval(*item, signed) for item in changed)])
    return len(changed)


def _changed(
    approvals: Approvals, found: Iterable[tuple[CutShot, Keyframe, str]], signed: Signature
) -> list[tuple[CutShot, Keyframe, str]]:
    """Those that are not as they are to be."""
    return [item for item in found if approvals.holds(item[2]) == signed.withdraw]


def _approval(shot: CutShot, picture: Keyframe, content: str, signed: Signature) -> Approval:
    when = datetime.now().astimezone().isoformat(timespec="seconds")
    who = {"by": signed.by, "when": when, "note": signed.note}
    return Approval(shot=shot.id, picture=picture.name, content=content, **who)


def _content(cut: Cut, shot: CutShot, picture: Keyframe) -> str:
    """What is approved: the bytes that are there now."""
    if picture.stands_in:
        raise SwavError(
            f"{shot.id}: its {picture.name} is a panel, which {picture.why}; there is nothing to approve"
        )
    file = picture_file(cut, picture)
    if not file.is_file():
        raise SwavError(f"{shot.id}: its {picture.name} is not drawn yet; type: snakemake stills")
    return content_digest(file)
