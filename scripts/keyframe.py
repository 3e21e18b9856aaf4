"""Draw a keyframe of a shot, or link the one that is there."""

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.drawing import draw
from swav.render.cards import card_ids

if __name__ == "__main__":
    run(draw, __doc__, reads=inputs.of_keyframe, shot=True, options={"gpus": int, "cards": card_ids})
