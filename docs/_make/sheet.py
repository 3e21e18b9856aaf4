"""Pictures side by side: the frame of every picture in these pages."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

GROUND = (13, 17, 23)
IMAGES = Path(__file__).parents[1] / "images"


def tiled(pictures: Sequence[Image.Image], *, columns: int, width: int, gap: int = 8) -> Image.Image:
    """The pictures in rows of ``columns``, all of the first one's shape, ``width`` pixels in all."""
    inner = (width - gap * (columns + 1)) // columns
    outer = round(inner * pictures[0].height / pictures[0].width)
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (width, rows * outer + gap * (rows + 1)), GROUND)
    for index, picture in enumerate(pictures):
        row, column = divmod(index, columns)
        place = (gap + column * (inner + gap), gap + row * (outer + gap))
        sheet.paste(picture.convert("RGB").resize((inner, outer), Image.Resampling.LANCZOS), place)
    return sheet


def save(sheet: Image.Image, name: str, quality: int = 84) -> Path:
    """Write a sheet as JPEG among the images of the pages; where it lies."""
    IMAGES.mkdir(exist_ok=True)
    target = IMAGES / name
    sheet.save(target, quality=quality, optimize=True, progressive=True)
    return target
