"""Put the finished reel where the user looks for it, and keep it among the finals."""

from functools import partial

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.steps import deliver
from swav.review.finals import keep_final

if __name__ == "__main__":
    run(partial(deliver, keep=keep_final), __doc__, reads=inputs.of_delivery, targets=3)
