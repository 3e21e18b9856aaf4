"""Encode the transition from a shot into the next."""

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.steps import make_transition

if __name__ == "__main__":
    run(make_transition, __doc__, reads=inputs.of_transition, shot=True)
