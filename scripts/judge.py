"""Judge the takes of a shot."""

from swav.reel.command import run
from swav.reel.judging import judge_shot

if __name__ == "__main__":
    run(judge_shot, __doc__, shot=True)
