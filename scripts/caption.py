"""Write the subtitles."""

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.steps import write_captions

if __name__ == "__main__":
    run(write_captions, __doc__, reads=inputs.of_captions)
