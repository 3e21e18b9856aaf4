"""Compare the lossy take of a shot with the exact one, and make that if it is not there."""

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.comparing import compare
from swav.render.cards import card_ids

if __name__ == "__main__":
    run(compare, __doc__, reads=inputs.of_clip, shot=True, options={"gpus": int, "cards": card_ids})
