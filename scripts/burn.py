"""Set the subtitles into the picture of a reel."""

from swav.cut import inputs
from swav.reel.burned import burn_subtitles
from swav.reel.command import run

if __name__ == "__main__":
    run(burn_subtitles, __doc__, reads=inputs.of_burned)
