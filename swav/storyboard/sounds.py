"""What is heard besides voices: music, the sound of places, effects."""

from fractions import Fraction
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from swav.parts import Part
from swav.storyboard.forms import FadeSeconds, PositiveSeconds, Seconds, SoundFile, Text

FILE_IN = "Second of the file at which it begins."
FILE_FADE = "Seconds in which it comes, where it begins within its file, and goes, where it is cut off."
FILE_LOOP = "true: it begins again where its file is over."


def _said_or_recorded(schema: dict[str, Any]) -> None:
    schema["anyOf"] = [{"required": ["prompt"]}, {"required": ["file"]}]


class Mood(Part):
    """From when on the music has another mood, or is a file."""

    model_config = ConfigDict(json_schema_extra=_said_or_recorded)

    start: Seconds = Field(Fraction(0), alias="from", description="Seconds of the reel.")
    prompt: Text = Field("", description="Mood, tempo, instruments; or else a file.")
    file: SoundFile | None = Field(None, description="A sound file that is heard from then on.")
    begin: Seconds = Field(Fraction(0), alias="in", description=FILE_IN)
    fade: FadeSeconds = Field(Fraction(2), description=FILE_FADE)
    loop: bool = Field(False, description=FILE_LOOP)


class Music(Part):
    """The music bed under the reel: played by an engine, or from files."""

    engine: Annotated[str, Field(min_length=1, max_length=100, examples=["sampled", "musicgen", "none"])] = (
        Field("sampled", description="Who plays: sampled, musicgen or none.")
    )
    prompt: Text = Field("", description="Mood, tempo, instruments: 'calm strings at dawn, slow'.")
    file: SoundFile | None = Field(None, description="A sound file, in the place of a prompt.")
    begin: Seconds = Field(Fraction(0), alias="in", description=FILE_IN)
    fade: FadeSeconds = Field(Fraction(2), description=FILE_FADE)
    loop: bool = Field(False, description=FILE_LOOP)
    moods: tuple[Mood, ...] = Field((), description="Other moods along the reel, in order of time.")
    level: float = Field(-20.0, ge=-60, le=0, description="Level of the bed against full speech, in dB.")


class Ambience(Part):
    """The sound of a place, under its shots: neighbours that name the same one share it without a seam."""

    file: SoundFile = Field(description="A sound or film file, relative to the storyboard.")
    begin: Seconds = Field(Fraction(0), alias="in", description=FILE_IN)
    fade: FadeSeconds = Field(
        Fraction(1), description="Seconds in which it comes, goes and passes into another."
    )
    loop: bool = Field(True, description="false: there is silence where the file is over.")
    level: float = Field(-20.0, ge=-60, le=6, description="Level against full speech, in dB.")


class SoundEffect(Part):
    """A sound that lies under the shot: an engine, surf, the launch crowd."""

    file: str = Field(min_length=1, description="A sound or film file, relative to the storyboard.")
    start: Seconds = Field(Fraction(0), description="Seconds into the shot at which it begins.")
    begin: Seconds = Field(Fraction(0), alias="in", description="Second of the file at which it begins.")
    end: PositiveSeconds | None = Field(
        None, alias="out", description="Second of the file at which it ends; else the file's end."
    )
    level: float = Field(-12.0, ge=-60, le=6, description="Level against full speech, in dB.")
    ring: bool = Field(False, description="true: it rings on when its shot is over.")
