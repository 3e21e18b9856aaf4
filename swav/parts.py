"""What the tables have in common that people write: storyboards, configuration, limits.

A module of its own, since the jobs of a build want a table or two and no storyboard.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class Part(BaseModel):
    """A group of keys: unknown ones are faults, empty ones are absent, and nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_absent(cls, value: Any) -> Any:
        """A key with nothing behind it (``notes:``) says as little as no key."""
        if isinstance(value, dict) and None in value.values():
            known = cls.model_fields.keys() | {field.alias for field in cls.model_fields.values()}
            return {key: item for key, item in value.items() if item is not None or key not in known}
        return value
