"""Put the film with its subtitles in the picture where the user looks for it."""

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.steps import deliver_burned

if __name__ == "__main__":
    run(deliver_burned, __doc__, reads=inputs.of_burned_delivery)
