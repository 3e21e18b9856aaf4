"""The contact sheet of a film can be written and read, however many shots it has."""

from fractions import Fraction
from types import SimpleNamespace

import pytest
from PIL import Image

from swav.review import overview
from swav.review.sheet_layout import MOST_PIXELS, Layout, layout_of

WIDE, TALL = (320, 180), (320, 569)


@pytest.mark.parametrize("picture", [WIDE, TALL, (320, 134), (320, 320)])
@pytest.mark.parametrize("shots", [1, 3, 54, 400, 800, 760, 761, 1_125, 1_500, 5_400, 20_000, 60_000])
def test_a_sheet_of_any_film_can_be_written(shots: int, picture: tuple[int, int]) -> None:
    layout = layout_of(shots, picture)
    across, down = layout.size
    assert across * down <= MOST_PIXELS and max(across, down) < 65_500, "what JPEG and Pillow take"
    right, bottom = (max(at) for at in zip(*map(layout.corner, range(shots)), strict=True))
    assert right + layout.width <= across and bottom + layout.height <= down, "every picture is on it"


@pytest.mark.parametrize("shots", [1, 8, 54, 540])
def test_films_of_hundreds_of_shots_are_shown_four_in_a_row(shots: int) -> None:
    assert layout_of(shots, WIDE) == Layout(shots, 4, *WIDE)


def test_pictures_are_no_smaller_than_they_have_to_be() -> None:
    widths = [layout_of(shots, WIDE).width for shots in (54, 900, 1_500, 5_400, 20_000)]
    assert widths == sorted(widths, reverse=True) and len(set(widths)) == len(widths)
    assert widths[3] >= 80, "to be recognised"


def test_a_film_of_more_shots_than_fit_in_four_columns_has_its_sheet(tmp_path, monkeypatch) -> None:
    """A JPEG of more than 65,500 rows was refused, after hours, when all of the film was made."""
    count = 1_300
    shots = [SimpleNamespace(id=f"r{n:05}", engine="animatic") for n in range(count)]
    cut = SimpleNamespace(title="Many", shots=shots, delivery=SimpleNamespace(rate=8, width=160, height=90))
    spans = [SimpleNamespace(start=32 * n, frames=Fraction(32)) for n in range(count)]
    pictures = [Image.new("RGB", WIDE, colour) for colour in ("red", "lime", "blue")]
    monkeypatch.setattr(overview, "timeline", lambda cut: SimpleNamespace(spans=spans))
    monkeypatch.setattr(overview, "middle_frames", lambda *asked: (pictures[n % 3] for n in range(count)))
    verdicts = {"shots": {shot.id: {"status": "pass"} for shot in shots}}
    overview.write_sheet(cut, verdicts, tmp_path / "sheet.jpg")
    layout = layout_of(count, WIDE)
    with Image.open(tmp_path / "sheet.jpg") as sheet:
        assert sheet.size == layout.size
        for place in (0, 1, 2, 700, count - 1):
            left, top = layout.corner(place)
            colour = sheet.getpixel((left + layout.width // 2, top + layout.height // 2))
            assert colour.index(max(colour)) == place % 3, "each shot's own picture stands in its place"
