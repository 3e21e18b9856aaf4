"""Compare the early looks at the takes of a shot, and lay them on one sheet."""

from swav.cut import inputs
from swav.reel.command import run
from swav.review.early_looks import compare

if __name__ == "__main__":
    run(compare, __doc__, reads=inputs.of_comparison, shot=True, targets=2)
