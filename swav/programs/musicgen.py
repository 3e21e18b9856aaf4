"""Play a music bed with MusicGen: ``python musicgen.py REQUEST.json``, in an environment with transformers.

MusicGen was trained on 30 seconds and drifts beyond them, so a bed is played in windows: each goes on from
the last seconds of the one before it. What is handed on are EnCodec's codes, not sound, so nothing is
encoded again. Each window's codes are kept as soon as they are there; a run that was killed goes on at the
next window. A window's name carries a digest of all that decides it and of the window before it, so a bed
whose second mood was edited, or that grew longer, keeps the windows that are still right.

The request::

    {"task": "compose",
     "folder": "models/musicgen",          transformers' layout, or audiocraft's with
     "text_encoder": "models/t5-base",     this beside it; null otherwise
     "model": "5f...",                     fingerprint of the weights: part of what decides a window
     "moods": [["0", "calm strings"], ["83/2", "bright"]],    seconds and prompt, in order, the first at 0
     "seconds": "120", "seed": 7,
     "window": 30, "context": 10, "turn": 5,                  seconds; see ``windows``
     "state": "build/state/music",         where windows are kept
     "target": "bed.wav"}                  24-bit, mono or stereo, 32 kHz, 6 dB down; renamed when whole
    {"task": "convert", "folder": ..., "text_encoder": ..., "target": "models/musicgen-converted"}

Lines of JSON go to standard output: ``{"progress": [step, done, total]}``, ``{"note": sentence}``,
``{"made": {"window", "start", "seconds", "tokens", "prompt"}}`` for each window, then ``{"done": {...}}``; or
``{"error": sentence}`` and exit status 1. What libraries print goes to standard error.
"""

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import partial
from math import ceil
from pathlib import Path

# At the end of the path: a file of ours must not stand in for a package. Python may have been told not to
# look beside the program itself (PYTHONSAFEPATH).
sys.path.append(str(Path(__file__).parent))

from _program import WRITER, Refusal, card_is_lent, perform

RECIPE = 1
"""Raised when the same request should be played anew."""
REPORT_EVERY = 25  # columns of codes: half a second of sound
MOST_BYTES = 2**32 - 2**16
"""Of samples, in a plain WAV, as in ``swav.sound.wav``; longer music is RF64 (EBU Tech 3306)."""
HEADROOM = 0.5
"""Gain of what is written: decoded music may pass full scale. (Float files would be larger, and libsndfile
writes the date into them: the same music would not be the same bytes.)"""


@dataclass(frozen=True)
class Window:
    """One stretch that is played at a time, in frames of codes: ``frames`` new ones from ``start`` on."""

    number: int
    start: int
    frames: int
    context: int
    """Frames before ``start`` that it goes on from."""
    prompt: str


def windows(
    moods: Sequence[tuple[int, str]], frames: int, window: int, context: int, turn: int
) -> Iterator[Window]:
    """Divide a bed of ``frames`` frames; ``moods`` are (first frame, prompt) in order, the first from 0.

    No window straddles a change of mood: its prompt is the mood of all that is new in it. Where the mood
    stays, a window goes on from ``context`` frames; where it turns, from ``turn``, fewer, so that the new
    text weighs more against the old sound while key and tempo are still heard: the music modulates and does
    not cut. Windows follow one another from the front, so that what comes later never moves what came
    before.
    """
    position = number = 0
    starts = [start for start, _ in moods if start < frames]
    for (start, prompt), end in zip(moods, [*starts[1:], frames], strict=False):
        while position < end:
            known = min(position, turn if position == start else context)
            new = min(window - known, end - position)
            yield Window(number, position, new, known, prompt)
            position, number = position + new, number + 1


def chained(planned: Sequence[Window], request: dict) -> list[str]:
    """A digest for each window, of all that decides its codes: model, seed, itself, those before it."""
    known = f"swav musicgen {RECIPE} {request['model']} {request['seed']}"
    digests = []
    for window in planned:
        said = json.dumps([known, asdict(window)], sort_keys=True)
        known = hashlib.sha256(said.encode()).hexdigest()
        digests.append(known)
    return digests


def compose(request: dict, tell: Callable) -> dict:
    """Play the bed of a request; what to tell of it when it is done."""
    import torch
    from musicgen_model import choose_device, load

    began = time.monotonic()
    tell("progress", ["load", 0, 1])
    device, precision = choose_device()
    if device.type == "cpu" and card_is_lent():
        tell(
            "note",
            "the environment of MusicGen sees no card, so it plays on the processor, which takes many times "
            "as long; see what is missing with: swav doctor",
        )
    text_encoder = request.get("text_encoder")
    text_encoder = text_encoder and Path(text_encoder)
    composer = load(Path(request["folder"]), text_encoder, device, precision, partial(tell, "note"))
    tell("progress", ["load", 1, 1])
    loaded = time.monotonic()
    seconds, rate = Fraction(request["seconds"]), Fraction(composer.sample_rate, composer.hop)
    moods = [(round(Fraction(start) * rate), prompt) for start, prompt in request["moods"]]
    sizes = {name: round(Fraction(str(request[name])) * rate) for name in ("window", "context", "turn")}
    planned = list(windows(moods, ceil(seconds * rate), **sizes))
    codes, kept = _all_codes(composer, planned, request, tell)
    composer.steps.release()  # EnCodec needs as much for its stretches
    played = time.monotonic()
    _write(
        composer, codes, ceil(seconds * composer.sample_rate), sizes["window"], Path(request["target"]), tell
    )
    return {
        "seconds": float(seconds),
        "windows": len(planned),
        "kept_windows": kept,
        "channels": composer.channels,
        "sample_rate": composer.sample_rate,
        "device": torch.cuda.get_device_name() if device.type == "cuda" else "processor",
        "precision": composer.precision,
        "cuda_graph": composer.steps.graphed,
        "load_seconds": round(loaded - began, 3),
        "play_seconds": round(played - loaded, 3),
        "sound_seconds": round(time.monotonic() - played, 3),
        "peak_bytes": torch.cuda.max_memory_allocated() if device.type == "cuda" else None,
    }


def _all_codes(composer, planned: Sequence[Window], request: dict, tell: Callable):
    """The codes of the whole bed, shape (codebooks, frames), and how many windows had been kept."""
    import torch
    from musicgen_model import continued, meaning

    codes = torch.zeros((composer.codebooks, 0), dtype=torch.int64)
    kept, text, prompt = 0, None, None
    for window, digest in zip(planned, chained(planned, request), strict=True):
        file = Path(request["state"], f"window-{window.number:03}-{digest[:16]}.safetensors")
        new = _kept(file, (composer.codebooks, window.frames))
        if new is None:
            if window.prompt != prompt:
                text, prompt = meaning(composer, window.prompt), window.prompt
            seed = int.from_bytes(hashlib.sha256(f"{request['seed']} {window.number}".encode()).digest()[:7])
            step = _counter(tell, f"window {window.number + 1} of {len(planned)}", window, composer.codebooks)
            context = codes[:, window.start - window.context :]
            new = continued(composer, text, context, window.frames, seed, step)
            _keep(file, new)
        else:
            kept += 1
        codes = torch.cat([codes, new], 1)
        rate = composer.sample_rate / composer.hop
        said = {"window": window.number + 1, "start": window.start / rate, "seconds": window.frames / rate}
        tell("made", said | {"tokens": window.frames * composer.codebooks, "prompt": window.prompt})
    if kept:
        tell("note", f"{kept} of {len(planned)} windows of the music were there already")
    return codes, kept


def _counter(tell: Callable, name: str, window: Window, codebooks: int) -> Callable[[int, int], None]:
    """Counts tokens, of which a frame has one for every codebook; the last columns complete frames."""

    def step(done: int, total: int) -> None:
        if done % REPORT_EVERY == 0 or done == total:
            counted = min(done, window.frames) * codebooks
            tell("progress", [f"{name} (tokens)", counted, window.frames * codebooks])

    return step


def _kept(file: Path, shape: tuple[int, int]):
    """The codes of a window that was played before; None where there are none, or they cannot be read."""
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        codes = load_file(file)["codes"]
    except (OSError, KeyError, SafetensorError):
        return None
    return codes.to(torch.int64) if tuple(codes.shape) == shape else None


def _keep(file: Path, codes) -> None:
    import torch
    from safetensors.torch import save_file

    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.stem}.{WRITER}.partial")
    try:
        save_file({"codes": codes.to(torch.int16).contiguous()}, partial)
        _rename(partial, file)
    finally:
        partial.unlink(missing_ok=True)


def _write(composer, codes, samples: int, stretch: int, target: Path, tell: Callable) -> None:
    import soundfile
    from musicgen_model import blocks

    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.stem}.{WRITER}.partial{target.suffix}")
    total, done = samples, 0
    try:
        form = "WAV" if samples * composer.channels * 3 <= MOST_BYTES else "RF64"
        how = (composer.sample_rate, composer.channels, "PCM_24")
        with soundfile.SoundFile(partial, "w", *how, format=form) as file:
            for block in blocks(composer, codes, stretch):
                file.write(block[: samples - done].numpy() * HEADROOM)
                done = min(samples, done + len(block))
                tell("progress", ["sound", done, total])
        _rename(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def _rename(partial: Path, target: Path) -> None:
    with partial.open("rb") as written:
        os.fsync(written.fileno())
    partial.replace(target)


def converted(request: dict, tell: Callable) -> dict:
    """Write a folder in audiocraft's layout as one in transformers'."""
    from musicgen_audiocraft import convert

    folder, target = Path(request["folder"]), Path(request["target"])
    tell("progress", ["convert", 0, 1])
    text_encoder = request.get("text_encoder")
    convert(folder, text_encoder and Path(text_encoder), target)
    tell("progress", ["convert", 1, 1])
    return {"folder": str(target)}


def answer(request: dict, tell: Callable) -> dict:
    """Do the task that the request names. Raises Refusal, also where the card's memory does not suffice."""
    import torch

    try:
        return {"compose": compose, "convert": converted}[request["task"]](request, tell)
    except torch.OutOfMemoryError:
        free, whole = (size / 1e9 for size in torch.cuda.mem_get_info())
        raise Refusal(
            f"MusicGen found {free:.1f} GB free of the card's {whole:.1f} GB, which is too little; end what "
            "else runs there, or use a smaller MusicGen; what was played so far is kept"
        ) from None


if __name__ == "__main__":
    sys.exit(perform(answer))
