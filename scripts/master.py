"""Encode the master of a film for editing programs."""

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.steps import make_master

if __name__ == "__main__":
    run(make_master, __doc__, reads=inputs.of_master)
