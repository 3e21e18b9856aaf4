"""``swav approve r012``: the pictures of a shot are approved, so that its clip may be rendered."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from swav.cli.options import Overrides, settings, storyboard_among
from swav.cut.approvals import Approval, Approvals
from swav.cut.model import Cut, CutShot, Keyframe
from swav.errors import SwavError
from swav.hashes import content_digest
from swav.reel.drawing import drawn_path
from swav.reel.workflow import read_reel
from swav.review.who import who
from swav.review.wording import counted


def approve(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="SHOT... [STORYBOARD]", help="Shots by their ids; a storyboard."),
    ] = None,
    config: Overrides = None,
    all_: Annotated[bool, typer.Option("--all", help="Approve every picture that waits.")] = False,
    note: Annotated[str, typer.Option(help="What is said with it.")] = "",
    by: Annotated[str, typer.Option(help="Who approves; else git's user.name, or the login.")] = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take the approval back.")] = False,
) -> None:
    """Approve the keyframes of shots, by content, in a file beside the storyboard. Renders nothing.

    Without a shot, list the pictures that wait.
    """
    storyboard, named = storyboard_among(words or [])
    cut = read_reel(settings(config, storyboard)).cut
    approvals = Approvals.of(Path(cut.storyboard))
    if not named and not all_:
        return _list(cut)
    shots = _waiting(cut) if all_ else [_shot(cut, name) for name in dict.fromkeys(named)]
    listed, said = list(approvals.listed), 0
    for shot in shots:
        for picture in _pictures(shot):
            content = _content(cut, shot, picture)
            standing = any(item.content == content for item in listed)
            if standing == withdraw:
                said += 1
                listed = [item for item in listed if item.content != content]
                if not withdraw:
                    listed.append(_approval(shot, picture, content, by or who(), note))
    if said:
        approvals.save(listed)
    done = "withdrawn" if withdraw else "approved"
    print(f"{counted(said, 'picture')} {done}: {approvals.file}")
    return None


def _approval(shot: CutShot, picture: Keyframe, content: str, by: str, note: str) -> Approval:
    when = datetime.now().astimezone().isoformat(timespec="seconds")
    return Approval(shot=shot.id, picture=picture.name, content=content, by=by, when=when, note=note)


def _list(cut: Cut) -> None:
    for shot in _waiting(cut):
        print(f"{shot.id}: {', '.join(item.name for item in _own(shot) if not item.approved)}")
    print(f"{counted(len(_waiting(cut)), 'shot')} to approve; look at them with: snakemake stills")


def _waiting(cut: Cut) -> list[CutShot]:
    """Shots with a picture that could be approved, and is not."""
    return [
        shot
        for shot in cut.shots
        if _own(shot)
        and not all(item.approved for item in _own(shot))
        and all(_file(cut, item).is_file() and not item.stands_in for item in _own(shot))
    ]


def _shot(cut: Cut, name: str) -> CutShot:
    try:
        return cut.shot(name)
    except KeyError:
        known = ", ".join(item.id for item in cut.shots)
        raise SwavError(f"there is no shot {name} in {cut.storyboard}; its shots are {known}") from None


def _pictures(shot: CutShot) -> tuple[Keyframe, ...]:
    if not _own(shot):
        raise SwavError(f"{shot.id} has no keyframe; give it one: keyframe: {{file: ...}} or {{prompt: ...}}")
    return _own(shot)


def _own(shot: CutShot) -> tuple[Keyframe, ...]:
    """The pictures of a shot that can be approved: those that are no frames of other shots' takes."""
    return tuple(item for item in shot.keyframes if not item.continues)


def _file(cut: Cut, picture: Keyframe) -> Path:
    return drawn_path(cut.build, picture.key) if picture.request else Path(picture.path)


def _content(cut: Cut, shot: CutShot, picture: Keyframe) -> str:
    """What is approved: the bytes that are there now."""
    if picture.stands_in:
        raise SwavError(
            f"{shot.id}: its {picture.name} is a panel, which {picture.why}; there is nothing to approve"
        )
    file = _file(cut, picture)
    if not file.is_file():
        raise SwavError(f"{shot.id}: its {picture.name} is not drawn yet; type: snakemake stills")
    return content_digest(file)
