"""Markup from words and values: whatever text is in it, text is all that it becomes."""

from dataclasses import dataclass
from html import escape

_EMPTY = ("meta", "link", "img")


@dataclass(frozen=True)
class Markup:
    """Text that is markup already; all other text is escaped."""

    text: str


def tag(name: str, /, *children: "Markup | str", **attributes: str | bool) -> Markup:
    """An element, whatever words are in it. ``class_`` is its class."""
    said = "".join(
        f" {key.rstrip('_')}" if value is True else f' {key.rstrip("_")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value
    )
    inner = "".join(item.text if isinstance(item, Markup) else escape(item) for item in children)
    end = "" if name in _EMPTY else f"{inner}</{name}>"
    return Markup(f"<{name}{said}>{end}")
