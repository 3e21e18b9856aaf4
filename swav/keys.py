"""Content keys: the one place that decides what makes a file stale.

Every file of a build carries, in its name, a digest of everything that decides its content. A file whose key
is wanted and that exists is right, whatever its date; a file that is wanted and missing is pending. Keys
chain: a segment's key covers its take's key, a transition's covers its two neighbours.

This module is pure: plain values in, a short string out, no files, no clock. A ``*_RECIPE`` number is raised
when code changes in a way that must make files anew; a cosmetic change leaves it alone.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

NARRATION_RECIPE = 1
OVERLAY_RECIPE = 1
SEGMENT_RECIPE = 1
TRANSITION_RECIPE = 1
MUSIC_RECIPE = 1
MIX_RECIPE = 2
CAPTIONS_RECIPE = 1
REEL_RECIPE = 1

KEY_LENGTH = 12
"""Hex digits of a key: 48 bits, so that a million takes collide with a chance of 1 in 500."""


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    raise TypeError(f"{type(value).__name__} has no canonical form: {value!r}")


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, fractions as ``"n/d"``.

    Raises TypeError for anything that is not plain data, so that no object's address enters a key.
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_plain
    )


def digest(value: Any) -> str:
    """The key of a plain value: the first hex digits of the sha256 of its canonical JSON."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()[:KEY_LENGTH]


@dataclass(frozen=True)
class Length:
    """How many frames a shot lasts: a number, or as long as its narration plus a breath.

    A length that follows a narration is not known before the line is spoken, but it is *decided* by the
    line's key: so keys hold the narration's key, and jobs turn it into frames when the speech exists.
    """

    frames: int = 0
    narration: str = ""
    """Key of the narration that is followed; empty when ``frames`` says it."""
    lead: Fraction = Fraction(0)
    """Seconds of picture before the voice begins."""
    breath: Fraction = Fraction(0)
    """Seconds of picture after it ends."""
    least: int = 1
    """Never fewer frames than this: its transitions need them."""

    @property
    def known(self) -> bool:
        return not self.narration

    def plain(self) -> dict[str, Any]:
        """The length as plain data for a key: only what decides it."""
        if self.known:
            return {"frames": self.frames}
        return {"narration": self.narration, "lead": self.lead, "breath": self.breath, "least": self.least}


def take_key(recipe: Mapping[str, Any]) -> str:
    """A take: the recipe that its engine made, which holds everything that decides the picture."""
    return digest({"take": dict(recipe)})


def narration_key(
    *, text: str, engine: str, language: str, speaker: str | None, speed: float, voice: Any
) -> str:
    """A spoken line: its words and its voice. Not its shot, so that a moved line is not spoken again."""
    return digest(
        {
            "narration": NARRATION_RECIPE,
            "text": text,
            "engine": engine,
            "language": language,
            "speaker": speaker,
            "speed": speed,
            "voice": voice,
        }
    )


def overlay_key(*, lines: Sequence[str], style: str, width: int, height: int) -> str:
    """A lettering picture: its words, its style, the frame that it is set for. Not when it is shown."""
    return digest(
        {"overlay": OVERLAY_RECIPE, "lines": list(lines), "style": style, "width": width, "height": height}
    )


def shot_picture(*, take: str, length: Length, lettering: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A shot as the cut shows it: its take, its length, and which lettering lies on it when."""
    return {"take": take, "length": length.plain(), "lettering": [dict(item) for item in lettering]}


def segment_key(picture: Mapping[str, Any], *, head: int, tail: int, format: Mapping[str, Any]) -> str:
    """A shot's own stretch of the reel: all but the frames that its two transitions take."""
    return digest(
        {
            "segment": SEGMENT_RECIPE,
            "picture": dict(picture),
            "head": head,
            "tail": tail,
            "format": dict(format),
        }
    )


def transition_key(
    first: Mapping[str, Any],
    second: Mapping[str, Any],
    *,
    kind: str,
    tail: int,
    head: int,
    format: Mapping[str, Any],
) -> str:
    """The passage between two shots: both pictures, how they pass, and how many frames of each."""
    return digest(
        {
            "transition": TRANSITION_RECIPE,
            "first": dict(first),
            "second": dict(second),
            "kind": kind,
            "tail": tail,
            "head": head,
            "format": dict(format),
        }
    )


def music_key(*, engine: str, prompt: str, seed: int, clock: Any) -> str:
    """The music bed: its mood and how long the reel is (``clock``: the lengths and overlaps of all shots)."""
    return digest({"music": MUSIC_RECIPE, "engine": engine, "prompt": prompt, "seed": seed, "clock": clock})


def mix_key(
    *,
    lines: Sequence[Any],
    bed: str,
    level: float,
    loudness: float,
    true_peak: float,
    audio_bitrate: int,
    clock: Any,
) -> str:
    """The mastered sound: which lines begin when, over which bed, how loud once it is encoded."""
    return digest(
        {
            "mix": MIX_RECIPE,
            "lines": list(lines),
            "bed": bed,
            "level": level,
            "loudness": loudness,
            "true_peak": true_peak,
            "audio_bitrate": audio_bitrate,
            "clock": clock,
        }
    )


def captions_key(*, lines: Sequence[Any], language: str, clock: Any) -> str:
    """The subtitles: the words, and when each line is spoken."""
    return digest({"captions": CAPTIONS_RECIPE, "lines": list(lines), "language": language, "clock": clock})


def reel_key(
    *, pieces: Sequence[str], sound: str, captions: str, metadata: Mapping[str, str], audio_bitrate: int
) -> str:
    """The finished reel: its pieces in order, its sound, its subtitles and what it says of itself."""
    return digest(
        {
            "reel": REEL_RECIPE,
            "pieces": list(pieces),
            "sound": sound,
            "captions": captions,
            "metadata": dict(metadata),
            "audio_bitrate": audio_bitrate,
        }
    )
