"""How takes come to the reel's rate: ways that are there, swav's own and networks that learnt it."""

from swav.motion.interpolators import plugins
from swav.motion.ways import OWN
from swav.storyboard.check_voices import is_known
from swav.storyboard.findings import Findings
from swav.storyboard.model import Storyboard


def check_motion(board: Storyboard, findings: Findings) -> None:
    """Report ways that are not there, or cannot be used."""
    said = {("motion",): board.motion}
    said |= {("shots", index, "motion"): shot.motion for index, shot in enumerate(board.shots)}
    for route, way in said.items():
        if way is not None and way not in OWN:
            is_known(way, route, plugins(), findings, also=OWN)
