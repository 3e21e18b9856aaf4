"""MusicGen: music by a model, in an environment of its own. This module is light: it runs nothing itself.

``swav/programs/musicgen.py`` plays, in windows that go on from one another; here its request is made, and
what it played is brought to the form that every bed has.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from swav.environments import LOCKS
from swav.errors import EngineError, MediaError
from swav.files import scratch
from swav.music.moods import Mood, settled
from swav.music.music_engine import Bed, MusicEngine
from swav.music.players.musicgen.weights import (
    TEXT_ENCODER,
    Weights,
    examined,
    fingerprint,
    is_musicgen,
    weights,
)
from swav.readiness import Readiness, Recognised, Site, elsewhere, out_of_place, put_right

__all__ = ["LICENCE", "Weights", "compose_with_musicgen", "convert", "weights"]

LICENCE = "Creative Commons BY-NC 4.0 (the weights of MusicGen, by Meta): not for commercial use"
WINDOW, CONTEXT, TURN = 30, 10, 5
"""Seconds: the longest that the model was trained on; what a window goes on from; the same where moods
turn.
"""
UNSAID = "calm, warm underscore"
"""Played where a mood has no words: what sampled instruments would play then."""

_PROGRAM = Path(__file__).parents[3] / "programs" / "musicgen.py"
_FALL = (
    4  # seconds: MusicGen does not know where to end, so a bed fades, in a quarter of it where it is short
)


class MusicGen(MusicEngine):
    """Plays with the team's weights, in an environment of its own."""

    name = "musicgen"
    title = "MusicGen"
    gives = "music from words, 2 to 14 GB"
    licence = LICENCE
    recipe = 1
    generates = True
    lock = LOCKS / "musicgen.txt"

    def readiness(self, site: Site) -> Readiness:
        found = weights(site.models)
        if found.problem and (there := elsewhere(site.models, "musicgen", self.recognise)):
            return Readiness(False, put_right(there, site.models / "musicgen", self.title))
        said = found.problem or "weights are here"
        absent = not os.path.lexists(found.folder)
        return Readiness(not found.problem, said, found.fingerprint, absent=absent)

    def recognise(self, folder: Path) -> Recognised | None:
        if not is_musicgen(folder):
            return None
        found = examined(folder)
        layout = "transformers" if (folder / "config.json").is_file() else "audiocraft"
        known = folder.name == "musicgen" or folder.name.startswith("musicgen-")
        notes = () if known or found.problem else (out_of_place(folder, "musicgen"),)
        return Recognised(self.title, layout, fingerprint=found.fingerprint, fault=found.problem, notes=notes)

    def compose(self, bed: Bed) -> dict[str, Any]:
        """Finished windows are kept by content in the bed's state: a killed run goes on where it stopped, and
        a reel that is made longer, or has a later mood edited, plays only what is new."""
        return compose_with_musicgen(
            bed.moods,
            length=bed.length,
            seed=bed.seed,
            folder=weights(bed.models).folder,
            model=bed.model,
            python=bed.python,
            cards=bed.cards,
            state=bed.state,
            target=bed.target,
            progress=bed.progress,
            note=bed.note,
        )


def compose_with_musicgen(
    moods: Sequence[Mood],
    *,
    length: Fraction,
    seed: int,
    folder: Path,
    model: str,
    python: Path,
    cards: tuple[str, ...],
    state: Path,
    target: Path,
    progress: Callable[[str, int, int], None] = lambda step, done, total: None,
    note: Callable[[str], None] = lambda sentence: None,
    window: float = WINDOW,
    context: float = CONTEXT,
    turn: float = TURN,
) -> dict[str, Any]:
    """Play a bed into ``target`` with the MusicGen in ``folder``: 48 kHz, stereo, 24-bit WAV, as ``compose``.

    ``model`` is the fingerprint of its weights, which are looked at before and after.

    It has exactly ``round(length * 48000)`` samples at -23 LUFS, less where its peaks would pass -2 dBTP, and
    fades at its end. What was played is kept in ``state``: a killed run goes on there, and a bed that differs
    only later is played only from there on. On one processor the same arguments give the same bytes.

    ``python`` is the interpreter of the environment ``musicgen``; ``cards`` are device ids, none for the
    processor. ``window``, ``context`` and ``turn`` are in seconds. Returns what a record should say of it.
    Raises EngineError with one sentence.
    """
    from swav.environments.run import run_program

    if length <= 0:
        raise EngineError(f"music of {float(length):g} seconds cannot be made; the reel needs a shot first")
    heard = settled(moods, length)
    text_encoder = folder.parent / TEXT_ENCODER
    _check(folder, model)
    with scratch(target.parent) as temporary:
        played = temporary / "played.wav"
        request = {
            "task": "compose",
            "folder": str(folder.absolute()),
            "text_encoder": str(text_encoder.absolute()) if text_encoder.is_dir() else None,
            "model": model,
            "moods": [[str(mood.start), mood.prompt.strip() or UNSAID] for mood in heard],
            "seconds": str(Fraction(length)),
            "seed": seed,
            "window": window,
            "context": context,
            "turn": turn,
            "state": str(state.absolute()),
            "target": str(played.absolute()),
        }
        done = run_program(python, _PROGRAM, request, cards=cards, progress=progress, note=note)
        try:
            _check(folder, model)
        except EngineError:
            shutil.rmtree(state, ignore_errors=True)  # windows that other weights may have played
            raise
        _finish(played, length, target)
    return {"engine": "musicgen", "model": model, "licence": LICENCE} | done


def _check(folder: Path, model: str) -> None:
    """Refuse to play a bed under the key of other weights."""
    if fingerprint(folder) != model:
        raise EngineError(f"the weights in {folder} changed since the storyboard was read; build again")


def convert(
    folder: Path,
    *,
    python: Path,
    target: Path,
    progress: Callable[[str, int, int], None] = lambda step, done, total: None,
    note: Callable[[str], None] = lambda sentence: None,
) -> dict[str, Any]:
    """Write the MusicGen in ``folder``, in audiocraft's layout, as one in transformers' into ``target``.

    Not needed to play it: for those who want to use it elsewhere. ``target`` must not be there yet; it is
    written whole or not at all, in float32. Raises EngineError with one sentence.
    """
    from swav.environments.run import run_program

    text_encoder = folder.parent / TEXT_ENCODER
    request = {
        "task": "convert",
        "folder": str(folder.absolute()),
        "text_encoder": str(text_encoder.absolute()) if text_encoder.is_dir() else None,
        "target": str(target.absolute()),
    }
    return run_program(python, _PROGRAM, request, progress=progress, note=note)


def _finish(played: Path, length: Fraction, target: Path) -> None:
    """Resample to 48 kHz, fade, and level."""
    import numpy as np

    from swav.music.finish import SAMPLE_RATE, blocks, edges, level
    from swav.sound.wav import writing

    samples = round(length * SAMPLE_RATE)
    resampled, faded = played.with_name("resampled.wav"), played.with_name("faded.wav")
    _resample(played, resampled, SAMPLE_RATE)
    fall = min(_FALL * SAMPLE_RATE, max(1, samples // 4))
    with writing(faded, samples, "FLOAT") as file:
        position = 0
        for block in blocks(resampled):
            block = np.repeat(block, 2, axis=1) if block.shape[1] == 1 else block
            block = block[: samples - position]
            gain = edges(position, len(block), samples, rise=SAMPLE_RATE // 50, fall=fall)
            file.write(block * gain[:, None])
            position += len(block)
        # The resampler's last sample may be one early; the fade has reached silence there.
        file.write(np.zeros((samples - position, 2), np.float32))
    level(faded, target)


def _resample(source: Path, target: Path, rate: int) -> None:
    """Resample with ffmpeg's swresample: a Kaiser-windowed sinc over 64 samples, flat to 97 % of the band."""
    import imageio_ffmpeg

    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-loglevel", "error"]
    command += ["-i", f"file:{source}", "-af", f"aresample={rate}:filter_size=64:cutoff=0.97"]
    command += ["-c:a", "pcm_f32le", "-bitexact", "-rf64", "auto", "-f", "wav", f"file:{target}"]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        reason = (done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"])[-1]
        raise MediaError(f"{source} could not be resampled: {reason}")


PLAYER = MusicGen()
