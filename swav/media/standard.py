"""A decoded frame as the house has them: 8-bit yuv420p, BT.709 in limited range."""

import av
from av.video.reformatter import ColorRange, Colorspace

TALLEST_SD = 576
"""Lines; by long custom an untagged picture is BT.601 up to here and BT.709 above."""
_UNSAID = 2  # ITU-T H.273


def standard(frame: av.VideoFrame) -> av.VideoFrame:
    """The frame itself where it is so already, as takes of swav are; else one that looks the same."""
    full = frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj") or frame.format.is_rgb
    matrix = int(frame.colorspace)
    if matrix == _UNSAID and not frame.format.is_rgb:
        matrix = int(Colorspace.ITU709 if min(frame.width, frame.height) > TALLEST_SD else Colorspace.ITU601)
    if frame.format.name == "yuv420p" and not full and matrix == int(Colorspace.ITU709):
        return frame
    return frame.reformat(
        format="yuv420p",
        src_colorspace=matrix,
        src_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
    )
