"""The small pictures of a reel's contact sheet: made once, and believed only of the packets they are of."""

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from swav.media.writer import ClipWriter
from swav.review import middles
from swav.review.middles import middle_frames

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
