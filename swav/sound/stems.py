"""Stems: dialogue, music, effects and so on as files of their own, which sum to the mix before mastering.

Each is as long as the reel, so that all of them line up at its first frame in any editor.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from math import inf, isfinite
from pathlib import Path
from typing import Any

import numpy as np

from swav.errors import Damaged
from swav.files import read_json, replacing, scratch, write_text
from swav.sound import ducking, recordings, track
from swav.sound import effects as effect_tracks
from swav.sound.cues import STEMS, Bed, Effect, Placed, Recording
from swav.sound.levels import Ducking, Levels
from swav.sound.limiter import limited_blocks
from swav.sound.loudness import SAMPLE_RATE, Loudness, measure
from swav.sound.track import Track
from swav.sound.wav import writing

MANIFEST = "stems.json"
"""Says which stems there are and how loud; it is written last, so where it lies the stems are whole."""
_CEILING = 10 ** (-1 / 20)  # -1 dBTP: no stem clips by itself, whatever a line's peaks are


@dataclass(frozen=True)
class Stems:
    """The stems of a reel; None for what is silent. ``levels`` has the loudness of each by its name."""

    dialogue: Path | None = None
    music: Path | None = None
    effects: Path | None = None
    ambience: Path | None = None
    footage: Path | None = None
    levels: Mapping[str, Loudness] = field(default_factory=dict)

    @property
    def paths(self) -> tuple[Path, ...]:
        """Those that there are."""
        return tuple(path for path in (getattr(self, name) for name in STEMS) if path)


def write_stems(
    lines: Sequence[Placed],
    music: Sequence[Bed | Recording],
    effects: Sequence[Effect],
    *,
    samples: int,
    levels: Levels,
    folder: Path,
    footage: Sequence[Effect] = (),
    ambience: Sequence[tuple[Recording, float]] = (),
    fades: tuple[int, int] = (0, 0),
    promised: Collection[str] = (),
) -> Stems:
    """Write the stems of a reel of ``samples`` samples into ``folder``: 48 kHz, stereo, 24-bit WAV.

    Dialogue is each line at ``levels.speech``; music, effects, ``footage`` (its own sound) and ``ambience``
    (each with its level against full speech) are levelled and ducked already, and all of them come and go
    over the samples of ``fades``: what remains to be done is to sum and to master. What is silent has a file
    too, if anything was to sound there or it is ``promised``. Raises MediaError for a file that is no sound;
    no manifest is written then. What lies there stays until its like takes its name: another build may be
    reading it.
    """
    with scratch(folder) as aside:
        voices = [track.line(line, levels.speech) for line in lines if line.start < samples]
        spoken = [_spoken(voice) for voice in voices]
        decode = _Decoding(samples, levels, aside)
        music_level = levels.speech + levels.music + levels.music_ducking.depth
        sounds = {
            "dialogue": (voices, None),
            "music": (decode.music(music, music_level), levels.music_ducking),
            "effects": (decode.effects(effects), levels.effects_ducking),
            "ambience": (decode.ambience(ambience), levels.effects_ducking),
            "footage": (decode.effects(footage), levels.effects_ducking),
        }
        called = dict(zip(STEMS, (lines, music, effects, ambience, footage), strict=True))
        heard = {}
        for name, (tracks, gives_way) in sounds.items():
            whole = [sound.until(samples) for sound in tracks]
            read = _ducked(whole, spoken, gives_way) if gives_way else partial(track.summed, whole)
            read = _faded(read, samples, fades)
            wanted = called[name] or name in promised
            if wanted and (loudness := _write(folder / f"{name}.wav", read, samples)):
                heard[name] = loudness
    for name in STEMS:
        if not (called[name] or name in promised):
            (folder / f"{name}.wav").unlink(missing_ok=True)
    _describe(folder / MANIFEST, samples, heard)
    return _stems(folder, heard)


def read_stems(folder: Path) -> Stems:
    """The stems that ``write_stems`` wrote into a folder. Raises Damaged if one of them is gone."""
    stems = read_json(folder / MANIFEST, lambda plain: _stems(folder, _heard(plain)))
    for path in stems.paths:
        if not path.is_file():
            raise Damaged(path)
    return stems


def _heard(plain: Any) -> dict[str, Loudness]:
    return {
        name: Loudness(**{what: -inf if value is None else value for what, value in figures.items()})
        for name, figures in plain["stems"].items()
    }


def _stems(folder: Path, heard: Mapping[str, Loudness]) -> Stems:
    return Stems(**{name: folder / f"{name}.wav" for name in heard}, levels=heard)


def _spoken(voice: Track) -> list[ducking.Span]:
    block = voice.read(voice.start, voice.start + voice.length)
    return ducking.activity(block[1][:, 0], voice.start) if block else []


class _Decoding:
    """Turns what sounds into tracks; each file is decoded to a scratch file of its own."""

    def __init__(self, samples: int, levels: Levels, scratch: Path):
        self._samples, self._speech, self._scratch, self._count = samples, levels.speech, scratch, 0

    def music(self, music: Sequence[Bed | Recording], level: float) -> list[Track]:
        found = [
            track.bed(one, level) if isinstance(one, Bed) else self._recording(one, level) for one in music
        ]
        return [sound for sound in found if sound]

    def ambience(self, ambience: Sequence[tuple[Recording, float]]) -> list[Track]:
        found = [self._recording(one, self._speech + level) for one, level in ambience]
        return [sound for sound in found if sound]

    def effects(self, effects: Sequence[Effect]) -> list[Track]:
        found = [effect_tracks.track_of(one, self._samples, self._speech, self._next()) for one in effects]
        return [sound for sound in found if sound]

    def _recording(self, one: Recording, level: float) -> Track | None:
        return recordings.track_of(one, self._samples, level, self._next())

    def _next(self) -> Path:
        self._count += 1
        return self._scratch / f"sound{self._count}.partial.wav"


def _faded(
    read: Callable[[int, int], np.ndarray], samples: int, fades: tuple[int, int]
) -> Callable[[int, int], np.ndarray]:
    """The same, which comes and goes with the reel."""
    if not any(fades):
        return read
    inward, outward = (min(fade, samples) for fade in fades)
    return lambda begin, end: read(begin, end) * track.edges(begin, end, samples, inward, outward)[:, None]


def _ducked(
    tracks: list[Track], spoken: Sequence[Sequence[ducking.Span]], gives_way: Ducking
) -> Callable[[int, int], np.ndarray]:
    phrases = ducking.phrases(spoken, gives_way)

    def read(begin: int, end: int) -> np.ndarray:
        return track.summed(tracks, begin, end) * ducking.gain(phrases, gives_way, begin, end)[:, None]

    return read


def _write(target: Path, read: Callable[[int, int], np.ndarray], samples: int) -> Loudness | None:
    """Write a stem and measure it; None where it is silent."""
    loudest = 0.0

    def blocks() -> Iterator[np.ndarray]:
        nonlocal loudest
        for block in limited_blocks(read, samples, _CEILING):
            loudest = max(loudest, float(np.abs(block).max(initial=0)))
            yield block

    with replacing(target) as beside:
        write_24_bit(beside, blocks(), samples)
    return None if loudest < 2**-24 else measure(target)  # half of a step of 24 bits


def write_24_bit(target: Path, blocks: Iterator[np.ndarray], samples: int) -> None:
    """Write float blocks of shape (n, 2), ``samples`` in all, as a 48 kHz, 24-bit WAV, each sample rounded to
    the nearest step."""
    with writing(target, samples, "PCM_24") as file:
        for block in blocks:
            steps = np.rint(block * np.float32(2**23)).clip(-(2**23), 2**23 - 1).astype(np.int32)
            file.write(steps << 8)  # in 32 bits: libsndfile cuts floats down to a step and does not round


def _describe(target: Path, samples: int, heard: Mapping[str, Loudness]) -> None:
    stems = {
        name: {what: value if isfinite(value) else None for what, value in asdict(loudness).items()}
        for name, loudness in heard.items()
    }
    facts = {"sample_rate": SAMPLE_RATE, "samples": samples, "stems": stems}
    write_text(target, json.dumps(facts, indent=1) + "\n")
