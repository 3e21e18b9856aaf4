"""WAV files of any length: those that pass what WAV can count are RF64, its extension (EBU Tech 3306).

A WAV counts its bytes in 32 bits, which is four hours of stereo in 24 bits. Other files stay plain WAV, which
more programs read; both are called ``.wav``, and whoever reads them here tells them by their first bytes.
"""

from pathlib import Path

import soundfile

from swav.sound.loudness import SAMPLE_RATE

MOST_BYTES = 2**32 - 2**16
"""Of samples, in a plain WAV: what is left is far more than its other chunks take."""
CHANNELS = 2
_BYTES = {"PCM_24": 3, "FLOAT": 4}


def form(samples: int, subtype: str) -> str:
    """The kind of file that holds so many samples, ``PCM_24`` or ``FLOAT``: ``WAV`` or ``RF64``."""
    return "WAV" if samples * CHANNELS * _BYTES[subtype] <= MOST_BYTES else "RF64"


def writing(target: Path, samples: int, subtype: str) -> soundfile.SoundFile:
    """Open a file for at most so many samples, to be written: 48 kHz, stereo, ``PCM_24`` or ``FLOAT``.

    The same samples are the same bytes, but for FLOAT: into that libsndfile writes the time.
    """
    return soundfile.SoundFile(target, "w", SAMPLE_RATE, CHANNELS, subtype, format=form(samples, subtype))
