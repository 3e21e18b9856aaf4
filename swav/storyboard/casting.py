"""Who is asked to speak a line: the narrator, a voice of the list, or what the line itself says."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

from swav.storyboard.model import Storyboard
from swav.storyboard.voices import Narration


@dataclass(frozen=True)
class Casting:
    """A line's voice as the storyboard asks for it, with nothing left to look up."""

    engine: str
    language: str
    speaker: str | None
    reference: str | None
    speed: float
    lexicon: dict[str, str]


def cast(board: Storyboard, line: Narration) -> Casting:
    """The voice of a line. What nobody says is the narrator's (``voice``).

    A speaker goes with an engine and a language: where a voice of the list or a line has others, the
    narrator's speaker is left behind. A recording is kept, as a voice that is cloned speaks every language
    of its engine. Raises KeyError for a voice that is not in the list.
    """
    asked = Casting(**{field.name: getattr(board.voice, field.name) for field in fields(Casting)})
    if line.voice is not None:
        named = board.voices[line.voice]
        asked = _over(asked, named.engine, named.language, named.speaker, named.speed)
        lexicon = asked.lexicon | named.lexicon
        asked = replace(asked, reference=named.reference or asked.reference, lexicon=lexicon)
    return _over(asked, None, line.language, line.speaker, line.speed)


def castings(board: Storyboard) -> Iterator[tuple[int, Casting]]:
    """The position of each shot in which somebody speaks, and the voice that is asked for there.

    A line that asks for a voice that is not in the list is left out.
    """
    for index, shot in enumerate(board.shots):
        if shot.narration and (shot.narration.voice is None or shot.narration.voice in board.voices):
            yield index, cast(board, shot.narration)


def _over(
    asked: Casting, engine: str | None, language: str | None, speaker: str | None, speed: float | None
) -> Casting:
    """A casting with what a voice of the list, or a line, says over it."""
    engine, language = engine or asked.engine, language or asked.language
    same = (engine, language) == (asked.engine, asked.language)
    return replace(
        asked,
        engine=engine,
        language=language,
        speaker=speaker or (asked.speaker if same else None),
        reference=asked.reference if engine == asked.engine else None,
        speed=asked.speed if speed is None else speed,
    )
