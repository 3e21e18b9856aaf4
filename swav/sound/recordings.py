"""Recordings that fill a stretch of the reel: decoded, begun again where they are over, at an even level."""

from pathlib import Path

import numpy as np
import soundfile

from swav.sound.cues import EDGE_OUT, Recording
from swav.sound.effects import decode_to, level_of
from swav.sound.loudness import SAMPLE_RATE
from swav.sound.track import Track, boost
from swav.sound.wav import writing

_BLOCK = 10 * SAMPLE_RATE


def track_of(recording: Recording, samples: int, level: float, scratch: Path) -> Track | None:
    """The recording on a reel of ``samples`` samples, at ``level`` LUFS of what is heard of it.

    It is decoded to ``scratch``, 48 kHz stereo. None if nothing of it lies within the reel. Raises MediaError
    for a file that holds no sound from its in-point on.
    """
    wanted = min(recording.length, samples - recording.start)
    if wanted <= 0:
        return None
    once = scratch.with_name(f"once.{scratch.name}") if recording.loop else scratch
    length, cut = decode_to(once, recording, wanted)
    if recording.loop and not cut and length < wanted:
        _repeat(once, length, wanted, recording.seam, scratch)
        length, cut = wanted, True
    elif recording.loop:
        once.replace(scratch)
    gain = boost(level - level_of(scratch, length))
    half = length // 2
    fade_out = recording.fade_out if cut or length == wanted else EDGE_OUT
    fades = min(recording.fade_in, half), min(fade_out, half)
    return Track(scratch, recording.start, length, gain, *fades)


def _repeat(once: Path, length: int, wanted: int, seam: int, target: Path) -> None:
    """Write a sound again and again, ``wanted`` samples in all; each end passes into the next beginning.

    The powers of both add up to one (sine and cosine), so that noise, which surf and rain are, has no dip.
    """
    seam = min(seam, length // 4)
    turn = np.linspace(0, np.pi / 2, seam, endpoint=False, dtype=np.float32)[:, None]
    rise, fall = np.sin(turn), np.cos(turn)
    with (
        soundfile.SoundFile(once) as source,
        writing(target, wanted, "FLOAT") as file,
    ):
        source.seek(length - seam)
        end = source.read(seam, dtype="float32", always_2d=True)
        source.seek(0)
        joint = end * fall + source.read(seam, dtype="float32", always_2d=True) * rise
        written, first = 0, True
        while written < wanted:
            if first:
                source.seek(0)
            else:
                written += _put(file, joint, wanted - written)
                source.seek(seam)
            left = length - seam - (0 if first else seam)
            while left > 0 and written < wanted:
                block = source.read(min(_BLOCK, left), dtype="float32", always_2d=True)
                left -= len(block)
                written += _put(file, block, wanted - written)
            first = False


def _put(file: soundfile.SoundFile, block: np.ndarray, most: int) -> int:
    file.write(block[:most])
    return min(len(block), most)
