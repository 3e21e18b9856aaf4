"""Early looks at takes, where a storyboard asks for them and there can be none."""

from swav.storyboard.abilities import engines_asked
from swav.storyboard.check_files import Surroundings
from swav.storyboard.findings import Findings
from swav.storyboard.model import Storyboard
from swav.storyboard.shot import Shot


def check_looks(board: Storyboard, shot: Shot, index: int, around: Surroundings, findings: Findings) -> None:
    """Say that takes of a shot are made whole at once though `look_at` is said, and why."""
    if shot.source != "prompt" or not findings.fits("shots", index):
        return
    at = board.look_at if shot.look_at is None else shot.look_at
    route = ("shots", index, "look_at") if shot.look_at else ("look_at",)
    if not at or not findings.fits(*route):
        return
    if (shot.takes or board.takes) == 1:
        if shot.look_at:
            findings.notice(route, "look_at has no effect on a single take; write takes: 4")
    elif why := _why_whole(board, shot, at, around):
        findings.notice(route, f"takes of {shot.id} are made whole at once: {why}")


def _why_whole(board: Storyboard, shot: Shot, at: int, around: Surroundings) -> str:
    """Why there is no early look, as far as a storyboard tells."""
    can, steps = around.abilities, shot.steps or board.steps
    asked = engines_asked(board, shot, can)
    if can.looks and asked and can.stand_in not in asked and not set(asked) & set(can.looks):
        return f"{asked[0]} cannot stop at a step"
    return f"step {at} is not before the last of {steps}" if steps and steps <= at else ""
