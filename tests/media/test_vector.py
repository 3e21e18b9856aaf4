"""A logo as a drawing of lines: what it shows, and what a drawing may not make the machine do."""

import numpy as np
import pytest

from swav.errors import MediaError
from swav.media.photograph import read_cutout, read_photograph, upright_size
from swav.media.vector import LONGEST

NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"'
HALF = '<rect width="1" height="1" fill="#0080ff"/>'
"""The left half of a view of two by one."""


def svg(inside: str, size: str = 'viewBox="0 0 2 1"', before: str = "") -> str:
    return f"{before}<svg {NAMES} {size}>{inside}</svg>"


def file_of(folder, text: str):
    file = folder / "logo $(x) 'y'.svg"
    file.write_text(text, encoding="utf-8")
    return file


DOCTYPE = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
DRAWN = {
    "plain": svg(HALF),
    "with a byte order mark": svg(HALF, before="\ufeff"),
    "as programs begin it": svg(
        HALF, before=f'<?xml version="1.0" encoding="utf-8"?><!-- made by -->{DOCTYPE}'
    ),
    "an entity of its own": svg(
        HALF.replace("#0080ff", "&c;"), before='<!DOCTYPE svg [<!ENTITY c "#0080ff">]>'
    ),
    "in inches": svg(HALF.replace('"1"', '"96"'), size='width="2in" height="1in"'),
    "in per cent": svg(HALF, size='width="100%" height="100%" viewBox="0 0 2 1"'),
    "used again": svg(f'<defs><g id="a">{HALF}</g></defs><use x:href="#a"/>'),
    "a program in it": svg(f"<script>alert(1)</script>{HALF}"),
    "a link": svg(f'<a href="https://example.org">{HALF}</a>'),
    "a shadow": svg(f'<filter id="f"><feOffset dx="0"/></filter><g filter="url(#f)">{HALF}</g>'),
}


@pytest.mark.parametrize("text", DRAWN.values(), ids=DRAWN)
def test_a_drawing_is_seen_with_its_transparency(tmp_path, text):
    picture = read_cutout(file := file_of(tmp_path, text))
    assert picture.shape == (LONGEST // 2, LONGEST, 4) and upright_size(file) == (LONGEST, LONGEST // 2)
    left, right = picture[100:-100, 100 : LONGEST // 2 - 100], picture[:, LONGEST // 2 + 2 :]
    assert np.all(left == (0, 128, 255, 255)) and not right[..., 3].any()


def test_the_same_drawing_has_the_same_pixels_and_lies_on_black_as_a_still(tmp_path):
    file = file_of(
        tmp_path, svg('<circle cx="1" cy="0.5" r="0.4" fill="teal" stroke="red" stroke-width="0.1"/>')
    )
    from swav.media.vector import drawn

    first = read_cutout(file)
    drawn.cache_clear()
    assert np.array_equal(first, read_cutout(file))
    assert not read_photograph(file)[0].any()
    veil = file_of(tmp_path, svg('<rect width="2" height="1" fill="white" fill-opacity="0.5"/>'))
    assert 126 <= read_photograph(veil).max() <= 129


def many(text: str, levels: int) -> str:
    groups = "".join(f'<g id="g{n}">{text.format(n - 1) * 10}</g>' for n in range(1, levels))
    return svg(f'<g id="g0">{HALF}</g>{groups}<use x:href="#g{levels - 1}"/>')


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
REFUSED = {
    "another picture": (svg('<image x:href="file:///etc/hostname"/>'), "another picture"),
    "a picture inside": (svg('<image href="data:image/svg+xml;base64,PHN2Zy8+"/>'), "another picture"),
    "a picture as a filter": (svg('<filter><feImage href="/etc/hostname"/></filter>'), "another picture"),
    "a part of another file": (svg('<use href="other.svg#a"/>'), "names another file"),
    "an address": (svg('<use x:href="http://127.0.0.1:9/a.svg#a"/>'), "names another file"),
    "an address in a style": (svg("<style>rect{fill:url(http://127.0.0.1/x)}</style>"), "names another file"),
    "a file as an entity": (
        svg("<desc>&c;</desc>", before='<!DOCTYPE svg [<!ENTITY c SYSTEM "file:///etc/hostname">]>'),
        "damaged",
    ),
    "letters": (svg("<text>Harbour</text>"), "convert them to outlines"),
    "a billion entities": (
        svg("<desc>&a11;</desc>", before=f'<!DOCTYPE svg [<!ENTITY a0 "aaaaaaaaaa">{LAUGHS}]>'),
        "damaged",
    ),
    "a billion shapes": (many('<use href="#g{}"/>', 12), "draws more than 100,000 parts"),
    "a billion patterns": (many('<rect fill="url(#g{})" width="1" height="1"/>', 12), "draws more than"),
    "itself": (svg('<g id="a"><use href="#a"/></g>'), "drawn by itself"),
    "a deep nest": (svg("<g>" * 15_000 + "</g>" * 15_000), "nested too deep"),
    "endless noise": (svg('<filter><feTurbulence numOctaves="1000000000"/></filter>'), "filter feTurbulence"),
    "many elements": (svg("<g/>" * 30_000), "of more than 20,000 elements"),
    "too much": (svg(f"<desc>{'x' * 2_000_000}</desc>"), "of more than 2000 kB"),
    "no size": (svg(HALF, size=""), "says no size"),
    "no number": (svg(HALF, size='viewBox="0 0 nan inf"'), "says no size"),
    "a line": (svg(HALF, size='viewBox="0 0 1000 1"'), "hundred times as long"),
    "no namespace": ('<svg viewBox="0 0 2 1"/>', "without the namespace"),
    "half a file": (svg(HALF)[:-20], "damaged"),
    "an empty file": ("", "is empty"),
}


@pytest.mark.parametrize(("text", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_drawing_by_itself_is_said(tmp_path, text, said):
    with pytest.raises(MediaError, match=said) as found:
        read_cutout(file_of(tmp_path, text))
    assert len(str(found.value).replace(str(tmp_path), "")) < 300


@pytest.mark.parametrize(
    "inside",
    [
        f'<filter id="f"><feGaussianBlur stdDeviation="1e30"/></filter><g filter="url(#f)">{HALF}</g>',
        f'<pattern id="p" width="1e-9" height="1e-9">{HALF}</pattern><path d="M0 0H2V1Z" fill="url(#p)"/>',
        f'<pattern id="p" width="1e9" height="1e9">{HALF}</pattern><path d="M0 0H2V1Z" fill="url(#p)"/>',
        '<path d="M0 0L2 1" stroke="red" stroke-dasharray="1e-7"/>',
        '<path d="M-1e38 0L1e38 1e38Z" stroke="red" stroke-width="1e38"/>',
        '<rect width="1" height="1" transform="scale(1e38)"/>',
    ],
)
def test_numbers_beyond_all_bounds_end(tmp_path, inside):
    assert read_cutout(file_of(tmp_path, svg(inside))).shape[1] == LONGEST
