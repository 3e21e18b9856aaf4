"""Put the film with its subtitles in the picture where the user looks for it."""

from swav.cut import inputs
from swav.reel.burned import deliver_burned
from swav.reel.command import run

if __name__ == "__main__":
    run(deliver_burned, __doc__, reads=inputs.of_burned_delivery)
