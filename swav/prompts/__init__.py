"""Prompts, prepared for models that cannot write: lettering out, camera and light in, each change told."""

from swav.prompts.difference import word_diff
from swav.prompts.prepare import Change, Prepared, keeps_words, prepare

__all__ = ["Change", "Prepared", "keeps_words", "prepare", "word_diff"]
