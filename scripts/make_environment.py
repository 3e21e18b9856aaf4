"""Make the environment of an engine."""

from pathlib import Path

from swav.environments.create import make_environment
from swav.reel.apart import named
from swav.reel.command import command_line, reporting

if __name__ == "__main__":
    parser = command_line(__doc__)
    parser.add_argument("name", help="the engine's name")
    parser.add_argument("--wheels", type=Path, help="a folder of wheels; without it, the package index")
    parser.add_argument("target", type=Path, help="the marker that is written when the environment is whole")
    given = parser.parse_args()
    with reporting(given.log):
        make_environment(named(given.name, given.target.parents[1]), given.wheels)
