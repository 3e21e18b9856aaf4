"""Make sample footage or a sample still, which the demo uses where a production has real material."""

import argparse
from pathlib import Path

from swav.animatic.samples import make_sample

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="the sample's name")
    parser.add_argument("target", type=Path, help="the file to write")
    given = parser.parse_args()
    make_sample(given.name, given.target)
