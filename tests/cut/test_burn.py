"""Subtitles in the picture, read back: on their frames and no other, in their rows, all else as it was."""

from fractions import Fraction

import av
import numpy as np
import pytest
import soundfile
from numbered import pictures, write_flat

from swav.cut.burn import Burnt, burn
from swav.cut.join import Chapter, join
from swav.errors import MediaError
from swav.times import to_samples
from swav.titles.overlay import draw_overlay

RATE, FRAMES = Fraction(24), 12
HOSTILE = "a=b; %{pts} [v]\nनमस्ते"


@pytest.fixture(scope="module")
def reel(tmp_path_factory):
    """Twelve frames of one grey, with noise to hear."""
    folder = tmp_path_factory.mktemp("burnt")
    take = write_flat(folder / "take.mp4", (90, 120, 150), FRAMES)
    sound = np.random.default_rng(1).uniform(-0.1, 0.1, (to_samples(FRAMES, RATE, 48_000), 2))
    soundfile.write(folder / "mix.wav", sound, 48_000, subtype="PCM_24")
    chapters = [Chapter("r001", 0, 4), Chapter("r002", 4, FRAMES)]
    settings = {"subtitles": None, "language": "en", "metadata": {"title": HOSTILE}, "chapters": chapters}
    join([take], rate=RATE, sound=folder / "mix.wav", target=folder / "reel.mp4", **settings)
    return folder / "reel.mp4"


def cue(start, end, *rows, language="en"):
    picture = draw_overlay(rows, "subtitle", language=language, width=160, height=90)
    return Burnt(start, end, np.asarray(picture))


def sound_of(film) -> list[tuple[int, bytes]]:
    with av.open(str(film)) as opened:
        return [(packet.pts, bytes(packet)) for packet in opened.demux(audio=0) if packet.size]


@pytest.mark.parametrize("language", ["en", "hi"])
def test_a_cue_stands_on_its_frames_in_the_lowest_rows(reel, tmp_path, language):
    words = {"en": ("$(reboot) %{n}", "<b>x</b> {\\an8}"), "hi": ("समुद्र की आवाज़",)}[language]
    target = tmp_path / "a 'b'; c.mp4"
    cues = [cue(3, 6, *words, language=language), cue(6, 6, "never"), cue(9, 40, "last")]
    burn(reel, cues, crf=12, preset="veryfast", target=target)
    before, after = np.array(pictures(reel), int), np.array(pictures(target), int)
    changed = (np.abs(after - before).max(axis=3) > 30).any(axis=2)  # by frame and row
    assert [number for number in range(FRAMES) if changed[number].any()] == [3, 4, 5, 9, 10, 11]
    letters = np.flatnonzero((after[4].min(axis=2) > 150).any(axis=1))
    assert 90 * 0.78 <= letters[0] < letters[-1] <= 90 * 0.95  # the rows that are kept for them
    assert np.abs(after[:, :50] - before[:, :50]).max() <= 6
    assert sound_of(target) == sound_of(reel)
    with av.open(str(target)) as film, av.open(str(reel)) as source:
        assert film.metadata["title"] == HOSTILE and film.chapters() == source.chapters()
        assert film.streams.video[0].average_rate == RATE
    first = target.read_bytes()
    burn(reel, cues, crf=12, preset="veryfast", target=target)
    assert target.read_bytes() == first


def test_without_a_cue_the_picture_is_as_it_was(reel, tmp_path):
    burn(reel, [], crf=12, preset="veryfast", target=tmp_path / "film.mp4")
    assert np.abs(np.array(pictures(reel), int) - np.array(pictures(tmp_path / "film.mp4"), int)).max() <= 3


def test_what_cannot_be_read_or_written_is_said_and_leaves_nothing(reel, tmp_path):
    (tmp_path / "text.mp4").write_text("no film")
    for source in (tmp_path / "text.mp4", tmp_path / "gone.mp4"):
        with pytest.raises(MediaError):
            burn(source, [], crf=12, preset="veryfast", target=tmp_path / "film.mp4")
    assert [file.name for file in tmp_path.iterdir()] == ["text.mp4"]
