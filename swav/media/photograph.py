"""A photograph or drawing from its file: upright, in sRGB, at its true tone, eight bits a channel.

Of what cameras and telephones write beside the picture only two things count: which side is up (EXIF's
orientation) and what its numbers mean as colours (the embedded ICC profile). Neither may end a build.
"""

import io
import struct
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from swav.errors import MediaError
from swav.media.disguise import BEGINNING, disguise, is_text
from swav.media.vector import MOST_BYTES, drawn, is_vector

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = (*("JPEG", "PNG", "TIFF", "WEBP", "AVIF", "HEIF", "GIF", "BMP", "PPM", "JPEG2000", "TGA", "PSD"),)
"""What is read, as Pillow names it. Nothing that runs another program (EPS), and no container of fonts."""
MOST_PIXELS = 178_956_970
"""Pillow's own limit (twice ``MAX_IMAGE_PIXELS``): half a gigabyte of memory."""
ENOUGH = 8000
"""Pixels a side beyond which a JPEG is decoded at half its size, or less: no frame shows more."""

_ORIENTATION = 0x0112  # EXIF 2.32, table 4; TIFF 6.0, section 8
_TURNS = (None, "FLIP_LEFT_RIGHT", "ROTATE_180", "FLIP_TOP_BOTTOM", "TRANSPOSE", "ROTATE_270")
_TURNS += ("TRANSVERSE", "ROTATE_90")  # by orientation less one: what stands the picture upright
_BITS_PER_SAMPLE, _PHOTOMETRIC, _SAMPLE_FORMAT = 258, 262, 339  # TIFF 6.0, sections 8 and 19
_RELATIVE_COLORIMETRIC, _BLACK_POINT = 1, 0x2000  # of littlecms
_ROUNDING = 2  # of 255: sRGB to sRGB through the tables of different makers
_HEIF = (".heic", ".heif", ".hif")
_NO_HEIF = "is HEIC, which the package pi-heif reads; install it, or export the picture as JPEG"
_RAW = (".dng", ".cr2", ".cr3", ".nef", ".arw", ".orf", ".raf", ".rw2", ".pef", ".srw")


def _unheard(sentence: str) -> None:
    """What becomes of a remark that nobody asked for."""


def read_photograph(path: Path, note: Callable[[str], None] = _unheard) -> np.ndarray:
    """uint8 sRGB of a picture, (height, width, 3), upright; black lies under what is transparent.

    The depth is the format's: 65,535 is white in 16 bits, 1.0 in floating point, whatever the brightest pixel
    is. A profile that cannot be used is told to ``note``. Raises MediaError, in one sentence, where the
    file is missing, too large, damaged, or no picture that is read here.
    """
    from PIL import Image

    flat, alpha = _upright(path, note)
    if alpha is not None:
        flat = Image.composite(flat, Image.new("RGB", flat.size), alpha)
    return np.asarray(flat)


def read_cutout(path: Path, note: Callable[[str], None] = _unheard) -> np.ndarray:
    """The same with its transparency: uint8 sRGB and straight alpha, (height, width, 4)."""
    flat, alpha = _upright(path, note)
    opaque = np.full((flat.height, flat.width), 255, np.uint8)
    return np.dstack([np.asarray(flat), opaque if alpha is None else np.asarray(alpha)])


def _upright(path: Path, note: Callable[[str], None]) -> "tuple[Image, Image | None]":
    """A picture as RGB, and its alpha if anything is transparent; both upright."""
    with opened_photograph(path) as image:
        image.draft("RGB", (ENOUGH, ENOUGH))
        image.load()
        turn = _turn(image)  # after loading: Pillow turns a TIFF by itself, and then forgets its field
        profile = image.info.get("icc_profile")
        colours, alpha = _split(_eight_bits(image))
        flat = _in_srgb(
            colours, profile, lambda why: note(f"{path.name}: {why}; its colours are shown as sRGB")
        )
        if turn is None:
            return flat, alpha
        return flat.transpose(turn), None if alpha is None else alpha.transpose(turn)


def covering(path: Path, width: int, height: int, note: Callable[[str], None] = _unheard) -> np.ndarray:
    """uint8 sRGB of a picture that covers (height, width): scaled (Lanczos), cropped at its centre.

    Raises MediaError as ``read_photograph`` does.
    """
    from PIL import Image, ImageOps

    whole = Image.fromarray(read_photograph(path, note))
    return np.asarray(ImageOps.fit(whole, (width, height), Image.Resampling.LANCZOS))


@contextmanager
def opened_photograph(path: Path) -> Iterator["Image"]:
    """Open a picture, whose header alone is read; failures inside the block become MediaError too."""
    from PIL import Image, UnidentifiedImageError

    if path.suffix.lower() in _RAW:
        raise MediaError(f"{path} is a camera's raw file; develop it, and export it as TIFF or JPEG")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Pillow's doubts about EXIF fields that nobody wants
            with Image.open(_file(path), formats=_formats()) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise Image.DecompressionBombError
                yield image
    except FileNotFoundError:
        raise MediaError(f"{path}: there is no such picture; check the shot's still.file") from None
    except Image.DecompressionBombError:
        most = MOST_PIXELS // 1_000_000
        raise MediaError(
            f"{path} is larger than the {most} million pixels that are read; "
            f"save it smaller, at {ENOUGH:,} pixels a side or less"
        ) from None
    except UnidentifiedImageError:
        heif = path.suffix.lower() in _HEIF and "HEIF" not in _formats()
        text = " (it is a text)" if is_text(path) else ""
        reason = disguise(path) or (
            _NO_HEIF if heif else f"is no picture of a kind that is read here{text}; export it as PNG or JPEG"
        )
        raise MediaError(f"{path} {reason}") from None
    except MediaError:
        raise
    except MemoryError:
        raise MediaError(f"{path} does not fit into memory; save it smaller") from None
    except Exception as error:  # a damaged file makes decoders raise nearly anything
        raise MediaError(
            f"{path} is damaged or ends early ({_said(error)}); copy or export it again"
        ) from None


def _file(path: Path) -> Path | io.BytesIO:
    """What Pillow opens: the file, or the pixels of a drawing of lines."""
    with path.open("rb") as file:
        beginning = file.read(BEGINNING)
        if not is_vector(beginning):
            return path
        try:
            return io.BytesIO(drawn(beginning + file.read(MOST_BYTES)))
        except ValueError as error:
            raise MediaError(f"{path} is a drawing of lines (SVG) {error}") from None


@cache
def _formats() -> tuple[str, ...]:
    """Those of FORMATS that can be read here: HEIC only where its decoder is installed."""
    from PIL import Image

    Image.init()
    with suppress(ImportError):
        from pi_heif import register_heif_opener

        register_heif_opener(thumbnails=False)
    return tuple(name for name in FORMATS if name in Image.OPEN)


def _said(error: Exception) -> str:
    first = (str(error).splitlines() or [""])[0].strip() or type(error).__name__
    return first if len(first) <= 80 else first[:79] + "…"


# --- which side is up


def _turn(image: "Image"):
    """The transposition that stands the picture upright; None if it stands already."""
    from PIL import Image

    name = _TURNS[_orientation_of(image) - 1]
    return None if name is None else Image.Transpose[name]


def _orientation_of(image: "Image") -> int:
    """EXIF's orientation, 1 to 8; 1 where none is said, or what is said cannot be read."""
    if found := orientation_in(image.info.get("exif") or b""):
        return found
    try:
        found = int(image.getexif().get(_ORIENTATION, 1))  # a TIFF's own field, or XMP's
    except Exception:  # whatever else is wrong beside the picture
        return 1
    return found if 1 <= found <= 8 else 1


def orientation_in(exif: bytes) -> int:
    """The orientation in a block of EXIF, 0 if none is said; no other field has to make sense.

    A TIFF header (byte order, 42, offset of the first directory), then entries of 12 bytes: tag, type,
    count, value (TIFF 6.0, section 2).
    """
    while exif.startswith(b"Exif\0\0"):
        exif = exif[6:]
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None or len(exif) < 10:
        return 0
    (at,) = struct.unpack_from(f"{order}I", exif, 4)
    if at + 2 > len(exif):
        return 0
    (count,) = struct.unpack_from(f"{order}H", exif, at)
    for entry in range(at + 2, min(at + 2 + 12 * count, len(exif) - 11), 12):
        tag, kind = struct.unpack_from(f"{order}HH", exif, entry)
        if tag == _ORIENTATION:
            value = exif[entry + 8 : entry + 12]
            size = {1: "B", 3: "H", 4: "I"}.get(kind)
            found = struct.unpack_from(order + size, value)[0] if size else 0
            return found if 1 <= found <= 8 else 0
    return 0


def upright_size(path: Path) -> tuple[int, int]:
    """Width and height of a picture as it stands upright, from its header. Raises MediaError."""
    with opened_photograph(path) as image:
        lies = _orientation_of(image) > 4  # EXIF's orientations that lie on their side
        return (image.height, image.width) if lies else (image.width, image.height)


def is_changed_by(image: "Image") -> bool:
    """Whether depth or an embedded profile decides how a picture is shown; only its header has been read."""
    if is_deep(image) or image.mode == "LAB":
        return True
    profile = image.info.get("icc_profile")
    if not profile:
        return False
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return source.profile.xcolor_space.strip() != "RGB" or not _is_srgb(_to_srgb(source, "RGB"), "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return False


# --- depth


def is_deep(image: "Image") -> bool:
    """Whether one channel holds more than eight bits: Pillow's modes I, I;16 and F."""
    return image.mode.startswith(("I", "F"))


def _eight_bits(image: "Image") -> "Image":
    """The picture in a mode of eight bits a channel."""
    from PIL import Image

    if not is_deep(image):
        return image
    values = np.asarray(image).astype(np.float64)
    tone = np.nan_to_num(values / _white(image), nan=0.0, posinf=1.0, neginf=0.0).clip(0, 1)
    if _tag(image, _PHOTOMETRIC) == 0 and not image.mode.startswith("F"):  # white is zero
        tone = 1 - tone
    return Image.fromarray(np.rint(tone * 255).astype(np.uint8))


def _white(image: "Image") -> float:
    """The number that means white, by the format."""
    if image.mode.startswith("F"):
        return 1.0
    bits = _tag(image, _BITS_PER_SAMPLE)
    if image.mode == "I" and bits is not None:  # a TIFF; others widen to 16 bits as they read
        return float(2 ** (bits - 1 if _tag(image, _SAMPLE_FORMAT) == 2 else bits) - 1)
    return 65_535.0


def _tag(image: "Image", tag: int) -> int | None:
    """The first number of a TIFF's field; None for other formats."""
    value = getattr(image, "tag_v2", {}).get(tag)
    value = value[0] if isinstance(value, tuple) and value else value
    return value if isinstance(value, int) else None


# --- colour


def _split(image: "Image") -> "tuple[Image, Image | None]":
    """The picture in a mode that a profile can describe, and its alpha if anything is transparent."""
    if image.has_transparency_data:
        image = image.convert("LA" if image.mode in ("1", "L", "LA", "La") else "RGBA")
        alpha = image.getchannel("A")
        return image.convert(image.mode.removesuffix("A")), None if alpha.getextrema()[0] == 255 else alpha
    if image.mode in ("L", "RGB", "CMYK", "LAB"):
        return image, None
    return image.convert("L" if image.mode == "1" else "RGB"), None


def _in_srgb(image: "Image", profile: bytes | None, note: Callable[[str], None]) -> "Image":
    """The picture as sRGB: through its profile, or, where it has none that can be used, as if it were."""
    from PIL import ImageCms

    if image.mode == "LAB":
        return _to_srgb(ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")), "LAB").apply(image)
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            space = source.profile.xcolor_space.strip()
            if space == "RGB" and image.mode == "L":
                image = image.convert("RGB")
            if space == {"L": "GRAY"}.get(image.mode, image.mode):
                transform = _to_srgb(source, image.mode)
                return image.convert("RGB") if _is_srgb(transform, image.mode) else transform.apply(image)
            note(f"the colour profile is for {space}, and the picture is not")
        except (ImageCms.PyCMSError, OSError, ValueError):  # littlecms says little more
            note("the colour profile is damaged")
    return image.convert("RGB")


def _to_srgb(source, mode: str):
    from PIL import ImageCms

    return ImageCms.ImageCmsTransform(
        source,
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")),
        mode,
        "RGB",
        intent=_RELATIVE_COLORIMETRIC,
        flags=_BLACK_POINT,
    )


def _is_srgb(transform, mode: str) -> bool:
    """Whether a profile is sRGB in all but rounding: what it calls itself says little."""
    from PIL import Image

    if mode != "RGB":
        return False
    levels = np.arange(0, 256, 15, dtype=np.uint8)
    grid = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(1, -1, 3)
    seen = np.asarray(transform.apply(Image.fromarray(grid)))
    return int(np.abs(seen.astype(int) - grid).max()) <= _ROUNDING
