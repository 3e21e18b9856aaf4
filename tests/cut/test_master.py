"""Masters for editing programs, read back: every frame in its place, the mix bit for bit, and its words."""

from fractions import Fraction

import av
import numpy as np
import pytest
import soundfile
from numbered import read_number, write_numbered

from swav.cut.join import Chapter, join
from swav.cut.master import CODECS, encode_master, seen
from swav.errors import MediaError
from swav.times import to_samples

RATE, FRAMES, SIZE = Fraction(24), 9, (256, 144)
HOSTILE = "a=b; #c \\ 'q' \"d\" %{pts} [v];\nनमस्ते 🎬"


@pytest.fixture(scope="module")
def reel(tmp_path_factory):
    """A reel whose frames say their numbers, and the mix that it was joined with."""
    folder = tmp_path_factory.mktemp("masters")
    take = write_numbered(folder / "take.mp4", range(FRAMES), width=SIZE[0], height=SIZE[1])
    sound = np.random.default_rng(1).uniform(-0.1, 0.1, (to_samples(FRAMES, RATE, 48_000), 2))
    soundfile.write(folder / "mix.wav", sound, 48_000, subtype="PCM_24")
    settings = {"subtitles": None, "language": "en", "metadata": {"title": HOSTILE}}
    chapters = [Chapter("r001", 0, 4), Chapter("r002", 4, FRAMES)]
    join(
        [take], rate=RATE, sound=folder / "mix.wav", chapters=chapters, target=folder / "reel.mp4", **settings
    )
    return folder / "reel.mp4", folder / "mix.wav"


@pytest.mark.parametrize("codec", CODECS)
def test_a_master_holds_every_frame_and_the_mix_itself(reel, tmp_path, codec):
    target = tmp_path / "हिन्दी 'x'; $(y).mov"
    found = encode_master(*reel, codec, target)
    assert (found.frames, found.width, found.height, found.sound) == (FRAMES, *SIZE, "pcm_s24le")
    with av.open(str(target)) as film:
        frames = list(film.decode(video=0))
        assert [read_number(frame.to_ndarray(format="rgb24")) for frame in frames] == list(range(FRAMES))
        assert {(frame.colorspace, frame.color_range) for frame in frames} == {(1, 1)}  # BT.709, limited
        assert [(chapter["start"], chapter["metadata"]["title"]) for chapter in film.chapters()] == [
            (0, "r001"), (chapter_start(film, 4), "r002")
        ]  # fmt: skip
        assert film.metadata["title"] == HOSTILE
    sound = np.hstack([frame.to_ndarray() for frame in decoded_sound(target)]).reshape(-1, 2)
    mixed, _ = soundfile.read(reel[1], dtype="int32")
    assert np.array_equal(sound, mixed)
    first = target.read_bytes()
    encode_master(*reel, codec, target)
    assert target.read_bytes() == first


def chapter_start(film, frame: int) -> int:
    """A frame's time in the clock of a film's chapters."""
    return int(frame / 24 / film.chapters()[0]["time_base"])


def decoded_sound(path):
    with av.open(str(path)) as film:
        yield from film.decode(audio=0)


def test_what_is_not_as_it_should_be_leaves_nothing(reel, tmp_path):
    film, mix = reel
    with pytest.raises(MediaError, match="encoding m"):
        encode_master(film, tmp_path / "no.wav", "prores", tmp_path / "m.mov")
    small = write_numbered(tmp_path / "small.mp4", range(2))
    with pytest.raises(MediaError):  # 160x90, of which DNxHR has no frames
        encode_master(small, mix, "dnxhr", tmp_path / "m.mov")
    assert not list(tmp_path.glob("*.mov*"))
    with pytest.raises(MediaError):
        seen(mix)
