"""A take at a larger size, frame by frame: decoded and encoded here, enlarged by a program elsewhere.

Frames go through two pipes, so that memory does not depend on how long a take is.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from swav.environments.run import run_program
from swav.errors import MediaError
from swav.media.probe import opened, probe
from swav.media.standard import standard
from swav.media.writer import ClipWriter
from swav.upscaling.models import PROGRAM


def enlarge(
    take: Path,
    target: Path,
    *,
    size: tuple[int, int],
    model: Path,
    python: Path,
    cards: tuple[str, ...],
    metadata: Mapping[str, str],
    progress: Callable[[str, int, int], None],
    note: Callable[[str], None],
) -> dict[str, Any]:
    """Write ``take`` at ``size`` (width, height); what the program says of the model and of the time it took.

    Raises EngineError with the program's sentence, MediaError where the take cannot be read.
    """
    picture = probe(take)
    asked = {"file": str(model), "width": picture.width, "height": picture.height, "size": list(size)}
    with ExitStack() as closing:
        to_program, frames = os.pipe()
        made, from_program = os.pipe()
        clip = ClipWriter(target, width=size[0], height=size[1], rate=picture.rate, metadata=dict(metadata))
        pool = closing.enter_context(ThreadPoolExecutor(2))
        feeding = pool.submit(_feed, take, frames)
        enlarging = pool.submit(
            run_program,
            python,
            PROGRAM,
            asked | {"read": to_program, "write": from_program},
            cards=cards[:1],
            progress=progress,
            note=note,
            hand_over=(to_program, from_program),
        )
        source = closing.enter_context(os.fdopen(made, "rb"))  # closed first: then nobody waits for us
        with clip:
            for frame in _frames(source, size):
                clip.write(frame)
                progress("upscale", clip.frames, picture.frames)
            feeding.result()
            said = enlarging.result()
            if clip.frames != picture.frames:
                raise MediaError(
                    f"{take} ends after {clip.frames} of {picture.frames} frames; is it damaged?"
                )
    return said


def _feed(take: Path, frames: int) -> None:
    """Every frame of a take, as 8-bit RGB in full range, into a pipe, until nobody reads any more."""
    with suppress(BrokenPipeError), os.fdopen(frames, "wb") as target, opened(take) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for frame in container.decode(stream):
            shown = standard(frame).reformat(
                format="rgb24",
                src_colorspace=Colorspace.ITU709,
                src_color_range=ColorRange.MPEG,
                dst_color_range=ColorRange.JPEG,
            )
            target.write(shown.to_ndarray().tobytes())


def _frames(source: BinaryIO, size: tuple[int, int]) -> Iterator[np.ndarray]:
    """The frames that come back, as uint8 RGB of shape (height, width, 3)."""
    width, height = size
    while len(read := source.read(width * height * 3)) == width * height * 3:
        yield np.frombuffer(read, np.uint8).reshape(height, width, 3)
