"""Hearing: a recogniser listens to the narration, for gates, word times and subtitles.

Light to import: the recogniser and its model are loaded by the first line that has to be heard.
"""

from swav.hearing.alignment import aligned, timed_words
from swav.hearing.english import error_rate
from swav.hearing.heard import Heard, HeardWord
from swav.hearing.listening import listen
from swav.hearing.recogniser import can_hear, recognise

__all__ = [
    "Heard",
    "HeardWord",
    "Word",
    "aligned",
    "can_hear",
    "error_rate",
    "listen",
    "recognise",
    "timed_words",
]
