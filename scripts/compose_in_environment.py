"""Let MusicGen play the music bed, in the environment that it has of its own."""

from pathlib import Path

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.sounding import compose_in_environment
from swav.render.cards import card_ids

if __name__ == "__main__":
    run(
        compose_in_environment,
        __doc__,
        reads=inputs.all_followed,
        options={"python": Path, "gpus": int, "cards": card_ids},
    )
