"""The storyboard as typed values: what a reel is made of, what its fields may say, which versions there are.

The models, here and in the modules of their parts, hold no file access and no cross-field knowledge of the
world: that a file exists or that a voice speaks a language is checked in ``swav.storyboard.check``.
"""

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from swav.parts import Part
from swav.storyboard.forms import (
    MOST_TAKES,
    AnchorPoint,
    Aspect,
    CardKind,
    EngineName,
    FadeSeconds,
    FrameRate,
    FrameSize,
    GuidanceScales,
    Language,
    PositiveSeconds,
    SamplingName,
    Seconds,
    ShotId,
    ShotIds,
    Size,
    UpscalerName,
    WayName,
)
from swav.storyboard.generation import Entity, EntityName, Lora, Noise, Sampling, Style
from swav.storyboard.pictures import Keyframe
from swav.storyboard.shorthand import one_name, short_for
from swav.storyboard.shot import MotionChoice, OnFail, Shot
from swav.storyboard.sounds import Mood, Music
from swav.storyboard.translations import Translation
from swav.storyboard.voices import NamedVoice, Voice, VoiceName

DeliveryName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")]
DeliveryFormat = Literal["web", "broadcast", "prores", "dnxhr"]


class DeliveredShot(Part):
    """A shot of a delivery, or a stretch of it."""

    shot: ShotId = Field(description="Its id.")
    start: Seconds = Field(Fraction(0), alias="in", description="Second of the shot at which it begins.")
    end: PositiveSeconds | None = Field(None, alias="out", description="Second of the shot at which it ends.")


class Delivery(Part):
    """A version of the film: what it has otherwise than the storyboard says."""

    language: Language | None = Field(None, description="A language of `translations`.")
    size: FrameSize | None = Field(None, description="Pixels, width x height; both even.")
    aspect: Aspect | None = Field(None, description="Its shape, such as 9:16, the shorter side as it was.")
    anchor: AnchorPoint | None = Field(
        None, description="What stays in the picture of shots that have no anchor of their own."
    )
    native: ShotIds = Field(
        (), description="Shots that are rendered anew in this shape, or all; the others' takes are cropped."
    )
    keyframes: dict[ShotId, Annotated[Keyframe, short_for("file", str | Keyframe)]] = Field(
        {}, description="Pictures in this shape that shots begin with; these are rendered anew from them."
    )
    shots: tuple[Annotated[DeliveredShot, short_for("shot", ShotId | DeliveredShot)], ...] = Field(
        (), description="Its shots in their order: ids, or stretches {shot, in, out}; all if absent."
    )
    length: PositiveSeconds | None = Field(
        None, description="Seconds that it lasts: its shots are shortened alike, but those with an out."
    )
    silent: bool = Field(False, description="true: nobody speaks in it.")
    format: DeliveryFormat | None = Field(
        None, description="web, broadcast, or a master: prores, dnxhr; else as config.yaml says."
    )
    loudness: float | None = Field(None, ge=-36, le=-6, description="LUFS; else its format's.")


class Finish(Part):
    """What is done to the takes of a film before they are cut: they are enlarged."""

    size: FrameSize = Field(description="Pixels of the finished film, width x height; both even.")
    model: UpscalerName | None = Field(
        None, description="A file of models/upscale, without its suffix, or lanczos; else the only one there."
    )
    frame: FrameSize | None = Field(
        None, description="Pixels of what is delivered, where finished takes are made smaller for it."
    )


class Storyboard(Part):
    """A reel: everything that the build needs to know of the film."""

    title: str = Field(min_length=1, max_length=500, description="The reel's title, in its metadata.")
    size: FrameSize = Field(Size(width=1280, height=720), description="Pixels, width x height; both even.")
    fps: FrameRate = Field(Fraction(24), description="Frames a second, such as 24, 29.97 or 24000/1001.")
    motion: MotionChoice | None = Field(
        None,
        description="How takes of another rate come to fps: interpolate, blend, hold, or a network's name "
        "such as rife. If absent, what models make is interpolated, and footage keeps its frames.",
    )
    finish: Annotated[Finish | None, short_for("size", str | Finish)] = Field(
        None, description="A larger size that takes are brought to by a model of super resolution."
    )
    seed: int = Field(0, ge=0, lt=2**64, description="The same seed and words give the same picture.")
    engine: EngineName = Field("wan2.2", description="The engine wanted for generated shots.")
    steps: int | None = Field(None, ge=1, le=1000, description="Sampling steps; else the engine's own.")
    guidance: GuidanceScales | None = Field(
        None, description="Guidance scale, or two: [high noise, low noise]; else the engine's own."
    )
    sampling: Annotated[Sampling | None, short_for("name", SamplingName | Sampling)] = Field(
        None,
        description="How a model draws from noise: official, lightning-4, ..., or shift, solver, boundary.",
    )
    noise: Annotated[Noise | None, short_for("like", CardKind | Noise)] = Field(
        None, description="cuda, or `like` a kind of card: the noise that other programs draw there."
    )
    lossy: Annotated[
        tuple[WayName, ...], BeforeValidator(one_name, json_schema_input_type=WayName | tuple[WayName, ...])
    ] = Field((), description="Lossy ways to render faster: int8, fp8, cache, sage; else it is exact.")
    loras: tuple[Lora, ...] = Field((), description="LoRAs that every generated shot is rendered with.")
    style: Style = Field(Style(), description="Words that every generated shot shares.")
    cast: dict[EntityName, Annotated[Entity, short_for("look", str | Entity)]] = Field(
        {}, description="Who stays the same from shot to shot, by the names that shots use."
    )
    places: dict[EntityName, Annotated[Entity, short_for("look", str | Entity)]] = Field(
        {}, description="Where shots are, by the names that they use."
    )
    voice: Voice = Field(Voice(), description="The narrator.")
    voices: dict[VoiceName, NamedVoice] = Field({}, description="Other voices, by the names that lines use.")
    music: Annotated[Music, short_for("moods", Music | tuple[Mood, ...], list)] = Field(
        Music(), description="The music bed under the reel: its fields, or just a list of moods."
    )
    takes: int = Field(
        1, ge=1, le=MOST_TAKES, description="Takes that may be rendered of each shot until one passes."
    )
    look_at: int = Field(
        0, ge=0, lt=1000, description="All takes are made to this step, and the best one whole; 0: not."
    )
    fade_in: FadeSeconds = Field(
        Fraction(0), description="Seconds in which picture and sound come out of black."
    )
    fade_out: FadeSeconds = Field(Fraction(0), description="Seconds in which they go, at the end.")
    on_fail: OnFail = Field(
        "stop", description="Where no take passes: stop the final, warn, or let a fallback stand in."
    )
    translations: dict[Language, Translation] = Field(
        {}, description="The film's words in other languages, by their ISO codes."
    )
    deliver: dict[DeliveryName, Delivery] = Field(
        {}, description="Versions of the film by their names; `snakemake deliveries` makes them all."
    )
    media: str | None = Field(None, description="A footage list (CSV): shot, company, file, in, out, credit.")
    shots: tuple[Shot, ...] = Field(min_length=1, description="The shots, in order.")

    @property
    def frame(self) -> Size:
        """Pixels of what is seen: of the film, or of its finish."""
        return (self.finish.frame or self.finish.size) if self.finish else self.size
