"""Sum and master the stems."""

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.mixing import mix_sound

if __name__ == "__main__":
    run(mix_sound, __doc__, reads=inputs.of_mix)
