"""Hear the narration as a recogniser does."""

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.sounding import hear_lines

if __name__ == "__main__":
    run(hear_lines, __doc__, reads=inputs.of_heard)
