"""Glyphs: the right ones in the right places, drawn as their outlines are, on any machine alike.

``shaped.json`` is what another HarfBuzz says, 6.0.0 as Debian 12 has it, of the same files: a line of it is
``hb-shape FILE --text=TEXT --direction=... --language=... --script=... --variations=wght=WEIGHT
--output-format=json --no-glyph-names --no-clusters``; a glyph is its number, offset x and y, and advance.
"""

import hashlib
import json
import os
import subprocess
import sys
from itertools import accumulate

import numpy as np
import pytest
from drawn_glyphs import filled
from places import DATA
from waiting import PATIENCE

from swav.titles import fonts
from swav.titles.overlay import draw_overlay
from swav.titles.setting import impress, itemise
from swav.titles.shaping import Stroke, drawn, shape

SHAPED = json.loads((DATA / "shaped.json").read_text(encoding="utf-8"))
lines = pytest.mark.parametrize("line", SHAPED, ids=lambda line: f"{line['file'][:-4]}-{line['language']}")


def font_of(file):
    return next(font for font in fonts.FONTS if file in {name for _, name in font.weights})


def shaped(line, **other):
    how = {"text": line["text"], "language": line["language"]} | other
    return shape(how["text"], font_of(line["file"]), line["weight"], line["direction"], how["language"])


def places(line):
    """(number, x, y) of each glyph, in font units."""
    pens = accumulate((advance for *_, advance in line["glyphs"]), initial=0)
    return [(number, pen + x, y) for pen, (number, x, y, _) in zip(pens, line["glyphs"], strict=False)]


@lines
def test_glyphs_and_advances_are_those_of_another_harfbuzz(line):
    em = fonts.opened(line["file"]).upem
    found = shaped(line)
    assert [(g.number, round(g.x * em), round(g.y * em)) for g in found.glyphs] == places(line)
    assert found.advance * em == pytest.approx(sum(advance for *_, advance in line["glyphs"]))


@lines
def test_a_line_is_drawn_as_its_outlines_are(line):
    found, size = shaped(line), 40
    left, bottom, right, top = (edge * size for edge in found.box)
    x, y = 4 - int(left // 1), 4 + int(-(-top // 1))
    stroke = Stroke(found, font_of(line["file"]), line["weight"], size, x, y)
    mask = drawn([stroke], int(x + right) + 6, int(y - bottom) + 6).astype(float)
    cover, left, top = filled(line["file"], line["weight"], places(line), size)
    want = np.zeros_like(mask)
    want[y + top : y + top + cover.shape[0], x + left : x + left + cover.shape[1]] = cover
    assert np.abs(mask - want).sum() / (mask + want).sum() < 0.016


def test_every_script_in_a_run_is_shaped_as_such():
    """Latin, Greek and Cyrillic come from one font, and HarfBuzz takes one script a buffer."""
    parts = ["Navy ", "Ναυτικό ", "Флот 2026"]
    whole, *single = (shape(text, fonts.LATIN, 400, "ltr", "und") for text in ("".join(parts), *parts))
    assert [g.number for g in whole.glyphs] == [g.number for part in single for g in part.glyphs]
    assert whole.advance == pytest.approx(sum(part.advance for part in single))


def test_scripts_of_a_run_from_the_right_stand_in_reading_order():
    font = next(font for font in fonts.FONTS if font.name == "Noto Sans Arabic")
    whole = [g.number for g in shape("سلام", font, 400, "rtl", "ar").glyphs]
    mixed = [g.number for g in shape("سلام ABC", font, 400, "rtl", "ar").glyphs]
    assert mixed[-len(whole) :] == whole


def test_letters_that_overlap_are_filled_once():
    mask = impress("श्रीमती", 90, 700).mask
    inner = np.asarray(mask)[np.asarray(mask.filter(_shrink())) > 250]
    assert inner.size and inner.min() > 250


def _shrink():
    from PIL import ImageFilter

    return ImageFilter.MinFilter(3)


# ---- language


@pytest.mark.parametrize(
    ("text", "one", "other"),
    [("श ल", "mr", "hi"), ("Ştiinţă ş", "ro", "en"), ("бгдпт", "sr", "ru")],
)
def test_a_language_has_forms_of_its_own(text, one, other):
    numbers = [
        [glyph.number for run in itemise(text) for glyph in shape(run.text, run.font, 400, "ltr", tag).glyphs]
        for tag in (one, other)
    ]
    assert numbers[0] != numbers[1]
    pictures = [
        draw_overlay([text], "title", language=tag, width=320, height=180).tobytes() for tag in (one, other)
    ]
    assert pictures[0] != pictures[1]


DRAW = """
import hashlib, locale
locale.setlocale(locale.LC_ALL, "")
from swav.titles.overlay import draw_overlay
lines = ["महाराष्ट्र श ल", "Știință şţ", "İstanbul ışık fi"]
picture = draw_overlay(lines, "title", language="en", width=640, height=360)
print(locale.setlocale(locale.LC_CTYPE), hashlib.sha256(picture.tobytes()).hexdigest())
"""


@pytest.mark.parametrize("name", ["C", "C.UTF-8", "mr_IN", "ro_RO", "tr_TR"])
def test_lettering_does_not_ask_the_machine_for_its_language(name, tmp_path):
    """Where the C library's own compiler of locales is, the locale is made; else C stands in for it."""
    locales = {}
    if not name.startswith("C"):
        made = tmp_path / f"{name}.UTF-8"
        try:
            command = ["localedef", "-i", name, "-f", "UTF-8", "--no-archive", made]
            subprocess.run(command, capture_output=True, timeout=PATIENCE)
        except OSError:
            made = tmp_path / "none"
        locales = {"LOCPATH": str(tmp_path)}
        name = f"{name}.UTF-8" if made.is_dir() else "C"
    env = os.environ | locales | {"LC_ALL": name, "LANG": name}
    said = subprocess.run([sys.executable, "-c", DRAW], env=env, capture_output=True, text=True, check=True)
    lines = ["महाराष्ट्र श ल", "Știință şţ", "İstanbul ışık fi"]
    here = draw_overlay(lines, "title", language="en", width=640, height=360).tobytes()
    assert said.stdout.split() == [name, hashlib.sha256(here).hexdigest()]
