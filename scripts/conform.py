"""Encode a shot's own stretch of the reel."""

from swav.reel.command import run
from swav.reel.steps import conform

if __name__ == "__main__":
    run(conform, __doc__, shot=True)
