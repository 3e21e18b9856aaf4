"""What a recogniser cannot hear: sounds that are no words, a word said over and over, and its own loops.

A recogniser that predicts the next word from the last ones may fall into a loop and write one phrase until
the time is up, or write "[Music]" for what it takes for no speech (Koenecke et al., 2024).
Neither says anything of the voice.
"""

import re

from swav.hearing.english import comparison, judged_words, sounds_in
from swav.hearing.spelling import plain

_TIMES = 4
"""A phrase that is written so often in a row, and more often than the text has it, is a loop."""
_HEARD_FOR_A_SOUND = 3  # words
_LONGEST = 8  # words of a phrase
_NO_SPEECH = re.compile(r"\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|[♪♫\W]+")


def cannot_be_judged(text: str, heard_text: str) -> str:
    """Why what was heard says nothing of how a line was spoken; empty where it does."""
    if judged_words(text) < 2:
        return "a recogniser cannot be held to one word, to a word repeated, or to sounds such as “hmm”"
    if heard_text.strip() and not _NO_SPEECH.sub("", heard_text):
        return "the recogniser took it for something other than speech"
    if sounds := sounds_in(text):
        found = comparison(text, heard_text)
        if found.errors - _HEARD_FOR_A_SOUND * sounds <= found.words / 4:
            return "a recogniser writes words for sounds such as “brrr”"
    if loop := looped(heard_text, text):
        phrase, times = loop
        return f"the recogniser was caught in a loop (“{phrase}”, {times} times)"
    return ""


def looped(heard_text: str, text: str = "") -> tuple[str, int] | None:
    """The phrase that stands in a row more often than ``text`` has it, and how often; else None."""
    written = heard_text.split()
    words = [plain(word) for word in written]
    most = _runs([plain(word) for word in text.split()])
    for length in range(1, _LONGEST + 1):
        place = 0
        while place + length * _TIMES <= len(words):
            times = _times(words, place, length)
            phrase = tuple(words[place : place + length])
            if times >= _TIMES and times > most.get(phrase, 1) and any(phrase):
                return " ".join(written[place : place + length]).strip(".,;:!?"), times
            place += 1
    return None


def _runs(words: list[str]) -> dict[tuple[str, ...], int]:
    """Every phrase of a text with how often it stands in a row there."""
    found: dict[tuple[str, ...], int] = {}
    for length in range(1, _LONGEST + 1):
        for place in range(len(words) - length + 1):
            phrase = tuple(words[place : place + length])
            found[phrase] = max(found.get(phrase, 1), _times(words, place, length))
    return found


def _times(words: list[str], place: int, length: int) -> int:
    """How often the phrase at a place stands there in a row."""
    phrase, times = words[place : place + length], 1
    while words[place + times * length : place + (times + 1) * length] == phrase:
        times += 1
    return times
