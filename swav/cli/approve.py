"""``swav approve r012``: the pictures of a shot are approved, and its take where that is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from swav.cli.options import Overrides, settings, shot_named, storyboard_among
from swav.cut.approvals import approvals_path
from swav.cut.model import Cut
from swav.cut.notebook import LONGEST, LONGEST_NAME, Entry, Notebook, notebook_path, now
from swav.cut.shot import CutShot
from swav.cut.shot_parts import Keyframe
from swav.errors import SwavError
from swav.reel.workflow import read_reel
from swav.review.approving import chosen_take, look_to_approve, unapproved
from swav.review.approving_pictures import (
    Signature,
    approve_pictures,
    are_there,
    own_pictures,
    unapproved_pictures,
)
from swav.review.who import who
from swav.review.wording import counted


@dataclass(frozen=True)
class Wanted:
    """What is approved of one shot."""

    shot: CutShot
    pictures: tuple[Keyframe, ...] = ()
    take: str = ""
    """Its key; empty for no take."""


def approve(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="SHOT... [STORYBOARD]", help="Shots by their ids; a storyboard."),
    ] = None,
    config: Overrides = None,
    all_: Annotated[bool, typer.Option("--all", help="Approve all that waits and nobody rejected.")] = False,
    note: Annotated[str, typer.Option(help="What is said with it.")] = "",
    by: Annotated[str, typer.Option(help="Who approves; else git's user.name, or the login.")] = "",
    take: Annotated[
        int | None, typer.Option(min=1, help="The take to be made whole, chosen by an early look.")
    ] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take the approval back.")] = False,
) -> None:
    """Approve the keyframes of shots, and their takes where `approve: takes` asks for it. Renders nothing.

    What is approved is the content, in a file beside the storyboard. Without a shot, list what waits.
    """
    storyboard, named = storyboard_among(words or [])
    cut = read_reel(settings(config, storyboard)).cut
    if not named and not all_:
        return _list(cut)
    if take is not None:
        wanted = [_chosen(cut, named, take)]
    else:
        wanted = _waiting(cut) if all_ else [_wanted(cut, name) for name in dict.fromkeys(named)]
    signed = Signature(by or who(), note, withdraw)
    pairs = [(item.shot, picture) for item in wanted for picture in item.pictures]
    pictures = approve_pictures(cut, pairs, signed)
    takes = _approve_takes(cut, wanted, signed)
    board = Path(cut.storyboard)
    files = [
        *([approvals_path(board)] if pictures or not takes else []),
        *([notebook_path(board)] if takes else []),
    ]
    counts = [counted(count, what) for count, what in ((pictures, "picture"), (takes, "take")) if count]
    done = "withdrawn" if withdraw else "approved"
    print(f"{' and '.join(counts) or 'nothing more'} {done}: {', '.join(map(str, files))}")
    return None


def _approve_takes(cut: Cut, wanted: Sequence[Wanted], signed: Signature) -> int:
    """How many takes are approved now that were not, or the other way round."""
    notebook, said = Notebook.of(Path(cut.storyboard)), 0
    decided = notebook.decided()
    for item in wanted:
        standing = item.take in decided and decided[item.take].kind == "approve"
        if item.take and standing == signed.withdraw:
            said += 1
            kind = "withdraw" if signed.withdraw else "approve"
            about = {"kind": kind, "shot": item.shot.id, "take": item.take, "at": now()}
            notebook.add(Entry(**about, text=signed.note[:LONGEST], by=signed.by[:LONGEST_NAME]))
    return said


def _list(cut: Cut) -> None:
    waiting = _waiting(cut)
    rejected = [item for item in unapproved(cut) if item.rejected]
    for item in waiting:
        pictures = [picture.name for picture in item.pictures if not picture.approved]
        print(f"{item.shot.id}: {', '.join([*pictures, *(['take'] if item.take else [])])}")
    choosing = [item for item in unapproved(cut) if item.choose]
    for item in choosing:
        print(f"{item.shot}: one of its takes, by --take N: {item.choose}")
    for item in rejected:
        print(item.words)
    takes = rejected or choosing or any(item.take for item in waiting)
    look = "swav review" if takes else "snakemake stills"
    print(f"{counted(len(waiting) + len(choosing), 'shot')} to approve; look at them with: {look}")


def _waiting(cut: Cut) -> list[Wanted]:
    """Shots with something that could be approved now, and is not; what was rejected is decided."""
    takes = {item.shot for item in unapproved(cut) if item.made and not item.rejected}
    found = [
        Wanted(
            shot,
            own_pictures(shot) if unapproved_pictures(cut, shot) else (),
            chosen_take(cut, shot) if shot.id in takes else "",
        )
        for shot in cut.shots
    ]
    return [item for item in found if item.pictures or item.take]


def _chosen(cut: Cut, named: Sequence[str], number: int) -> Wanted:
    """The take of a shot that is chosen by its number."""
    if len(named) != 1:
        raise SwavError("a take is chosen of one shot: swav approve r012 --take 2")
    shot = shot_named(cut, named[0])
    if shot.id not in cut.approve:
        raise SwavError(
            f"the gates choose among the takes of {shot.id}: say approve: takes, or write take: {number}"
        )
    return Wanted(shot, take=look_to_approve(cut, shot, number))


def _wanted(cut: Cut, name: str) -> Wanted:
    """What is approved of a shot that somebody names. SwavError where there is nothing."""
    shot = shot_named(cut, name)
    if shot.early and shot.early.waits:
        raise SwavError(f"one take of {shot.id} is chosen by its number: swav approve {shot.id} --take 2")
    pictures, asked = own_pictures(shot), shot.id in cut.approve
    take = chosen_take(cut, shot) if asked else ""
    if take and not are_there(cut, shot):
        pictures = ()
    if not pictures and asked and not take:
        raise SwavError(f"{shot.id} has no take yet that could be approved; type: snakemake {shot.id}")
    if not pictures and not take:
        raise SwavError(f"{shot.id} has no keyframe; give it one: keyframe: {{file: ...}} or {{prompt: ...}}")
    return Wanted(shot, pictures, take)
