"""Put the finished reel where the user looks for it, and keep it among the finals."""

from functools import partial

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.steps import deliver


def keep_final(cut, final):
    """Read what comparing with the final before wants when the film is delivered."""
    from swav.review.finals import keep_final

    return keep_final(cut, final)


def admit(cut):
    """Read what people decided when the film is delivered."""
    from swav.review.approving import require_approved

    return require_approved(cut)


if __name__ == "__main__":
    run(partial(deliver, keep=keep_final, admit=admit), __doc__, reads=inputs.of_delivery, targets=3)
