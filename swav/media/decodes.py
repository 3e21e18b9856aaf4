"""Whether a file can be read to its end: every frame and every sample of it decoded once. Light."""

from collections.abc import Collection
from pathlib import Path

from swav.media.ffmpeg import location
from swav.whole import looks_whole

STRICT = {"err_detect": "crccheck+bitstream+buffer+explode"}
"""Options of a decoder that takes nothing amiss for whole."""
_DECODED = (".mp4", ".wav", ".png")


def can_be_read(file: Path) -> bool:
    """Whether a picture, film or sound decodes whole; of another file, whether it has its form."""
    if not file.is_file() or not looks_whole(file):
        return False
    return file.suffix not in _DECODED or not faults(file)


def faults(film: Path, kinds: Collection[str] = ("video", "audio")) -> list[str]:
    """What is wrong with a file's tracks of those kinds, each of which is decoded to its end."""
    import av

    found = []
    try:
        with av.open(location(film)) as container:
            count = len(container.streams)
            wanted = [number for number in range(count) if container.streams[number].type in kinds]
        for number in wanted:
            found += _track(film, number)
    except av.error.FFmpegError as error:
        found.append(f"it cannot be opened: {error.strerror or error}")
    return found


def _track(film: Path, number: int) -> list[str]:
    import av

    with av.open(location(film)) as container:
        stream = container.streams[number]
        if stream.codec_context is None:
            return [f"its {stream.type} is of a kind that nobody can decode"]
        stream.codec_context.options = STRICT
        frames, promised, damaged = 0, stream.frames, 0
        try:
            for frame in container.decode(stream):
                frames += 1
                damaged += bool(frame.is_corrupt)
        except av.error.FFmpegError as error:
            return [f"its {stream.type} cannot be decoded after frame {frames}: {error.strerror or error}"]
        if damaged:
            return [f"{damaged} frames of its {stream.type} cannot be decoded whole"]
        if stream.type == "video" and promised and frames != promised:
            return [f"its video has {frames} frames of {promised}"]
    return []
