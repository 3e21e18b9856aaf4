"""Make the film of one shot, to look at it alone."""

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.one_shot import make_shot

if __name__ == "__main__":
    run(make_shot, __doc__, reads=inputs.of_one_shot, shot=True)
