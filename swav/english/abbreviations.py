"""Abbreviations and signs in English, and what they are said as."""

import re
from collections.abc import Iterator

from swav.english.said import Reader, Rule, Said, always, any_of, part

TITLES = {
    **{"Dr": "Doctor", "Mr": "Mister", "Mrs": "Missus", "Prof": "Professor", "Capt": "Captain"},
    **{"Cdr": "Commander", "Cmdr": "Commander", "Cmde": "Commodore", "Lt Cdr": "Lieutenant Commander"},
    **{"Lt": "Lieutenant", "Lt Col": "Lieutenant Colonel", "Adm": "Admiral", "VAdm": "Vice Admiral"},
    **{"RAdm": "Rear Admiral", "V Adm": "Vice Admiral", "R Adm": "Rear Admiral", "Gen": "General"},
    **{"Brig": "Brigadier", "Col": "Colonel", "Maj": "Major", "Sgt": "Sergeant", "Hon": "Honourable"},
    **{"Rev": "Reverend", "Sen": "Senator", "Gov": "Governor", "Pres": "President", "St": "Saint"},
    **{"Mt": "Mount", "Ft": "Fort", "Smt": "Shrimati"},
}
"""Before a name."""

COUNTED = {
    **{"No": "number", "no": "number", "Nos": "numbers", "nos": "numbers", "Fig": "figure", "fig": "figure"},
    **{"Figs": "figures", "figs": "figures", "Vol": "volume", "vol": "volume", "Ch": "chapter"},
    **{"Sec": "section", "Art": "article", "Eq": "equation", "Ref": "reference", "Ep": "episode"},
    **{"p": "page", "pp": "pages", "Ver": "version", "ver": "version", "v": "version", "ca": "about"},
    **{"c": "about"},
}
"""Before a number, with a point."""

ANYWHERE = {
    **{"approx.": "approximately", "vs.": "versus", "vs": "versus", "cf.": "compare", "viz.": "namely"},
    **{"etc.": "et cetera", "e.g.": "for example", "i.e.": "that is", "incl.": "including"},
    **{"max.": "maximum", "min.": "minimum", "avg.": "average", "est.": "established", "esp.": "especially"},
    **{"Ltd.": "Limited", "Ltd": "Limited", "Pvt.": "Private", "Pvt": "Private", "Corp.": "Corporation"},
    **{"Inc.": "Incorporated", "Govt.": "Government", "Govt": "Government", "govt.": "government"},
    **{"Dept.": "Department", "dept.": "department", "Bros.": "Brothers", "Univ.": "University"},
    **{"Intl.": "International", "Jr.": "Junior", "Sr.": "Senior", "Co.": "Company", "w/o": "without"},
    **{"w/": "with", "b/w": "between", "aka": "also known as", "a.k.a.": "also known as", "and/or": "and or"},
    **{"24/7": "twenty-four seven", "24×7": "twenty-four seven", "24x7": "twenty-four seven"},
    **{"H2O": "H two O", "Ph.D.": "P H D", "PhD": "P H D", "M.Sc.": "M S C", "B.Sc.": "B S C"},
    **{"M.Tech": "M Tech", "B.Tech": "B Tech", "C++": "C plus plus", "C#": "C sharp", "F#": "F sharp"},
    **{".NET": "dot net", "&c.": "et cetera", "WiFi": "wai fai"},
    **{"A/C": "A C", "n/a": "not applicable", "N/A": "not applicable", "c/o": "care of", "p.a.": "per annum"},
}
"""Wherever it stands as a word."""

_OTHERWISE = {
    **{"no": ("numero",), "ca.": ("circa",), "ca": ("circa",), "c": ("circa",), "vs.": ("against",)},
    **dict.fromkeys(("24/7", "24x7", "24×7"), ("twenty four by seven",)),
    **{"and/or": ("and slash or",), "WiFi": ("wifi", "wi fi"), "e.g.": ("E G",), "i.e.": ("I E",)},
    **{
        "w/": ("w",),
        "etc.": ("and so on",),
        "aka": ("A K A",),
        "a.k.a.": ("A K A",),
    },
    **{"H2O": ("H 2 O",), "v": ("v",), "Mt": ("mountain",), "Hon": ("Honorable",), "Mrs": ("Misses",)},
}
"""Other ways to say one."""

_TITLE = re.compile(
    rf"\b(?P<title>(?:{any_of(TITLES)})\b\.?)(?=\s*)(?<=[.\w])(?=(?<=\.)\s*|\s)(?!\s*[IVX]+\b)"
    r"(?=\s*[A-Z](?:[a-z]|\.|[A-Z]? [A-Z][a-z]))"
)
_BEFORE_NUMBER = re.compile(rf"(?<![\w.])(?P<short>(?:{any_of(COUNTED)})\.)\s?(?=\d)|\b(?P<no>No) (?=\d)")
_WORD = re.compile(rf"(?<![\w.])(?P<short>{any_of(ANYWHERE)})(?!\w)(?P<end>(?=\s+[A-Z]|\s*$))?")
_ENDS_SENTENCE = frozenset(("etc.", "Ltd.", "Inc.", "Corp.", "Jr.", "Sr.", "Ph.D.", "M.Sc.", "B.Sc.", "Co."))
"""Their point may end the sentence as well; a name may follow "Pvt." and "Govt."."""


def _ways(written: str, name: str) -> tuple[str, ...]:
    return (name, *_OTHERWISE.get(written, ()), written.strip("."))


def _anywhere(found: re.Match[str]) -> Iterator[Said]:
    written = found["short"]
    start, end = found.span("short")
    if found["end"] is not None and written in _ENDS_SENTENCE:
        end -= 1
    yield Said(start, end, _ways(written, ANYWHERE[written]))


def _title(found: re.Match[str]) -> Iterator[Said]:
    written = found["title"].rstrip(".")
    yield part(found, "title", *_ways(written, TITLES[written]))


def _counted(found: re.Match[str]) -> Iterator[Said]:
    group = "no" if found["no"] else "short"
    written = found[group].rstrip(".")
    yield part(found, group, *_ways(written, COUNTED[written]))


def _sign(pattern: str, *ways: str) -> tuple[re.Pattern[str], Reader]:
    return re.compile(pattern), always(*ways)


RULES: list[Rule] = [
    (_WORD, _anywhere),
    (_TITLE, _title),
    (_BEFORE_NUMBER, _counted),
    _sign(r"&amp;|&", "and", "n", "ampersand"),
    _sign(r"#(?=\d)", "number", "hash"),
    _sign(r"§§?\s?(?=\d)", "section"),
    _sign(r"(?<=\d)/-", ""),  # a whole sum of rupees
    _sign(r"[~≈](?=\s?[$£€₹]?\d)", "about", "approximately", "around"),
    _sign(r"±(?=\s?\d)", "plus or minus"),
    _sign(r"(?<=[\w²³)] )\+(?= [\w(])|(?<![\w+])\+(?=\d)|(?<=[\w²³])\+", "plus"),
    _sign(r"(?<=[\w)²³])\s?==?\s?(?=[\w(])", "equals", "is", "equal to", "is equal to"),
    _sign(r"(?<=\w) ≠ (?=\w)", "is not"),
    _sign(r"≥(?=\s?\d)", "at least", "greater than or equal to"),
    _sign(r"≤(?=\s?\d)", "at most", "less than or equal to"),
    _sign(r"(?<![\w>])>(?=\s?\d)", "more than", "greater than"),
    _sign(r"(?<![\w<])<(?=\s?\d)", "less than"),
    _sign(r"(?<=\d) − (?=\d)", "minus"),
    _sign(r"(?<=\d)\s?÷\s?(?=\d)", "divided by"),
    _sign(r"(?<=\w)@(?=\w)", "at"),
    _sign(r"(?<=\w)_(?=\w)", " ", "underscore"),
    _sign(r"©", "copyright"),
]
