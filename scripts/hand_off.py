"""Write the cut for an editing program."""

from swav.cut import inputs
from swav.handoff.formats import hand_off
from swav.reel.command import run

if __name__ == "__main__":
    run(hand_off, __doc__, reads=inputs.of_hand_off)
