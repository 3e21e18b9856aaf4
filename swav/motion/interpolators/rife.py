"""RIFE: optical flow at a moment between two pictures, by a network that was trained on films."""

from pathlib import Path

from swav.environments import LOCKS
from swav.motion.interpolator import Interpolator


class Rife(Interpolator):
    """RIFE 4.25 or 4.26 with the team's weights (Z. Huang et al., Real-Time Intermediate Flow Estimation for
    Video Frame Interpolation, ECCV 2022; https://github.com/hzwer/Practical-RIFE)."""

    name = "rife"
    title = "RIFE"
    weights = "flownet.pkl of RIFE 4.25 or 4.26 (docs/motion.md)"
    gives = "frames between two by a network, 25 MB"
    licence = "not said with the weights; see docs/motion.md"
    lock = LOCKS / "rife.txt"
    program = Path(__file__).parents[2] / "programs" / "rife.py"


INTERPOLATOR = Rife()
