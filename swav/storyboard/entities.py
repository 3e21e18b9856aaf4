"""Cast and places: who is in a shot, and what their words make of its prompts.

A shot names them in ``cast`` and ``place``, or in a prompt as ``@meera``. Pure: words in, words out.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from swav.storyboard.generation import Entity, Lora
from swav.storyboard.model import Storyboard
from swav.storyboard.shot import Shot

MENTION = re.compile(r"(?<![\w@.])@([A-Za-z][A-Za-z0-9_]{0,31})(?!\w)")
"""``@meera`` in a prompt; an address such as ``crew@ship.in`` is none."""
_SENTENCE_END = (".", "!", "?", "…", "。", "！", "？", "।")


@dataclass(frozen=True)
class Named:
    """One of the cast or of the places, with its name."""

    kind: Literal["cast", "place"]
    name: str
    entity: Entity

    @property
    def title(self) -> str:
        """As plans and sheets say it: ``cast meera``."""
        return f"{self.kind} {self.name}"

    @property
    def spoken(self) -> str:
        """As a prompt says it: ``old_meera`` is ``Old meera``."""
        words = self.name.replace("_", " ").strip()
        return words[:1].upper() + words[1:]


def everybody(board: Storyboard) -> dict[str, Named]:
    """Cast and places by their names in small letters; of two that share one, the first."""
    found: dict[str, Named] = {}
    for kind, named in (("cast", board.cast), ("place", board.places)):
        for name, entity in named.items():
            found.setdefault(name.lower(), Named(kind, name, entity))
    return found


def prompts_of(shot: Shot) -> Iterator[tuple[tuple[str, ...], str]]:
    """The prompts of a shot with their places in it: its own, and those of its pictures."""
    yield ("prompt",), shot.prompt or ""
    for key in ("keyframe", "end"):
        if (picture := getattr(shot, key)) is not None:
            yield (key, "prompt"), picture.prompt or ""


def mentions(text: str) -> list[str]:
    """The names that a prompt mentions, each once, as they are written."""
    return list(dict.fromkeys(found[1] for found in MENTION.finditer(text)))


def names_in(shot: Shot) -> list[str]:
    """The names that a shot says, known or not."""
    names = [*shot.cast, *(name for _, text in prompts_of(shot) for name in mentions(text))]
    return [*names, *([shot.place] if shot.place else [])]


def in_shot(board: Storyboard, shot: Shot) -> tuple[Named, ...]:
    """Who is in a shot, in the order in which they are named; the place last."""
    if shot.source != "prompt" or not (board.cast or board.places):
        return ()
    known, names = everybody(board), names_in(shot)
    found = dict.fromkeys(known[name.lower()] for name in names if name.lower() in known) if names else {}
    return tuple(sorted(found, key=lambda named: named.kind == "place"))


def written_out(text: str, present: Collection[Named]) -> str:
    """A prompt with the words of who is in it.

    The first ``@meera`` becomes ``Meera (a fisherwoman of fifty)``, any further one ``Meera``; those whom the
    prompt does not mention follow it as ``Meera: a fisherwoman of fifty.``. A prompt that names nobody comes
    back as it is, and so does one in which nobody is.
    """
    if not present or not text.strip():
        return text
    by_name = {named.name.lower(): named for named in present}
    told: set[str] = set()

    def said(found: re.Match[str]) -> str:
        named = by_name.get(found[1].lower())
        if named is None:
            return found[0]
        first, look = named.name not in told, _phrase(named)
        told.add(named.name)
        return f"{named.spoken} ({look})" if first and look else named.spoken

    text = MENTION.sub(said, text).strip()
    rest = [named for named in present if named.name not in told and _phrase(named)]
    if not rest:
        return text
    ended = text if text.endswith(_SENTENCE_END) else f"{text.rstrip(' ,;:')}."
    return " ".join([ended, *(f"{named.spoken}: {_phrase(named)}." for named in rest)])


def references_of(present: Collection[Named]) -> list[tuple[str, str]]:
    """Whose pictures there are and their files: the first of each, then the second of each, and so on."""
    most = max((len(named.entity.references) for named in present), default=0)
    return [
        (named.title, named.entity.references[number])
        for number in range(most)
        for named in present
        if number < len(named.entity.references)
    ]


def loras_of(present: Collection[Named]) -> tuple[Lora, ...]:
    """The LoRAs of who is in a shot."""
    return tuple(lora for named in present for lora in named.entity.loras)


def _phrase(named: Named) -> str:
    return " ".join(named.entity.look.split()).rstrip(".,;: ")
