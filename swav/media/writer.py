"""Writing a clip frame by frame: RGB pictures in, a high-quality H.264 mp4 out, whole or not at all."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, VideoReformatter

from swav.errors import MediaError
from swav.files import replacing
from swav.media import h264
from swav.media.ffmpeg import location
from swav.media.timescale import track_timescale

QUICK = {"preset": "superfast", "parameters": ("mbtree=1", "rc-lookahead=10")}
"""x264's, for clips that can be made again without a render: a third of the time of ``fast``, and as near to
what was drawn. The macroblock tree, which the preset leaves out, keeps them small: 1.1 to 1.3 times the
bytes, not 5. Whoever changes it raises the recipes of all engines that draw, and that of motion."""


def new_stream(
    container: "av.container.OutputContainer",
    width: int,
    height: int,
    rate: Fraction,
    *,
    crf: int,
    preset: str,
    parameters: Sequence[str] = (),
) -> av.VideoStream:
    """H.264 High in a container: yuv420p in BT.709 and limited range, the same bytes on every machine."""
    options = {"crf": str(crf), "preset": preset, "profile": "high"}
    if said := h264.parameters(*parameters):
        options["x264-params"] = said
    stream = container.add_stream("libx264", rate=rate, options=options)
    stream.thread_type = "FRAME"  # slices of frames would make other bytes of the same pictures
    stream.codec_context.thread_count = h264.THREADS
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.time_base = stream.codec_context.time_base = 1 / rate
    stream.color_primaries, stream.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
    stream.colorspace, stream.color_range = Colorspace.ITU709, ColorRange.MPEG
    return stream


AS_STORED = {
    "format": "yuv420p",
    "src_color_range": ColorRange.JPEG,
    "dst_color_range": ColorRange.MPEG,
    "dst_colorspace": Colorspace.ITU709,
    "dst_color_primaries": ColorPrimaries.BT709,
    "dst_color_trc": ColorTrc.BT709,
    "threads": 1,
}
"""How RGB becomes what is stored. By one thread: PyAV would wake one for each core, for every frame, which
costs as much as the frame."""

_LOUDEST = 32767
_ALAC_FRAME = 4096
"""Samples that ALAC packs together (libavcodec, ``alacenc.c``)."""


@dataclass(frozen=True)
class Sound:
    """The whole sound of a clip: float32 samples (1 or 2, n) between -1 and 1."""

    samples: np.ndarray
    rate: int


class ClipWriter:
    """Writes frames to an mp4 (H.264 High, yuv420p, BT.709 limited range) which appears when all are written.

    >>> with ClipWriter(target, width=1280, height=720, rate=Fraction(24), metadata={}) as clip:
    ...     clip.write(frame)  # uint8 RGB, (720, 1280, 3)

    ``metadata`` is kept in the file under its own keys. Nothing is left at ``target`` if the block raises.
    ``quality`` is x264's rate factor; 14 leaves room for the second encoding of the cut. ``preset`` and
    ``parameters``, which go before it, are x264's as well. ``sound`` is kept without loss in the same file.
    """

    def __init__(
        self,
        target: str | Path,
        *,
        width: int,
        height: int,
        rate: Fraction,
        metadata: dict[str, str],
        quality: int = 14,
        preset: str = "fast",
        parameters: Sequence[str] = (),
        sound: Sound | None = None,
    ):
        if width % 2 or height % 2:
            raise MediaError(f"a clip of {width}x{height} cannot be written; both sides must be even")
        self.target = Path(target)
        self.width, self.height = width, height
        self.rate = Fraction(rate)
        self.frames = 0
        self._metadata = metadata
        self._encoding = {"crf": quality, "preset": preset, "parameters": parameters}
        self._sound = sound
        self._sounding: list[av.Packet] = []
        self._closing = ExitStack()
        self._reformatter = VideoReformatter()

    def __enter__(self) -> "ClipWriter":
        with ExitStack() as stack:
            partial = stack.enter_context(replacing(self.target))
            options = {
                "movflags": "+use_metadata_tags+faststart",
                "video_track_timescale": str(track_timescale(self.rate)),
                "fflags": "+bitexact",
            }
            self._container = stack.enter_context(av.open(location(partial), "w", options=options))
            self._container.metadata.update(self._metadata)
            self._stream = new_stream(self._container, self.width, self.height, self.rate, **self._encoding)
            if self._sound:
                self._sounding = list(self._encoded(self._sound))
            self._closing = stack.pop_all()
        return self

    def _encoded(self, sound: Sound) -> Iterator[av.Packet]:
        """The sound without loss (ALAC, 16 bits), to be written once the header is."""
        layout = "mono" if sound.samples.shape[0] == 1 else "stereo"
        stream = self._container.add_stream("alac", rate=sound.rate, format="s16p", layout=layout)
        whole = np.round(np.clip(sound.samples, -1, 1) * _LOUDEST).astype(np.int16)
        for start in range(0, whole.shape[1], _ALAC_FRAME):
            piece = np.ascontiguousarray(whole[:, start : start + _ALAC_FRAME])
            block = av.AudioFrame.from_ndarray(piece, format="s16p", layout=layout)
            block.sample_rate, block.pts, block.time_base = sound.rate, start, Fraction(1, sound.rate)
            yield from stream.encode(block)
        yield from stream.encode(None)

    def write(self, frame: np.ndarray) -> None:
        """Append one frame: uint8 RGB of shape (height, width, 3). Raises MediaError for any other array."""
        if frame.shape != (self.height, self.width, 3) or frame.dtype != np.uint8:
            raise MediaError(
                f"{self.target.name}: frame {self.frames} is {frame.dtype} {frame.shape}, "
                f"expected uint8 ({self.height}, {self.width}, 3)"
            )
        picture = av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(frame), format="rgb24")
        self._append(self._reformatter.reformat(picture, **AS_STORED))

    def write_planes(self, planes: Sequence[np.ndarray]) -> None:
        """Append one frame that is as it is stored: uint8 planes of yuv420p, BT.709 in limited range.

        Raises MediaError for planes of another form.
        """
        half = (self.height // 2, self.width // 2)
        shapes = [(plane.shape, plane.dtype) for plane in planes]
        if shapes != [(shape, np.dtype(np.uint8)) for shape in ((self.height, self.width), half, half)]:
            raise MediaError(
                f"{self.target.name}: frame {self.frames} is not yuv420p of {self.width}x{self.height}"
            )
        flat = np.concatenate([plane.reshape(-1) for plane in planes])
        stacked = flat.reshape(self.height * 3 // 2, self.width)
        self._append(av.VideoFrame.from_ndarray(stacked, format="yuv420p"))

    def _append(self, picture: av.VideoFrame) -> None:
        picture.pts, picture.time_base = self.frames, 1 / self.rate
        self._encode(picture)
        self.frames += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            with suppress(av.error.FFmpegError):  # the error that came first is the one to be told
                self._closing.__exit__(kind, error, trace)
            return
        try:
            with self._closing:
                self._finish()
        except av.error.FFmpegError as failure:
            raise self._unwritable(failure) from None

    def _finish(self) -> None:
        if not self.frames:
            raise MediaError(f"{self.target.name}: no frame was written, so there is no clip")
        self._encode(None)
        for packet in self._sounding:
            self._container.mux(packet)

    def _encode(self, picture: av.VideoFrame | None) -> None:
        """Pass on one frame, or with None all that the encoder still holds."""
        try:
            self._container.mux(self._stream.encode(picture))
        except av.error.FFmpegError as error:
            raise self._unwritable(error) from None

    def _unwritable(self, error: av.error.FFmpegError) -> MediaError:
        return MediaError(f"{self.target.name} cannot be written: {error.strerror or error}")
