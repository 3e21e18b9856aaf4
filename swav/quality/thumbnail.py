"""A small picture of one frame, for reports."""

from pathlib import Path

from swav.errors import MediaError
from swav.files import replacing
from swav.quality.frames import watch

WIDTH = 480
_JPEG_QUALITY = 88


def thumbnail(clip: Path, frame: int, target: Path) -> None:
    """Write frame number ``frame`` (counted from 0) of a clip as a JPEG, 480 pixels wide.

    Raises MediaError if the clip cannot be read or ends before that frame.
    """
    from PIL import Image

    for seen in watch(clip):
        if seen.number == frame:
            picture = Image.fromarray(seen.colour)
            break
    else:
        raise MediaError(f"{clip} has no frame {frame}; its last one is {seen.number}")
    height = round(picture.height * WIDTH / picture.width)
    with replacing(target) as partial:
        picture.resize((WIDTH, height), Image.Resampling.LANCZOS).save(partial, "JPEG", quality=_JPEG_QUALITY)
