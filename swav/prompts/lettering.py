"""Lettering is taken out of a prompt, because no text-to-video model can write.

What stands in quotation marks is lettering only where something around it says so: a sign, "reads",
"titled", "painted on the hull". All other quotations stay, and a ship's nickname merely loses its marks.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from swav.prompts import seam
from swav.prompts.english_quoted import QUOTED
from swav.prompts.english_unquoted import UNQUOTED
from swav.prompts.phrases import FOR_AN_OVERLAY, Rule
from swav.prompts.quotation import ANY, Quotation, spoken_back, stand_in
from swav.prompts.world import WORLD

_STAND_IN = re.compile(ANY)
_ALL = (*QUOTED, *WORLD, *UNQUOTED)
_WISHES_WITHOUT_MARKS = tuple(rule for rule in _ALL if not rule.quoted)
_HINT = re.compile(
    r"sign|banner|poster|billboard|placard|logo|label|title|caption|text|word|letter|number|dated|"
    r"stamp|mark|inscri|"
    r"blazon|slogan|headline|tagline|lower third|super|credits|chyron|say|read|spell|legend|"
    r"sottotit|subt[ií]t|"
    r"untertitel|legendas|sous-titres|字幕|screen|display|board|flag|plaque|name ?plate|sticker|year|"
    r"writ|paint|print|emboss|stencil|carv|etch|stitch|embroider|engrav|project|scrawl|overlaid|"
    r"(?:on|across)\s+(?:it|them|its|her|his|their)\b",
)
_MARKS_ONLY = "Quoted words tempt a model into painting letters; the name stays, without its marks."
_MOST_PASSES = 4
_NO_MARKS = re.compile("[\"'“”„«»‹›‘’「」『』《》]")
# Patterns that allow white space at several places take quadratic time over a long run of it.
_LONG_GAP = re.compile(r"(\s)\s{4,}")


@dataclass(frozen=True)
class Cut:
    """Words that left a prompt (``before``), what stands in their place, and why."""

    before: str
    after: str
    why: str
    lettering: tuple[str, ...]


@lru_cache(maxsize=65_536)  # as `prepare`
def take_out(prompt: str) -> tuple[str, tuple[Cut, ...]]:
    """The prompt without lettering, and what was cut; the prompt itself when there is none.

    The lettering in the cuts is exactly as written, without its marks. A prompt that was nothing but
    lettering comes back empty. Pure, and remembered: what shots have in common is asked with each of them.
    """
    cuts: list[Cut] = []
    text = prompt
    for _ in range(_MOST_PASSES):
        shorter, found = _pass(text)
        cuts += found
        if shorter == text:
            break
        text = shorter
    return text, tuple(replace(cut, lettering=_as_written(cut.lettering, prompt)) for cut in cuts)


def _as_written(lettering: tuple[str, ...], prompt: str) -> tuple[str, ...]:
    """Words that stand together only since a cut before took out what stood between them are told apart."""
    written, told = _NO_MARKS.sub("", prompt), []
    for words in lettering:
        run = ""
        for word in words.split() if _NO_MARKS.sub("", words) not in written else [words]:
            longer = f"{run} {word}".strip()
            if run and _NO_MARKS.sub("", longer) not in written:
                told.append(run)
                longer = word
            run = longer
        told.append(run)
    return tuple(told)


def _pass(prompt: str) -> tuple[str, list[Cut]]:
    text, quotations = stand_in(prompt)
    text = _LONG_GAP.sub(r"\1", text)
    small = text.lower()
    rules = _ALL if quotations else _WISHES_WITHOUT_MARKS
    if not quotations and not _HINT.search(small):
        return prompt, []
    cuts: list[Cut] = []
    if quotations and _is_all_lettering(text, quotations):
        only = next(iter(quotations.values()))
        return "", [Cut(only.whole, "", FOR_AN_OVERLAY, (only.words,))]
    for rule in rules:
        if not rule.needs or any(need in small for need in rule.needs):
            text = _apply(rule, text, quotations, cuts)
    text = _bare_names(text, quotations, cuts)
    text = spoken_back(text, quotations)
    return (seam.tidy(text), cuts) if cuts else (prompt, [])


def _is_all_lettering(text: str, quotations: dict[str, Quotation]) -> bool:
    """A prompt that is one quotation: a few words or capitals are lettering, a sentence is a prompt."""
    bare = text.strip().rstrip(".!?")
    return bare in quotations and (quotations[bare].is_loud or len(quotations[bare].words.split()) < 4)


def _apply(rule: Rule, text: str, quotations: dict[str, Quotation], cuts: list[Cut]) -> str:
    position = 0
    while match := rule.pattern.search(text, position):
        start, end = _span(match)
        if start == end:
            break
        removed = text[start:end]
        lettering = [quotations[character].words for character in _STAND_IN.findall(removed)]
        if not lettering:
            groups = match.groupdict()
            lettering = [groups[name].strip() for name in ("words", "run", "date", "put") if groups.get(name)]
        cuts.append(Cut(spoken_back(removed, quotations).strip(), "", rule.why, tuple(lettering)))
        spaced = any(
            edge.isspace() for edge in (text[start - 1 : start], removed[0], removed[-1], text[end : end + 1])
        )
        first = removed.strip()[:1]
        text, _ = seam.close(
            text[:start], "", text[end:], spaced=spaced, capital=first.isupper() or first in quotations
        )
    return text


def _span(match: re.Match[str]) -> tuple[int, int]:
    for name in ("cut", "cut2"):
        if name in match.re.groupindex and match[name] is not None:
            return match.span(name)
    return match.span()


def _bare_names(text: str, quotations: dict[str, Quotation], cuts: list[Cut]) -> str:
    """Nicknames without their marks: the words are part of the picture, the marks ask for letters."""

    def bare(match: re.Match[str]) -> str:
        quotation = quotations[match[0]]
        opens_a_word = match.start() == 0 or text[match.start() - 1].isspace()
        if not (quotation.is_name and opens_a_word):
            return match[0]
        cuts.append(Cut(quotation.whole, quotation.words, _MARKS_ONLY, ()))
        return quotation.words

    return _STAND_IN.sub(bare, text) if quotations else text
