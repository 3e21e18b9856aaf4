"""Lettering: scripts are shaped right, every character arrives, nothing leaves the safe title area."""

import subprocess
import sys
import unicodedata
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from swav.titles import fonts
from swav.titles.bidi import base_direction, runs
from swav.titles.card import card_frames
from swav.titles.graphemes import clusters, lines_of, pieces
from swav.titles.layout import wrap
from swav.titles.overlay import DESIGNS, SAFE_TITLE, arrange, draw_overlay, lettering, write_overlay
from swav.titles.palette import PALETTES
from swav.titles.setting import extent, impress, itemise

HINDI, TAMIL, ARABIC = "भारतीय नौसेना नवाचार", "கடற்படை கண்டுபிடிப்பு", "الابتكار البحري"
HOSTILE = "100% \"q\" 'a' [v]; {x}: \\N %{pts} C:\\n <b>& $HOME `x` 0:v|,=@#~^*_-+"
SIZES = [(320, 180), (1280, 720), (720, 1280)]
STYLES = sorted(DESIGNS)


def ink(picture):
    """Where an overlay holds lettering or marks: they are light, all shade is black."""
    pixels = np.asarray(picture, np.float32)
    return pixels[..., :3].max(-1) * pixels[..., 3] / 255 > 60


def face(font, size, weight=400):
    found = ImageFont.truetype(str(font.path(weight)), size, layout_engine=ImageFont.Layout.RAQM)
    if font.variable:
        found.set_variation_by_axes([weight])
    return found


def drawn(text, font, size, direction, weight=400):
    """An independent rendering: the whole text in one call, cropped to its ink."""
    canvas = Image.new("L", (int(size * (len(text) + 4)), int(size * 4)), 0)
    ImageDraw.Draw(canvas).text(
        (size * 2, size * 2), text, fill=255, font=face(font, size, weight), anchor="ls", direction=direction
    )
    return canvas.crop(canvas.getbbox())


def difference(one, other):
    """Mean difference of two masks, against the mean of their ink; sizes may differ by a rounded pixel."""
    width, height = max(one.width, other.width), max(one.height, other.height)
    assert abs(one.width - other.width) <= 3 and abs(one.height - other.height) <= 2
    arrays = []
    for mask in (one, other):
        canvas = Image.new("L", (width, height), 0)
        canvas.paste(mask, (0, 0))
        arrays.append(np.asarray(canvas, np.float32))
    return np.abs(arrays[0] - arrays[1]).sum() / max(1.0, arrays[0].sum() + arrays[1].sum())


def font_named(name):
    return next(font for font in fonts.FONTS if font.name == name)


# ---- fonts


@pytest.mark.parametrize("font", fonts.FONTS, ids=lambda font: font.name)
def test_the_character_map_is_what_freetype_sees(font):
    """A character that is not in a font is drawn as its .notdef, by FreeType as well as by our reading."""
    basic = ImageFont.truetype(str(font.path(400)), 40, layout_engine=ImageFont.Layout.BASIC)

    def picture(character):
        mask = basic.getmask(character)
        return mask.size, bytes(mask)

    notdef = picture("\U0010fffe")
    held = [
        c for c in range(0x21, 0x1FBFF, 5) if font.covers(chr(c)) and unicodedata.category(chr(c))[0] in "LNS"
    ]
    unheld = [c for c in range(0x21, 0xFFFF, 1009) if not font.covers(chr(c)) and not 0xD800 <= c < 0xE000]
    assert held and unheld
    # A few fonts draw a letter as an empty box of their own accord; it must stay a few.
    assert sum(picture(chr(c)) == notdef for c in held) <= len(held) // 100
    assert all(picture(chr(c)) == notdef for c in unheld)


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("Naval “Innovation” — 100 %", []),
        (f"{HINDI} {TAMIL} {ARABIC} שלום สวัสดี Ελλάδα Привет አማርኛ հայ ქართ", []),
        ("⚓🚢 👩‍🚀 🇮🇳 1️⃣", []),
        ("tab\tand\nline \u200d\u200c\u200f\x00\x7f", []),
        ("海軍 the 海", ["海", "軍"]),
        ("\ud800 \U0010ffff", ["\ud800", "\U0010ffff"]),
        (HOSTILE, []),
    ],
)
def test_what_no_font_can_set_is_named(text, lost):
    assert fonts.missing(text) == lost


def test_looking_for_missing_characters_stays_light():
    heavy = "import sys, swav.titles.fonts as f; f.missing('Héllo');"
    heavy += "print({'PIL', 'numpy', 'cv2'} & set(sys.modules))"
    out = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "set()"


def test_weights_are_real():
    assert extent("Naval", 700).advance > extent("Naval", 400).advance * 1.02
    assert fonts.ARABIC.path(600).name == "IBMPlexSansArabic-SemiBold.ttf"


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


@settings(max_examples=150, deadline=None)
@given(MIXED, st.sampled_from(["ltr", "rtl"]))
def test_order_of_mixed_directions_is_fribidis(text, base):
    """The oracle is FriBidi, inside raqm: one call for the whole line, against our runs side by side.

    Both without what depends on the script beside a sign: the height of digits (``locl``) and kerning.
    """
    text = text.strip()
    if any(character.isalnum() for character in text):
        whole, ours = in_order([(text, base)], len(text)), in_order(runs(text, base), len(text))
        assert difference(ours, whole) < 0.12, runs(text, base)


def in_order(stretches, length, size=40):
    canvas = Image.new("L", (int(size * (length + 4)), int(size * 4)), 0)
    draw, pen, its_face = ImageDraw.Draw(canvas), size * 2.0, face(fonts.ARABIC, size)
    for part, direction in stretches:
        how = {"direction": direction, "features": ["-locl", "-kern"]}
        draw.text((pen, size * 2), part, fill=255, font=its_face, anchor="ls", **how)
        pen += its_face.getlength(part, **how)
    return canvas.crop(canvas.getbbox())


def test_base_direction_is_the_first_strong_letters():
    assert base_direction("123 (ا) a") == "rtl"
    assert base_direction("123 (a) ا") == "ltr"
    assert base_direction("123") == "ltr"


# ---- shaping


def test_devanagari_joins_conjuncts():
    text = "क्षत्रिय"
    assert extent(text, 400).advance < 0.75 * sum(extent(c, 400).advance for c in text)
    # The vowel sign i is written before its consonant, though it follows in the text.
    columns = np.asarray(impress("कि", 100, 400).mask).max(0) > 0
    alone = np.asarray(impress("क", 100, 400).mask).max(0) > 0
    assert columns.sum() > alone.sum()
    assert (
        difference(
            impress("कि", 100, 400).mask.crop(impress("कि", 100, 400).mask.getbbox()),
            drawn("कि", font_named("Noto Sans Devanagari"), 100, "ltr"),
        )
        < 0.01
    )


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
    mask = impress(text, 100, 400).mask
    assert difference(mask.crop(mask.getbbox()), drawn(text, run.font, size, run.direction)) < 0.02


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
    """Compared with one plain Pillow call; the same text less one character must be told apart."""
    mask = impress(text, 40, 400).mask
    assert difference(mask.crop(mask.getbbox()), drawn(text, fonts.LATIN, 40, "ltr")) < 0.03
    with pytest.raises(AssertionError):
        assert difference(mask.crop(mask.getbbox()), drawn(text[:-1], fonts.LATIN, 40, "ltr")) < 0.03


@pytest.mark.parametrize("style", STYLES)
def test_an_overlay_shows_its_rows_exactly(style):
    lines = [HOSTILE[:30], 'Rear Admiral O\'Brien: "50 %"']
    arrangement = arrange(lines, style, width=1280, height=720)
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


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize(
    "text", ["Naval", LONG, "W" * 500, "क्षत्रि" * 80, "海" * 500, f"{ARABIC} " * 30, "a" + "\u0301" * 300]
)
def test_long_text_keeps_every_character_and_stays_in_the_safe_title_area(text, width, height, style):
    arrangement = arrange([text, "second"], style, width=width, height=height)
    rows = [placed.row for placed in arrangement.placed if placed.row.paragraph == 0]
    assert "".join("".join(row.text.split()) for row in rows) == "".join(text.split())
    picture = draw_overlay([text, "second"], style, width=width, height=height)
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
    arrangement = arrange([text], style, width=320, height=180)
    kept = "".join("".join(placed.row.text.split()) for placed in arrangement.placed)
    assert kept == "".join("".join(line.split()) for line in lines_of(text))
    assert draw_overlay([text], style, width=320, height=180).size == (320, 180)


def test_rows_are_even_and_words_whole():
    rows = wrap("the fleet that left the harbour at dawn comes home", 400, 14)
    assert " ".join(rows) == "the fleet that left the harbour at dawn comes home"
    widths = [extent(row, 400).advance for row in rows]
    assert max(widths) <= 14 and min(widths) > 0.6 * max(widths)


# ---- how it looks


@pytest.mark.parametrize("style", STYLES)
def test_lettering_reads_on_white(style):
    """White on the darkened picture keeps 4.5:1 beside the letters (WCAG 2.2, 1.4.3), even over snow."""
    picture = draw_overlay(["Harbour", "at first light"], style, width=1280, height=720)
    over = np.asarray(
        Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("L"), float
    )
    mask = np.asarray(
        lettering(
            arrange(["Harbour", "at first light"], style, width=1280, height=720), width=1280, height=720
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
    alpha = np.asarray(draw_overlay(["Harbour"], style, width=640, height=360))[..., 3]
    assert alpha.max() == 255 and not alpha[:120].any()


def test_placing_follows_the_reading_direction():
    def middle(lines, style):
        return np.nonzero(ink(draw_overlay(lines, style, width=640, height=360)))[1].mean() / 640

    assert middle(["Harbour"], "lower_third") < 0.3 < 0.7 < middle([ARABIC], "lower_third")
    assert middle(["Harbour"], "credit") > 0.7
    assert middle(["Harbour"], "title") == pytest.approx(0.5, abs=0.01)
    assert middle([ARABIC], "caption") == pytest.approx(0.5, abs=0.02)


def test_the_first_line_leads():
    for style in ("title", "lower_third"):
        first, second = (p.row for p in arrange(["Name", "Role"], style, width=1280, height=720).placed)
        assert first.size > 1.3 * second.size and first.weight > second.weight


def test_sizes_follow_the_frame():
    small, large = (
        arrange(["Name"], "caption", width=w, height=h).placed[0].row for w, h in ((640, 360), (3840, 2160))
    )
    assert large.size == pytest.approx(6 * small.size)


@pytest.mark.parametrize("lines", [[], [""], [" \t"], ["\x00"]])
def test_nothing_to_say_shows_no_lettering(lines):
    assert not ink(draw_overlay(lines, "caption", width=320, height=180)).any()


def test_the_same_words_give_the_same_file(tmp_path):
    for name in ("a.png", "b.png"):
        write_overlay([HINDI, TAMIL], "title", width=320, height=180, target=tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "b.png"]
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.mode == "RGBA" and picture.size == (320, 180)


# ---- cards


def frames(seed=0, count=24, **changes):
    given = {
        "title": "SWAV",
        "subtitle": "one horizon",
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
        next(iter(card_frames("x", "", seed=1, width=64, height=64, rate=Fraction(24), count=1))).dtype
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
