"""Encode the transition from a shot into the next."""

from swav.reel.command import run
from swav.reel.steps import pass_on

if __name__ == "__main__":
    run(pass_on, __doc__, shot=True)
