"""Prompts, prepared for models that cannot write: lettering out, camera and light in, each change told."""

from swav.prompts.difference import word_diff
from swav.prompts.prepare import Change, Prepared, prepare

__all__ = ["Change", "Prepared", "prepare", "word_diff"]
