"""Make sample footage or a sample still, which the demo uses where a production has real material."""

from pathlib import Path

from swav.engines import make_sample
from swav.reel.command import command_line, reporting

if __name__ == "__main__":
    parser = command_line(__doc__)
    parser.add_argument("name", help="the sample's name")
    parser.add_argument("target", type=Path, help="the file to write")
    given = parser.parse_args()
    with reporting(given.log):
        make_sample(given.name, given.target)
