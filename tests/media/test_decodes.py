"""Films and sounds whose header names a codec that nobody knows, as a flipped bit leaves it."""

from fractions import Fraction

import numpy as np
import pytest
import soundfile

from swav.cut.join import _checked
from swav.errors import SwavError
from swav.media.decodes import can_be_read, faults
from swav.media.writer import ClipWriter
from swav.sound.decode import decoded


@pytest.fixture
def film(tmp_path):
    clip = tmp_path / "clip.mp4"
    with ClipWriter(clip, width=64, height=32, rate=Fraction(12), metadata={}) as writer:
        for shade in range(0, 240, 20):
            writer.write(np.full((32, 64, 3), shade, np.uint8))
    assert can_be_read(clip)
    clip.write_bytes(clip.read_bytes().replace(b"avc1", b"zvc1").replace(b"avcC", b"zvcC"))
    return clip


def test_a_film_of_an_unknown_codec_does_not_decode(film):
    assert faults(film) and not can_be_read(film)


def test_it_is_not_joined(film):
    with pytest.raises(SwavError, match=r"clip\.mp4"):
        _checked([film], Fraction(12))


def test_a_sound_of_an_unknown_codec_is_named(tmp_path):
    sound = tmp_path / "line.wav"
    soundfile.write(sound, np.zeros(4800, np.float32), 48000, subtype="PCM_16")
    data = bytearray(sound.read_bytes())
    data[20:22] = b"\xfe\x7f"
    sound.write_bytes(data)
    with pytest.raises(SwavError, match=r"line\.wav"):
        list(decoded(sound))
    assert faults(sound)
