"""Which kinds of file are read as film and as sound: these, by name, and nothing else.

ffmpeg knows hundreds. Some are lists that name other files or addresses (ffconcat, HLS, DASH, SDP, numbered
pictures): a key that covers the list does not cover what it names, and a stranger's list would choose what
is read. So every file is opened with these as ``format_whitelist``, and with no protocol but ``file``.
Names are those of ``ffmpeg -demuxers``; one name of a group (``mov,mp4,...``) stands for all.
"""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from swav.errors import MediaError
from swav.media.disguise import disguise, is_text
from swav.media.photograph import opened_photograph

FORMATS = (
    # containers of films
    *("mov", "matroska", "mpegts", "mpeg", "avi", "mxf", "asf", "flv", "ogg", "gxf", "nut", "rm", "wtv"),
    # streams of pictures without a container, and pictures that move
    *("dv", "ivf", "obu", "av1", "h264", "hevc", "vvc", "m4v", "mpegvideo", "mjpeg", "vc1", "dnxhd", "dirac"),
    *("yuv4mpegpipe", "gif", "apng", "webp_anim", "jpegxl_anim", "dhav", "cine"),
    # sound
    *("wav", "w64", "aiff", "flac", "mp3", "aac", "ac3", "eac3", "caf", "au", "amr", "amrnb", "amrwb", "ape"),
    *("wv", "tta", "tak", "dts", "dtshd", "truehd", "mlp", "loas", "dsf", "iff", "voc", "mpc", "mpc8", "sox"),
)

_HEAD = 1024
# How files begin that are often taken for a film, and what to do with them; in lower case.
_BEGINNINGS = (
    (b"ffconcat", "is a list of files (ffconcat)", "give the film itself"),
    (b"#extm3u", "is a playlist (m3u8)", "give the film itself"),
    (b"[playlist]", "is a playlist (pls)", "give the film itself"),
    (b"v=0", "describes a stream (SDP)", "give a recording of it"),
)


def only(formats: Sequence[str] = FORMATS) -> dict[str, str]:
    """Options with which ffmpeg and PyAV open a file of these kinds, and nothing that it names."""
    return {"format_whitelist": ",".join(formats), "protocol_whitelist": "file"}


def complaint(path: Path, wanted: str) -> str:
    """What a file is that is not read as ``wanted`` ("a film"), and what to do: the end of a sentence."""
    if disguised := disguise(path):
        return disguised
    with suppress(MediaError), opened_photograph(path):
        return f"is a picture, not {wanted}; show it as a `still:`"
    with path.open("rb") as file:
        head = file.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for beginning, what, remedy in _BEGINNINGS:
        if head.startswith(beginning):
            return f"{what}, not {wanted}; {remedy}"
    if b"<mpd" in head or b"<smoothstreamingmedia" in head or b"<asx" in head:
        return f"is a list of streams (XML), not {wanted}; give the film itself"
    if is_text(path):
        return f"is a text, not {wanted}; give the file that it names"
    return f"is of a kind that is not read as {wanted}; convert it to .mp4 or .mov, or to .wav if it is sound"
