"""The prompts of a shot as engines get them: with its cast and place written out, and prepared."""

from swav.prompts import Prepared, prepare
from swav.storyboard.entities import in_shot, written_out
from swav.storyboard.model import Storyboard
from swav.storyboard.pictures import Keyframe
from swav.storyboard.shot import Shot


def shot_prompt(board: Storyboard, shot: Shot) -> Prepared:
    """What a shot asks a video model for."""
    return prepare(
        written_out(shot.prompt or "", in_shot(board, shot)),
        negative=shot.negative,
        style=board.style.prompt,
        style_negative=board.style.negative,
        camera=shot.camera,
        enabled=shot.prepare,
    )


def picture_prompt(board: Storyboard, shot: Shot, picture: Keyframe) -> Prepared:
    """What a drawn picture of a shot asks an image model for."""
    return prepare(
        written_out(picture.prompt or "", in_shot(board, shot)),
        negative=picture.negative,
        style=board.style.prompt,
        style_negative=board.style.negative,
        enabled=shot.prepare,
        moves=False,
    )
