"""pydantic's findings as sentences: what is wrong with a value, and what to do about it.

No word of pydantic's reaches the user; a finding that is not in the table gets a plain general sentence.
"""

import difflib
import re
from collections.abc import Collection
from typing import Any

from swav.shown import listed

_LONGEST_LIST = 120
"""Characters of a list of words in a message, which has to be read at a glance."""
_EXAMPLES = {
    "id": "begin with a letter, then letters, digits and _ (32 at most), such as r001",
    "language": "write an ISO code such as en, hi or pt-BR",
    "model": "name a file of models/upscale without its suffix, or lanczos",
    **dict.fromkeys(("storyboard", "build", "models"), "write a path without braces"),
}
"""What to write in a field whose form a pattern decides."""


def sentence(finding: dict[str, Any], name: str, known: Collection[str]) -> tuple[str, str]:
    """Message and remedy for one of pydantic's findings.

    ``name`` is the key that it is about, ``known`` the keys that are allowed beside it (for an unknown key)
    or inside it (for a value that should have keys).
    """
    kind, limits, value = finding["type"], finding.get("ctx", {}), finding["input"]
    said = found(value)
    if kind == "value_error":
        unfit = limits["error"]
        return f"{said}: {unfit.message}" if value is not None else unfit.message, unfit.remedy
    if kind == "missing":
        return "is missing", f"add a line `{name}: ...`"
    if kind == "extra_forbidden":
        return unknown(name, known, f"the key {name!r} is unknown", "keys")
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", limits["expected"])
        return unknown(str(value), allowed, f"{said} is not one of the choices", "choices")
    if kind == "string_pattern_mismatch":
        return f"{said} has the wrong form", _EXAMPLES.get(name, "compare with the storyboard reference")
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return f"{said} stands where keys are needed", f"write keys below it, such as {_some(known)}"
    if kind in ("tuple_type", "list_type"):
        item = f"- {next(iter(known), 'item')}: ..." if known else "- ..."
        return f"{said} stands where a list is needed", f"begin each item on its own line, with `{item}`"
    return _KINDS.get(kind, _general)(said, limits)


def found(value: Any) -> str:
    """A value as it is shown in a message: short, on one line."""
    if isinstance(value, dict):
        return "a group of keys" if value else "an empty group of keys"
    if isinstance(value, (list, tuple)):
        return "a list" if value else "an empty list"
    if value is None:
        return "nothing"
    written = str(value)
    return repr(written if len(written) <= 40 else written[:39] + "…")


def unknown(word: str, known: Collection[str], message: str, what: str) -> tuple[str, str]:
    """Message and remedy for a word that is not among ``known``, with the nearest one if any is near."""
    if near := nearest(word, known):
        return message, f"did you mean {near!r}?"
    return message, f"the {what} here are {_listed(known)}" if known else "remove it"


def _listed(known: Collection[str]) -> str:
    """The words, as many as a sentence holds."""
    words = list(known)
    most = len(words)
    while len(", ".join(words[:most])) > _LONGEST_LIST:
        most -= 1
    return listed(words, most)


def nearest(word: str, known: Collection[str]) -> str | None:
    """The known word that the writer most likely meant, or None."""
    lowered = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return lowered[close[0]] if close else None


def _some(known: Collection[str]) -> str:
    return " and ".join(f"`{name}: ...`" for name in list(known)[:2]) or "`key: value`"


def _whole(said: str, limits: dict[str, Any]) -> tuple[str, str]:
    return f"{said} is not a whole number", "write a whole number such as 42"


def _number(said: str, limits: dict[str, Any]) -> tuple[str, str]:
    return f"{said} is not a number", "write a number such as 1.5"


def _switch(said: str, limits: dict[str, Any]) -> tuple[str, str]:
    return f"{said} is neither true nor false", "write true or false"


def _text(said: str, limits: dict[str, Any]) -> tuple[str, str]:
    return f"{said} stands where text is needed", "write text, in quotes if it begins with [ or {"


def _too_long(said: str, limits: dict[str, Any]) -> tuple[str, str]:
    return f"the text is longer than {limits['max_length']:,} characters", "shorten it"


def _empty(said: str, limits: dict[str, Any]) -> tuple[str, str]:
    return "there is nothing in it", "write something here"


def _too_many(said: str, limits: dict[str, Any]) -> tuple[str, str]:
    return f"there are more than {limits['max_length']} here", "remove some"


def _general(said: str, limits: dict[str, Any]) -> tuple[str, str]:
    return f"{said} does not fit here", "compare with the storyboard reference"


_KINDS = {
    **dict.fromkeys(("int_type", "int_parsing", "int_parsing_size", "int_from_float"), _whole),
    **dict.fromkeys(("float_type", "float_parsing", "finite_number"), _number),
    **dict.fromkeys(("bool_type", "bool_parsing"), _switch),
    **dict.fromkeys(("string_type", "string_unicode"), _text),
    **dict.fromkeys(("string_too_short", "too_short"), _empty),
    "string_too_long": _too_long,
    "too_long": _too_many,
    "greater_than_equal": lambda said, limits: (f"{said} is too small", f"write {limits['ge']:g} or more"),
    "greater_than": lambda said, limits: (f"{said} is too small", f"write more than {limits['gt']:g}"),
    "less_than_equal": lambda said, limits: (f"{said} is too large", f"write {limits['le']:g} or less"),
    "less_than": lambda said, limits: (f"{said} is too large", f"write less than {limits['lt']}"),
    "multiple_of": lambda said, limits: (f"{said} is odd", "write an even number"),
}
