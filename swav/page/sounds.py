"""What is made for listening alone: how loud a sound is along its time, and a copy that is fetched whole.

A browser that plays five stems from files keeps five of its six connections open, and all else waits.
"""

from pathlib import Path

import numpy as np

from swav.errors import MediaError
from swav.files import replacing

STEPS = 100
"""Values of a waveform a second."""
_BITRATE = "128k"


def make_waveform(sound: Path, target: Path) -> None:
    """Write a byte for each hundredth of a second: the loudest sample of any channel, 255 for full scale.

    MediaError where it is no sound.
    """
    import soundfile

    try:
        with soundfile.SoundFile(sound) as file:
            step = round(file.samplerate / STEPS)
            blocks = file.blocks(step * STEPS, dtype="float32", always_2d=True)
            found = [_loudest(block, step) for block in blocks]
    except soundfile.SoundFileError as error:
        raise MediaError(f"{sound} is no sound that can be read: {error}") from None
    with replacing(target) as partial:
        partial.write_bytes(b"".join(found))


def _loudest(block: np.ndarray, step: int) -> bytes:
    """Of samples (n, channels), the loudest of each step; the last may be shorter."""
    loud = np.abs(block).max(axis=1)
    loud = np.pad(loud, (0, -len(loud) % step)).reshape(-1, step).max(axis=1)
    return np.rint(255 * np.minimum(loud, 1)).astype(np.uint8).tobytes()


def make_listened(sound: Path, target: Path) -> None:
    """Encode a sound as AAC, about a megabyte a minute. MediaError."""
    from swav.media.ffmpeg import location, run

    with replacing(target) as partial:
        words = ["-i", location(sound), "-map", "0:a:0", "-c:a", "aac", "-b:a", _BITRATE]
        words += ["-movflags", "+faststart", "-map_metadata", "-1", "-f", "mp4"]
        run([*words, location(partial)], what=f"a copy of {sound.name} for listening")
