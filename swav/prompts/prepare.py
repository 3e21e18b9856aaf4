"""A prompt as the user wrote it becomes a prompt that a text-to-video model does well with.

Three things happen, and each is told: lettering leaves and waits to become an overlay; camera and light
are named where the prompt names none; the film's style is added. A prompt that is not English gains no
English words of ours, only what the storyboard itself says (its camera, its style).
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from swav.prompts import camera as cameras
from swav.prompts import light as lights
from swav.prompts.language import is_english
from swav.prompts.lettering import take_out
from swav.prompts.negative import combine

Kind = Literal[
    "lettering removed", "quotes removed", "camera added", "light added", "style added", "negative added"
]
_WORD = re.compile(r"\w+")
_READABLE = re.compile(r"[^\W_]")
_SENTENCE_END = (".", "!", "?", "…", "。", "！", "？", "।")
_TRAILING = " \t\n,;:.，、"


@dataclass(frozen=True)
class Change:
    """One thing that was done to a prompt: words before, words after, and why in a plain sentence."""

    kind: Kind
    before: str
    after: str
    why: str


@dataclass(frozen=True)
class Prepared:
    """What goes to the model, the lettering that waits for an overlay, and what was changed."""

    prompt: str
    negative: str
    lettering: tuple[str, ...]
    changes: tuple[Change, ...]


@lru_cache(maxsize=65_536)  # each prompt is asked for several times, all others in between
def prepare(
    prompt: str,
    *,
    negative: str = "",
    style: str = "",
    style_negative: str = "",
    camera: str = "",
    enabled: bool = True,
    moves: bool = True,
) -> Prepared:
    """The prompt, prepared. Pure and deterministic, and so remembered; its own output is left as it is.

    ``camera`` is the shot's camera field, worked in unless the prompt already says as much; ``style`` and
    ``style_negative`` are the storyboard's. With ``enabled=False`` (a shot that says ``prepare: false``)
    prompt and ``negative`` come back exactly as written, without style. A picture does not
    ``moves`` as clips do, and gains no words for a camera. A prompt that is nothing but
    lettering comes back as "", with its lettering; it is for the caller to report it.
    """
    if not enabled:
        return Prepared(prompt, negative, (), ())
    text, lettering, changes = _without_lettering(prompt.strip())
    if _READABLE.search(text):
        camera, from_camera, more = _without_lettering(cameras.phrase(camera))
        style, from_style, even_more = _without_lettering(style.strip().rstrip(_TRAILING))
        lettering += [words for words in (*from_camera, *from_style) if words not in lettering]
        changes += more + even_more
        additions = _additions(text, camera, style, moves)
        changes += additions
        text = _join(text, [addition.after for addition in additions])
    combined, gained = combine(negative, style_negative)
    if gained:
        changes.append(
            Change(
                "negative added", "", ", ".join(gained), "Keeps the model from painting letters of its own."
            )
        )
    return Prepared(text, combined, tuple(lettering), tuple(changes))


def keeps_words(prompt: str) -> bool:
    """Whether a prompt has letters of its own: those that stay when its lettering is taken out."""
    return any(map(str.isalpha, take_out(prompt.strip())[0]))


def _without_lettering(text: str) -> tuple[str, list[str], list[Change]]:
    rest, cuts = take_out(text)
    changes = [
        Change("quotes removed" if cut.after else "lettering removed", cut.before, cut.after, cut.why)
        for cut in cuts
    ]
    words = {word: None for cut in cuts for word in cut.lettering}
    return rest, sorted(words, key=text.find), changes


def _additions(text: str, camera: str, style: str, moves: bool) -> list[Change]:
    """Camera, light and style that the prompt lacks, in this order."""
    said = f"{text}, {style}" if style else text
    lower = text.lower()
    english = is_english(text)
    words = frozenset(_WORD.findall(lower))
    additions: list[Change] = []
    if camera:
        missing = cameras.kinds(camera) or {"move"}
        if camera.lower() not in lower and missing - cameras.kinds(text):
            additions.append(
                Change("camera added", "", camera, "The shot's camera field asks for this move.")
            )
    elif moves and english and not cameras.kinds(said):
        why = "The prompt names no camera, and without one a model makes up its own move."
        additions.append(Change("camera added", "", cameras.fitting(words), why))
    if english and not lights.names_light(f"{said}, {camera}"):
        why = "The prompt names no light, and light is what makes a picture look filmed."
        additions.append(Change("light added", "", lights.fitting(words), why))
    if style and style.lower() not in lower:
        additions.append(Change("style added", "", style, "The film's style, which all of its shots share."))
    return additions


def _join(text: str, phrases: list[str]) -> str:
    """The phrases behind the prompt: as a sentence of their own where it ends in one, else after a comma."""
    if not phrases:
        return text
    addition = ", ".join(phrases)
    if text.endswith(_SENTENCE_END):
        return f"{text} {addition[:1].upper()}{addition[1:]}{'.' if text.endswith('.') else ''}"
    return f"{text.rstrip(_TRAILING)}, {addition}"
