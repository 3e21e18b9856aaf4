"""A user's word as a message shows it: on one line, short, and with nothing that acts on a terminal.

All that swav knows of controls stands here, for text that is shown and for text that is kept.

Names of files, keys, ids and values come from storyboards and disks, and may hold what a terminal obeys
(escapes, controls) or what turns the rest of a line around (Unicode's bidirectional controls). Letters of all
scripts, accents and emoji are shown as they are.
"""

import re
from collections.abc import Iterable
from pathlib import Path

LONGEST_MESSAGE = 300
"""Characters of one message."""

# Controls; marks, embeddings, overrides and isolates of direction; separators of lines; surrogates; what is
# invisible but for the joiners (U+200C, U+200D), which are part of how Indic scripts and emoji are written.
_ACTING = "\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
_HIDDEN = re.compile(f"[{_ACTING}\ud800-\udfff\U000e0000-\U000e007f]")
_HIDDEN_BUT_BREAKS = re.compile(f"(?!\n)[{_ACTING}\ud800-\udfff\U000e0000-\U000e007f]")
_TURNING = re.compile("[\x80-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CONTROL = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""What no one wrote to be read. The rest is what both YAML 1.2 and XML 1.0 take, but for U+0085."""
_WORD = 60
"""Characters up to which a word of a message is left whole."""


def shown(word: object, most: int = 60) -> str:
    """A word as a message shows it, its middle left out beyond ``most`` characters."""
    return shortened(harmless(str(word)), most)


def listed(words: Iterable[str], most: int, joint: str = ", ") -> str:
    """Words with commas, the first ``most`` of them, and how many there are besides: ``a, b and 3 more``."""
    words = list(words)
    rest = len(words) - most
    return joint.join(words[:most]) + (f" and {rest} more" if rest > 0 else "")


def shown_path(path: str | Path, most: int = 120) -> str:
    """A file's name as a message shows it: of a long one, its end."""
    text = harmless(str(path))
    return text if len(text) <= most else "…" + text[1 - most :]


def harmless(text: str) -> str:
    """A text whose controls are written out, as ``\\x1b`` or ``\\u202e``; breaks of line too."""
    return _HIDDEN.sub(_written_out, text)


def harmless_lines(text: str) -> str:
    """The same for text of several lines."""
    return _HIDDEN_BUT_BREAKS.sub(_written_out, text)


def without_controls(text: str) -> str:
    """A text that is kept, not shown: without ``CONTROL``, with its tabs and breaks of line."""
    return CONTROL.sub("", text)


def shortened(text: str, most: int) -> str:
    """A text without its middle where it has more than ``most`` characters."""
    if len(text) <= most:
        return text
    front = (most - 1) * 2 // 3
    return f"{text[:front]}…{text[len(text) - (most - 1 - front) :]}"


def message(text: str, most: int = LONGEST_MESSAGE) -> str:
    """A sentence as it is said: harmless, on one line, and of ``most`` characters at most.

    Where it is longer, its longest words (names of files, keys) lose their middle first, then the sentence.
    """
    text = harmless(text)
    while len(text) > most:
        word = max(text.split(), key=len)
        if len(word) <= _WORD:
            return shortened(text, most)
        text = text.replace(word, shortened(word, max(_WORD, len(word) - (len(text) - most))))
    return text


def turned(text: str) -> str:
    """Output that may hold a terminal's own colours, with the controls of direction in it written out."""
    return _TURNING.sub(_written_out, text)


def _written_out(match: re.Match) -> str:
    code = ord(match[0])
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
