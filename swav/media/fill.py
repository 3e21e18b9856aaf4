"""Any picture as the reel wants it: filling the frame, square pixels, 8-bit BT.709 in limited range."""

from ffmpeg import VideoStream

from swav.media.probe import Colour, Picture
from swav.media.standard import TALLEST_SD

# The names that ffmpeg's filters give to the matrices of ITU-T H.273.
_MATRIX_NAMES = {
    1: "bt709",
    4: "fcc",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    9: "bt2020nc",
    10: "bt2020c",
}

_REFERENCE_WHITE = 203  # cd/m2 of diffuse white in PQ and HLG pictures: ITU-R BT.2408, section 2.1
_SCALER = "lanczos+accurate_rnd+full_chroma_int"


Anchor = tuple[float, float]
"""A place in a picture as shares of its width and height."""


def fill(
    stream: VideoStream, picture: Picture, width: int, height: int, anchor: Anchor | None = None
) -> VideoStream:
    """Scale ``stream``, whose file is described by ``picture``, to cover width x height; crop what is over.

    ``anchor`` comes as near to the frame's middle as the picture's edges let it; without one, its middle.
    Pixel aspect and range are resolved, HDR (PQ, HLG) is tone-mapped. The result is yuv420p, tagged BT.709.
    """
    colour = picture.colour
    if picture.transparent:  # colour times alpha is the picture over black
        kept = "yuva444p10le" if picture.pixel_format.startswith("yuv") else "gbrap10le"
        stream = stream.format(pix_fmts=kept).vfilter(name="premultiply", inplace=1)
    scaling = {
        "w": width,
        "h": height,
        "flags": _SCALER,
        "force_original_aspect_ratio": "increase",
        "reset_sar": True,
        "in_range": "pc" if colour.full_range else "tv",
        "out_range": "tv",
    }
    matrix = _matrix(picture)
    if colour.high_dynamic_range:
        scaled = stream.scale(**scaling, in_color_matrix=matrix, out_color_matrix="bt2020nc")
        filled = _tone_mapped(_cropped(scaled.format(pix_fmts="yuv444p10le"), width, height, anchor), colour)
    else:
        scaled = stream.scale(**scaling, in_color_matrix=matrix, out_color_matrix="bt709")
        filled = _cropped(scaled.format(pix_fmts="yuv420p"), width, height, anchor)
    return filled.setsar(sar="1").setparams(
        range="tv", color_primaries="bt709", color_trc="bt709", colorspace="bt709", field_mode="prog"
    )


def _cropped(stream: VideoStream, width: int, height: int, anchor: Anchor | None) -> VideoStream:
    if anchor is None:
        return stream.crop(out_w=str(width), out_h=str(height))
    x, y = (
        f"clip({share:.6f}*in_{side}-out_{side}/2,0,in_{side}-out_{side})"
        for share, side in zip(anchor, "wh", strict=True)
    )
    return stream.crop(out_w=str(width), out_h=str(height), x=x, y=y)


def _matrix(picture: Picture) -> str:
    """The YCbCr matrix of the file, or what an untagged file of its height is taken to use."""
    if picture.colour.high_dynamic_range:
        return _MATRIX_NAMES.get(picture.colour.matrix, "bt2020nc")
    usual = "bt709" if min(picture.width, picture.height) > TALLEST_SD else "smpte170m"
    return _MATRIX_NAMES.get(picture.colour.matrix, usual)


def _tone_mapped(stream: VideoStream, colour: Colour) -> VideoStream:
    """PQ or HLG in BT.2020 to BT.709: linear light in float, primaries, then Möbius.

    Möbius leaves what is darker than diffuse white nearly alone and rolls off the highlights above it.
    """
    transfer = "smpte2084" if colour.transfer == 16 else "arib-std-b67"
    linear = stream.setparams(
        range="tv", color_primaries="bt2020", color_trc=transfer, colorspace="bt2020nc"
    ).zscale(transfer="linear", npl=_REFERENCE_WHITE)
    mapped = (
        linear.format(pix_fmts="gbrpf32le")
        .zscale(primaries="bt709")
        .tonemap(tonemap="mobius", param=0.5, desat=0, peak=1000 / _REFERENCE_WHITE)
    )
    return mapped.zscale(
        transfer="bt709", matrix="bt709", primaries="bt709", out_range="limited", dither="error_diffusion"
    ).format(pix_fmts="yuv420p")
