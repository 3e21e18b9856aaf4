"""Quoted words in a prompt: where they stand, in any script's marks, and what is no quotation at all.

While a prompt is being read, each quotation is stood for by a single character of a plane that no
language uses. The rules of the phrase books can then say "a sign saying QUOTE" without caring what is
inside, which marks were used, or in which script it is written.
"""

import re
from dataclasses import dataclass

# Supplementary private use area A (Unicode 15, section 23.5). Loud and soft words get a half each.
_LOUD, _SOFT, _HALF = 0xF0000, 0xF8000, 0x7FF0
LOUD = "[\U000f0000-\U000f7fff]"
ANY = "[\U000f0000-\U000ffffd]"
_STAND_IN = re.compile(ANY)

MARKS = "\"“”„«»‹›‘'「『《"
_NOT_A_QUOTE = r"(?!n['’]|\d0s\b|(?:tis|twas|em|til|cause|round|bout)\b)"
_QUOTATION = re.compile(
    rf"""
      [“„](?P<curly>[^“”„\n]{{1,400}})[”“]
    | ”(?P<same>[^”\n]{{1,400}})”(?!\w)
    | «(?P<guillemets>[^«»\n]{{1,400}})»
    | »(?P<inward>[^«»\n]{{1,400}})«
    | ‹(?P<single_guillemets>[^‹›\n]{{1,400}})›
    | 「(?P<corner>[^「」\n]{{1,400}})」
    | 『(?P<white_corner>[^『』\n]{{1,400}})』
    | 《(?P<book>[^《》\n]{{1,400}})》
    # A straight mark after a figure is an inch: 5" of steel.
    | (?<![\w"=])"(?=[^\s"])(?P<straight>[^"\n]{{1,400}})"
    # A single mark inside or after a word is an apostrophe: the captain's, sailors', rock 'n' roll.
    | (?<!\w)‘{_NOT_A_QUOTE}(?P<single_curly>(?:[^‘’\n]|(?<=\w)’(?=\w)){{1,200}})’(?!\w)
    | (?<![\w'"=])'(?=[^\s']){_NOT_A_QUOTE}
      (?P<single>[^'\n]{{1,60}}s'\ [A-Z][^'\n]{{1,40}}(?=(?<!\s)'(?!\w))
               |(?:[^'\n]|(?<=\w)'(?=\w)){{1,200}}(?<!\s))'(?!\w)
    """,
    re.VERBOSE,
)
_NAME = re.compile(r"[A-ZÀ-Þ][\w'’-]*(?: (?:(?:of|the|and|de|la|du|von|van) ){0,2}[A-ZÀ-Þ0-9][\w'’-]*){0,4}")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Quotation:
    """Words between marks. ``whole`` has the marks, ``words`` has not."""

    whole: str
    words: str

    @property
    def is_loud(self) -> bool:
        """Capitals, figures or an exclamation mark: how a sign speaks, and hardly ever a nickname."""
        letters = _LETTER.findall(self.words)
        shouted = len(letters) > 1 and all(letter.isupper() for letter in letters)
        return shouted or "!" in self.words or any(character.isdigit() for character in self.words)

    @property
    def is_name(self) -> bool:
        """Words in capitalised form and between double marks, such as a ship's nickname."""
        return self.whole[0] in '"“„«' and _NAME.fullmatch(self.words) is not None


def stand_in(prompt: str) -> tuple[str, dict[str, Quotation]]:
    """The prompt with one character for each quotation, and what each of these characters stands for.

    A prompt that itself uses the private plane comes back as it is, with no quotation found.
    """
    quotations: dict[str, Quotation] = {}
    if not any(mark in prompt for mark in MARKS) or _STAND_IN.search(prompt):
        return prompt, quotations

    def replace(match: re.Match[str]) -> str:
        quotation = Quotation(match[0], match[match.lastgroup or 0].strip())
        if not quotation.words or len(quotations) >= _HALF:
            return match[0]
        character = chr((_LOUD if quotation.is_loud else _SOFT) + len(quotations))
        quotations[character] = quotation
        return character

    return _QUOTATION.sub(replace, prompt), quotations


def spoken_back(text: str, quotations: dict[str, Quotation]) -> str:
    """The text with its quotations again as they were written."""
    if not quotations:
        return text
    return _STAND_IN.sub(lambda match: quotations[match[0]].whole, text)
