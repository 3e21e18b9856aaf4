"""The field tables of docs/storyboard.md, written from the models that check a storyboard.

``python docs/_make/storyboard.py`` writes them anew between their markers; a test holds the page to it.
"""

import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from swav.parts import Part
from swav.storyboard import forms
from swav.storyboard.model import Storyboard

PAGE = Path(__file__).parents[1] / "storyboard.md"
TABLE = re.compile(r"(<!-- fields: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
PARTS: dict[str, type[BaseModel]] = {
    part.__name__: part for part in Part.__subclasses__() if part.__module__.startswith("swav.storyboard.")
}

FORMS = {
    "FrameSize": "width x height",
    "FrameRate": "number or fraction",
    "Seconds": "time",
    "PositiveSeconds": "time above 0",
    "ShotSeconds": "time above 0, or `auto`",
    "FadeSeconds": "time, up to 60",
    "ShotId": "name",
    "ShotIds": "`all`, or list of names",
    "Share": "number, 0 to 1, or percentage",
    "Aspect": "width:height",
    "AnchorPoint": "`centre`, `left`, `right`, `top`, `bottom`, two of them, or [across, down], 0 to 1",
    "Lines": "text, or list of texts",
    "GuidanceScales": "number, 0 to 50, or two: [high noise, low noise]",
    "SoundLevel": "`true`, `false`, or number, -60 to 6",
}
"""Fields whose form the schema says less plainly: by the type that the model gives them."""


HEADINGS = {
    "DeliveredShot": "shots of a delivery",
    "Delivery": "deliver",
    "Entity": "cast and places",
    "Lora": "loras",
    "Mood": "moods",
    "NamedVoice": "voices",
    "SoundEffect": "sound",
    "TranslatedLine": "translated lines",
    "TranslatedShot": "translated shots",
    "Translation": "translations",
}
"""Headings of the page that are not called as their model is."""


def table(name: str) -> str:
    """The Markdown table of one model: field, form, default, meaning."""
    part = PARTS[name]
    schema = Storyboard.model_json_schema(by_alias=True)
    properties = (schema if part is Storyboard else schema["$defs"][name])["properties"]
    rows = ["| field | form | default | meaning |", "|---|---|---|---|"]
    for field, info in part.model_fields.items():
        key = info.alias or field
        rows.append(
            f"| `{key}` | {_form(name, field, properties[key])} | {_default(info)} | {info.description} |"
        )
    return "\n".join(rows) + "\n"


def page(text: str) -> str:
    """The page with every table as the models have it now."""
    return TABLE.sub(lambda match: f"{match[1]}{table(match[2])}{match[3]}", text)


def tables(text: str) -> set[str]:
    """The models whose tables the page holds."""
    return {match[2] for match in TABLE.finditer(text)}


def _form(name: str, field: str, schema: dict[str, Any]) -> str:
    annotation = PARTS[name].__annotations__[field]
    for alias, form in FORMS.items():
        wanted = getattr(forms, alias)
        if annotation in (wanted, wanted | None):
            return form
    return _plain(schema)


def _plain(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return _linked(schema["$ref"].rsplit("/", 1)[1])
    if "anyOf" in schema:
        kinds = [_plain(kind) for kind in schema["anyOf"] if kind.get("type") != "null"]
        return ", or ".join(dict.fromkeys(kinds))
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{choice}`" for choice in schema["enum"])
    kind = schema.get("type", "")
    if kind == "array":
        return f"list of {_plain(schema['items'])}"
    if kind in ("number", "integer"):
        return _number(kind, schema)
    if kind == "object":
        return _pairs(schema)
    return {"string": "text", "boolean": "`true` or `false`"}[kind]


def _pairs(schema: dict[str, Any]) -> str:
    """A mapping: of names to parts that have a table of their own, or of text to text."""
    values = schema.get("additionalProperties") or next(
        iter(schema.get("patternProperties", {}).values()), {}
    )
    form = _plain(values) if isinstance(values, dict) and ("$ref" in values or "anyOf" in values) else ""
    return f"names, each with {form}" if form else "pairs of texts"


def _number(kind: str, schema: dict[str, Any]) -> str:
    word = "whole number" if kind == "integer" else "number"
    least = schema.get("minimum")
    most = schema.get("maximum")
    if least is not None and most is not None:
        return f"{word}, {least:g} to {most:g}"
    return f"{word}, {least:g} or more" if least is not None else word


def _linked(name: str) -> str:
    heading = HEADINGS.get(name, name.lower())
    return f"[{heading}](#{heading.replace(' ', '-')})"


def _default(info: Any) -> str:
    if info.is_required():
        return "needed"
    value = info.default
    if value is None or value in ("", (), {}) or isinstance(value, Part):
        return "–"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, (int, float)):
        return f"`{value:g}`"
    return f"`{value}`"


def main() -> None:
    PAGE.write_text(page(PAGE.read_text()))
    print(PAGE)


if __name__ == "__main__":
    main()
