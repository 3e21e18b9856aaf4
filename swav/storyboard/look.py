"""A look at a file before anything is built from it: is it what its place in the storyboard needs?

Milliseconds each: headers, an mp4's index, the first frame or the first sound. What only shows deep inside a
file is found when it is read whole.
"""

from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from swav.errors import MediaError
from swav.times import nominal

Use = Literal["film", "still", "sound", "lora"]

_WHOLE = 200_000_000  # bytes of a file without an index up to which its packets are counted
_TIME_BASE = 1_000_000  # of libav, ticks a second
_HELD = 60  # seconds of floating-point sound up to which all of it is looked at
_COUNTED = "mov,mp4,m4a,3gp,3g2,mj2"


@dataclass(frozen=True)
class Look:
    """What is seen of a file."""

    problem: str = ""
    """What is wrong with it, going on after its name; empty where it can be used."""
    remedy: str = ""
    remark: str = ""
    """What its owner should know, though it can be used."""
    seconds: Fraction | None = None
    """How long a film or a sound is; None where only reading it whole would tell."""
    rate: Fraction | None = None
    """Frames a second of a film, as its camera meant them; None where only reading it whole would tell."""
    sound: bool = False
    """Whether a film has a sound track."""
    reading: str = ""
    """What of it is read otherwise than when takes were first made, for their keys; empty for most files."""


def look(path: Path, use: Use) -> Look:
    """What is seen of a file that is there. Nothing is raised: what is wrong is in the result."""
    seen = {"film": _film, "still": _still, "sound": _sound, "lora": _lora}[use]
    try:
        return seen(path)
    except (MediaError, OSError) as error:
        return _wrong(path, str(error))


def _wrong(path: Path, sentence: str) -> Look:
    """A sentence that begins with the file's name, as a fault wants it: what is wrong, and what to do."""
    said = sentence.removeprefix(str(path)).lstrip(": ")
    problem, _, remedy = said.partition("; ")
    return Look(problem=problem, remedy=remedy or "replace it by a whole file")


def _film(path: Path) -> Look:
    from swav.media.probe import opened, probe

    with opened(path) as container:
        counted = container.format.name == _COUNTED or path.stat().st_size <= _WHOLE
        length = Fraction(container.duration, _TIME_BASE) if container.duration else None
        sound = bool(container.streams.audio)
    if not counted:
        return Look(seconds=length, sound=sound)
    picture = probe(path)
    remark = ""
    if not picture.timed:
        rate = f"{float(picture.rate):.3f}".rstrip("0").rstrip(".")
        remark = (
            f"its times are missing, or begin again, so its frames are shown at {rate} a second; "
            "if that is wrong, put it into an .mp4 at its rate"
        )
    elif picture.transparent:
        remark = "it has an alpha channel; black lies under what is transparent"
    reading = "over black" if picture.transparent else ""
    return Look(
        seconds=picture.duration,
        rate=nominal(picture.rate),
        sound=picture.sound,
        remark=remark,
        reading=reading,
    )


def _still(path: Path) -> Look:
    from swav.media.photograph import is_changed_by, opened_photograph

    try:
        with opened_photograph(path) as image:
            return Look(reading="sRGB" if is_changed_by(image) else "")
    except MediaError as error:
        if not str(error).startswith(f"{path} is no picture"):
            raise
        with suppress(MediaError):
            _film(path)
            return Look(problem="is a film, not a picture", remedy="name it under footage: instead")
        raise


def _sound(path: Path) -> Look:
    from swav.sound.decode import decoded, opened_sound

    with opened_sound(path) as container:
        stream = container.streams.audio[0]
        floating = stream.codec_context.name.startswith("pcm_f")
        length = Fraction(container.duration, _TIME_BASE) if container.duration else None
    blocks = decoded(path)
    if floating and length is not None and length <= _HELD:
        heard = sum(len(block) for block in blocks)
    else:
        heard = len(next(blocks, ()))
    if not heard:
        return Look(problem="holds no sound", remedy="give a sound file that is not empty")
    return Look(seconds=length, sound=True)


def _lora(path: Path) -> Look:
    from swav.media.tensors import tensor_names

    names = tensor_names(path)
    if not any(part in name for name in names for part in ("lora", "diff", "hada", "lokr", "alpha")):
        return Look(
            problem="holds weights, but none of a LoRA",
            remedy="name a LoRA; a whole model goes into the models folder",
        )
    return Look()
