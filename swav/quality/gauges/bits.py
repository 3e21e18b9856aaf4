"""Bits: whether the file holds what its pictures need, or was squeezed until they smeared.

How many bits a picture needs depends on what it shows: a product on a table takes a hundredth of what a
crowd takes. So the need is not guessed but tried: short stretches of the take are encoded again, as takes are
written, and the file's own bits for them are held against that. A whole take gives 0.5 to 1.3. A squeezed one
has to spend so many bits on its own artefacts that it gives a small part, whatever it shows.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from swav.quality.gate import Gate
from swav.quality.sentences import plain, share

if TYPE_CHECKING:
    import av

    from swav.media.probe import Picture
    from swav.quality.frames import Frame

STRETCHES = 2
STRETCH = 12
"""Frames: enough for x264 to use its P and B frames."""
LEAST = 0.002
"""Bits a pixel added on both sides, so that pictures that need almost nothing compare as equal."""
RATE_FACTOR, PRESET = "14", "fast"
"""x264's, as in ``swav.media.writer``."""
THREADS, SAME_EACH_TIME = 2, "mbtree=0"
"""The same pictures are to give the same bits. Another number of threads gives others, and at sizes such as
320x180 so does x264's macroblock tree from run to run (seen with PyAV 18.1)."""


class Bits:
    """Measures ``bits``."""

    def __init__(self, clip: Path, picture: Picture) -> None:
        self._clip, self._picture = clip, picture
        last = max(0, picture.frames - STRETCH)
        self._starts = sorted({last * item // max(1, STRETCHES - 1) for item in range(STRETCHES)})
        self._encoder: av.VideoCodecContext | None = None
        self._first = 0
        self._needed: dict[int, int] = {}

    def see(self, frame: Frame) -> None:
        import av

        if frame.number in self._starts:
            self._finish()
            self._encoder, self._first = self._new_encoder(), frame.number
        if self._encoder is not None:
            picture = frame.picture.reformat(format="yuv420p")
            picture.pict_type = av.video.frame.PictureType.NONE  # the encoder is to choose for itself
            picture.pts, picture.time_base = frame.number, 1 / self._picture.rate
            self._take(self._encoder.encode(picture))
            if frame.number == self._first + STRETCH - 1:
                self._finish()

    def _new_encoder(self) -> av.VideoCodecContext:
        import av

        encoder = av.CodecContext.create("libx264", "w")
        encoder.width, encoder.height = self._picture.width, self._picture.height
        encoder.pix_fmt, encoder.framerate = "yuv420p", self._picture.rate
        encoder.time_base = 1 / Fraction(self._picture.rate)
        encoder.thread_type, encoder.thread_count = "FRAME", THREADS
        encoder.options = {"crf": RATE_FACTOR, "preset": PRESET, "x264-params": SAME_EACH_TIME}
        return encoder

    def _take(self, packets: list[av.Packet]) -> None:
        for packet in packets:
            # A stretch begins with a key frame of its own; the file has one there only at its start.
            if packet.pts != self._first or self._first == 0:
                self._needed[packet.pts] = packet.size

    def _finish(self) -> None:
        if self._encoder is not None:
            self._take(self._encoder.encode(None))
            self._encoder = None

    def result(self) -> dict[str, dict]:
        self._finish()
        sizes, keys = packets(self._clip)
        pixels = self._picture.width * self._picture.height
        shown = self._needed.keys() & range(len(sizes))
        compared = [number for number in shown if number == 0 or number not in keys]
        least = LEAST * pixels * max(1, len(compared)) / 8
        spent, needed = sum(sizes[number] for number in compared), sum(self._needed[n] for n in compared)
        return {
            "bits": {
                "value": float((spent + least) / (needed + least)),
                "frames": [],
                "bits_per_pixel": 8 * sum(sizes) / len(sizes) / pixels,
            }
        }


def packets(clip: Path) -> tuple[list[int], frozenset[int]]:
    """Bytes of every frame of a clip in the order in which they are shown, and which are key frames."""
    from swav.media.probe import opened

    with opened(clip) as container:
        stream = container.streams.video[0]
        found = sorted(
            (packet.pts, packet.size, packet.is_keyframe)
            for packet in container.demux(stream)
            if packet.pts is not None and packet.size
        )
    return [size for _, size, _ in found], frozenset(
        number for number, (_, _, key) in enumerate(found) if key
    )


GATES = (
    Gate(
        # Bits of the file for each bit that a clean encoding of the same pictures takes.
        name="bits",
        place=10,
        rising=False,
        warn=0.42,
        fail=0.32,
        words=share(
            "the file is as large as its pictures need",
            lambda measured: (
                f"the file has {plain(measured['bits_per_pixel'])} bits a pixel, far too few for its pictures"
            ),
            "of what a clean encoding of them takes",
        ),
        gauge=lambda watched: Bits(watched.clip, watched.picture),
        of_detail=True,
    ),
)
