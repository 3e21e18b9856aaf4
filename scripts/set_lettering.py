"""Set one overlay of a shot as a picture."""

from swav.reel.command import run
from swav.reel.steps import set_lettering

if __name__ == "__main__":
    run(set_lettering, __doc__, shot=True)
