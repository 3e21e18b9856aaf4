"""Make the environment of an engine."""

import argparse
import sys
from pathlib import Path

from swav.environments.create import make_environment
from swav.errors import SwavError

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="the engine's name")
    parser.add_argument("--wheels", required=True, help="a folder of wheels; empty: the package index")
    parser.add_argument("target", type=Path, help="the marker that is written when the environment is whole")
    given = parser.parse_args()
    wheels = Path(given.wheels) if given.wheels else None
    try:
        make_environment(given.name, given.target.parents[1], wheels)
    except SwavError as error:
        sys.exit(str(error))
