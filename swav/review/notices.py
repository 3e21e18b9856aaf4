"""What the user should know when a build begins, though it stops nothing: a few lines."""

from swav.plugins import sentences
from swav.reel.claims import pending_renders
from swav.reel.workflow import Reel
from swav.review.lengths import too_long, wanted_of_cut
from swav.review.remarks import remarks
from swav.storyboard.findings import gathered

_MOST_MENDED = 12
"""Damaged files that are named when a build begins."""


def notices(reel: Reel, most: int = 4) -> list[str]:
    """What was mended, then what is to be said of plug-ins, storyboard and cut: ``most`` lines of that."""
    long = too_long(wanted_of_cut(reel.cut), most=12) if pending_renders(reel.cut) else []
    said = [*sentences(), *long, *remarks(reel.cut), *gathered(reel.loaded.notices), *reel.cut.stand_ins]
    if len(said) > most:
        rest = len(said) - most
        more = "1 notice" if rest == 1 else f"{rest} notices"
        said = [*said[:most], f"... and {more} more: swav plan shows them all"]
    mended = list(reel.mended[:_MOST_MENDED])
    if len(reel.mended) > _MOST_MENDED:
        mended.append(f"... and {len(reel.mended) - _MOST_MENDED} damaged files more")
    return mended + said
