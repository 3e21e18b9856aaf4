"""What of a prompt the panel takes for its picture, and whether it can draw that.

A prompt is written for a video model: what is seen stands in its first sentence; camera, lens and light
follow. So places and subjects are read there alone, and of the rest only the hour, the weather and the view.
Words that mean something else where they stand are left out: a crane shot has no crane, an underwater vehicle
may roll through a hall, and what is wave-shaped is no sea.
"""

import re

from swav.animatic.scene import read_scene
from swav.animatic.vocabulary import PLACES, SUBJECTS, TIMES, VIEWS, WEATHERS, mentions

SENTENCE = re.compile(r"(?<=[.!?…。！？।])\s")
_ELSEWHERE = re.compile(
    r"\bcranes? (?:up|down|shots?)\b"
    r"|\b[\w-]+-(?:like|shaped|sized|coloured|colored|style|free)\b"
    r"|\bhelicopter (?:deck|pad)s?\b"
    r"|\bafter (?:the )?(?:rain|storm)\b",
    re.IGNORECASE,
)
_DIVING = re.compile(
    r"\b(?:underwater|undersea|ocean|sea) (?:[\w-]+ )?(?:vehicle|drone|robot|glider)s?\b", re.IGNORECASE
)
"""Vehicles by the name of their element, in which they need not be: ``glider`` says only what they are."""
_BELOW = re.compile(r"\bunderwater(?: [\w-]+)? (?:view|shot)\b", re.IGNORECASE)
_HEAD = re.compile(
    r"[,;:—–]|\b(?:of|in|on|at|with|from|under|over|into|onto|off|through|across|beside|that)\b",
    re.IGNORECASE,
)
_INSIDE = re.compile(
    r"\s*(?:at (?:night|dawn|dusk|noon) )?(?:in|inside|under|aboard|below|within|on)\b", re.IGNORECASE
)
_NEAR = re.compile(r"(?<!medium )\bclose[- ]?up|\bmacro\b|\bclose (?:low |high )?angle", re.IGNORECASE)

_PLAIN = {"day": "noon", "aerial": "overhead", "low": "from below", "close": "detail"}
"""Names of hours and views, in words that put no place into the picture."""
_PEOPLE = frozenset(("person", "engineers", "crowd"))
_VESSELS = "fleet carrier submarine frigate tanker patrol fishing boat sail"
_FLYERS = "drone helicopter aircraft"
_LAND = f"turbine solar dish flag person engineers crowd {_FLYERS}"
_DRAWN = {
    "sea": f"{_VESSELS} {_FLYERS}",
    "coast": f"{_VESSELS} {_FLYERS} lighthouse person engineers crowd",
    "harbour": f"{_VESSELS} {_FLYERS} lighthouse crane person engineers crowd",
    "shipyard": f"{_VESSELS} {_FLYERS} crane welding",
    "city": f"{_VESSELS} {_FLYERS} crowd engineers",
    "street": f"{_FLYERS} crowd engineers",
    "underwater": "auv submarine",
    "air": _FLYERS,
    "space": "satellite",
    "hall": f"{_VESSELS} {_FLYERS} auv satellite dish engineers crowd",
    "hangar": f"{_VESSELS} {_FLYERS} auv satellite dish robot welding engineers",
    "laboratory": f"{_FLYERS} auv robot satellite person engineers",
    "control": "person engineers crowd map",
    "plinth": f"{_FLYERS} auv robot satellite dish frigate patrol sail submarine hands handshake product",
    "abstract": "map",
    "field": _LAND,
    "forest": _LAND,
    "mountains": _LAND,
    "desert": _LAND,
}
"""By place, the subjects that are drawn there (``compose`` and its painters)."""
_ALONE = frozenset(PLACES) - {"underwater", "plinth", "hall", "laboratory", "hangar", "sea", "air"}
"""Places that make a picture without a subject; in the others something of their own would be shown."""
_CLOSE = frozenset(("plinth", "control", "underwater", "laboratory"))
"""Places that are drawn from near; elsewhere a subject stands small in a wide view."""


def first_sentence(prompt: str) -> str:
    """What is seen, without what means something else where it stands."""
    first = SENTENCE.split(prompt.strip(), maxsplit=1)[0]
    return _ELSEWHERE.sub(" ", _DIVING.sub("glider", first))


def seen_of(prompt: str) -> str:
    """The words from which the panel is painted: the first sentence, and the hour, weather and view."""
    rest = _ELSEWHERE.sub(" ", " ".join(SENTENCE.split(prompt.strip(), maxsplit=1)[1:]))
    named = [name for table in (TIMES, WEATHERS, VIEWS) for name, _ in mentions(rest, table)]
    around = [_PLAIN.get(name, name) for name in named]
    below = ["underwater"] if _BELOW.search(prompt) else []
    return " ".join(filter(None, [*below, first_sentence(prompt), *around]))


def is_understood(prompt: str) -> bool:
    """Whether the panel would show what the first sentence is about, and not something beside it.

    It is about the first subject that it names, where it says so at its beginning; that has to be one that is
    drawn in the place that it names. People are drawn small and in wide views, and only where they stand.
    """
    first, scene = first_sentence(prompt), read_scene(seen_of(prompt), 0)
    subjects, places = mentions(first, SUBJECTS), mentions(first, PLACES)
    head = _HEAD.split(first, maxsplit=1)[0] or first
    if _INSIDE.match(first):
        if not places or scene.place in ("sea", "air", "abstract", "plinth"):
            return False
    elif not _names_it(head, scene.place):
        return False
    if _NEAR.search(prompt) and scene.place not in _CLOSE:
        return False
    if not subjects:
        return scene.place in _ALONE
    main = scene.subjects[0]
    if main in _PEOPLE and not places:
        return False
    return main in _DRAWN[scene.place].split()


def _names_it(head: str, place: str) -> bool:
    """Whether the beginning of a sentence names a subject, an hour, a weather, or the place that is drawn."""
    if any(mentions(head, table) for table in (SUBJECTS, TIMES, WEATHERS)):
        return True
    return place in [name for name, _ in mentions(head, PLACES)]
