"""JSON Schemas as editors need them: what they insert is what the schema, and ``swav check``, accept."""

import re
from fractions import Fraction
from typing import Any

from pydantic import BaseModel

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def editor_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of a model (draft 2020-12), its defaults written as a person writes them.

    A default that is a group of keys is left out: an editor would insert all of it.
    """
    return {"$schema": DIALECT, **_written(model.model_json_schema(by_alias=True))}


def _written(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_written(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _inside(key, value) for key, value in schema.items() if key != "default"}
    if (default := _default(schema.get("default"), schema)) is not None:
        found["default"] = default
    return found


def _inside(key: str, value: Any) -> Any:
    if key in ("examples", "enum", "const"):
        return value
    if key in ("properties", "$defs"):  # tables of schemas, in which "default" would be a name
        return {name: _written(schema) for name, schema in value.items()}
    return _written(value)


def _default(value: Any, schema: dict[str, Any]) -> Any:
    """A default as it is written in YAML; None where there is nothing to insert."""
    if isinstance(value, dict):
        return f"{value['width']}x{value['height']}" if value.keys() == {"width", "height"} else None
    kinds = {item.get("type") for item in schema.get("anyOf", [schema])}
    if isinstance(value, str) and "number" in kinds and re.fullmatch(r"\d+(/\d+)?", value):
        number = Fraction(value)
        return int(number) if number.denominator == 1 else float(number)
    return None if value == "" or isinstance(value, (list, tuple)) else value
