"""Write the cut for an editing program."""

from pathlib import Path

from swav.cut import inputs
from swav.cut.model import Cut
from swav.reel.command import run


def hand_off(cut: Cut, target: Path) -> None:
    """Read what writing wants when there is something to write."""
    from swav.handoff.formats import hand_off

    hand_off(cut, target)


if __name__ == "__main__":
    run(hand_off, __doc__, reads=inputs.of_hand_off)
