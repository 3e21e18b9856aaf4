"""Content keys: the one place that decides what makes a file stale.

Every file of a build carries, in its name, a digest of everything that decides its content. A file whose key
is wanted and that exists is right, whatever its date; a file that is wanted and missing is pending. Keys
chain: a segment's key covers its take's key, a transition's covers its two neighbours.

This module is pure: plain values in, a short string out, no files, no clock. How a file is
made is in its key as a number of ``swav.recipes``.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from swav import recipes

KEY_LENGTH = 12
"""Hex digits of a key: 48 bits, so that a million takes collide with a chance of 1 in 500."""


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    raise TypeError(f"{type(value).__name__} has no canonical form: {value!r}")


_CANONICAL = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_plain
)


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, fractions as ``"n/d"``.

    Raises TypeError for anything that is not plain data, so that no object's address enters a key.
    """
    return _CANONICAL.encode(value)


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


def choice_key(*, takes: Sequence[str], limits: Mapping[str, Any], fallback: str, look_at: int = 0) -> str:
    """A shot whose take is chosen among several: the takes in order of seeds, by what limits they are judged,
    what stands in where none passes, and after which step they are looked at, if that decides their order. A
    shot with one take and no fallback has that take's key."""
    early = {"look_at": look_at, "early": recipes.EARLY} if look_at else {}
    return digest(
        {"choice": recipes.CHOICE, "takes": list(takes), "limits": dict(limits), "fallback": fallback} | early
    )


def look_key(*, take: str, at: int) -> str:
    """What a take would be after a step of it: the take, which decides every step, and which one."""
    return digest({"look": take, "at": at})


def comparison_key(*, looks: Sequence[str], limits: Mapping[str, Any]) -> str:
    """Early looks side by side: which, and by what limits they are judged."""
    return digest({"comparison": recipes.EARLY, "looks": list(looks), "limits": dict(limits)})


def narration_key(
    *,
    text: str,
    language: str,
    speed: float,
    lexicon: Mapping[str, str],
    voice: Sequence[Any],
    words: str = "",
) -> str:
    """A spoken line: its words, how some of them are said, and its voice (engine, speaker, recipe, weights).

    Not its shot, so that a moved line is not spoken again. ``words`` are those that the voice is given, where
    they are not just the text: then they alone decide, and a changed way of reading text aloud speaks only
    the lines again that it reads otherwise.
    """
    said = {"words": words} if words else {"text": text, "lexicon": dict(lexicon)}
    return digest(
        {
            "narration": recipes.NARRATION,
            "language": language,
            "speed": speed,
            "voice": list(voice),
            **said,
        }
    )


def overlay_key(
    *,
    lines: Sequence[str],
    language: str,
    style: str,
    width: int,
    height: int,
    subtitled: bool = False,
    beside: Sequence[Any] = (),
    logo: Sequence[Any] = (),
) -> str:
    """A picture of lettering, or a logo: its words and their language, its style (or the picture's content,
    place, size and margin), the frame that it is set for, whether rows are kept for subtitles, and the keys
    of those overlays that it makes room for. Not when it is shown."""
    room = {"subtitled": True} if subtitled else {}
    if beside:
        room["beside"] = list(beside)
    if logo:
        room["logo"] = list(logo)
    return digest(
        {
            "overlay": recipes.OVERLAY,
            "lines": list(lines),
            "language": language,
            "style": style,
            "width": width,
            "height": height,
            **room,
        }
    )


def shot_picture(
    *,
    take: str,
    length: Length,
    lettering: Sequence[Mapping[str, Any]],
    begin: int = 0,
    anchor: Sequence[float] = (),
) -> dict[str, Any]:
    """A shot as the cut shows it: its take (or that at the reel's rate), its length, and which lettering lies
    on it when; from which frame of the take on, and what of it stays in the picture, where that is said."""
    seen = {"begin": begin, "anchor": list(anchor)}
    return {
        "take": take,
        "length": length.plain(),
        "lettering": [dict(item) for item in lettering],
        **{name: value for name, value in seen.items() if value},
    }


def motion_key(*, take: str, length: Length, rate: Fraction, how: str, network: Sequence[Any] = ()) -> str:
    """A take at the reel's rate: the take, how many frames of it, and how those between its own are made.

    ``network``: the recipe and the weights of one that learnt it; empty where swav makes the frames.
    """
    made = {"motion": recipes.MOTION, "take": take, "length": length.plain(), "rate": rate, "how": how}
    return digest(made | ({"network": list(network)} if network else {}))


def finish_key(*, take: str, model: str, size: Sequence[int]) -> str:
    """A take at a larger size: the take (or that at the reel's rate), the content of the model, the size."""
    return digest({"finish": recipes.FINISH, "take": take, "model": model, "size": list(size)})


def continuation_key(*, take: str, length: Length, rate: Fraction, end: str, within: float) -> str:
    """A frame that one shot hands to another: of which take, how long that is shown, which end of it, and
    within how much it counts as one that was handed over before."""
    return digest(
        {
            "continuation": recipes.CONTINUATION,
            "take": take,
            "length": length.plain(),
            "rate": rate,
            "end": end,
            "within": within,
        }
    )


def segment_key(
    picture: Mapping[str, Any],
    *,
    head: int,
    tail: int,
    format: Mapping[str, Any],
    fades: Sequence[int] = (0, 0),
) -> str:
    """A shot's own stretch of the reel: all but the frames that its two transitions take. ``fades`` are the
    frames in which it comes out of black, and goes: the film's, of its first and last shot."""
    return digest(
        {
            **({"fades": list(fades)} if any(fades) else {}),
            "segment": recipes.SEGMENT,
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
            "transition": recipes.TRANSITION,
            "first": dict(first),
            "second": dict(second),
            "kind": kind,
            "tail": tail,
            "head": head,
            "format": dict(format),
        }
    )


def music_key(
    *,
    player: Sequence[Any],
    moods: Sequence[Any],
    seed: int,
    clock: Any,
    stretch: Sequence[Any] = (),
) -> str:
    """A music bed: who plays (name, its own recipe, weights), which mood from when on, and how long the
    reel is (``clock``: the lengths and overlaps of all shots); from when to when, if not under all of it. A
    ``clock`` of None goes with a stretch whose end does not depend on the reel's."""
    part = {"stretch": list(stretch)} if stretch else {}
    plain = {"music": recipes.MUSIC, "player": list(player), "moods": list(moods), "seed": seed}
    return digest({**plain, "clock": clock, **part})


def stems_key(
    *,
    lines: Sequence[Any],
    bed: str | Sequence[Any],
    level: float,
    effects: Sequence[Any],
    clock: Any,
    ambience: Sequence[Any] = (),
    fades: Sequence[int] = (0, 0),
) -> str:
    """The stems: which lines, effects and ambiences begin when, over which bed (or stretches of music), how
    loud they are to each other, and in how many frames the whole comes and goes."""
    return digest(
        {
            **({"ambience": list(ambience)} if ambience else {}),
            **({"fades": list(fades)} if any(fades) else {}),
            "stems": recipes.STEMS,
            "lines": list(lines),
            "bed": bed,
            "level": level,
            "effects": list(effects),
            "clock": clock,
        }
    )


def mix_key(*, stems: str, loudness: float, true_peak: float, audio_bitrate: int) -> str:
    """The mastered sound: its stems, and how loud it is once it is encoded."""
    return digest(
        {
            "mix": recipes.MIX,
            "stems": stems,
            "loudness": loudness,
            "true_peak": true_peak,
            "audio_bitrate": audio_bitrate,
        }
    )


def heard_key(*, lines: Sequence[Any], language: str, recogniser: Any) -> str:
    """What a recogniser heard of the spoken lines."""
    return digest(
        {"heard": recipes.HEARD, "lines": list(lines), "language": language, "recogniser": recogniser}
    )


def captions_key(*, lines: Sequence[Any], heard: str, language: str, clock: Any) -> str:
    """The subtitles: the words, when each line begins, and when each word was heard."""
    return digest(
        {
            "captions": recipes.CAPTIONS,
            "lines": list(lines),
            "heard": heard,
            "language": language,
            "clock": clock,
        }
    )


def verdict_key(*, shot: str, takes: Sequence[str], limits: Mapping[str, Any], readers: str) -> str:
    """The verdict on a shot: its takes, the limits, and what measured them. No picture depends on it."""
    return digest(
        {
            "verdict": recipes.VERDICT,
            "shot": shot,
            "takes": list(takes),
            "limits": dict(limits),
            "readers": readers,
        }
    )


def admission_key(*, reel: str, verdicts: Sequence[Any], limits: Mapping[str, Any]) -> str:
    """The reel's admission: the reel, the verdicts on its shots, what is done where one fails, and the limits
    for what is not a shot."""
    return digest(
        {"admission": recipes.ADMISSION, "reel": reel, "verdicts": list(verdicts), "limits": dict(limits)}
    )


def one_shot_key(*, picture: Mapping[str, Any], sound: Sequence[Any], format: Sequence[Any]) -> str:
    """A shot as a film of its own: its picture whole, its line and effects, how loud, in which format."""
    return digest(
        {"one_shot": recipes.ONE_SHOT, "picture": dict(picture), "sound": list(sound), "format": list(format)}
    )


def signed_key(*, reel: str, certificate: str, prompts: str) -> str:
    """A reel with its proof of origin: by which certificate (none: the test one), and what is told."""
    return digest(
        {
            "provenance": recipes.PROVENANCE,
            "reel": reel,
            "certificate": certificate,
            "prompts": prompts,
        }
    )


def master_key(*, reel: str, mix: str, codec: str) -> str:
    """A master: the reel's picture in another codec, its sound from the mix."""
    return digest({"master": recipes.MASTER, "reel": reel, "mix": mix, "codec": codec})


def burned_key(*, film: str, format: Sequence[Any]) -> str:
    """A film with its subtitles in the picture: the film, which covers them, and how it is encoded."""
    return digest({"burned": recipes.BURNED, "film": film, "format": list(format)})


def reel_key(
    *, pieces: Sequence[str], sound: str, captions: str, metadata: Mapping[str, str], audio_bitrate: int
) -> str:
    """The finished reel: its pieces in order, its sound, its subtitles and what it says of itself."""
    return digest(
        {
            "reel": recipes.REEL,
            "pieces": list(pieces),
            "sound": sound,
            "captions": captions,
            "metadata": dict(metadata),
            "audio_bitrate": audio_bitrate,
        }
    )
