"""Bring a shot's take to the reel's rate."""

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.steps import make_motion

if __name__ == "__main__":
    run(make_motion, __doc__, reads=inputs.of_motion, shot=True, options={"threads": int})
