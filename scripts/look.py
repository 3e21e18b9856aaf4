"""Show what a take of a shot would be after some of its steps, or link what is there."""

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.shooting import look
from swav.render.cards import card_ids

if __name__ == "__main__":
    run(look, __doc__, reads=inputs.of_look, shot=True, options={"gpus": int, "cards": card_ids})
