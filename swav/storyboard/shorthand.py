"""What may be written in short, as people write it: a text for a part, a single thing for a list of one."""

from typing import Any

from pydantic import BeforeValidator


def listed(value: Any) -> Any:
    """One overlay stands for a list of one."""
    return [value] if isinstance(value, dict) else value


def short_for(key: str, written: Any, short: type = str) -> BeforeValidator:
    """``narration: some text`` is short for ``narration: {text: some text}``."""
    return BeforeValidator(
        lambda value: {key: value} if isinstance(value, short) else value,
        json_schema_input_type=written,
    )


def one_name(value: Any) -> Any:
    """One name stands for a list of one."""
    return (value,) if isinstance(value, str) else value
