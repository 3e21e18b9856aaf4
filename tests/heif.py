"""A HEIC picture as telephones write it: the boxes of ISO/IEC 23008-12 around one HEVC frame."""

import struct
from pathlib import Path

import av
import numpy as np

from swav.media import ffmpeg


def box(kind: str, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind.encode() + body


def full(kind: str, *parts: bytes, version: int = 0) -> bytes:
    return box(kind, bytes([version, 0, 0, 0]), *parts)


def write_heic(target: Path, pixels: np.ndarray, quarter_turns: int = 0) -> Path:
    """Write uint8 RGB ``pixels`` as HEIC, to be shown turned by so many quarters counter-clockwise."""
    height, width = pixels.shape[:2]
    raw, film = target.with_suffix(".rgb"), target.with_suffix(".mp4")
    raw.write_bytes(np.ascontiguousarray(pixels).tobytes())
    given = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-i", str(raw)]
    coded = [
        "-c:v",
        "libx265",
        "-x265-params",
        "log-level=none:crf=8",
        "-pix_fmt",
        "yuv420p",
        "-tag:v",
        "hvc1",
    ]
    ffmpeg.run([*given, *coded, "-frames:v", "1", str(film)], what="coding one frame")
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        settings = stream.codec_context.extradata
        frame = bytes(next(packet for packet in container.demux(stream) if packet.size))
    kind = box("ftyp", b"heic", bytes(4), b"mif1heic")

    def described(offset: int) -> bytes:
        properties = [box("hvcC", settings), full("ispe", struct.pack(">II", width, height))]
        if quarter_turns:
            properties.append(box("irot", bytes([quarter_turns])))
        used = bytes([len(properties), *(index | 0x80 for index in range(1, len(properties) + 1))])
        return full(
            "meta",
            full("hdlr", bytes(4), b"pict", bytes(13)),
            full("pitm", struct.pack(">H", 1)),
            full("iloc", struct.pack(">BBHHHHII", 0x44, 0, 1, 1, 0, 1, offset, len(frame))),
            full("iinf", struct.pack(">H", 1), full("infe", b"\0\1\0\0hvc1\0", version=2)),
            box(
                "iprp",
                box("ipco", *properties),
                full("ipma", struct.pack(">IH", 1, 1), used),
            ),
        )

    offset = len(kind) + len(described(0)) + 8
    target.write_bytes(kind + described(offset) + box("mdat", frame))
    raw.unlink()
    film.unlink()
    return target
