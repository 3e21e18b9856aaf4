"""Pictures that a shot shows or begins with: footage, stills, keyframes, and what stands in for takes."""

from fractions import Fraction

from pydantic import ConfigDict, Field

from swav.parts import Part
from swav.storyboard.forms import (
    MOST_TAKES,
    EngineName,
    PictureFile,
    PositiveSeconds,
    Seconds,
    SoundLevel,
    Text,
)

SAMPLE = "sample:"
"""How the name of footage or of a still begins that the build makes itself."""


class Footage(Part):
    """A stretch of a file that a camera shot. ``sample:NAME`` names footage that the build makes itself."""

    file: str = Field(min_length=1, description="A video file, relative to the storyboard.")
    start: Seconds = Field(
        Fraction(0), alias="in", description="Second of the file at which the shot begins."
    )
    end: PositiveSeconds | None = Field(
        None, alias="out", description="Second at which it ends; else the file's end."
    )
    sound: SoundLevel = Field(
        None,
        description="true: its own sound is heard, at -12 dB against full speech; or a level.",
        json_schema_extra={"default": False},
    )
    credit: Text | None = Field(None, description="Whom to credit.")


class Still(Part):
    """A photograph or drawing, over which the camera moves. ``sample:NAME`` is made by the build itself."""

    file: str = Field(min_length=1, description="A picture file, relative to the storyboard.")


class Keyframe(Part):
    """A picture that a shot begins or ends with: one that is there, or one that an engine draws."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["file"]}, {"required": ["prompt"]}]})

    file: str | None = Field(None, min_length=1, description="A picture file, relative to the storyboard.")
    prompt: Text | None = Field(None, description="What the picture shows; an engine draws it.")
    negative: Text = Field("", description="What is not to be seen, added to the style's.")
    engine: EngineName | None = Field(None, description="Who draws it; one that is ready if absent.")
    seed: int | None = Field(None, ge=0, lt=2**64, description="Its own seed; else the shot's.")
    references: tuple[PictureFile, ...] = Field(
        (), description="Pictures that it is drawn after, by an engine that reads them."
    )
    takes: int | None = Field(
        None, ge=1, le=MOST_TAKES, description="Takes that may be drawn until one passes; one if absent."
    )
    take: int | None = Field(
        None, ge=1, le=MOST_TAKES, description="The take that is the picture, whatever the gates say of it."
    )


class Fallback(Part):
    """What stands in where no take of a shot passes: footage or a still; without either, the animatic."""

    footage: Footage | None = Field(None, description="A stretch of a film file.")
    still: Still | None = Field(None, description="A picture with the shot's camera move.")
