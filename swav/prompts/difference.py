"""What changed between two prompts, word by word, for a coloured diff."""

import re
from difflib import SequenceMatcher
from typing import Literal

Part = tuple[Literal["same", "removed", "added"], str]

# Words, marks and white space apart, so that a lost comma marks no word; scripts that do not put spaces
# between words (kana and Han) go character by character.
_TOKEN = re.compile(
    r"\s+|[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+|\W"
)


def word_diff(before: str, after: str) -> list[Part]:
    """The way from ``before`` to ``after`` in runs of words, none empty and neighbours of unlike kind.

    Without the "added" parts the texts join to ``before``, without the "removed" ones to ``after``, to
    the character.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    parts: list[Part] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(("same", "".join(old[i:j])))
            continue
        if i < j:
            parts.append(("removed", "".join(old[i:j])))
        if k < m:
            parts.append(("added", "".join(new[k:m])))
    return parts
