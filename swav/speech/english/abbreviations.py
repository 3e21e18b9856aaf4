"""Abbreviations and signs in English, written out as they are said."""

import re

# Before a name.
_TITLES = {
    **{"Dr": "Doctor", "Mr": "Mister", "Mrs": "Missus", "Prof": "Professor", "Capt": "Captain"},
    **{"Cdr": "Commander", "Cmde": "Commodore", "Lt Cdr": "Lieutenant Commander", "Lt": "Lieutenant"},
    **{"Adm": "Admiral", "VAdm": "Vice Admiral", "RAdm": "Rear Admiral", "V Adm": "Vice Admiral"},
    **{"Gen": "General", "Col": "Colonel", "Maj": "Major", "Sgt": "Sergeant", "Hon": "Honourable"},
    **{"R Adm": "Rear Admiral", "St": "Saint", "Mt": "Mount"},
}
# Before a number.
_COUNTED = {
    **{"No": "number", "no": "number", "Nos": "numbers", "nos": "numbers", "Fig": "figure", "fig": "figure"},
    **{"Vol": "volume", "vol": "volume", "Ch": "chapter", "Sec": "section", "p": "page", "pp": "pages"},
    **{"Ver": "version", "ver": "version", "ca": "about", "c": "about"},
}
# Anywhere.
_ANYWHERE = {
    **{"approx.": "approximately", "vs.": "versus", "vs": "versus"},
    **{"etc.": "et cetera", "e.g.": "for example", "i.e.": "that is", "incl.": "including"},
    **{"max.": "maximum", "Ltd.": "Limited", "Ltd": "Limited", "Pvt.": "Private", "Pvt": "Private"},
    **{"Inc.": "Incorporated", "Corp.": "Corporation", "Govt.": "Government", "Govt": "Government"},
    **{"govt.": "government", "Dept.": "Department", "dept.": "department", "Bros.": "Brothers"},
    **{"Jr.": "Junior", "Sr.": "Senior", "Co.": "Company", "w/o": "without", "aka": "also known as"},
    **{"24/7": "twenty-four seven", "24×7": "twenty-four seven", "24x7": "twenty-four seven"},
    **{"H2O": "H two O", "and/or": "and or"},
}


def _any_of(table: dict[str, str]) -> str:
    return "|".join(re.escape(written) for written in sorted(table, key=len, reverse=True))


_TITLE = re.compile(
    rf"\b({_any_of(_TITLES)})(?:\.\s*|\s+)(?![IVX]+\b)(?=[A-Z](?:[a-z]|\.|[A-Z]? [A-Z][a-z]))"
)
_BEFORE_NUMBER = re.compile(rf"(?<![\w.])({_any_of(_COUNTED)})\.\s?(?=\d)|\bNo (?=\d)")
_WORD = re.compile(rf"(?<![\w.])({_any_of(_ANYWHERE)})(?!\w)(?P<end>(?=\s+[A-Z]|\s*$))?")

_SIGNS = [
    (re.compile(r"\s*&\s*"), " and "),
    (re.compile(r"#(?=\d)"), "number "),
    (re.compile(r"(?<=\d)/-"), ""),  # a whole sum of rupees
    (re.compile(r"[~≈]\s?(?=[$£€₹]?\d)"), "about "),
    (re.compile(r"(?<=\d)\s?±\s?(?=\d)|±\s?(?=\d)"), " plus or minus "),
    (re.compile(r"(?<=[\d ])\+\s(?=\d)"), " plus "),
    (re.compile(r"(?<=\d)\+"), " plus"),
    (re.compile(r"(?<=[\w)])\s?=\s?(?=[\w(])"), " equals "),
    (re.compile(r"[≥]\s?(?=\d)"), "at least "),
    (re.compile(r"[≤]\s?(?=\d)"), "at most "),
    (re.compile(r"(?<![\w>])>\s?(?=\d)"), "more than "),
    (re.compile(r"(?<![\w<])<\s?(?=\d)"), "less than "),
    (re.compile(r"(?<=\w)@(?=\w)"), " at "),
    (re.compile(r"½"), " 1/2"),
    (re.compile(r"¼"), " 1/4"),
    (re.compile(r"¾"), " 3/4"),
]


def read(text: str) -> str:
    """The text with its abbreviations and signs in words. Digits stay, for the readers of numbers."""
    text = _WORD.sub(_anywhere, text)
    text = _TITLE.sub(lambda found: f"{_TITLES[found[1]]} ", text)
    text = _BEFORE_NUMBER.sub(lambda found: f"{_COUNTED[found[1] or 'No']} ", text)
    for sign, words in _SIGNS:
        text = sign.sub(words, text)
    return text


def _anywhere(found: re.Match[str]) -> str:
    # The point of "etc." may end the sentence as well; a name may follow "Pvt." and "Jr.".
    ends = found["end"] is not None and found[1] in ("etc.", "Ltd.", "Inc.", "Corp.", "Jr.", "Sr.")
    return _ANYWHERE[found[1]] + ("." if ends else "")
