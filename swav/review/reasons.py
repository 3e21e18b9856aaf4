"""Why each file of a build would be made: one phrase a file, the same in the plan and in a dry run."""

from collections.abc import Mapping
from pathlib import Path

from swav.cut.earlier import earlier
from swav.cut.model import Cut
from swav.presence import present
from swav.reel.workflow import Reel
from swav.review.changes import changes, files_of
from swav.review.wording import several

GONE = "it was made, and its file is gone"
OTHER_FILM = "it shows another cut"


def reasons(reel: Reel) -> dict[str, str]:
    """For every file of the cut that is not there, and for its target where it is stale, why it is made.

    Files that are no part of a cut (samples, environments) are not in it: they are ``not made yet``.
    """
    cut, before, target = reel.cut, earlier(reel.cut), reel.target
    why = causes(before, cut)
    here = present(why)
    found = {path: several(said) for path, said in why.items() if path not in here}
    if reel.stale or not Path(target).exists():
        found[target] = (
            OTHER_FILM if why[cut.reel] == (GONE,) and Path(target).exists() else several(why[cut.reel])
        )
    return found


def causes(before: Cut | None, cut: Cut) -> Mapping[str, tuple[str, ...]]:
    """Every file of a cut with the edits that made it another one; ``GONE`` where there is none."""
    found = changes(before, cut)
    return {file.path: found.why.get(file.path, (GONE,)) for file in files_of(cut)}
