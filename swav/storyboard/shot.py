"""One shot: what it shows, says and is called, and how it passes into the next."""

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from swav.parts import Part
from swav.storyboard.forms import (
    MOST_TAKES,
    AnchorPoint,
    Approve,
    CameraMove,
    CardKind,
    EngineName,
    FrameSize,
    GuidanceScales,
    PositiveSeconds,
    SamplingName,
    Seconds,
    ShotId,
    ShotSeconds,
    Text,
    WayName,
)
from swav.storyboard.generation import EntityName, Lora, Noise, Sampling
from swav.storyboard.lettering import Card, Overlay
from swav.storyboard.pictures import Fallback, Footage, Keyframe, Still
from swav.storyboard.shorthand import listed, one_name, short_for
from swav.storyboard.sounds import Ambience, SoundEffect
from swav.storyboard.voices import Narration

OnFail = Literal["stop", "warn", "fallback"]
MotionChoice = Annotated[
    str, Field(min_length=1, max_length=100, examples=["interpolate", "blend", "hold", "rife"])
]
TransitionType = Literal["cut", "fade", "fade_black", "wipe", "slide"]


class Transition(Part):
    """How the shot passes into the next. All but ``cut`` and ``fade_black`` overlap the two shots."""

    type: TransitionType = Field("cut", description="cut, or one that takes time.")
    duration: PositiveSeconds | None = Field(None, description="Seconds; half a second if absent.")


class Trim(Part):
    """A stretch of a shot's take, which stays as long as it was made."""

    start: Seconds = Field(Fraction(0), alias="in", description="Second of the take at which it begins.")
    end: PositiveSeconds = Field(alias="out", description="Second of the take at which it ends.")


class Shot(Part):
    """One shot of the reel: exactly one of prompt, footage, still and card."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": [name]} for name in ("prompt", "footage", "still", "card")]}
    )

    id: ShotId = Field(description="The shot's name: a letter, then letters, digits and _.")
    prompt: Text | None = Field(None, description="What a video model is to show.")
    footage: Footage | None = Field(None, description="A stretch of a film file.")
    still: Still | None = Field(None, description="A picture with a camera move.")
    card: Card | None = Field(None, description="A designed title card.")
    keyframe: Annotated[Keyframe | None, short_for("file", str | Keyframe)] = Field(
        None, description="The picture that a prompt's shot begins with: a file, or what an engine draws."
    )
    end: Annotated[Keyframe | None, short_for("file", str | Keyframe)] = Field(
        None, description="The picture that it ends with."
    )
    cast: Annotated[
        tuple[EntityName, ...],
        BeforeValidator(one_name, json_schema_input_type=EntityName | tuple[EntityName, ...]),
    ] = Field((), description="Who is in it: names from the storyboard's `cast`, or a single one.")
    place: EntityName | None = Field(None, description="Where it is: a name from `places`.")
    follows: ShotId | None = Field(
        None, alias="from", description="An earlier shot: its last frame is this one's first."
    )
    leads: ShotId | None = Field(
        None, alias="to", description="A later shot: its first frame, or its keyframe, is this one's last."
    )
    approve: Approve | None = Field(
        None,
        description="stills: rendered once its keyframe is approved; takes: the film is delivered once its "
        "take is; else as config.yaml says.",
    )
    duration: ShotSeconds | None = Field(
        None, description="Seconds, or auto: as long as its narration plus a breath."
    )
    trim: Trim | None = Field(
        None, description="The stretch of its take that is seen; the take stays as long as `duration` says."
    )
    size: FrameSize | None = Field(
        None, description="Pixels of its take, where a prompt is rendered at another size than the reel's."
    )
    anchor: AnchorPoint | None = Field(
        None, description="Where its subject stands, which stays in the picture where a part is cut off."
    )
    camera: CameraMove = Field("", description="push, pull, pan left, tilt up, orbit, crane, static, ...")
    narration: Annotated[Narration | None, short_for("text", str | Narration)] = Field(
        None, description="What is said: a text, or a text with its language, voice, speaker and start."
    )
    overlay: Annotated[
        tuple[Overlay, ...],
        BeforeValidator(listed, json_schema_input_type=tuple[Overlay, ...] | Overlay),
    ] = Field((), description="Lettering over the picture: a list, or a single one.")
    transition: Annotated[Transition, short_for("type", TransitionType | Transition)] = Field(
        Transition(), description="How the shot passes into the next: a type, or a type with a duration."
    )
    motion: MotionChoice | None = Field(
        None, description="How a take of another rate comes to the reel's fps; else the reel's way."
    )
    seed: int | None = Field(None, ge=0, lt=2**64, description="Its own seed; else the reel's.")
    engine: EngineName | None = Field(None, description="The engine wanted for this shot.")
    steps: int | None = Field(None, ge=1, le=1000, description="Sampling steps; else the reel's.")
    guidance: GuidanceScales | None = Field(None, description="Guidance scale; else the reel's.")
    sampling: Annotated[Sampling | None, short_for("name", SamplingName | Sampling)] = Field(
        None, description="How it is drawn from noise, instead of the reel's `sampling`."
    )
    noise: Annotated[Noise | None, short_for("like", CardKind | Noise)] = Field(
        None, description="Noise as a kind of card draws it; else the reel's."
    )
    lossy: Annotated[
        tuple[WayName, ...] | None,
        BeforeValidator(one_name, json_schema_input_type=WayName | tuple[WayName, ...]),
    ] = Field(None, description="Lossy ways to render it faster, instead of the reel's; [] for none.")
    loras: tuple[Lora, ...] | None = Field(None, description="LoRAs of this shot, instead of the reel's.")
    takes: int | None = Field(
        None, ge=1, le=MOST_TAKES, description="Takes that may be rendered until one passes; else the reel's."
    )
    take: int | None = Field(
        None, ge=1, le=MOST_TAKES, description="The take that is in the cut, whatever the gates say of it."
    )
    look_at: int | None = Field(
        None, ge=0, lt=1000, description="All takes are made to this step, and the best one whole; 0: not."
    )
    hold: bool = Field(False, description="true: its take stays, whatever is edited of the shot.")
    on_fail: OnFail | None = Field(None, description="What is done where no take passes; else the reel's.")
    fallback: Fallback | None = Field(None, description="What stands in then, with `on_fail: fallback`.")
    sound: Annotated[
        tuple[SoundEffect, ...],
        BeforeValidator(listed, json_schema_input_type=tuple[SoundEffect, ...] | SoundEffect),
    ] = Field((), description="Sound effects: a list, or a single one.")
    ambience: Annotated[Ambience | None, short_for("file", str | Ambience)] = Field(
        None, description="The sound of the place: a file, or a file with its level, in, fade and loop."
    )
    negative: Text = Field("", description="What is not to be seen, added to the style's.")
    prepare: bool = Field(True, description="false: the prompt goes to the model as written.")
    notes: Text = Field("", description="For your team; never shown.")

    @property
    def source(self) -> Literal["prompt", "footage", "still", "card"]:
        """Where the picture comes from; real material wins over a prompt, which is then its fall-back."""
        for name in ("footage", "still", "card"):
            if getattr(self, name) is not None:
                return name
        return "prompt"
