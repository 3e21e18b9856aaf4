"""Make the take of a shot, or link the one that is there."""

import argparse
import sys
from pathlib import Path

from swav.cut.model import read_cut
from swav.errors import SwavError
from swav.render.shoot import shoot

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cut", type=read_cut, required=True, help="the cut that is being built")
    parser.add_argument("--shot", required=True, help="the shot's id")
    parser.add_argument("--gpus", type=int, default=0, help="how many GPUs the render claims")
    parser.add_argument("--cards", default="", help="the device ids that it may choose from, with commas")
    parser.add_argument("clip", type=Path, help="the clip to write")
    given = parser.parse_args()
    cards = tuple(card for card in given.cards.split(",") if card)
    try:
        shoot(given.cut, given.cut.shot(given.shot), given.clip, cards, given.gpus)
    except SwavError as error:
        print(f"{given.shot}: {error}", file=sys.stderr)
        sys.exit(1)
