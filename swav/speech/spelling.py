"""How named letters are written for espeak-ng, which turns text into phonemes for Piper and for Kokoro.

"I N S" would be three words of equal weight, and a lone "A" the article. With points between, espeak-ng
names the letters as one word with its stress at the end: I.N.S is said as a person says it.
"""

import re

_NAMED_LETTERS = re.compile(r"(?<![\w.'’])[A-Z](?: [A-Z])+(?![\w.]\w)(?!\w)")
# After a small letter a capital A cannot be the article: "project seventeen A".
_LETTER_A = re.compile(r"(?<=[a-z] )A(?!\w|\.\w|['’])")


def for_espeak(text: str) -> str:
    """English text with its named letters as espeak-ng names them."""
    text = _NAMED_LETTERS.sub(lambda found: found[0].replace(" ", "."), text)
    return _LETTER_A.sub("eh", text)  # espeak-ng's spelling of the letter's name
