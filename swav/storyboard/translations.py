"""A film's words in another language."""

from fractions import Fraction
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from swav.parts import Part
from swav.storyboard.forms import Lines, PositiveSeconds, Seconds, ShotId, SoundFile, Text
from swav.storyboard.shorthand import short_for
from swav.storyboard.voices import NamedVoice, VoiceName


class TranslatedLine(Part):
    """What is said in a shot, in another language, and a recording of it."""

    text: Text = Field(min_length=1, description="The words.")
    file: SoundFile | None = Field(
        None, description="A recording of them; without one, or while it is not there, the voice speaks."
    )
    begin: Seconds = Field(
        Fraction(0), alias="in", description="Second of the recording at which the line begins."
    )
    end: PositiveSeconds | None = Field(
        None, alias="out", description="Second at which it ends; else the recording's end."
    )


class TranslatedShot(Part):
    """What is read and said in one shot, in another language."""

    narration: Annotated[TranslatedLine | None, short_for("text", str | TranslatedLine)] = Field(
        None, description="What is said: a text, or a text with a recording of it."
    )
    title: Text | None = Field(None, min_length=1, description="Of its card.")
    subtitle: Text | None = Field(None, description="Of its card.")
    overlay: Annotated[
        tuple[Lines, ...],
        BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": "string"},
                    {
                        "type": "array",
                        "items": {
                            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
                        },
                    },
                ]
            }
        ),
    ] = Field(
        (), description="The texts of its lettering, in its order: a text, or a list with one for each."
    )


class Translation(Part):
    """The film's words in another language, and who says them."""

    title: str | None = Field(None, min_length=1, max_length=500, description="The reel's title.")
    voice: NamedVoice = Field(NamedVoice(), description="The narrator; what it does not say is `voice`'s.")
    voices: dict[VoiceName, NamedVoice] = Field(
        {}, description="Other voices, instead of those of the same name."
    )
    shots: dict[ShotId, TranslatedShot] = Field({}, description="The words of each shot, by its id.")
