"""Hand the frame of a shot's neighbour over that it begins or ends with."""

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.continuing import hand_over

if __name__ == "__main__":
    run(hand_over, __doc__, reads=inputs.of_continuation, shot=True)
