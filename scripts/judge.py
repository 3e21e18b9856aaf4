"""Judge the takes of a shot."""

from swav.cut import inputs
from swav.reel.command import run
from swav.reel.judging import judge_shot

if __name__ == "__main__":
    run(judge_shot, __doc__, reads=inputs.of_verdict, shot=True)
