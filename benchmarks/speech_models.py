"""XTTS v2 at its full size with random weights: how quickly a card speaks with it, and what it takes.

Random weights cost what trained ones do. What is said is noise, and the model would not know when to stop: so
each line is given its length.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
PROGRAM = REPOSITORY / "swav" / "programs" / "xtts.py"
LINE = "At first light the harbour opens, and the grey hulls along the quay begin to stir."
LINE_SECONDS = 6.0
TINY_SECONDS = 0.5


def measure_xtts(*, tiny: bool) -> dict:
    """Write a checkpoint, load it, clone a voice, speak; seconds and memory as a plain dictionary.

    Needs torch, torchaudio, transformers and coqui-tts. Runs on the first card that torch sees, else on the
    processor.
    """
    import torch

    sys.path[:0] = [str(PROGRAM.parent), str(REPOSITORY / "tests")]
    import tiny_xtts
    import xtts_model

    device = "cuda" if torch.cuda.is_available() else "cpu"
    with tempfile.TemporaryDirectory(prefix="swav-xtts-") as home:
        folder = Path(home) / "xtts"
        sizes = (tiny_xtts.TINY,) if tiny else (tiny_xtts.FULL, tiny_xtts.FULL_VOCABULARY)
        began = time.monotonic()
        tiny_xtts.write_checkpoint(folder, *sizes)
        print(f"wrote {folder / 'model.pth'} in {time.monotonic() - began:.0f} s", flush=True)
        cold = _cold_start(folder, Path(home), device)
        began = time.monotonic()
        model = xtts_model.load(folder, device)
        load_seconds = time.monotonic() - began
        taken = torch.cuda.memory_allocated() if device == "cuda" else 0
        voices = xtts_model.Voices(folder, print)
        return {
            "model": f"XTTS v2, {sum(part.numel() for part in model.parameters()) / 1e6:.0f} M parameters",
            "precision": "float32",
            "device": xtts_model.describe(device),
            "checkpoint_gb": round((folder / "model.pth").stat().st_size / 1e9, 2),
            "load_seconds": round(load_seconds, 1),
            "loaded_gb": round(taken / 1e9, 2),
            "one_line_from_the_command_line": cold,
            "measured": _speak(model, voices, Path(home), tiny),
        }


def _cold_start(folder: Path, home: Path, device: str) -> dict:
    """What an edited line costs: the program is started, loads the model, and says one line."""
    line = {"text": LINE, "language": "en", "speaker": None, "reference": None, "speed": 1.0, "seed": 1}
    request = {"folder": str(folder), "lines": [line | {"target": str(home / "line.wav")}]}
    (home / "request.json").write_text(json.dumps(request))
    env = os.environ | {"CUDA_VISIBLE_DEVICES": "0" if device == "cuda" else ""}
    began = time.monotonic()
    said = subprocess.run(
        [sys.executable, PROGRAM, home / "request.json"], env=env, capture_output=True, text=True
    )
    seconds = time.monotonic() - began
    if said.returncode:
        raise SystemExit(f"{PROGRAM.name} failed:\n{said.stdout}{said.stderr}")
    done = json.loads(said.stdout.splitlines()[-1])["done"]
    return {
        "seconds": round(seconds, 1),
        "of_which_start_and_load": done["load_seconds"],
        "sound_seconds": done["seconds"],
        "card_gb": round(done["card_bytes"] / 1e9, 2),
    }


def _speak(model, voices, home: Path, tiny: bool) -> list[dict]:
    """Rows: a voice cloned, lines of the usual length, and the longest that the model says in one go."""
    import numpy as np
    import soundfile
    import torch
    import xtts_model

    noise = np.random.default_rng(0).standard_normal(44100 * 12).astype(np.float32) * 0.1
    soundfile.write(home / "voice.wav", noise, 44100)
    cloned = {"reference": str(home / "voice.wav")}
    _, voice = voices.of({"speaker": None}, model)
    with torch.no_grad():  # it never stops by itself
        model.gpt.mel_head.bias[model.gpt.stop_audio_token] = -1e9
    longest = model.gpt.max_gen_mel_tokens

    def say(seconds: float, count: int) -> dict:
        model.gpt.max_gen_mel_tokens = min(longest, round(seconds / xtts_model.TOKEN))
        sound = 0.0
        _synchronise()
        began = time.monotonic()
        for seed in range(count):
            line = {"text": LINE, "language": "en", "speed": 1.0, "seed": seed}
            said = xtts_model.utter(model, line, voice, lambda sentence: None)
            sound += len(said) / xtts_model.SAMPLE_RATE
        _synchronise()
        return _row(f"{count} x {sound / count:.1f} s of sound", time.monotonic() - began, sound)

    usual = TINY_SECONDS if tiny else LINE_SECONDS
    first = say(usual, 1) | {"what": "the first line (kernels are chosen)"}
    _synchronise()
    began = time.monotonic()
    voices.of(cloned, model)
    _synchronise()
    clone = _row("a voice from 12 s of recording", time.monotonic() - began, 0)
    return [first, clone, say(usual, 5), say(longest * xtts_model.TOKEN, 1)]


def _row(what: str, seconds: float, sound: float) -> dict:
    import torch

    return {
        "what": what,
        "seconds": round(seconds, 2),
        "seconds_per_second_of_sound": round(seconds / sound, 3) if sound else "",
        "peak_gb": round(torch.cuda.max_memory_reserved() / 1e9, 2) if torch.cuda.is_available() else "",
    }


def _synchronise() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.synchronize()
