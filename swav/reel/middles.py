"""The middle frame of each shot of a reel, small: decoded once, and known again by what it is decoded from.

Beside each segment lies the last one, which says itself of which packets it is. It is kept when the segment
is measured, for which it is decoded anyway. So of a reel only those are sought that a transition shows, and
those of a segment that was made otherwise under the same name.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from swav.cut.inputs import middles
from swav.cut.model import Cut
from swav.cut.paths import MIDDLE
from swav.cut.shot import CutShot
from swav.cut.timeline import frames_of
from swav.files import replacing
from swav.hashes import forget_damaged
from swav.media.probe import opened

if TYPE_CHECKING:
    import av
    from PIL.Image import Image

WIDTH = 320
"""Of a picture on the contact sheet, in pixels."""
_OF = "of"
"""The PNG's text that says what a picture is of."""


def size_of(cut: Cut) -> tuple[int, int]:
    """Width and height of the pictures."""
    return WIDTH, round(WIDTH * cut.delivery.height / cut.delivery.width)


def middle_of(frames: int) -> int:
    """Which of a shot's frames is shown of it."""
    return frames // 2


class Keeper:
    """Keeps a shot's middle frame when it is decoded with its segment."""

    def __init__(self, cut: Cut, shot: CutShot) -> None:
        self._number = middle_of(frames_of(shot, cut.delivery.rate)) - shot.head
        self._file, self._size = Path(shot.segment).with_suffix(MIDDLE), size_of(cut)

    def see(self, digest: str, first: int, place: int, frame: "av.VideoFrame") -> None:
        """Look at a frame: at that ``place`` in the group of that ``digest``, which begins at ``first``."""
        if first + place == self._number:
            _keep(self._file, _packets(digest, place), _small(frame, self._size))


def middle_frames(cut: Cut, wanted: Sequence[int], size: tuple[int, int]) -> Iterator["Image"]:
    """For each shot the frame of the reel with that number, RGB of ``size``. Numbers rise. MediaError."""
    from swav.quality.joined import NotInGroups, group_at

    kept = middles(cut)
    forget_damaged(kept)
    with opened(cut.reel) as reel:
        stream = reel.streams.video[0]
        for file, number in zip(kept, wanted, strict=True):
            of = ""
            with suppress(NotInGroups):
                of = _packets(*group_at(reel, stream, number))
            picture = _known(file, of, size)
            if picture is None:
                picture = _small(_sought(reel, stream, number), size)
                if of:
                    _keep(file, of, picture)
            yield picture


def _packets(digest: str, place: int) -> str:
    """What a picture is of, as it says itself: a group of pictures and its place in that."""
    return f"{digest} {place}"


def _small(frame: "av.VideoFrame", size: tuple[int, int]) -> "Image":
    from PIL.Image import Resampling

    return frame.to_image().resize(size, Resampling.LANCZOS)


def _sought(reel: "av.container.InputContainer", stream: "av.VideoStream", number: int) -> "av.VideoFrame":
    """A frame of a film, decoded from the key frame before it."""
    reel.seek(int(number / stream.average_rate / stream.time_base), stream=stream)
    for frame in reel.decode(stream):
        if round(frame.pts * stream.time_base * stream.average_rate) >= number:
            break
    return frame


def _known(file: Path, of: str, size: tuple[int, int]) -> "Image | None":
    """The picture that was kept, if it is of just that."""
    from PIL import Image

    if not of:
        return None
    try:
        with Image.open(file, formats=["PNG"]) as picture:
            if picture.size != size or picture.mode != "RGB" or picture.info.get(_OF) != of:
                return None
            picture.load()
            return picture
    except (OSError, SyntaxError, ValueError):
        return None


def _keep(file: Path, of: str, picture: "Image") -> None:
    from PIL.PngImagePlugin import PngInfo

    said = PngInfo()
    said.add_text(_OF, of)
    with replacing(file) as beside:
        picture.save(beside, "PNG", pnginfo=said, compress_level=1)
