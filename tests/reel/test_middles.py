"""The small pictures of a reel's contact sheet: made once, and believed only of the packets they are of."""

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from swav.media.writer import ClipWriter
from swav.quality.joined import measure_picture
from swav.reel import middles
from swav.reel.middles import Keeper, middle_frames

WANTED, SIZE = (2, 13, 29), (40, 24)


def film(target, shade):
    """Thirty frames in three groups, each frame lighter than the one before."""
    encoding = {"quality": 10, "parameters": ("keyint=10", "min-keyint=10", "scenecut=0")}
    form = {"width": 80, "height": 48, "rate": Fraction(24)}
    with ClipWriter(target, **form, metadata={}, **encoding) as clip:
        for number in range(30):
            light = shade if 10 <= number < 20 else 0
            clip.write(np.full((48, 80, 3), 20 + 6 * number + light, np.uint8))


@pytest.fixture
def cut(tmp_path):
    film(tmp_path / "reel.mp4", 0)
    shots = [SimpleNamespace(segment=str(tmp_path / f"{name}-1.mp4")) for name in "abc"]
    return SimpleNamespace(reel=str(tmp_path / "reel.mp4"), shots=shots)


@pytest.fixture
def decoded(monkeypatch):
    """Numbers of the frames that were decoded."""
    seen, sought = [], middles._sought
    monkeypatch.setattr(middles, "_sought", lambda *at: seen.append(at[-1]) or sought(*at))
    return seen


def shown(cut):
    return [np.asarray(picture).copy() for picture in middle_frames(cut, WANTED, SIZE)]


def test_only_what_is_new_is_decoded_and_all_looks_the_same(cut, decoded, tmp_path):
    first = shown(cut)
    assert decoded == list(WANTED)
    assert [round(float(picture.mean())) for picture in first] == pytest.approx([32, 98, 194], abs=3)
    decoded.clear()
    assert np.array_equal(first, shown(cut)) and decoded == []
    film(tmp_path / "reel.mp4", 50)  # the second group, under the names of before
    again = shown(cut)
    assert decoded == [13]
    assert np.array_equal(again[::2], first[::2]) and again[1].mean() == pytest.approx(148, abs=3)


@pytest.mark.parametrize("harm", ["cut short", "another picture", "another size", "another frame", "gone"])
def test_a_picture_of_anything_else_is_not_believed(cut, decoded, tmp_path, harm):
    first = shown(cut)
    decoded.clear()
    kept, other = tmp_path / "b-1.middle.png", tmp_path / "c-1.middle.png"
    wanted = {"another frame": (2, 14, 29)}.get(harm, WANTED)
    size = {"another size": (20, 12)}.get(harm, SIZE)
    if harm == "cut short":
        kept.write_bytes(kept.read_bytes()[:-40])
    elif harm == "another picture":
        kept.write_bytes(other.read_bytes())
    elif harm == "gone":
        kept.unlink()
    again = [np.asarray(picture).copy() for picture in middle_frames(cut, wanted, size)]
    assert decoded == ([*WANTED] if harm == "another size" else [wanted[1]])
    if harm not in ("another size", "another frame"):
        assert np.array_equal(first, again)
    with Image.open(kept) as picture:
        assert picture.size == size


def test_what_is_kept_of_a_segment_is_what_its_reel_shows(cut, decoded, tmp_path):
    """A shot of 16 frames whose first two belong to the transition before: its frame 8 is the segment's 6."""
    segment = tmp_path / "b-1.mp4"
    film(segment, 50)
    delivery = SimpleNamespace(rate=Fraction(24), width=80, height=48)
    shot = SimpleNamespace(segment=str(segment), head=2, trim=SimpleNamespace(frames=16))
    measure_picture(segment, look=Keeper(SimpleNamespace(delivery=delivery), shot).see)
    kept = segment.with_suffix(".middle.png").read_bytes()
    segment.rename(tmp_path / "reel.mp4")
    size = middles.size_of(SimpleNamespace(delivery=delivery))
    list(middle_frames(cut, (2, 6, 29), size))
    assert decoded == [2, 29]
    (tmp_path / "b-1.middle.png").unlink()
    list(middle_frames(cut, (2, 6, 29), size))
    assert decoded == [2, 29, 6] and (tmp_path / "b-1.middle.png").read_bytes() == kept


def test_of_a_segment_without_its_shots_middle_nothing_is_kept(tmp_path):
    """A transition shows it."""
    film(tmp_path / "b-1.mp4", 0)
    delivery = SimpleNamespace(rate=Fraction(24), width=80, height=48)
    for head, frames in ((30, 40), (2, 70)):
        shot = SimpleNamespace(
            segment=str(tmp_path / "b-1.mp4"), head=head, trim=SimpleNamespace(frames=frames)
        )
        measure_picture(tmp_path / "b-1.mp4", look=Keeper(SimpleNamespace(delivery=delivery), shot).see)
    assert not list(tmp_path.glob("*.png"))


def test_a_film_that_is_not_one_group_after_the_other_is_decoded_and_nothing_kept(
    cut, decoded, monkeypatch, tmp_path
):
    from swav.quality import joined

    def refuses(*_):
        raise joined.NotInGroups

    first = shown(cut)
    for file in tmp_path.glob("*.png"):
        file.unlink()
    decoded.clear()
    monkeypatch.setattr(joined, "group_at", refuses)
    assert np.array_equal(first, shown(cut)) and decoded == list(WANTED)
    assert not list(tmp_path.glob("*.png"))
