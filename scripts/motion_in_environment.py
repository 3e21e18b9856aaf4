"""Bring a shot's take to the reel's rate by a network, in the environment that is for it."""

from pathlib import Path

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.interpolating import interpolate_take
from swav.render.cards import card_ids

if __name__ == "__main__":
    options = {"threads": int, "python": Path, "gpus": int, "cards": card_ids}
    run(interpolate_take, __doc__, reads=inputs.of_motion, shot=True, options=options)
