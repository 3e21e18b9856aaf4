"""Let the reel be delivered, or say why not."""

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.judging import admit

if __name__ == "__main__":
    run(admit, __doc__, reads=inputs.of_admission)
