"""Put the finished reel where the user looks for it."""

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.steps import deliver

if __name__ == "__main__":
    run(deliver, __doc__, reads=inputs.of_delivery, targets=3)
