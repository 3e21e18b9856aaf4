"""Make the take of a shot, or link the one that is there."""

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.shooting import shoot
from swav.render.cards import card_ids

if __name__ == "__main__":
    run(shoot, __doc__, reads=inputs.of_clip, shot=True, options={"gpus": int, "cards": card_ids})
