"""Fonts: which one sets what, what none can set, and that they are the files that swav came with."""

import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from swav.errors import SwavError
from swav.titles import fonts
from swav.titles.setting import itemise

HOSTILE = "100% \"q\" 'a' [v]; {x}: \\N %{pts} C:\\n <b>& $HOME `x` 0:v|,=@#~^*_-+"


@pytest.mark.parametrize("font", fonts.FONTS, ids=lambda font: font.name)
def test_a_font_covers_what_its_character_map_has(font):
    for _, file in font.weights:
        mapped = set(TTFont(fonts.FILES / file).getBestCmap())
        assert all(font.covers(chr(code)) for code in mapped)
        assert not any(font.covers(chr(code)) for code in {*range(0, 0x20000, 7)} - mapped)


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("Naval “Innovation” — 100 %", []),
        ("भारतीय கடற்படை الابتكار שלום สวัสดี Ελλάδα Привет አማርኛ հայ ქართ", []),
        ("⚓🚢 👩‍🚀 🇮🇳 1️⃣", []),
        ("tab\tand\nline \u200d\u200c\u200f\x00\x7f", []),
        ("海軍 the 海", ["海", "軍"]),
        ("\ud800 \U0010ffff", ["\ud800", "\U0010ffff"]),
        (HOSTILE, []),
    ],
)
def test_what_no_font_can_set_is_named(text, lost):
    assert fonts.missing(text) == lost


BLOCKS = {
    "Latin, phonetics, modifiers": (0x00A0, 0x036F),
    "Cyrillic": (0x0400, 0x052F),
    "Latin and Greek with marks": (0x1E00, 0x1FFF),
    "punctuation": (0x2000, 0x206F),
    "superscripts and subscripts": (0x2070, 0x209F),
    "currencies": (0x20A0, 0x20C0),
    "letterlike": (0x2100, 0x214F),
    "fractions and Roman numerals": (0x2150, 0x218B),
    "arrows": (0x2190, 0x21FF),
    "mathematics": (0x2200, 0x22FF),
    "circled figures and letters": (0x2460, 0x24FF),
    "shapes": (0x25A0, 0x25FF),
    "stars, weather, cards, music": (0x2600, 0x26FF),
    "ticks, crosses, ornaments": (0x2700, 0x27BF),
    "bold and script letters": (0x1D400, 0x1D7FF),
    "emoji: weather to activities": (0x1F300, 0x1F5FF),
    "emoji: faces": (0x1F600, 0x1F64F),
    "emoji: transport": (0x1F680, 0x1F6FC),
    "emoji: people and things": (0x1F900, 0x1F9FF),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_signs_that_stand_on_cards_have_a_font(name):
    first, last = BLOCKS[name]
    signs = [chr(code) for code in range(first, last + 1) if unicodedata.category(chr(code)) != "Cn"]
    assert len(signs) > 10 and fonts.missing("".join(signs)) == []


@pytest.mark.parametrize("text", ["★★★★☆", "✔✘", "☐☑☒", "●○", "▲△▼▽", "♪♫", "♥♡", "←↑→↓"])
def test_signs_that_belong_together_come_from_one_font(text):
    (run,) = itemise(text)
    assert run.font


def test_what_is_written_from_the_right_stands_from_left_to_right_whatever_its_fonts():
    found = itemise("سلام ★ مرحبا")
    assert [run.text for run in found] == [" مرحبا", "★", "سلام "]
    assert len({run.font for run in found}) == 2


def test_looking_for_missing_characters_stays_light():
    heavy = "import sys, swav.titles.fonts as f; f.missing('Héllo');"
    heavy += "print({'PIL', 'numpy', 'cv2'} & set(sys.modules))"
    out = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "set()"


# ---- the files


def test_every_file_is_listed_used_and_licensed():
    listed = [line.split() for line in (fonts.FILES / "SHA256SUMS").read_text().splitlines()]
    there = {file.name for file in fonts.FILES.glob("*.ttf")}
    assert {name for _, name in listed} == there == {file for font in fonts.FONTS for _, file in font.weights}
    licences = {file.name: file.read_text() for file in fonts.FILES.glob("OFL-*.txt")}
    assert all("SIL OPEN FONT LICENSE Version 1.1" in text for text in licences.values())
    for font in fonts.FONTS:
        family = "IBMPlexSansArabic" if font is fonts.ARABIC else "Noto"
        notice = licences[f"OFL-{family}.txt"]
        assert font.name.removeprefix("Noto Sans ") in notice or font.name in notice or font is fonts.ARABIC


@pytest.fixture
def folder(tmp_path, monkeypatch):
    shutil.copytree(fonts.FILES, tmp_path / "files")
    monkeypatch.setattr(fonts, "FILES", tmp_path / "files")
    fonts.opened.cache_clear()
    yield tmp_path / "files"
    fonts.opened.cache_clear()


def _cut(file):
    file.write_bytes(file.read_bytes()[:2000])


def _flip(file):
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def _empty(file):
    file.write_bytes(b"")


@pytest.mark.parametrize("damage", [_cut, _flip, _empty, Path.unlink])
def test_a_font_that_is_not_ours_is_refused_by_name(folder, damage):
    damage(folder / "NotoSansTamil.ttf")
    fonts.opened("NotoSans.ttf")
    with pytest.raises(SwavError, match=r"NotoSansTamil\.ttf is missing or damaged") as refused:
        fonts.opened("NotoSansTamil.ttf")
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("use", ["fonts as f; f.missing('é')", "overlay"])
def test_a_missing_shaper_is_one_sentence(use):
    code = f"import sys; sys.modules['uharfbuzz'] = None; import swav.titles.{use}"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    last = out.stderr.strip().splitlines()[-1]
    assert "SwavError: lettering needs the package uharfbuzz" in last and "pip install -e ." in last
