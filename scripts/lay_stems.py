"""Lay dialogue, music and effects as stems."""

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.mixing import lay_stems

if __name__ == "__main__":
    run(lay_stems, __doc__, reads=inputs.of_stems)
