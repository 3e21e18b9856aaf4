"""Who speaks, and what is said over a shot."""

from fractions import Fraction
from typing import Annotated

from pydantic import Field

from swav.parts import Part
from swav.storyboard.forms import Language, PositiveSeconds, Seconds, SoundFile, SpeakerName, Text

LexiconWord = Annotated[str, Field(min_length=1, max_length=200)]
VoiceEngineName = Annotated[
    str, Field(min_length=1, max_length=100, examples=["kokoro", "piper", "xtts", "espeak"])
]
VoiceName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,31}$")]


class Voice(Part):
    """The narrator."""

    engine: VoiceEngineName = Field("kokoro", description="Who speaks: kokoro, piper, xtts or espeak.")
    language: Language = Field("en", description="ISO code, such as en.")
    speaker: SpeakerName | None = Field(
        None, description="A voice of the engine; the engine's default if absent."
    )
    reference: str | None = Field(
        None,
        min_length=1,
        description="A recording of the voice to clone (xtts), relative to the storyboard.",
    )
    speed: float = Field(1.0, ge=0.5, le=2.0, description="1 is natural; 1.2 is a fifth faster.")
    lexicon: dict[LexiconWord, LexiconWord] = Field(
        {}, description="How words are said: `SWAV: swahv`. Whole words; subtitles keep the written form."
    )


class NamedVoice(Part):
    """A voice that lines call by its name. What it does not say is the narrator's."""

    engine: VoiceEngineName | None = Field(None, description="Who speaks; the narrator's engine if absent.")
    language: Language | None = Field(None, description="ISO code; the narrator's language if absent.")
    speaker: SpeakerName | None = Field(
        None, description="A voice of the engine; the engine's default if absent."
    )
    reference: str | None = Field(
        None,
        min_length=1,
        description="A recording of the voice to clone (xtts), relative to the storyboard.",
    )
    speed: float | None = Field(None, ge=0.5, le=2.0, description="1 is natural; the narrator's if absent.")
    lexicon: dict[LexiconWord, LexiconWord] = Field(
        {}, description="How this voice says words, besides what the narrator's lexicon says."
    )


class Narration(Part):
    """What is said over the shot."""

    text: Text = Field(min_length=1, description="The words.")
    file: SoundFile | None = Field(
        None, description="A recording of them; while it is not there, the voice speaks the line."
    )
    begin: Seconds = Field(
        Fraction(0), alias="in", description="Second of the recording at which the line begins."
    )
    end: PositiveSeconds | None = Field(
        None, alias="out", description="Second at which it ends; else the recording's end."
    )
    language: Language | None = Field(None, description="ISO code of this line; else its voice's.")
    voice: VoiceName | None = Field(None, description="A name from `voices`; the narrator if absent.")
    speaker: SpeakerName | None = Field(None, description="Another speaker than the voice's.")
    speed: float | None = Field(None, ge=0.5, le=2.0, description="1 is natural; the voice's if absent.")
    start: Seconds = Field(Fraction(1, 4), description="Seconds into the shot at which the voice begins.")
