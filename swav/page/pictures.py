"""What is made for looking alone: a small picture of each clip, and a proxy of key frames only.

A step back in a film as it is delivered takes a decoder an eighth of a second, as it begins again at the last
key frame; in a proxy it takes one refresh of the screen. Both are made when somebody first looks, outside
Snakemake and its lock, under the key of what they show, so that none is ever stale; ``build/review`` can be
deleted at any time.
"""

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Lock

from swav.cut import paths
from swav.errors import MediaError, SwavError
from swav.files import replacing

POSTER_WIDTH = 320
PROXY_WIDTH = 960
_JPEG_QUALITY = 85


def poster_path(build: Path, key: str) -> Path:
    return Path(paths.POSTER.format(build=build, key=key))


def proxy_path(build: Path, key: str) -> Path:
    return Path(paths.PROXY.format(build=build, key=key))


def make_poster(clip: Path, target: Path) -> None:
    """Write a JPEG of a frame from the middle of a clip, 320 pixels wide. MediaError."""
    from PIL import Image

    if clip.suffix == ".png":
        with Image.open(clip) as picture:
            _save(picture.convert("RGB"), target)
    else:
        _save(_middle(clip), target)


def _middle(clip: Path):
    import av

    from swav.media.probe import opened

    with opened(clip) as container:
        stream = container.streams.video[0]
        middle = int((stream.duration or 0) // 2)
        container.seek((stream.start_time or 0) + middle, stream=stream)
        for frame in container.decode(stream):
            if frame.pts is None or frame.pts >= (stream.start_time or 0) + middle:
                return frame.to_image()
        container.seek(stream.start_time or 0, stream=stream)
        with suppress(StopIteration, av.FFmpegError):
            return next(container.decode(stream)).to_image()
    raise MediaError(f"{clip} has no frame to show")


def make_frame(clip: Path, number: int, target: Path) -> tuple[int, int]:
    """Write a frame of a clip, from 0, as a JPEG as large as it is; its width and height. MediaError."""
    from swav.media.probe import opened

    with opened(clip) as container:
        stream = container.streams.video[0]
        begin, rate = stream.start_time or 0, stream.average_rate or 24
        container.seek(begin + int(number / rate / stream.time_base), stream=stream)
        for frame in container.decode(stream):
            if round(((frame.pts or 0) - begin) * stream.time_base * rate) >= number:
                picture = frame.to_image()
                picture.save(target, "JPEG", quality=_JPEG_QUALITY)
                return picture.width, picture.height
    raise MediaError(f"{clip} has no frame {number}")


def _save(picture, target: Path) -> None:
    height = max(1, round(picture.height * POSTER_WIDTH / picture.width))
    with replacing(target) as partial:
        picture.resize((POSTER_WIDTH, height)).save(partial, "JPEG", quality=_JPEG_QUALITY)


def make_proxy(clip: Path, target: Path) -> None:
    """Encode a clip at most 960 pixels wide with every frame a key frame, its sound as it is. MediaError."""
    from swav.media import h264
    from swav.media.ffmpeg import location, run

    with replacing(target) as partial:
        words = ["-i", location(clip), "-map", "0:v:0", "-map", "0:a:0?"]
        words += ["-vf", f"scale='min({PROXY_WIDTH},iw)':-2:flags=area", "-pix_fmt", "yuv420p"]
        words += ["-c:v", "libx264", "-preset", "veryfast", "-crf", "24", "-g", "1", "-threads", "1"]
        if said := h264.parameters():
            words += ["-x264-params", said]
        words += ["-c:a", "copy", "-movflags", "+faststart", "-map_metadata", "-1"]
        run([*words, location(partial)], what=f"a proxy of {clip.name}")


class Studio:
    """Makes them one at a time, in the order in which they are asked for; each once, however many ask.

    Proxies give way to a build: on Linux a thread has a priority of its own, which its children inherit.
    """

    def __init__(self) -> None:
        self._posters = ThreadPoolExecutor(1, "posters")
        self._sounds = ThreadPoolExecutor(1, "sounds", initializer=os.nice, initargs=(10,))
        self._proxies = ThreadPoolExecutor(1, "proxies", initializer=os.nice, initargs=(10,))
        self._running: dict[Path, Future] = {}
        self._lock = Lock()

    def poster(self, clip: Path, target: Path) -> Future:
        """Ask for a picture of a clip."""
        return self._ask(self._posters, make_poster, clip, target)

    def proxy(self, clip: Path, target: Path) -> Future:
        """Ask for a proxy of a clip."""
        return self._ask(self._proxies, make_proxy, clip, target)

    def ask(self, make: Callable[[Path, Path], None], source: Path, target: Path) -> Future:
        """Ask for something of a sound: pictures do not wait for it, nor it for proxies."""
        return self._ask(self._sounds, make, source, target)

    def _ask(
        self, pool: ThreadPoolExecutor, make: Callable[[Path, Path], None], clip: Path, target: Path
    ) -> Future:
        with self._lock:
            if target.is_file():
                done: Future = Future()
                done.set_result(target)
                return done
            if target not in self._running:
                self._running[target] = pool.submit(self._made, make, clip, target)
            return self._running[target]

    def _made(self, make: Callable[[Path, Path], None], clip: Path, target: Path) -> Path:
        try:
            if not target.is_file():
                make(clip, target)
            return target
        except SwavError:
            raise
        except OSError as error:
            raise SwavError(f"{target} cannot be written: {error.strerror or error}") from error
        finally:
            with self._lock:
                self._running.pop(target, None)

    def close(self) -> None:
        """Take no more work; what is being made is finished by nobody and left out."""
        for pool in (self._posters, self._sounds, self._proxies):
            pool.shutdown(wait=False, cancel_futures=True)
