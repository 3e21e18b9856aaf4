"""The storyboard as typed values: what a reel is made of, and what each field may say.

The models hold no file access and no cross-field knowledge of the world: that a file exists or that a
voice speaks a language is checked in ``swav.storyboard.check``.
"""

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema

from swav.parts import Part
from swav.storyboard.forms import (
    AnchorPoint,
    Approve,
    Aspect,
    CameraMove,
    CardKind,
    EngineName,
    FadeSeconds,
    FrameRate,
    FrameSize,
    GuidanceScales,
    Lines,
    PositiveSeconds,
    SamplingName,
    Seconds,
    Share,
    ShotId,
    ShotIds,
    ShotSeconds,
    Size,
    SolverName,
    SoundLevel,
    SpeakerName,
    Text,
    UpscalerName,
    WayName,
    listed,
    place,
)

SAMPLE = "sample:"
"""How the name of footage or of a still begins that the build makes itself."""


LexiconWord = Annotated[str, Field(min_length=1, max_length=200)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
OnFail = Literal["stop", "warn", "fallback"]
MotionChoice = Annotated[
    str, Field(min_length=1, max_length=100, examples=["interpolate", "blend", "hold", "rife"])
]
PictureFile = Annotated[str, Field(min_length=1)]
SoundFile = Annotated[str, Field(min_length=1)]
FILE_IN = "Second of the file at which it begins."
FILE_FADE = "Seconds in which it comes, where it begins within its file, and goes, where it is cut off."
FILE_LOOP = "true: it begins again where its file is over."
LETTERED_LANGUAGE = "ISO code; some letters have other forms in it. The voice's language if absent."
MOST_TAKES = 8


class Style(Part):
    """Words that every generated shot shares."""

    prompt: Text = Field("", description="Added to every prompt: medium, palette, lens, mood.")
    negative: Text = Field("", description="Added to every negative prompt.")


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


EntityName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,31}$")]
MOST_REFERENCES = 8


class Entity(Part):
    """Somebody, something or somewhere that stays itself from shot to shot."""

    look: Text = Field("", description="How it looks, as a phrase: it enters the prompts of its shots.")
    references: tuple[PictureFile, ...] = Field(
        (), max_length=MOST_REFERENCES, description="Pictures of it, after which keyframes are drawn."
    )
    loras: tuple["Lora", ...] = Field((), description="LoRAs of it, which its shots are rendered with.")


class Card(Part):
    """A designed title card."""

    title: Text = Field(min_length=1, description="The large line.")
    subtitle: Text = Field("", description="The small line.")
    language: Language | None = Field(None, description=LETTERED_LANGUAGE)


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


class Lora(Part):
    """A LoRA that is merged into the video model's weights: a look, or a draft in a few steps."""

    file: str = Field(min_length=1, description="A .safetensors file, relative to the storyboard.")
    weight: float = Field(1.0, ge=-4, le=4, description="How strongly.")
    expert: Literal["high", "low", "both"] = Field(
        "both", description="Which expert of a model with two: high noise, low noise, or both."
    )


class Sampling(Part):
    """How a model draws a shot from noise: a named way, and single values over it."""

    name: SamplingName | None = Field(
        None, description="official, or as few-step LoRAs were trained; what the LoRAs say if absent."
    )
    shift: float | None = Field(None, gt=0, le=100, description="Shift of the noise levels; Wan's own is 12.")
    solver: SolverName | None = Field(None, description="unipc, euler or dpm++.")
    boundary: float | None = Field(
        None, ge=0, le=1, description="Noise level below which the low-noise expert takes over; 0.875."
    )


class Noise(Part):
    """The noise that a shot begins with, as a CUDA card draws it for other programs."""

    like: CardKind = Field(description="The kind of card; cuda is an H100.")


OverlayStyle = Literal["title", "lower_third", "caption", "credit"]
OverlayPlace = Annotated[
    Literal[
        *("top left", "top", "top right", "left", "centre", "right", "bottom left", "bottom", "bottom right")
    ],
    BeforeValidator(place),
]


class Overlay(Part):
    """Lettering that is set over the picture, never asked of a model; or a picture, such as a logo."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["text"]}, {"required": ["picture"]}]}
    )

    text: Lines | None = Field(None, description="A line, or a list of lines.")
    style: OverlayStyle = Field("lower_third", description="Where and how text is set.")
    language: Language | None = Field(None, description=LETTERED_LANGUAGE)
    picture: str | None = Field(
        None, min_length=1, description="A picture file in the place of text: a logo, with its transparency."
    )
    place: OverlayPlace = Field("top right", description="Where a picture lies.")
    size: Share = Field(
        0.15,
        gt=0,
        le=1,
        description="A square picture's side as a share of the frame's; others cover as much.",
    )
    margin: Share | None = Field(
        None,
        ge=0,
        lt=0.5,
        description="A picture's distance from the edges; the safe title area's if absent.",
    )
    start: Seconds = Field(Fraction(0), description="Seconds into the shot.")
    end: PositiveSeconds | None = Field(None, description="Seconds into the shot; its end if absent.")

    @property
    def lines(self) -> tuple[str, ...]:
        return (self.text,) if isinstance(self.text, str) else self.text or ()


TransitionType = Literal["cut", "fade", "fade_black", "wipe", "slide"]


class Transition(Part):
    """How the shot passes into the next. All but ``cut`` and ``fade_black`` overlap the two shots."""

    type: TransitionType = Field("cut", description="cut, or one that takes time.")
    duration: PositiveSeconds | None = Field(None, description="Seconds; half a second if absent.")


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


class Trim(Part):
    """A stretch of a shot's take, which stays as long as it was made."""

    start: Seconds = Field(Fraction(0), alias="in", description="Second of the take at which it begins.")
    end: PositiveSeconds = Field(alias="out", description="Second of the take at which it ends.")


class Fallback(Part):
    """What stands in where no take of a shot passes: footage or a still; without either, the animatic."""

    footage: Footage | None = Field(None, description="A stretch of a film file.")
    still: Still | None = Field(None, description="A picture with the shot's camera move.")


def _short_for(key: str, written: Any, short: type = str) -> BeforeValidator:
    """``narration: some text`` is short for ``narration: {text: some text}``."""
    return BeforeValidator(
        lambda value: {key: value} if isinstance(value, short) else value,
        json_schema_input_type=written,
    )


def _one_name(value: Any) -> Any:
    """One name stands for a list of one."""
    return (value,) if isinstance(value, str) else value


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
    keyframe: Annotated[Keyframe | None, _short_for("file", str | Keyframe)] = Field(
        None, description="The picture that a prompt's shot begins with: a file, or what an engine draws."
    )
    end: Annotated[Keyframe | None, _short_for("file", str | Keyframe)] = Field(
        None, description="The picture that it ends with."
    )
    cast: Annotated[
        tuple[EntityName, ...],
        BeforeValidator(_one_name, json_schema_input_type=EntityName | tuple[EntityName, ...]),
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
    narration: Annotated[Narration | None, _short_for("text", str | Narration)] = Field(
        None, description="What is said: a text, or a text with its language, voice, speaker and start."
    )
    overlay: Annotated[
        tuple[Overlay, ...],
        BeforeValidator(listed, json_schema_input_type=tuple[Overlay, ...] | Overlay),
    ] = Field((), description="Lettering over the picture: a list, or a single one.")
    transition: Annotated[Transition, _short_for("type", TransitionType | Transition)] = Field(
        Transition(), description="How the shot passes into the next: a type, or a type with a duration."
    )
    motion: MotionChoice | None = Field(
        None, description="How a take of another rate comes to the reel's fps; else the reel's way."
    )
    seed: int | None = Field(None, ge=0, lt=2**64, description="Its own seed; else the reel's.")
    engine: EngineName | None = Field(None, description="The engine wanted for this shot.")
    steps: int | None = Field(None, ge=1, le=1000, description="Sampling steps; else the reel's.")
    guidance: GuidanceScales | None = Field(None, description="Guidance scale; else the reel's.")
    sampling: Annotated[Sampling | None, _short_for("name", SamplingName | Sampling)] = Field(
        None, description="How it is drawn from noise, instead of the reel's `sampling`."
    )
    noise: Annotated[Noise | None, _short_for("like", CardKind | Noise)] = Field(
        None, description="Noise as a kind of card draws it; else the reel's."
    )
    lossy: Annotated[
        tuple[WayName, ...] | None,
        BeforeValidator(_one_name, json_schema_input_type=WayName | tuple[WayName, ...]),
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
    ambience: Annotated[Ambience | None, _short_for("file", str | Ambience)] = Field(
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


DeliveryName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")]
DeliveryFormat = Literal["web", "broadcast", "prores", "dnxhr"]


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

    narration: Annotated[TranslatedLine | None, _short_for("text", str | TranslatedLine)] = Field(
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
    keyframes: dict[ShotId, Annotated[Keyframe, _short_for("file", str | Keyframe)]] = Field(
        {}, description="Pictures in this shape that shots begin with; these are rendered anew from them."
    )
    shots: tuple[Annotated[DeliveredShot, _short_for("shot", ShotId | DeliveredShot)], ...] = Field(
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
    finish: Annotated[Finish | None, _short_for("size", str | Finish)] = Field(
        None, description="A larger size that takes are brought to by a model of super resolution."
    )
    seed: int = Field(0, ge=0, lt=2**64, description="The same seed and words give the same picture.")
    engine: EngineName = Field("wan2.2", description="The engine wanted for generated shots.")
    steps: int | None = Field(None, ge=1, le=1000, description="Sampling steps; else the engine's own.")
    guidance: GuidanceScales | None = Field(
        None, description="Guidance scale, or two: [high noise, low noise]; else the engine's own."
    )
    sampling: Annotated[Sampling | None, _short_for("name", SamplingName | Sampling)] = Field(
        None,
        description="How a model draws from noise: official, lightning-4, ..., or shift, solver, boundary.",
    )
    noise: Annotated[Noise | None, _short_for("like", CardKind | Noise)] = Field(
        None, description="cuda, or `like` a kind of card: the noise that other programs draw there."
    )
    lossy: Annotated[
        tuple[WayName, ...], BeforeValidator(_one_name, json_schema_input_type=WayName | tuple[WayName, ...])
    ] = Field((), description="Lossy ways to render faster: int8, fp8, cache, sage; else it is exact.")
    loras: tuple[Lora, ...] = Field((), description="LoRAs that every generated shot is rendered with.")
    style: Style = Field(Style(), description="Words that every generated shot shares.")
    cast: dict[EntityName, Annotated[Entity, _short_for("look", str | Entity)]] = Field(
        {}, description="Who stays the same from shot to shot, by the names that shots use."
    )
    places: dict[EntityName, Annotated[Entity, _short_for("look", str | Entity)]] = Field(
        {}, description="Where shots are, by the names that they use."
    )
    voice: Voice = Field(Voice(), description="The narrator.")
    voices: dict[VoiceName, NamedVoice] = Field({}, description="Other voices, by the names that lines use.")
    music: Annotated[Music, _short_for("moods", Music | tuple[Mood, ...], list)] = Field(
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
