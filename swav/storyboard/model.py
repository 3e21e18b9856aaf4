"""The storyboard as typed values: what a reel is made of, and what each field may say.

The models hold no file access and no cross-field knowledge of the world: that a file exists or that a
voice speaks a language is checked in ``swav.storyboard.check``.
"""

import re
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from swav.times import exact


def _seconds(value: Any) -> Fraction:
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("a number of seconds is needed, such as 4 or 4.5")
    try:
        return exact(value)
    except ValueError:
        raise ValueError("a number of seconds is needed, such as 4 or 4.5") from None


_NUMBER_SCHEMA = {"type": "number", "minimum": 0}
Seconds = Annotated[Fraction, BeforeValidator(_seconds), WithJsonSchema(_NUMBER_SCHEMA), Field(ge=0)]
PositiveSeconds = Annotated[
    Fraction,
    BeforeValidator(_seconds),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0}),
    Field(gt=0, le=3600),
]
ShotId = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,31}$")]
Text = Annotated[str, Field(max_length=5000)]


class Size(BaseModel):
    """Pixels of a frame. Both sides are even, because 4:2:0 video halves the colour planes."""

    model_config = ConfigDict(frozen=True)
    width: int = Field(ge=64, le=8192, multiple_of=2)
    height: int = Field(ge=64, le=8192, multiple_of=2)

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


def _size(value: Any) -> Any:
    if isinstance(value, str):
        match = re.fullmatch(r"\s*(\d+)\s*[xX×*]\s*(\d+)\s*", value)
        if not match:
            raise ValueError("a size such as 1280x720 is needed")
        return {"width": int(match[1]), "height": int(match[2])}
    return value


def _rate(value: Any) -> Fraction:
    try:
        rate = exact(value)
    except (ValueError, TypeError):
        raise ValueError("a frame rate such as 24 or 24000/1001 is needed") from None
    if not 1 <= rate <= 120:
        raise ValueError("a frame rate between 1 and 120 is needed, such as 24 or 24000/1001")
    return rate


FrameSize = Annotated[
    Size, BeforeValidator(_size), WithJsonSchema({"type": "string", "pattern": r"^\d+x\d+$"})
]
FrameRate = Annotated[
    Fraction,
    BeforeValidator(_rate),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^\d+(/\d+)?$"}]}),
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)


class Style(_Part):
    """Words that every generated shot shares."""

    prompt: Text = Field("", description="Added to every prompt: medium, palette, lens, mood.")
    negative: Text = Field("", description="Added to every negative prompt.")


class Voice(_Part):
    """The narrator."""

    engine: Literal["piper", "espeak"] = Field("piper", description="Who speaks.")
    language: str = Field(
        "en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$", description="ISO code, such as en."
    )
    speaker: str | None = Field(None, description="A voice of the engine; the engine's default if absent.")
    speed: float = Field(1.0, ge=0.5, le=2.0, description="1 is natural; 1.2 is a fifth faster.")


class Music(_Part):
    """The music bed under the reel."""

    engine: Literal["sampled", "none"] = Field("sampled", description="Who plays.")
    prompt: Text = Field("", description="Mood, tempo, instruments: 'calm strings at dawn, slow'.")
    level: float = Field(-20.0, ge=-60, le=0, description="Level of the bed against full speech, in dB.")


class Footage(_Part):
    """A stretch of a file that a camera shot. ``sample:NAME`` names footage that the build makes itself."""

    file: str = Field(min_length=1, description="A video file, relative to the storyboard.")
    start: Seconds = Field(Fraction(0), alias="in", description="Where the shot begins in the file, seconds.")
    end: PositiveSeconds | None = Field(None, alias="out", description="Where it ends; the file's end if absent.")
    credit: Text | None = Field(None, description="Whom to credit.")


class Still(_Part):
    """A photograph or drawing, over which the camera moves. ``sample:NAME`` is made by the build itself."""

    file: str = Field(min_length=1, description="A picture file, relative to the storyboard.")


class Card(_Part):
    """A designed title card."""

    title: Text = Field(min_length=1)
    subtitle: Text = ""


class Narration(_Part):
    """What is said over the shot."""

    text: Text = Field(min_length=1)
    speaker: str | None = Field(None, description="Another speaker than the reel's.")
    start: Seconds = Field(Fraction(1, 4), description="Seconds into the shot at which the voice begins.")


OverlayStyle = Literal["title", "lower_third", "caption", "credit"]


class Overlay(_Part):
    """Lettering that is set over the picture, never asked of a model."""

    text: Text | list[Text] = Field(description="A line, or a list of lines.")
    style: OverlayStyle = "lower_third"
    start: Seconds = Field(Fraction(0), description="Seconds into the shot.")
    end: PositiveSeconds | None = Field(None, description="Seconds into the shot; its end if absent.")

    @property
    def lines(self) -> tuple[str, ...]:
        return (self.text,) if isinstance(self.text, str) else tuple(self.text)


TransitionType = Literal["cut", "fade", "fade_black", "wipe", "slide"]


class Transition(_Part):
    """How the shot passes into the next. All but ``cut`` and ``fade_black`` overlap the two shots."""

    type: TransitionType = "cut"
    duration: PositiveSeconds | None = Field(None, description="Seconds; half a second if absent.")


class Shot(_Part):
    """One shot of the reel: exactly one of prompt, footage, still and card."""

    id: ShotId
    prompt: Text | None = None
    footage: Footage | None = None
    still: Still | None = None
    card: Card | None = None
    duration: PositiveSeconds | Literal["auto"] | None = Field(
        None, description="Seconds, or auto: as long as its narration plus a breath."
    )
    camera: Text = Field("", description="push, pull, pan left, tilt up, orbit, crane, static, ...")
    narration: Narration | None = None
    overlay: tuple[Overlay, ...] = ()
    transition: Transition = Transition()
    seed: int | None = Field(None, ge=0, lt=2**63)
    engine: str | None = Field(None, description="The engine wanted for this shot.")
    steps: int | None = Field(None, ge=1, le=1000)
    guidance: float | None = Field(None, ge=0, le=50)
    negative: Text = ""
    prepare: bool = Field(True, description="false: the prompt goes to the model as written.")
    notes: Text = ""

    @model_validator(mode="before")
    @classmethod
    def _shorthands(cls, value: Any) -> Any:
        """``narration: some text`` and ``transition: fade`` are short for their longer forms."""
        if isinstance(value, dict):
            value = dict(value)
            if isinstance(value.get("narration"), str):
                value["narration"] = {"text": value["narration"]}
            if isinstance(value.get("transition"), str):
                value["transition"] = {"type": value["transition"]}
            if isinstance(value.get("overlay"), dict):
                value["overlay"] = [value["overlay"]]
        return value

    @property
    def source(self) -> Literal["prompt", "footage", "still", "card"]:
        """Where the picture comes from; real material wins over a prompt, which is then its fall-back."""
        for name in ("footage", "still", "card"):
            if getattr(self, name) is not None:
                return name
        return "prompt"


class Storyboard(_Part):
    """A reel: everything that the build needs to know of the film."""

    title: Annotated[str, Field(min_length=1, max_length=500)]
    size: FrameSize = Size(width=1280, height=720)
    fps: FrameRate = Fraction(24)
    seed: int = Field(0, ge=0, lt=2**63)
    engine: str = Field("wan2.2", description="The engine wanted for generated shots.")
    steps: int | None = Field(None, ge=1, le=1000)
    guidance: float | None = Field(None, ge=0, le=50)
    style: Style = Style()
    voice: Voice = Voice()
    music: Music = Music()
    media: str | None = Field(None, description="A footage list (CSV): shot, company, file, in, out, credit.")
    shots: Annotated[tuple[Shot, ...], Field(min_length=1)]
