"""The few knobs of a build, from ``config.yaml`` and Snakemake's ``--config``, checked before all else."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from swav.errors import Fault, InputError, SwavError
from swav.numbers import Unfit
from swav.parts import Part
from swav.quality.limits import Limits
from swav.quality.reel_limits import ReelLimits
from swav.quality.speech_limits import SpeechLimits
from swav.render.catalogue import imagined
from swav.render.hardware import Hardware
from swav.storyboard.editing import editor_schema
from swav.storyboard.fields import Route, field_name
from swav.storyboard.forms import Approve, EngineName
from swav.storyboard.shape import typed
from swav.storyboard.source import Place, Places, Source, read

COMMAND_LINE = "--config"
MOST_CARDS = 64


def _gpus(value: Any) -> Any:
    """A number, ``all``, or one of both for each engine that is named."""
    if isinstance(value, Mapping):
        return {str(engine): _gpus_of_one(count) for engine, count in value.items()}
    return _gpus_of_one(value)


def _gpus_of_one(value: Any) -> Any:
    if value == "all":
        return value
    if re.fullmatch(r"\d{1,3}", str(value)) and 1 <= int(value) <= MOST_CARDS:
        return int(value)
    raise Unfit(
        "not a number of GPUs", f"write all, a number from 1 to {MOST_CARDS}, or one of both for each engine"
    )


def _cards(value: Any) -> Any:
    """``auto``, a number, or a list of device ids; ids are text, because some are ``GPU-5f2a...``."""
    if value == "auto":
        return value
    if isinstance(value, (str, int)) and re.fullmatch(r"\d{1,3}", str(value)) and int(value) <= MOST_CARDS:
        return int(value)
    if isinstance(value, str) and "," in value:
        value = [item.strip() for item in value.split(",")]
    if isinstance(value, (list, tuple)) and len(value) <= MOST_CARDS:
        ids = [str(item) for item in value]
        distinct = len(set(ids)) == len(ids)
        if distinct and all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9/-]*", item) for item in ids):
            return tuple(ids)
    raise Unfit(
        "not a choice of cards", f"write auto, a number up to {MOST_CARDS}, or device ids such as [0, 1]"
    )


def _node_cards(value: Any) -> str:
    try:
        imagined(str(value))
    except SwavError as fault:
        known = str(fault).partition("; ")[2] or 'write how many of which, such as "4 x H100"'
        raise Unfit("not cards that are known", known) from None
    return str(value)


def _bitrate(value: Any) -> Any:
    match = re.fullmatch(r"(\d{1,6})k", str(value))
    if match and 32 <= int(match[1]) <= 512:
        return value
    raise Unfit("not an AAC bit rate", "write 32k to 512k, such as 256k")


def _folders(value: Any) -> Any:
    """One folder stands for a list of one."""
    return (value,) if isinstance(value, str) else value


def _names(value: Any) -> Any:
    """One name stands for a list of one; names with commas, for a list."""
    return tuple(name.strip() for name in value.split(",")) if isinstance(value, str) else value


def _in_one_spelling(value: str) -> str:
    """A folder is ``build`` however it was written, ``./build`` or ``build//``: its files are targets, which
    Snakemake and swav compare as text.
    """
    folder = str(Path(value))
    if folder == ".":
        raise Unfit("the project's own folder", "name one in it for what is made, such as build")
    return folder


Folder = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^[^{}\x00-\x1f]+$")]
Preset = Literal[
    "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"
]


_GPUS_SCHEMA = [{"const": "all"}, {"type": "integer", "minimum": 1, "maximum": MOST_CARDS}]


class Loudness(Part):
    """Of the finished reel (EBU R 128): -16 LUFS for the web, -23 for broadcast."""

    integrated: float = Field(-16, ge=-36, le=-6, description="LUFS over the whole reel.")
    true_peak: float = Field(
        -1, ge=-9, le=0, description="dBTP that no sample, and nothing between two samples, exceeds."
    )


class DeliveryConfig(Part):
    """How the reel is encoded."""

    crf: int = Field(
        18, ge=0, le=51, description="H.264 quality: 18 is visually clean, 23 smaller, 14 a master."
    )
    preset: Preset = Field(
        "medium", description="ultrafast to veryslow: slower is smaller at the same quality."
    )
    audio_bitrate: Annotated[
        str, BeforeValidator(_bitrate), WithJsonSchema({"type": "string", "pattern": r"^\d{2,3}k$"})
    ] = Field("256k", description="AAC stereo, 32k to 512k; under 256k the encoder itself raises the peaks.")


class ProvenanceConfig(Part):
    """How delivered films are signed with what they tell of their origin (C2PA)."""

    sign: bool = Field(True, description="false: films carry no proof of origin.")
    certificate: Folder | None = Field(
        None,
        description="Your chain of certificates (PEM), your own first; without it, a test certificate signs.",
    )
    key: Folder | None = Field(
        None, description="The private key of the first of them (PEM, without a password)."
    )
    prompts: Literal["written", "digests"] = Field(
        "written",
        description="written: prompts, lines and seeds can be read in the film; digests: only "
        "checked by who has them.",
    )


class ClusterConfig(Part):
    """What a node of the cluster has, for a machine without cards that submits to it."""

    cards: Annotated[str, BeforeValidator(_node_cards), WithJsonSchema({"type": "string"})] = Field(
        description="The cards of a node, such as ``4 x H100``: what swav plan --cards reads."
    )
    host_memory: Annotated[float, Field(ge=1, le=100_000)] | None = Field(
        None, description="Of the node, in GB; 32 GB a card are taken where nothing is said."
    )

    @property
    def node(self) -> Hardware:
        """Such a node, with nothing on its cards."""
        return imagined(self.cards, self.host_memory)


class Config(Part):
    """What ``config.yaml`` says. Paths are relative to the folder in which Snakemake runs."""

    storyboard: Folder = Field("storyboards/demo.yaml", description="The reel to build.")
    build: Annotated[Folder, AfterValidator(_in_one_spelling)] = Field(
        "build", description="The folder of everything that is made. Takes live in it, so keep it."
    )
    engine: Annotated[str, Field(min_length=1, max_length=100, examples=["auto", "wan2.2", "animatic"])] = (
        Field("auto", description="auto, or the name of an engine that renders every prompt.")
    )
    image_to_video: Annotated[tuple[EngineName, ...], BeforeValidator(_names)] = Field(
        (),
        description="Engines that a shot with a keyframe may take, the best first; without it, any "
        "that is ready.",
    )
    text_to_image: Annotated[tuple[EngineName, ...], BeforeValidator(_names)] = Field(
        (), description="Engines that draw keyframes, the best first; without it, any that is ready."
    )
    approve: Approve = Field(
        (),
        description="stills: a shot is rendered once its keyframe is approved (swav approve), and the "
        "animatic stands in; takes: the film is delivered once each shot's take is approved.",
    )
    slate: bool = Field(True, description="false: the animatic's pictures do not say what they stand for.")
    continuation: float = Field(
        4.0,
        ge=0,
        le=255,
        description="Levels of 255: shots stay that go on from a frame which, made anew, differs by "
        "no more in any part.",
    )
    gpus_per_render: Annotated[
        int | Literal["all"] | dict[str, int | Literal["all"]],
        BeforeValidator(_gpus),
        WithJsonSchema(
            {"anyOf": [*_GPUS_SCHEMA, {"type": "object", "additionalProperties": {"anyOf": _GPUS_SCHEMA}}]}
        ),
    ] = Field(
        "all",
        description="GPUs that one render claims: all that ``--resources gpu=N`` allows, or a "
        "number; or that by engine.",
    )
    cards: Annotated[
        int | tuple[str, ...] | Literal["auto"],
        BeforeValidator(_cards),
        WithJsonSchema(
            {
                "anyOf": [
                    {"const": "auto"},
                    {"type": "integer", "minimum": 0, "maximum": MOST_CARDS},
                    {"type": "string"},
                    {"type": "array", "items": {"anyOf": [{"type": "integer"}, {"type": "string"}]}},
                ]
            }
        ),
    ] = Field(
        "auto",
        description="The GPUs of this machine: auto, a number, or a list of device ids such as [0, 2].",
    )
    keep_warm: float = Field(
        5,
        ge=0,
        le=720,
        description="Minutes that a model stays on its cards after a build, ready for the next; 0: it leaves "
        "with the build.",
    )
    cluster: ClusterConfig | None = Field(
        None, description="What a node of the cluster has; counts on a machine without cards alone."
    )
    models: Folder = Field("models", description="The folder of the model weights.")
    quality: Limits = Field(
        Limits(), description="Limits of the gates, [warn, fail]; docs/quality.md has them all."
    )
    speech_quality: SpeechLimits = Field(SpeechLimits(), description="Limits for the narration.")
    reel_quality: ReelLimits = Field(ReelLimits(), description="Limits for the finished reel.")
    media_roots: Annotated[tuple[Folder, ...], BeforeValidator(_folders)] = Field(
        (),
        description="Folders outside the project from which a storyboard may read, such as "
        "``/mnt/nas/footage``.",
    )
    wheels: Folder | None = Field(
        None,
        description="A folder of wheels from which the environments of engines are installed, where "
        "there is no network.",
    )
    loudness: Loudness = Field(Loudness(), description="Of the finished reel.")
    delivery: DeliveryConfig = Field(DeliveryConfig(), description="How the reel is encoded.")
    provenance: ProvenanceConfig = Field(
        ProvenanceConfig(), description="How films are signed with what they tell of their origin."
    )
    preview: bool = Field(
        False, description="Encode everything small and fast, to look at; takes stay as they are."
    )

    @classmethod
    def read(cls, values: Mapping[str, Any], file: str | Path = "config.yaml") -> "Config":
        """The configuration from Snakemake's merged ``config``.

        ``file`` is read again for the places of its values; a value that is not the file's own came from the
        command line, and its faults are said of ``--config``. Raises InputError with all faults.
        """
        written = (
            read(Path(file), may_be_empty=True)
            if Path(file).exists()
            else Source(str(file), {}, Places(Place(1, 1)), ())
        )
        commanded: set[str] = set()
        plain = _as_written(values, written.value, (), commanded)
        result = typed(cls, Source(str(file), plain, written.places, ()))
        faults = [*written.faults, *(_attributed(fault, commanded) for fault in result.faults)]
        if faults:
            raise InputError(faults)
        return result.value


def config_schema() -> dict[str, Any]:
    """The JSON Schema by which editors complete ``config.yaml``; ``config.schema.json`` ships it."""
    return editor_schema(Config)


def laid_over(values: Mapping[str, Any], words: Sequence[str]) -> dict[str, Any]:
    """Values with ``KEY=VALUE`` words of a command line laid over them, as they were typed.

    Snakemake reads a word as a number where it can, so that ``build=007`` would be the folder ``7``. Groups
    are merged, as Snakemake merges them. Raises SwavError for a word without a key.
    """
    for word in words:
        key, sign, value = word.partition("=")
        if not (sign and key):
            raise SwavError(f"--config {word}: KEY=VALUE is needed, such as --config engine=animatic")
        values = merged(values, {key: _typed(value)})
    return dict(values)


def _typed(word: str) -> Any:
    """A word of a command line: a list or a group where it is one, None where it is empty, else itself."""
    if word in ("", "~", "null"):
        return None
    try:
        read = yaml.load(word, Loader=yaml.BaseLoader)
    except yaml.YAMLError:
        return word
    return read if isinstance(read, (list, dict)) else word


def merged(values: Any, over: Any) -> Any:
    """Values with others laid over them, group by group."""
    if not (isinstance(values, Mapping) and isinstance(over, Mapping)):
        return over
    return {**values, **{key: merged(values.get(key), value) for key, value in over.items()}}


def _as_written(value: Any, written: Any, route: Route, commanded: set[str]) -> Any:
    """Parsed values as text again: the file's own where they are the same, else the command line's."""
    if isinstance(value, Mapping):
        own = written if isinstance(written, dict) else {}
        return {
            str(key): _as_written(item, own.get(str(key)), (*route, str(key)), commanded)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        own = written if isinstance(written, list) and len(written) == len(value) else [None] * len(value)
        pairs = enumerate(zip(value, own, strict=True))
        return [_as_written(item, mine, (*route, index), commanded) for index, (item, mine) in pairs]
    if isinstance(written, str) and value in (written, _parsed(written)):
        return written
    if value is None:
        return None
    commanded.add(field_name(route, None))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parsed(written: str) -> Any:
    """What a text would be without quotes; itself where that is no YAML, as a tab or ``[``."""
    try:
        return yaml.safe_load(written)
    except yaml.YAMLError:
        return written


def _attributed(fault: Fault, commanded: set[str]) -> Fault:
    """The fault, said of the command line if that is where its value came from."""
    said_there = any(
        name == fault.field or name.startswith((f"{fault.field}.", f"{fault.field}[")) for name in commanded
    )
    return replace(fault, file=COMMAND_LINE, line=1, column=1) if said_there else fault
