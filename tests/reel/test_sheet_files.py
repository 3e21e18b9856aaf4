"""The sheet of a film's keyframes: any number of shots, one page in memory, files that open."""

import re

import numpy as np
import pytest
from peak_memory import peak
from PIL import Image

from swav.reel import stills
from swav.reel.sheet_files import MOST_PIXELS, wall_of, write_sheet
from swav.reel.storyboard_sheet import COLUMNS, PAGE, ROWS, Cell, page_count, pages

SHOTS_A_PAGE = COLUMNS * ROWS
MOST_ROWS = 30_000
"""Documents of Adobe Photoshop have no more."""
LAYING = """
import sys
from pathlib import Path
import numpy as np
from swav.reel.sheet_files import write_sheet
from swav.reel.storyboard_sheet import Cell, page_count, pages

def cells(shots):
    for number in range(shots):
        yield Cell("a shot", (np.full((720, 1280, 3), number % 256, np.uint8),), "", "", (), True)

folder, shots = Path(sys.argv[1]), int(sys.argv[2])
files = folder / f"{shots}.png", folder / f"{shots}.pdf"
write_sheet("A film", pages("A film", cells(shots), shots), page_count(shots), *files)
"""


def test_a_longer_film_takes_no_more_memory_and_has_files_that_open(tmp_path):
    short, long = (peak(LAYING, tmp_path, shots) for shots in (114, 216))
    assert long - short < 8, "a page is 9 MB"
    for shots in (114, 216):
        with Image.open(tmp_path / f"{shots}.png") as picture:
            assert picture.width * picture.height <= MOST_PIXELS and max(picture.size) < MOST_ROWS
            colours = picture.getextrema()
        assert colours != ((250, 250), (250, 250), (247, 247)), "pages are seen"
        found = re.findall(rb"/Type /Page\b", (tmp_path / f"{shots}.pdf").read_bytes())
        assert len(found) == shots / SHOTS_A_PAGE


@pytest.mark.parametrize("count", [1, 9, 18, 19, 134, 900, 5000])
def test_pages_keep_their_shape_and_all_fit_in_the_picture(count):
    wall = wall_of(count)
    across, down = wall.size
    assert (
        wall.columns * wall.rows >= count and across * down <= MOST_PIXELS and max(across, down) < MOST_ROWS
    )
    assert wall.width / wall.height == pytest.approx(PAGE[0] / PAGE[1], rel=0.02)
    assert ((wall.width, wall.height) == PAGE) == (count <= 18) == (wall.columns == 1)


def test_pages_are_in_their_order_in_both_files(tmp_path):
    """Each page of its own grey: row by row in the picture, one after the other in the PDF."""
    count = 20
    greys = [10 * number for number in range(count)]
    drawn = (Image.new("RGB", PAGE, (grey, grey, grey)) for grey in greys)
    write_sheet("A film", drawn, count, tmp_path / "a.png", tmp_path / "a.pdf")
    wall = wall_of(count)
    with Image.open(tmp_path / "a.png") as picture:
        middles = [
            picture.getpixel(
                (wall.width * (place % wall.columns) + 99, wall.height * (place // wall.columns) + 99)
            )[0]
            for place in range(count)
        ]
    assert middles == greys
    shown = re.findall(
        rb"stream\r?\n(\xff\xd8.*?)\r?\nendstream", (tmp_path / "a.pdf").read_bytes(), re.DOTALL
    )
    assert len(shown) == count
    for grey, content in zip(greys, shown, strict=True):
        (tmp_path / "page.jpg").write_bytes(content)
        with Image.open(tmp_path / "page.jpg") as page:
            assert page.size == PAGE and abs(page.getpixel((99, 99))[0] - grey) <= 1


def test_a_cell_is_drawn_when_its_place_comes():
    """A film's pictures are never all open."""
    taken = []

    def cells():
        for number in range(13):
            taken.append(number)
            yield Cell(str(number), (np.zeros((9, 16, 3), np.uint8),), "", "", (), True)

    drawn = pages("A film", cells(), 13)
    assert page_count(13) == 3
    for so_far in (6, 12, 13):
        next(drawn)
        assert len(taken) == so_far
    assert next(drawn, None) is None


def test_only_sheets_with_pages_side_by_side_have_another_key(monkeypatch):
    """So what is there of usual films stays."""
    keyed = []
    monkeypatch.setattr(stills.keys, "digest", lambda values: keyed.append(values) or "key")

    class Film:
        title, shots = "A film", ()

        class judging:
            limits = None

    stills.stills_key(Film)
    assert "columns" not in keyed[0]
    monkeypatch.setattr(stills, "page_count", lambda shots: 19)
    stills.stills_key(Film)
    assert keyed[1] == {**keyed[0], "columns": wall_of(19).columns}
