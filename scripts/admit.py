"""Let the reel be delivered, or say why not."""

from swav.cut import inputs
from swav.reel.command import run
from swav.review.overview import admit_and_show

if __name__ == "__main__":
    run(admit_and_show, __doc__, targets=3, reads=inputs.of_admission)
