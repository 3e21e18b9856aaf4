"""Encode a shot's own stretch of the reel."""

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.steps import make_segment

if __name__ == "__main__":
    run(make_segment, __doc__, reads=inputs.of_segment, shot=True)
