"""The forms that values of a storyboard take: times, rates, sizes, lines, and what a schema says of them."""

import re
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from swav.numbers import Unfit, rate, seconds, size
from swav.times import exact

LONGEST_TEXT = 5000
LONGEST_SHOT = 3600
_MOST_GUIDANCE = 50
CAMERA_MOVES = (
    *("static", "slow push in", "push in", "pull back", "pan left", "pan right", "tilt up", "tilt down"),
    *("orbit", "crane up", "crane down", "track left", "track right", "handheld"),
)
"""A way to write each move that ``swav.animatic.camera`` knows; other words go to the model as they are."""
_ANCHORS = {
    "left": ("x", 0.0),
    "right": ("x", 1.0),
    "top": ("y", 0.0),
    "bottom": ("y", 1.0),
    "centre": ("", 0.5),
}
APPROVABLE = ("stills", "takes")
"""What people may have to approve: the picture that a clip is rendered from, the take that a film shows."""
_ASPECT = re.compile(r"\s*([1-9]\d{0,3})\s*:\s*([1-9]\d{0,3})\s*")
_ID = re.compile("[A-Za-z][A-Za-z0-9_]{0,31}")
_PLAIN_LEVEL, _LOWEST_LEVEL, _HIGHEST_LEVEL = -12.0, -60, 6  # dB against full speech, as of sound effects


def _shot_seconds(value: Any) -> Any:
    if value == "auto":
        return value
    value = seconds(value)
    if not 0 < value <= LONGEST_SHOT:
        raise Unfit(
            "the duration is out of range", f"write more than 0 and up to {LONGEST_SHOT} seconds, or auto"
        )
    return value


def _lines(value: Any) -> Any:
    """A line, or a list of lines; said in one sentence where the members of a union would complain twice."""
    lines = (value,) if isinstance(value, str) else value
    if not isinstance(lines, (list, tuple)) or not all(isinstance(line, str) for line in lines):
        raise Unfit("text is needed here", "write a line of text, or a list of lines: [first, second]")
    if not any(line.strip() for line in lines):
        raise Unfit("there is no text to set", "write a line of text, or remove the overlay")
    if sum(map(len, lines)) > LONGEST_TEXT:
        raise Unfit(f"the text is longer than {LONGEST_TEXT:,} characters", "shorten it")
    return value if isinstance(value, str) else tuple(value)


def sound_level(value: Any) -> Any:
    """``true`` is the level of a sound effect, a number a level of its own, ``false`` none. Raises Unfit."""
    written = str(value).strip().lower()
    if isinstance(value, bool) or written in ("true", "yes", "on", "false", "no", "off"):
        return _PLAIN_LEVEL if written in ("true", "yes", "on") else None
    if value is None:
        return None
    try:
        level = float(exact(written))
    except ValueError:
        level = _HIGHEST_LEVEL + 1
    if not _LOWEST_LEVEL <= level <= _HIGHEST_LEVEL:
        raise Unfit("not a level of sound", "write true, or dB against full speech, -60 to 6")
    return level


def anchor_point(value: Any) -> Any:
    """Where a subject stands, as shares of width and height, from words or numbers. Raises Unfit."""
    if isinstance(value, str):
        found = [_ANCHORS.get(word) for word in value.lower().replace("center", "centre").split()]
        across, down = [x for x in found if x and x[0] == "x"], [y for y in found if y and y[0] == "y"]
        named = None not in found and len(across) <= 1 and len(down) <= 1 and 0 < len(found) <= 2
        point = [axis[0][1] if axis else 0.5 for axis in (across, down)] if named else ()
    else:
        try:
            point = [float(exact(str(share).strip())) for share in value or ()]
        except (TypeError, ValueError, OverflowError):
            point = ()
    if len(point) != 2 or not all(0 <= share <= 1 for share in point):
        raise Unfit(
            "not a place in a picture",
            "write centre, left, right, top, bottom, two of them (top left), or shares such as [0.3, 0.5]",
        )
    return tuple(point)


def shot_ids(value: Any) -> Any:
    """``all``, or a list of ids. Raises Unfit."""
    ids = (value,) if isinstance(value, str) else value
    if not isinstance(ids, (list, tuple)) or not all(isinstance(i, str) and _ID.fullmatch(i) for i in ids):
        raise Unfit("not a list of shots", "write all, or their ids, such as [r001, r004]")
    return value if value == "all" else tuple(ids)


def aspect(value: Any) -> Any:
    """Width to height from ``9:16``. Raises Unfit."""
    if isinstance(value, Fraction):
        return value
    if (
        not (match := _ASPECT.fullmatch(str(value)))
        or not 1 <= 10 * Fraction(int(match[1]), int(match[2])) <= 100
    ):
        raise Unfit("a shape is needed here", "write width to height, such as 9:16, 1:1 or 4:5")
    return Fraction(int(match[1]), int(match[2]))


def guidance_scales(value: Any) -> float | tuple[float, ...]:
    """One scale, or two: of the high-noise and of the low-noise expert. Raises Unfit."""
    several = isinstance(value, (list, tuple))
    try:
        scales = tuple(float(exact(str(scale).strip())) for scale in (value if several else [value]))
    except (ValueError, OverflowError):
        scales = ()
    if len(scales) != (2 if several else 1) or isinstance(value, bool):
        raise Unfit("not a guidance scale", "write a number, or two: [high noise, low noise]")
    if not all(0 <= scale <= _MOST_GUIDANCE for scale in scales):
        raise Unfit("the guidance is out of range", f"write 0 to {_MOST_GUIDANCE}; 1 is none")
    return scales if several else scales[0]


def share(value: Any) -> Any:
    """``15%`` is 0.15."""
    if isinstance(value, str) and value.strip().endswith("%"):
        try:
            return float(exact(value.strip()[:-1].strip())) / 100
        except ValueError:
            raise Unfit("not a share", "write a percentage, such as 15%, or a number, such as 0.15") from None
    return value


def place(value: Any) -> Any:
    """``bottom_left``, ``Bottom-Left`` and ``center`` are understood."""
    if not isinstance(value, str):
        return value
    words = value.lower().replace("_", " ").replace("-", " ").replace("center", "centre").split()
    return " ".join(words)


def _to_approve(value: Any) -> Any:
    """``stills``, ``takes``, both as a list or with a comma, or ``none``."""
    names = [name.strip() for name in value.split(",")] if isinstance(value, str) else value
    if names == ["none"]:
        return ()
    if isinstance(names, (list, tuple)) and all(name in APPROVABLE for name in names):
        return tuple(name for name in APPROVABLE if name in names)
    raise Unfit("not a thing that is approved", "write stills, takes, [stills, takes], or none")


def schema(*alternatives: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": list(alternatives)} if len(alternatives) > 1 else alternatives[0])


_LINE = {"type": "string"}
_RATE = {
    "type": "string",
    "pattern": r"^\s*\d+([.,]\d+)?\s*(/\s*[1-9]\d*|p|fps)?\s*$",
    "examples": ["24000/1001", "30000/1001"],
}
_SIZE = {"type": "string", "pattern": r"^\s*\d+\s*[xX×*]\s*\d+\s*$", "examples": ["1920x1080", "1080x1920"]}
_SIDES = {
    "type": "object",
    "properties": {side: {"type": "integer", "minimum": 64, "maximum": 8192} for side in ("width", "height")},
    "required": ["width", "height"],
    "additionalProperties": False,
}
_CLOCK = {"type": "string", "pattern": r"^(\d+:)?\d+:\d+(\.\d+)?$"}
_POSITIVE = {"type": "number", "exclusiveMinimum": 0}

Seconds = Annotated[
    Fraction,
    BeforeValidator(seconds),
    schema({"type": "number", "minimum": 0}, _CLOCK),
    Field(ge=0, le=86400),
]
Approve = Annotated[
    tuple[str, ...],
    BeforeValidator(_to_approve),
    schema({"enum": [*APPROVABLE, "none"]}, {"type": "array", "items": {"enum": list(APPROVABLE)}}),
]
PositiveSeconds = Annotated[
    Fraction, BeforeValidator(seconds), schema(_POSITIVE, _CLOCK), Field(gt=0, le=86400)
]
FadeSeconds = Annotated[
    Fraction,
    BeforeValidator(seconds),
    schema({"type": "number", "minimum": 0, "maximum": 60}, _CLOCK),
    Field(ge=0, le=60),
]
ShotSeconds = Annotated[
    Fraction | Literal["auto"], BeforeValidator(_shot_seconds), schema(_POSITIVE, {"const": "auto"}, _CLOCK)
]
ShotId = Annotated[str, Field(pattern=f"^{_ID.pattern}$")]
ShotIds = Annotated[
    Literal["all"] | tuple[str, ...],
    BeforeValidator(shot_ids),
    schema({"const": "all"}, {"type": "array", "items": {"type": "string", "pattern": f"^{_ID.pattern}$"}}),
]
Share = Annotated[
    float,
    BeforeValidator(share),
    schema(
        {"type": "number", "minimum": 0, "maximum": 1}, {"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*%$"}
    ),
]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Lines = Annotated[
    str | tuple[str, ...],
    BeforeValidator(_lines),
    schema(_LINE, {"type": "array", "items": _LINE, "minItems": 1}),
]
EngineName = Annotated[str, Field(min_length=1, max_length=100, examples=["wan2.2", "animatic"])]
SpeakerName = Annotated[str, Field(examples=["joe", "af_heart", "am_michael", "bm_george", "m1", "f1"])]
CameraMove = Annotated[Text, Field(examples=list(CAMERA_MOVES))]


class Size(BaseModel):
    """Pixels of a frame. Both sides are even, because 4:2:0 video halves the colour planes."""

    model_config = ConfigDict(frozen=True)
    width: int = Field(ge=64, le=8192, multiple_of=2)
    height: int = Field(ge=64, le=8192, multiple_of=2)

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


FrameSize = Annotated[Size, BeforeValidator(size), schema(_SIZE, _SIDES)]
FrameRate = Annotated[
    Fraction, BeforeValidator(rate), schema({"type": "number", "minimum": 1, "maximum": 120}, _RATE)
]
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
AnchorPoint = Annotated[
    tuple[float, float],
    BeforeValidator(anchor_point),
    schema(
        {
            "enum": [
                "centre",
                "left",
                "right",
                "top",
                "bottom",
                "top left",
                "top right",
                "bottom left",
                "bottom right",
            ]
        },
        {"type": "array", "items": _SHARE, "minItems": 2, "maxItems": 2},
    ),
]
"""A place in a picture as shares of its width and height, from its top left corner."""
Aspect = Annotated[
    Fraction,
    BeforeValidator(aspect),
    schema({"type": "string", "pattern": _ASPECT.pattern, "examples": ["9:16", "1:1", "4:5"]}),
]
_SCALE = {"type": "number", "minimum": 0, "maximum": _MOST_GUIDANCE}
GuidanceScales = Annotated[
    float | tuple[float, float],
    BeforeValidator(guidance_scales),
    schema(_SCALE, {"type": "array", "items": _SCALE, "minItems": 2, "maxItems": 2}),
]
SamplingName = Literal["official", "lightning", "lightning-4", "lightning-8"]
UpscalerName = Annotated[
    str, Field(min_length=1, max_length=100, pattern=r"^[^/\\\x00]+$", examples=["lanczos"])
]
WayName = Annotated[str, Field(min_length=1, max_length=40, examples=["int8", "fp8", "cache", "sage"])]
"""Of a lossy way to render."""
SolverName = Literal["unipc", "euler", "dpm++"]
CardKind = Literal[
    "cuda",
    "RTX A6000",
    "RTX 6000 Ada",
    "RTX 3090",
    "RTX 4090",
    "L40S",
    "A100",
    "H100 PCIe",
    "H100",
    "H200",
]
SoundLevel = Annotated[
    float | None,
    BeforeValidator(sound_level),
    schema({"type": "boolean"}, {"type": "number", "minimum": _LOWEST_LEVEL, "maximum": _HIGHEST_LEVEL}),
]
"""dB against full speech; None is silent."""

Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
PictureFile = Annotated[str, Field(min_length=1)]
SoundFile = Annotated[str, Field(min_length=1)]
MOST_TAKES = 8
