"""SSIM and PSNR of two clips, frame by frame, whatever their names and rates."""

from fractions import Fraction

import numpy as np
import pytest

from swav.errors import MediaError
from swav.media.likeness import likeness
from swav.media.writer import ClipWriter


def clip(file, frames=6, spoilt=(), rate=24, size=(64, 48)):
    """A clip of noise, in which some frames are spoilt by more noise."""
    random = np.random.default_rng(0)
    with ClipWriter(file, width=size[0], height=size[1], rate=Fraction(rate), metadata={}) as writer:
        for number in range(frames):
            frame = random.integers(60, 190, (size[1], size[0], 3), dtype=np.uint8)
            if number in spoilt:
                frame = frame + np.random.default_rng(number).integers(0, 60, frame.shape, dtype=np.uint8)
            writer.write(np.ascontiguousarray(frame))
    return file


def test_a_clip_is_like_itself(tmp_path):
    file = clip(tmp_path / "it's; [a]:b,c.mp4")
    found = likeness(file, file)
    assert found.frames == 6 and found.ssim.mean == found.ssim.least == 1
    assert found.psnr.mean is None is found.psnr.least


def test_the_frame_that_is_least_alike_is_named(tmp_path):
    found = likeness(clip(tmp_path / "a.mp4"), clip(tmp_path / "b.mp4", spoilt=[4]))
    assert found.ssim.frame == found.psnr.frame == 4
    assert found.ssim.least < 0.9 < found.ssim.mean < 1
    assert found.psnr.least < 25 < found.psnr.mean < 60


def test_clips_of_other_lengths_and_rates_are_compared_by_their_numbers(tmp_path):
    found = likeness(clip(tmp_path / "a.mp4"), clip(tmp_path / "b.mp4", frames=4, rate=16))
    assert found.frames == 4 and found.ssim.least > 0.95


def test_other_sizes_are_refused_in_a_sentence(tmp_path):
    with pytest.raises(MediaError, match="64x48 and 32x32"):
        likeness(clip(tmp_path / "a.mp4"), clip(tmp_path / "b.mp4", size=(32, 32)))
