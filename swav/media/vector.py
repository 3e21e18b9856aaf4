"""A drawing of lines (SVG) as pixels: what a logo is usually kept as.

An SVG is a document that may name other files and addresses, hold programs, and draw one shape a billion
times. So it is parsed here first, and only what lies within it and within these limits is given to the
library (resvg, which would open pictures that are named): no picture, no other file, and no letters, whose
fonts another machine would not have. Entities are resolved by expat, which fetches none.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from xml.etree import ElementTree

LONGEST = 2048
"""Pixels of the longer side: more than a logo of a frame in 4K covers."""
_SVG = "{http://www.w3.org/2000/svg}"
MOST_BYTES = 2_000_000
_MOST_BYTES_WITH_ENTITIES = 200_000
_MOST_ELEMENTS = 20_000
_MOST_DRAWN = 100_000
"""Elements that are drawn, those that are used again counted each time."""
_DEEPEST = 100
_LONGEST_SHAPE = 100
"""Times as long as it is wide, or the reverse."""
_FILTERS = {"GaussianBlur", "Offset", "Merge", "MergeNode", "Flood", "Blend", "ColorMatrix", "Composite"}
_FILTERS |= {"DropShadow", "ComponentTransfer", "FuncR", "FuncG", "FuncB", "FuncA"}
"""Those whose work the size of the picture bounds."""
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
"""CSS pixels of a unit (CSS Values and Units 3, section 6.2)."""
_LENGTH = re.compile(r"\s*(\d*\.?\d+(?:[eE][+-]?\d{1,3})?)\s*([a-z]*)\s*")
_NUMBER = re.compile(r"[+-]?\d*\.?\d+(?:[eE][+-]?\d{1,3})?")
_ADDRESS = re.compile(r"url\(\s*[\"']?\s*([^\"')\s]*)")


def is_vector(beginning: bytes) -> bool:
    """Whether the first bytes of a file are those of an SVG."""
    text = beginning.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return text.startswith((b"<svg", b"<?xml", b"<!doctype svg", b"<!--")) and b"<svg" in text


@lru_cache(maxsize=4)
def drawn(data: bytes) -> bytes:
    """A PNG of an SVG, ``LONGEST`` pixels long, with its transparency. ValueError says what is wrong with it,
    as the end of a sentence about the file."""
    root = _parsed(data)
    _Weights({element.get("id"): element for element in root.iter()}).of(root, 0)
    width, height = _size(root)
    scale = LONGEST / max(width, height)
    root.set("width", str(max(1, round(width * scale))))
    root.set("height", str(max(1, round(height * scale))))
    return _rendered(ElementTree.tostring(root, encoding="unicode"))


def _parsed(data: bytes) -> ElementTree.Element:
    most = _MOST_BYTES_WITH_ENTITIES if b"<!ENTITY" in data else MOST_BYTES
    if len(data) > most:
        raise ValueError(f"of more than {most // 1000} kB; export it as PNG")
    try:
        root = ElementTree.fromstring(data.decode("utf-8-sig"))
    except (ElementTree.ParseError, ValueError):
        raise ValueError("that is damaged, or not in UTF-8; export it again") from None
    if root.tag != f"{_SVG}svg":
        raise ValueError("without the namespace of SVG; export it again, or as PNG")
    for number, element in enumerate(root.iter()):
        if number >= _MOST_ELEMENTS:
            raise ValueError(f"of more than {_MOST_ELEMENTS:,} elements; export it as PNG")
        _check(element)
    return root


def _check(element: ElementTree.Element) -> None:
    """Whether an element draws by itself, with what the file holds."""
    name = element.tag.removeprefix(_SVG) if isinstance(element.tag, str) else ""
    if name in ("text", "tspan", "textPath"):
        raise ValueError("whose letters are text; convert them to outlines (paths), and export it again")
    if name in ("image", "feImage"):
        raise ValueError("that holds or names another picture; export it as PNG")
    if name.startswith("fe") and name.removeprefix("fe") not in _FILTERS:
        raise ValueError(f"with the filter {name}; export it as PNG")
    if name != "a" and any(not address.startswith("#") for address in _addresses(element)):
        raise ValueError("that names another file; export it as PNG")


def _addresses(element: ElementTree.Element) -> Iterator[str]:
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == "href":
            yield value.strip()
        yield from _ADDRESS.findall(value)
    if element.tag == f"{_SVG}style":
        yield from _ADDRESS.findall("".join(element.itertext()))


class _Weights:
    """How many elements are drawn for each, with all that it refers to."""

    def __init__(self, named: dict[str | None, ElementTree.Element]):
        self.named = named
        self.known: dict[str, int] = {}
        self.open: set[str] = set()

    def of(self, element: ElementTree.Element, depth: int) -> int:
        if depth > _DEEPEST:
            raise ValueError("whose parts are nested too deep; export it as PNG")
        total = 1 + sum(self.of(child, depth + 1) for child in element)
        for address in _addresses(element):
            if address.startswith("#"):
                total += self._of_named(address[1:], depth + 1)
        if total > _MOST_DRAWN:
            raise ValueError(f"that draws more than {_MOST_DRAWN:,} parts; export it as PNG")
        return total

    def _of_named(self, name: str, depth: int) -> int:
        if name in self.open:
            raise ValueError("a part of which is drawn by itself; export it as PNG")
        if name not in self.known and name in self.named:
            self.open.add(name)
            self.known[name] = self.of(self.named[name], depth)
            self.open.remove(name)
        return self.known.get(name, 0)


def _size(root: ElementTree.Element) -> tuple[float, float]:
    """Width and height, of which only the proportion counts; a drawing without a view gets one."""
    sides = [_pixels(root.get(name)) for name in ("width", "height")]
    view = [float(number) for number in _NUMBER.findall(root.get("viewBox") or "")]
    if None not in sides and not view:
        root.set("viewBox", f"0 0 {sides[0]} {sides[1]}")
    width, height = sides if None not in sides else view[2:] if len(view) == 4 else (0, 0)
    if not (width > 0 and height > 0):
        raise ValueError("that says no size; export it with a viewBox, or as PNG")
    if max(width / height, height / width) > _LONGEST_SHAPE:
        raise ValueError("that is more than a hundred times as long as it is wide; check its viewBox")
    return width, height


def _pixels(length: str | None) -> float | None:
    found = _LENGTH.fullmatch(length or "")
    return float(found[1]) * _UNITS[found[2]] if found and found[2] in _UNITS else None


def _rendered(text: str) -> bytes:
    from resvg_py import svg_to_bytes

    try:
        return svg_to_bytes(svg_string=text, skip_system_fonts=True)
    except BaseException as error:
        # What goes wrong inside of Rust is an exception of its own kind, and no Exception.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise ValueError("that cannot be drawn; export it again, or as PNG") from None
        raise
