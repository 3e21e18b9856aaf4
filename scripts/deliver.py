"""Put the finished reel where the user looks for it, and keep it among the finals."""

from functools import partial

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.steps import deliver


def keep_final(cut, final):
    """Read what comparing with the final before wants when the film is delivered."""
    from swav.review.finals import keep_final

    return keep_final(cut, final)


if __name__ == "__main__":
    run(partial(deliver, keep=keep_final), __doc__, reads=inputs.of_delivery, targets=3)
