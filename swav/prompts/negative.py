"""The negative prompt: what the storyboard does not want, and letters, which no model can write."""

import re

LETTERING_WORDS = (
    "text",
    "letters",
    "words",
    "writing",
    "numbers",
    "caption",
    "subtitle",
    "title",
    "watermark",
    "logo",
    "signage",
    "timestamp",
    "garbled text",
)
_SEPARATOR = re.compile(r"[,;，；、،\n]")


def combine(negative: str, style_negative: str) -> tuple[str, tuple[str, ...]]:
    """The negative prompt in the order shot, style, lettering words; and the lettering words it gained.

    Phrases are separated by commas, and one that is there already, in small or capital letters, is not
    said again.
    """
    phrases: dict[str, str] = {}
    for part in (negative, style_negative):
        for phrase in _SEPARATOR.split(part):
            bare = " ".join(phrase.split())
            if bare:
                phrases.setdefault(bare.casefold(), bare)
    gained = tuple(word for word in LETTERING_WORDS if word not in phrases)
    return ", ".join((*phrases.values(), *gained)), gained
