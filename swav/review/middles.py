"""The middle frame of each shot of a reel, small: decoded once, and known again by what it is decoded from.

Beside each segment lies the last one, which says itself of which packets it is. So of a reel only those shots
are decoded that were edited, and a segment that was made otherwise under the same name is, too.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from swav.cut.inputs import middles
from swav.cut.model import Cut
from swav.files import replacing
from swav.hashes import forget_damaged
from swav.media.probe import opened

if TYPE_CHECKING:
    import av
    from PIL.Image import Image

_OF = "of"
"""The PNG's text that says what a picture is of."""


def middle_frames(cut: Cut, wanted: Sequence[int], size: tuple[int, int]) -> Iterator["Image"]:
    """For each shot the frame of the reel with that number, RGB of ``size``. Numbers rise. MediaError."""
    from PIL.Image import Resampling

    from swav.quality.joined import NotInGroups, group_at

    kept = middles(cut)
    forget_damaged(kept)
    with opened(cut.reel) as reel:
        stream = reel.streams.video[0]
        for file, number in zip(kept, wanted, strict=True):
            of = ""
            with suppress(NotInGroups):
                of = "{} {}".format(*group_at(reel, stream, number))
            picture = _known(file, of, size)
            if picture is None:
                frame = _sought(reel, stream, number)
                picture = frame.to_image().resize(size, Resampling.LANCZOS)
                if of:
                    _keep(file, of, picture)
            yield picture


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
