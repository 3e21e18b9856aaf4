"""Bring a shot's take to the reel's size, in the environment that is for it."""

from pathlib import Path

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.finishing import finish_take
from swav.render.cards import card_ids

if __name__ == "__main__":
    options = {"python": Path, "gpus": int, "cards": card_ids}
    run(finish_take, __doc__, reads=inputs.of_finish, shot=True, options=options)
