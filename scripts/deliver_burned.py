"""Put the film with its subtitles in the picture where the user looks for it."""

from functools import partial

from swav.cut import inputs
from swav.reel.burned import deliver_burned
from swav.reel.command import run


def admit(cut):
    """Read what people decided when the film is delivered."""
    from swav.review.approving import require_approved

    return require_approved(cut)


if __name__ == "__main__":
    run(partial(deliver_burned, admit=admit), __doc__, reads=inputs.of_burned_delivery)
