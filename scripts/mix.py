"""Mix and master the sound of the reel."""

from swav.reel.command import run
from swav.reel.steps import mix_sound

if __name__ == "__main__":
    run(mix_sound, __doc__)
