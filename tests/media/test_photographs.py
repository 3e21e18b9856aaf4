"""Photographs as people bring them: upright whatever EXIF says, at their true tone, in sRGB, or named."""

import io
import itertools
import random
import struct
from pathlib import Path

import numpy as np
import pytest
from heif import write_heic
from PIL import Image, ImageCms, ImageOps

from swav.errors import MediaError
from swav.media import photograph
from swav.media.photograph import orientation_in, read_photograph, upright_size

SIZE = WIDTH, HEIGHT = 48, 32
RED, BLUE = (220, 40, 30), (30, 40, 220)


def drawing() -> Image.Image:
    """Red above, blue below: which side is up can be seen."""
    image = Image.new("RGB", SIZE, BLUE)
    image.paste(RED, (0, 0, WIDTH, HEIGHT // 2))
    return image


def saved(path: Path, image: Image.Image, **options) -> Path:
    image.save(path, **options)
    return path


def near(seen: np.ndarray, colour: tuple[int, ...], tolerance: int = 6) -> bool:
    return bool(np.abs(seen.astype(int) - colour).max() <= tolerance)


# --- which side is up

SHORT = 3
SIX = (0x0112, SHORT, 1, struct.pack("<H", 6))


def exif(*entries: tuple[int, int, int, bytes], order: str = "<") -> bytes:
    """An EXIF block of (tag, type, count, value); what is longer than four bytes lies after the directory."""
    offset, data = 8 + 2 + 12 * len(entries) + 4, b""
    block = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}IH", 8, len(entries))
    for tag, kind, count, value in entries:
        block += struct.pack(f"{order}HHI", tag, kind, count)
        if len(value) <= 4:
            block += value.ljust(4, b"\0")
        else:
            block += struct.pack(f"{order}I", offset + len(data))
            data += value
    return b"Exif\0\0" + block + bytes(4) + data


DAMAGE = {
    "a rational over nothing": (10, 1, struct.pack("<ii", -1, 0)),
    "nothing over nothing": (5, 1, bytes(8)),
    "two where one belongs": (5, 2, struct.pack("<IIII", 72, 1, 72, 1)),
    "text": (2, 6, b"hello\0"),
    "a number of no type": (99, 1, b"\1\2\3\4"),
    "undefined bytes": (7, 8, b"\xff" * 8),
    "values beyond the file": (5, 1_000_000, b""),
    "a negative count": (4, 0xFFFFFFFF, b""),
    "a double that is none": (12, 1, b"\xff" * 8),
    "a directory that is not there": (4, 1, struct.pack("<I", 0x7FFFFFFF)),
}
FIELDS = {
    "make": 0x010F,
    "resolution": 0x011A,
    "exif": 0x8769,
    "gps": 0x8825,
    "exposure": 0x9204,
    "own": 0xEA1C,
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("place", ["before", "after"])
def test_no_oddity_of_exif_ends_a_build(tmp_path, field, damage, place):
    """Only the orientation is read, and it is read whatever stands beside it."""
    odd = (FIELDS[field], *DAMAGE[damage])
    entries = (odd, SIX) if place == "before" else (SIX, odd)
    seen = read_photograph(saved(tmp_path / "odd.jpg", drawing(), exif=exif(*entries), quality=95))
    assert seen.shape == (WIDTH, HEIGHT, 3)
    assert near(seen[WIDTH // 2, HEIGHT - 4], RED, 12) and near(seen[WIDTH // 2, 4], BLUE, 12)


@pytest.mark.parametrize("turned", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif"])
def test_pictures_are_upright(tmp_path, turned, suffix):
    """As Pillow's own transposition has it, for each of the eight orientations, wherever it is written."""
    tags = Image.Exif()
    tags[0x0112] = turned
    options = {"lossless": True} if suffix == "webp" else {"quality": 95} if suffix == "jpg" else {}
    path = saved(tmp_path / f"turned.{suffix}", drawing(), exif=tags, **options)
    expected = np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB"))
    assert np.array_equal(read_photograph(path), expected)


@pytest.mark.parametrize("turned", [0, 9, 65535])
@pytest.mark.parametrize("suffix", ["jpg", "tif"])
def test_an_orientation_that_there_is_not_turns_nothing(tmp_path, turned, suffix):
    tags = Image.Exif()
    tags[0x0112] = turned
    path = saved(tmp_path / f"odd.{suffix}", drawing(), exif=tags)
    assert upright_size(path) == (WIDTH, HEIGHT)
    assert read_photograph(path).shape == (HEIGHT, WIDTH, 3)


@pytest.mark.parametrize(
    "block",
    [b"", b"Exif\0\0", b"Exif\0\0II*\0", b"Exif\0\0MM\0*" + b"\xff" * 4, b"nonsense", exif(SIX)[:20]],
)
def test_a_stump_of_exif_says_nothing(block):
    assert orientation_in(block) == 0


def test_exif_of_both_byte_orders_and_written_twice():
    assert orientation_in(b"Exif\0\0" + exif(SIX)) == 6
    assert orientation_in(exif((0x0112, SHORT, 1, struct.pack(">H", 8)), order=">")) == 8
    assert orientation_in(exif((0x0112, SHORT, 1, struct.pack("<H", 9)))) == 0


# --- depth

RAMP = np.linspace(0, 1, WIDTH)[None].repeat(HEIGHT, 0)


def write_deep(path: Path, brightest: float) -> Path:
    """A grey ramp up to ``brightest`` (1 is the format's white)."""
    tone = RAMP * brightest
    if path.suffix in (".ppm", ".pgm"):
        sixteen = np.rint(tone * 65535).astype(">u2")
        colour = path.suffix == ".ppm"
        data = sixteen[..., None].repeat(3, 2) if colour else sixteen
        path.write_bytes(b"P%d %d %d 65535\n" % (6 if colour else 5, WIDTH, HEIGHT) + data.tobytes())
    elif path.name.startswith("float"):
        Image.fromarray(tone.astype(np.float32)).save(path)
    else:
        Image.fromarray(np.rint(tone * 65535).astype(np.uint16)).save(path)
    return path


@pytest.mark.parametrize("brightest", [240 / 65535, 4095 / 65535, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("name", ["night.png", "night.tif", "night.pgm", "night.ppm", "float.tif"])
def test_deep_pictures_keep_their_tone(tmp_path, name, brightest):
    """A picture is as dark as it was stored: depth comes from its format, not from its brightest pixel."""
    seen = read_photograph(write_deep(tmp_path / name, brightest))
    assert np.abs(seen - RAMP[..., None] * brightest * 255).max() <= 1


def test_floating_point_out_of_range_is_clipped(tmp_path):
    tone = np.full((HEIGHT, WIDTH), 0.5, np.float32)
    tone[0, :4] = np.nan, np.inf, -np.inf, 7
    Image.fromarray(tone).save(tmp_path / "float.tif")
    assert read_photograph(tmp_path / "float.tif")[0, :5, 0].tolist() == [0, 255, 0, 255, 128]


# --- colour


def wide(
    red=(0.51512, 0.24120, -0.00105), green=(0.29198, 0.69225, 0.04189), blue=(0.15710, 0.06657, 0.78407)
):
    """A profile with the colorants of Display P3 (D50), made of littlecms's own sRGB, whose name it keeps."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for number in range(struct.unpack_from(">I", profile, 128)[0]):
        tag, offset, _ = struct.unpack_from(">4sII", profile, 132 + 12 * number)
        for name, colorant in ((b"rXYZ", red), (b"gXYZ", green), (b"bXYZ", blue)):
            if tag == name:
                struct.pack_into(">3i", profile, offset + 8, *(round(value * 65536) for value in colorant))
    return bytes(profile)


ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
"""Colorants of Adobe RGB (1998), adapted to D50."""


def linear_rgb(colour: tuple[int, ...], colorants) -> np.ndarray:
    """sRGB numbers of a colour in a space with those colorants and sRGB's curve: by the matrices alone."""
    encoded = np.array(colour) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    srgb = np.array([(0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410)])
    out = np.linalg.solve(srgb.T, np.array(colorants).T @ linear).clip(0, 1)
    return np.where(out <= 0.0031308, out * 12.92, 1.055 * out ** (1 / 2.4) - 0.055) * 255


P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))


@pytest.mark.parametrize("colour", [(185, 71, 50), (120, 130, 90), (60, 90, 140), (200, 200, 200)])
@pytest.mark.parametrize("space", [P3, ADOBE_RGB], ids=["Display P3", "Adobe RGB"])
@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "webp"])
def test_profiles_are_converted(tmp_path, colour, space, suffix):
    path = tmp_path / f"wide.{suffix}"
    options = {"quality": 100} if suffix == "jpg" else {"lossless": True} if suffix == "webp" else {}
    saved(path, Image.new("RGB", SIZE, colour), icc_profile=wide(*space), **options)
    assert near(read_photograph(path), tuple(linear_rgb(colour, space)), 4)


def test_a_display_p3_picture_is_the_red_that_was_photographed(tmp_path):
    path = saved(tmp_path / "p3.png", Image.new("RGB", SIZE, (185, 71, 50)), icc_profile=wide())
    assert near(read_photograph(path), (200, 60, 40), 2)


def test_transparency_keeps_its_profile(tmp_path):
    image = Image.new("RGBA", SIZE, (185, 71, 50, 255))
    image.paste((0, 0, 0, 0), (0, 0, WIDTH // 2, HEIGHT))
    seen = read_photograph(saved(tmp_path / "p3.png", image, icc_profile=wide()))
    assert seen[:, :20].max() == 0 and near(seen[:, 30:], (200, 60, 40), 2)


def test_srgb_by_any_name_is_left_alone(tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = saved(tmp_path / "named.png", drawing(), icc_profile=profile)
    assert np.array_equal(read_photograph(path), np.asarray(drawing()))


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "I;16", "RGB", "RGBA", "CMYK"])
@pytest.mark.parametrize("profile", ["cut", "nonsense", "of another kind"])
def test_a_profile_that_cannot_be_used_is_told_and_not_needed(tmp_path, mode, profile):
    whole = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB" if profile[0] == "o" else "sRGB")).tobytes()
    used = {"cut": whole[:150], "nonsense": b"\xaa" * 300}.get(profile, whole)
    grey = Image.new("L", SIZE, 128)
    image = (
        Image.fromarray(np.full((HEIGHT, WIDTH), 128 * 257, np.uint16))
        if mode == "I;16"
        else grey.convert(mode)
    )
    path = saved(tmp_path / ("odd.tif" if mode == "CMYK" else "odd.png"), image, icc_profile=used)
    said: list[str] = []
    seen = read_photograph(path, said.append)
    assert seen.shape == (HEIGHT, WIDTH, 3)
    assert near(seen, (128, 128, 128), 2) or mode == "1"
    assert len(said) == 1 and path.name in said[0] and "profile" in said[0] and len(said[0]) < 300


# --- formats

WAYS = {
    "JPEG": ("jpg", {"quality": 95}),
    "PNG": ("png", {}),
    "TIFF": ("tif", {}),
    "WEBP": ("webp", {"lossless": True}),
    "AVIF": ("avif", {"quality": 95}),
    "GIF": ("gif", {}),
    "BMP": ("bmp", {}),
    "PPM": ("ppm", {}),
    "JPEG2000": ("jp2", {}),
    "TGA": ("tga", {}),
}


@pytest.mark.parametrize("format", WAYS)
def test_each_format_is_read_whatever_its_name(tmp_path, format):
    suffix, options = WAYS[format]
    for name in (f"drawing.{suffix}", "drawing.jpg", "DRAWING", "a drawing.of something"):
        path = tmp_path / name
        drawing().save(path, format=format, **options)
        seen = read_photograph(path)
        assert near(seen[4], RED, 12) and near(seen[-4], BLUE, 12)


@pytest.mark.parametrize("turns", range(4))
def test_heic_is_read_upright(tmp_path, turns):
    seen = read_photograph(write_heic(tmp_path / "IMG_0001.HEIC", np.asarray(drawing()), turns))
    expected = np.rot90(np.asarray(drawing()), turns)
    assert seen.shape == expected.shape and np.abs(seen.astype(int) - expected)[2:-2, 2:-2].mean() < 4


def test_heic_without_its_decoder_says_what_to_install(tmp_path, monkeypatch):
    path = write_heic(tmp_path / "IMG_0001.heic", np.asarray(drawing()))
    without = tuple(name for name in photograph._formats() if name != "HEIF")
    monkeypatch.setattr(photograph, "_formats", lambda: without)
    with pytest.raises(MediaError, match="pi-heif reads; install it, or export the picture as JPEG"):
        read_photograph(path)


NO_PICTURES = {
    "logo.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', r"drawing of lines \(SVG\) that says no size"),
    "page.jpg": (b"<!DOCTYPE html>\n<html><body>404</body></html>", "web page"),
    "pointer.png": (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n", "git lfs pull"),
    "map.pdf": (b"%PDF-1.7\n", "PDF; export the page"),
    "postscript.eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no picture of a kind"),
    "IMG_1.CR3": (b"\0\0\0\x18ftypcrx ", "camera's raw file"),
    "IMG_2.DNG": (b"II*\0\x08\0\0\0", "camera's raw file"),
    "zeros.jpg": (bytes(4000), "nothing but zeros"),
    "photo.jpg.crdownload": (b"\xff\xd8\xff", "download that has not ended|damaged"),
    "text.png": (b"a text\n" * 20, "no picture of a kind"),
}


@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_no_picture_is_named(tmp_path, name):
    content, said = NO_PICTURES[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(MediaError, match=said) as caught:
        read_photograph(tmp_path / name)
    assert name in str(caught.value) and "\n" not in str(caught.value)


def test_a_picture_that_is_too_large_is_told_its_limit(tmp_path):
    """The header alone decides; nothing of 220 million pixels is ever held."""
    path = saved(tmp_path / "panorama.png", Image.new("1", (20_992, 10_496)))
    with pytest.raises(
        MediaError, match="larger than the 178 million pixels that are read; save it smaller"
    ) as c:
        read_photograph(path)
    assert "bomb" not in str(c.value) and "JPEG" not in str(c.value)


def test_2000_damaged_headers_end_in_a_picture_or_a_sentence(tmp_path):
    """Each format in turn, a few bytes of its first kilobyte changed: no traceback, no second line."""
    chance, wholes = random.Random(15), []
    for format, (_, options) in WAYS.items():
        whole = io.BytesIO()
        extra = (
            {"exif": exif(SIX), "icc_profile": wide()} if format in ("JPEG", "PNG", "TIFF", "WEBP") else {}
        )
        drawing().save(whole, format=format, **options, **extra)
        wholes.append(whole.getvalue())
    wholes.append(write_heic(tmp_path / "whole.heic", np.asarray(drawing())).read_bytes())
    path = tmp_path / "mutant.bin"
    for _, whole in zip(range(2000), itertools.cycle(wholes), strict=False):
        mutant = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            mutant[chance.randrange(min(len(mutant), 1024))] = chance.randrange(256)
        path.write_bytes(mutant[: chance.randint(1, len(mutant))] if chance.random() < 0.2 else mutant)
        try:
            seen = read_photograph(path)
        except MediaError as error:
            assert "\n" not in str(error) and len(str(error).replace(str(path), "")) < 300
        else:
            assert seen.dtype == np.uint8 and seen.shape[2] == 3
