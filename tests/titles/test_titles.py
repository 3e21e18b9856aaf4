"""Lettering: scripts are shaped right, every character arrives, nothing leaves the safe title area."""

import json
from fractions import Fraction
from itertools import accumulate, pairwise

import numpy as np
import pytest
import regex
from bidi import get_display
from drawn_glyphs import apart, difference, drawn
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from places import DATA

from swav.titles import fonts
from swav.titles.bidi import base_direction, direction_in, runs
from swav.titles.card import card_frames
from swav.titles.graphemes import clusters, lines_of, pieces
from swav.titles.layout import wrap
from swav.titles.overlay import DESIGNS, SAFE_TITLE, arrange, draw_overlay, lettering, write_overlay
from swav.titles.palette import PALETTES
from swav.titles.setting import extent, impress, itemise

HINDI, TAMIL, ARABIC = "भारतीय नौसेना नवाचार", "கடற்படை கண்டுபிடிப்பு", "الابتكار البحري"
HOSTILE = "100% \"q\" 'a' [v]; {x}: \\N %{pts} C:\\n <b>& $HOME `x` 0:v|,=@#~^*_-+"
SIZES = [(320, 180), (640, 360), (360, 640)]
STYLES = sorted(DESIGNS)


def ink(picture):
    """Where an overlay holds lettering or marks: they are light, all shade is black."""
    pixels = np.asarray(picture, np.float32)
    return pixels[..., :3].max(-1) * pixels[..., 3] / 255 > 60


def font_named(name):
    return next(font for font in fonts.FONTS if font.name == name)


def test_weights_are_real():
    assert extent("Naval", 700).advance > extent("Naval", 400).advance * 1.02
    assert fonts.ARABIC.file(600) == "IBMPlexSansArabic-SemiBold.ttf"


# ---- letters, breaks, directions


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("naïve", 5),
        ("nai\u0308ve", 5),
        ("क्षत्रिय", 3),
        ("கொ", 1),
        ("👩‍🚀", 1),
        ("👍🏽", 1),
        ("🇮🇳🇫🇷", 2),
        ("1️⃣2", 2),
        ("กำ", 1),
        ("a\r\nb", 3),
        ("\u0301x", 2),
    ],
)
def test_grapheme_clusters(text, count):
    assert len(clusters(text)) == count


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("one two  three", ["one ", "two  ", "three"]),
        ("state-of-the-art", ["state-", "of-", "the-", "art"]),
        ("minus -5 --flag 3-4", ["minus ", "-5 ", "--flag ", "3-4"]),
        ("no\u00a0break here", ["no\u00a0break ", "here"]),
        ("海軍の、船", ["海", "軍", "の、", "船"]),
        ("「海」", ["「海」"]),
        ("zero\u200bwidth", ["zero\u200b", "width"]),
        ("", []),
    ],
)
def test_places_to_break(line, expected):
    assert pieces(line) == expected


def test_newlines_break_tabs_are_spaces_and_controls_leave_nothing():
    assert lines_of("a\tb\r\nc\x07d\u2028e\nf\x1b[0m") == ["a b", "cd", "e", "f[0m"]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_cutting_loses_nothing(text):
    assert "".join(clusters(text)) == text
    for line in lines_of(text):
        assert "".join(pieces(line)) == line
        assert "".join(sorted(t for t, _ in runs(line, "rtl"))) != "" or line == ""
        assert sorted("".join(part for part, _ in runs(line, "ltr"))) == sorted(line)
        assert sorted("".join(run.text for run in itemise(line))) == sorted(line)


MIXED = st.text(alphabet="ابتدرس abcXYZ 0123456789 .,:;!?-+%()[]", min_size=1, max_size=24)


@settings(max_examples=300, deadline=None)
@given(MIXED, st.sampled_from(["ltr", "rtl"]))
def test_order_of_mixed_directions_is_the_standards(text, base):
    """The oracle is python-bidi, around a crate of Rust's: it gives an order, and turns no bracket."""
    text = text.strip()
    ours = "".join(part if way == "ltr" else part[::-1] for part, way in runs(text, base))
    assert ours == get_display(text, base_dir="R" if base == "rtl" else "L")


@pytest.mark.parametrize("line", json.loads((DATA / "shaped.json").read_text(encoding="utf-8")))
def test_no_letter_is_torn(line):
    """The oracle is the package regex: every cut of ours is one of its extended grapheme clusters' edges."""
    edges = set(accumulate(map(len, regex.findall(r"\X", line["text"]))))
    assert set(accumulate(map(len, clusters(line["text"])))) <= edges


def test_base_direction_is_the_first_strong_letters():
    assert base_direction("123 (ا) a") == "rtl"
    assert base_direction("123 (a) ا") == "ltr"
    assert base_direction("123") == "ltr"


@pytest.mark.parametrize(
    ("text", "language", "direction"),
    [
        ("INS Vikrant הגיעה, 2026.", "he", "rtl"),
        ("INS Vikrant הגיעה, 2026.", "he-IL", "rtl"),
        ("INS Vikrant הגיעה, 2026.", "en", "ltr"),
        ("הגיעה INS Vikrant", "en", "rtl"),
        ("INS Vikrant", "ar", "ltr"),
        ("2026", "ur", "ltr"),
        ("नौसेना", "hi", "ltr"),
    ],
)
def test_a_line_reads_as_its_language_does(text, language, direction):
    assert direction_in(text, language) == direction
    placed = arrange([text], "caption", language=language, width=90, height=160).placed
    assert {each.row.base for each in placed} == {direction}  # however often it wraps


# ---- shaping


def test_devanagari_joins_conjuncts():
    text = "क्षत्रिय"
    assert extent(text, 400).advance < 0.75 * sum(extent(c, 400).advance for c in text)
    # The vowel sign i is written before its consonant, though it follows in the text.
    columns = np.asarray(impress("कि", 100, 400).mask).max(0) > 0
    alone = np.asarray(impress("क", 100, 400).mask).max(0) > 0
    assert columns.sum() > alone.sum()
    devanagari = font_named("Noto Sans Devanagari")
    assert apart(impress("कि", 100, 400), "कि", devanagari, 100, "ltr") < 0.01


def test_tamil_vowel_o_stands_on_both_sides():
    """KA + O is set as E-sign, KA, AA-sign: as wide as the three, and starting with the E-sign's shape."""
    whole, parts = extent("கொ", 400).advance, [extent(t, 400).advance for t in ("கெ", "கா")]
    alone = extent("க", 400).advance
    assert whole == pytest.approx(parts[0] + parts[1] - alone, abs=0.02)
    left = impress("கொ", 100, 400).mask
    start = impress("கெ", 100, 400).mask
    width = int((extent("கெ", 400).advance - alone) * 90)
    assert np.abs(np.asarray(left, int)[-60:-20, :width] - np.asarray(start, int)[-60:-20, :width]).mean() < 4


def test_arabic_joins_and_runs_from_the_right():
    word = "بحري"
    assert extent(word, 400).advance < 0.9 * sum(extent(c, 400).advance for c in word)
    both = impress("بحري مم", 60, 400).mask
    only = impress("بحري", 60, 400).mask
    width = only.getbbox()[2] - only.getbbox()[0]
    right, box = both.getbbox()[2], only.getbbox()
    tail = both.crop((right - width, 0, right, both.height))
    assert difference(tail.crop(tail.getbbox()), only.crop(box)) < 0.05  # the first word is the rightmost


def test_a_word_of_urdu_letters_comes_from_one_font():
    assert {run.font.name for run in itemise("ٹھیک ڈنمارک ۓ")} <= {"IBM Plex Sans Arabic", "Noto Sans Arabic"}
    for word in ("ٹھیک", "ڈنمارک", "پاکستان"):
        assert len(itemise(word)) == 1


def test_arabic_takes_its_latin_along():
    assert {run.font for run in itemise(f"{ARABIC} SWAV 2025")} == {fonts.ARABIC}
    assert {run.font for run in itemise("SWAV 2025")} == {fonts.LATIN}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (HINDI, "Noto Sans Devanagari"),
        (TAMIL, "Noto Sans Tamil"),
        ("తెలుగు", "Noto Sans Telugu"),
        ("ಕನ್ನಡ", "Noto Sans Kannada"),
        ("മലയാളം", "Noto Sans Malayalam"),
        ("বাংলা", "Noto Sans Bengali"),
        ("ગુજરાતી", "Noto Sans Gujarati"),
        ("ਪੰਜਾਬੀ", "Noto Sans Gurmukhi"),
        ("ଓଡ଼ିଆ", "Noto Sans Oriya"),
        ("සිංහල", "Noto Sans Sinhala"),
        ("ภาษาไทย", "Noto Sans Thai"),
        ("ລາວ", "Noto Sans Lao"),
        ("ខ្មែរ", "Noto Sans Khmer"),
        ("မြန်မာ", "Noto Sans Myanmar"),
        ("👩‍🚀", "Noto Emoji"),
        ("🇮🇳", "Noto Emoji"),
        ("⚓", "Noto Emoji"),
    ],
)
def test_each_script_is_set_whole_and_alike_by_its_font(text, name):
    (run,) = itemise(text)
    assert run.font.name == name
    size = 86 if run.font is fonts.EMOJI else 100
    assert apart(impress(text, 100, 400), text, run.font, size, run.direction) < 0.016


def test_emoji_sequences_are_one_picture():
    assert extent("👩‍🚀", 400).advance == pytest.approx(extent("👩", 400).advance, rel=0.05)


def test_what_cannot_be_set_is_seen_and_told_apart():
    one, other = (np.asarray(impress(character, 60, 400).mask) for character in "海軍")
    assert one.any() and one.shape == other.shape and (one != other).any()
    assert extent("a海b", 400).advance > extent("ab", 400).advance + 0.6


# ---- exact lettering


@pytest.mark.parametrize(
    "text", [HOSTILE, "%{pts\\:hms} ';[]", "{\\an8}\\N\\h", "a -- b --> c", "  two  spaces"]
)
def test_hostile_text_is_set_as_written(text):
    """Compared with outlines drawn by another hand; the same text less one character must be told apart."""
    shown = impress(text, 40, 400)
    assert apart(shown, text, fonts.LATIN, 40, "ltr") < 0.01
    assert apart(shown, text[1:], fonts.LATIN, 40, "ltr") > 0.2


@pytest.mark.parametrize("style", STYLES)
def test_an_overlay_shows_its_rows_exactly(style):
    lines = [HOSTILE[:30], 'Rear Admiral O\'Brien: "50 %"']
    arrangement = arrange(lines, style, language="en", width=1280, height=720)
    mask = lettering(arrangement, width=1280, height=720)
    for placed in arrangement.placed:
        box = placed.row.ink
        edges = (box.left - 1, box.top - 1, box.right + 1, box.bottom + 1)
        area = tuple(round(edge) + (placed.x, placed.y)[at % 2] for at, edge in enumerate(edges))
        shown = mask.crop(area)
        shown = shown.crop(shown.getbbox())
        size, weight = placed.row.size * 4, placed.row.weight
        assert registered(shown, drawn(placed.row.text, fonts.LATIN, size, "ltr", weight)) < 0.2
        with pytest.raises(AssertionError):
            assert registered(shown, drawn(placed.row.text[::-1], fonts.LATIN, size, "ltr", weight)) < 0.2


def registered(shown, large):
    """The difference to a picture four times as large, at the position between pixels where it is least."""
    found = []
    for x in range(4):
        for y in range(4):
            canvas = Image.new("L", (-(-large.width // 4) * 4 + 4, -(-large.height // 4) * 4 + 4), 0)
            canvas.paste(large, (x, y))
            small = canvas.reduce(4)
            found.append(difference(shown, small.crop(small.getbbox())))
    return min(found)


LONG = "The quick surveyor carried seventeen sealed boxes across the harbour before light. " * 6


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize(
    "text", ["Naval", LONG, "W" * 500, "क्षत्रि" * 80, "海" * 500, f"{ARABIC} " * 30, "a" + "\u0301" * 300]
)
def test_long_text_keeps_every_character_and_stays_in_the_safe_title_area(text, width, height, style):
    arrangement = arrange([text, "second"], style, language="en", width=width, height=height)
    rows = [placed.row for placed in arrangement.placed if placed.row.paragraph == 0]
    assert "".join("".join(row.text.split()) for row in rows) == "".join(text.split())
    picture = draw_overlay([text, "second"], style, language="en", width=width, height=height)
    assert picture.mode == "RGBA" and picture.size == (width, height)
    shown = ink(picture)
    assert shown.any() or rows[0].size < 6  # smaller lettering than that is a grey
    down, across = np.nonzero(shown)
    margin_x, margin_y = width * (1 - SAFE_TITLE) / 2, height * (1 - SAFE_TITLE) / 2
    if len(across):
        assert across.min() >= margin_x - 1 and across.max() <= width - margin_x
        assert down.min() >= margin_y - 1 and down.max() <= height - margin_y


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=120), st.sampled_from(STYLES))
def test_any_text_can_be_set(text, style):
    arrangement = arrange([text], style, language="en", width=320, height=180)
    kept = "".join("".join(placed.row.text.split()) for placed in arrangement.placed)
    assert kept == "".join("".join(line.split()) for line in lines_of(text))
    assert draw_overlay([text], style, language="en", width=320, height=180).size == (320, 180)


def test_rows_are_even_and_words_whole():
    rows = wrap("the fleet that left the harbour at dawn comes home", 400, 14)
    assert " ".join(rows) == "the fleet that left the harbour at dawn comes home"
    widths = [extent(row, 400).advance for row in rows]
    assert max(widths) <= 14 and min(widths) > 0.6 * max(widths)


# ---- how it looks


@pytest.mark.parametrize("style", STYLES)
def test_lettering_reads_on_white(style):
    """White on the darkened picture keeps 4.5:1 beside the letters (WCAG 2.2, 1.4.3), even over snow."""
    picture = draw_overlay(["Harbour", "at first light"], style, language="en", width=1280, height=720)
    over = np.asarray(
        Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("L"), float
    )
    mask = np.asarray(
        lettering(
            arrange(["Harbour", "at first light"], style, language="en", width=1280, height=720),
            width=1280,
            height=720,
        )
    )
    near = np.asarray(Image.fromarray(mask).resize((1280, 720)).filter(_grow(3))) > 128
    beside = over[near & (mask == 0)] / 255
    luminance = np.median(((beside + 0.055) / 1.055) ** 2.4)
    assert 1.05 / (luminance + 0.05) >= 4.5


def _grow(radius):
    from PIL import ImageFilter

    return ImageFilter.MaxFilter(2 * radius + 1)


@pytest.mark.parametrize("style", ["lower_third", "caption", "credit"])
def test_the_upper_half_stays_clear(style):
    alpha = np.asarray(draw_overlay(["Harbour"], style, language="en", width=640, height=360))[..., 3]
    assert alpha.max() == 255 and not alpha[:120].any()


def test_placing_follows_the_reading_direction():
    def middle(lines, style):
        return (
            np.nonzero(ink(draw_overlay(lines, style, language="en", width=640, height=360)))[1].mean() / 640
        )

    assert middle(["Harbour"], "lower_third") < 0.3 < 0.7 < middle([ARABIC], "lower_third")
    assert middle(["Harbour"], "credit") > 0.7
    assert middle(["Harbour"], "title") == pytest.approx(0.5, abs=0.01)
    assert middle([ARABIC], "caption") == pytest.approx(0.5, abs=0.02)


def test_the_first_line_leads():
    for style in ("title", "lower_third"):
        first, second = (
            p.row for p in arrange(["Name", "Role"], style, language="en", width=1280, height=720).placed
        )
        assert first.size > 1.3 * second.size and first.weight > second.weight


def test_sizes_follow_the_frame():
    small, large = (
        arrange(["Name"], "caption", language="en", width=w, height=h).placed[0].row
        for w, h in ((640, 360), (3840, 2160))
    )
    assert large.size == pytest.approx(6 * small.size)


@pytest.mark.parametrize("lines", [[], [""], [" \t"], ["\x00"]])
def test_nothing_to_say_shows_no_lettering(lines):
    assert not ink(draw_overlay(lines, "caption", language="en", width=320, height=180)).any()


def test_the_same_words_give_the_same_file(tmp_path):
    for name in ("a.png", "b.png"):
        write_overlay([HINDI, TAMIL], "title", language="en", width=320, height=180, target=tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "b.png"]
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.mode == "RGBA" and picture.size == (320, 180)


# ---- cards


def frames(seed=0, count=24, **changes):
    given = {
        "title": "SWAV",
        "subtitle": "one horizon",
        "language": "en",
        "width": 320,
        "height": 180,
        "rate": Fraction(24),
    } | changes
    title, subtitle = given.pop("title"), given.pop("subtitle")
    return [frame.astype(int) for frame in card_frames(title, subtitle, seed=seed, count=count, **given)]


def test_a_card_has_its_frames_and_is_repeatable():
    one, two = frames(count=30, rate=Fraction(24000, 1001)), frames(count=30, rate=Fraction(24000, 1001))
    assert len(one) == 30 and all(frame.shape == (180, 320, 3) for frame in one)
    assert all((a == b).all() for a, b in zip(one, two, strict=True))
    assert (
        next(
            iter(card_frames("x", "", language="en", seed=1, width=64, height=64, rate=Fraction(24), count=1))
        ).dtype
        == np.uint8
    )


def test_lettering_comes_in_and_the_light_moves_smoothly():
    shown = frames(count=72)
    bright = [int((frame.min(-1) > 200).sum()) for frame in shown]
    assert bright[0] == 0 and bright[40] > 150
    assert max(bright[40:]) - min(bright[40:]) <= 0.05 * bright[40]
    steps = [np.abs(b - a).mean() for a, b in pairwise(shown[40:])]
    assert 0 < max(steps) < 1.5 and max(steps) < 2 * min(steps)
    assert np.abs(shown[-1] - shown[40]).mean() > 0.3


@pytest.mark.parametrize("count", [1, 2, 5])
def test_the_shortest_card_still_shows_its_title(count):
    assert (frames(count=count)[-1].min(-1) > 180).sum() > 50


def test_each_seed_of_the_palette_looks_different():
    means = [
        frames(seed=seed, count=1, title=" ", subtitle="")[0].mean((0, 1)) for seed in range(len(PALETTES))
    ]
    for at, one in enumerate(means):
        assert all(np.abs(one - other).max() > 3 for other in means[at + 1 :])


@pytest.mark.parametrize("title", ["", HOSTILE, "W" * 500, f"{ARABIC} 2025", "海軍"])
def test_any_title_fits_its_card(title):
    last = frames(title=title, subtitle=HINDI, count=2)[-1]
    down, across = np.nonzero(last.min(-1) > 180)
    assert across.min() >= 16 and across.max() < 304 and down.min() >= 9 and down.max() < 171
