"""Let the reel be delivered, or say why not."""

from swav.reel.command import run
from swav.reel.judging import admit

if __name__ == "__main__":
    run(admit, __doc__)
