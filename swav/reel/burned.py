"""The film with its subtitles in the picture, ``final.burned.mp4``: for screens without a player's menu.

Every film has one, made when it is asked for: its picture encoded anew under the cues, its sound as it is,
and signed as the film is.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from swav.cut.model import Cut
from swav.cut.paths import burned_target
from swav.files import replacing
from swav.hashes import HashList
from swav.reel.stamp import date_after, taken_back

if TYPE_CHECKING:
    from swav.cut.burn import Burnt
    from swav.reel.workflow import Reel


def burn_subtitles(cut: Cut, target: Path) -> None:
    """Write the reel with its subtitles in the picture, signed; as it is where nobody speaks in it."""
    from swav.cut.burn import burn
    from swav.reel.signing import sign_film

    if not cut.sound.captions:
        sign_film(cut, Path(cut.reel), target)
        return
    unsigned = target.with_name(f".{target.stem}.unsigned.{os.getpid()}.partial.mp4")
    try:
        burn(Path(cut.reel), _drawn(cut), crf=cut.delivery.crf, preset=cut.delivery.preset, target=unsigned)
        sign_film(cut, unsigned, target)
    finally:
        unsigned.unlink(missing_ok=True)


def deliver_burned(cut: Cut, final: Path, admit: Callable[[Cut], None] = lambda cut: None) -> None:
    """Put that film where the user looks for it; what proves its origin is read from there once more.

    ``admit`` is called first, as where the film is delivered.
    """
    from swav.reel.signing import check_signed

    admit(cut)
    with replacing(final) as beside:
        shutil.copyfile(cut.burned, beside)
    with taken_back(final):
        check_signed(cut, final, signed=Path(cut.burned))
    HashList(cut.build).record(final)


def is_stale(reel: "Reel") -> bool:
    """Whether the file that people look for is not the film of today; the cut is then dated after it."""
    cut, file = reel.cut, Path(burned_target(reel.target))
    if not file.is_file():
        return True
    listed = HashList(cut.build)
    wanted = listed.digests(Path(cut.burned))
    stale = not wanted or listed.digest(file) not in wanted
    if stale and not reel.written and Path(cut.path).exists():
        date_after(Path(cut.path), file)
    return stale


def _drawn(cut: Cut) -> Iterator["Burnt"]:
    """The cues as pictures, in order."""
    import numpy as np

    from swav.cut.burn import Burnt
    from swav.reel.steps import cues_of
    from swav.titles.overlay import draw_overlay

    rate, size = cut.delivery.rate, cut.delivery
    for cue in cues_of(cut):
        picture = draw_overlay(
            cue.rows, "subtitle", language=cut.sound.language, width=size.width, height=size.height
        )
        # A frame shows the cue that stands at its own time.
        yield Burnt(ceil(cue.start * rate), ceil(cue.end * rate), np.asarray(picture))
