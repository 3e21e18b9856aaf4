"""Compose the music bed."""

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.sounding import compose_music

if __name__ == "__main__":
    run(compose_music, __doc__, reads=inputs.all_followed)
