"""Join the reel from its pieces."""

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.steps import join_reel

if __name__ == "__main__":
    run(join_reel, __doc__, reads=inputs.of_reel)
