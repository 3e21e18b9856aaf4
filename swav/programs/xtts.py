"""Speak lines with XTTS v2: ``python xtts.py REQUEST.json``, in an environment that holds coqui-tts.

The model (``xtts_model.py``) is loaded once for all lines. Nothing is fetched, and no licence is asked for.

The request::

    {"folder": "models/xtts",              config.json, model.pth, vocab.json, speakers_xtts.pth
     "lines": [{"text": "...",             at most what the model says in one go
                "language": "en",          one of the folder's languages
                "speaker": "Ana Florence", a name in speakers_xtts.pth; null for the first one there
                "reference": "voice.wav",  or a recording whose voice is cloned; null
                "speed": 1.0, "seed": 7,
                "target": "line.wav"}]}    24 bits, mono, 24 kHz; renamed when whole

Lines of JSON go to standard output: ``{"progress": [step, done, total]}``, ``{"note": sentence}``,
``{"made": {"number", "target", "seconds", "speaker"}}`` for each line, then ``{"done": {...}}``; or
``{"error": sentence}`` and exit status 1. What libraries print goes to standard error.
"""

import sys
import time
from pathlib import Path
from typing import Any

# At the end of the path: a file of ours must not stand in for a package. Python may have been told not to
# look beside the program itself (PYTHONSAFEPATH).
sys.path.append(str(Path(__file__).parent))

from _program import WRITER, Tell, perform


def answer(request: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Say the lines of a request."""
    began = time.monotonic()
    tell("progress", ["load", 0, 1])
    return speak(Path(request["folder"]), request["lines"], tell, began)


def speak(folder: Path, lines: list[dict[str, Any]], tell: Tell, began: float) -> dict[str, Any]:
    """Say every line, in order; all names and recordings are looked at before the model is loaded."""
    from xtts_model import SAMPLE_RATE, Voices, choose_device, describe, load, memory_taken, utter

    def note(sentence: str) -> None:
        tell("note", sentence)

    voices = Voices(folder, note)
    for line in lines:
        voices.check(line)
    device = choose_device(note)
    model = load(folder, device)
    tell("progress", ["load", 1, 1])
    loaded = time.monotonic()
    seconds = 0.0
    for number, line in enumerate(lines):
        tell("progress", ["speak", number, len(lines)])
        speaker, voice = voices.of(line, model)
        sound = utter(model, line, voice, note)
        write(sound, SAMPLE_RATE, Path(line["target"]))
        length = len(sound) / SAMPLE_RATE
        tell("made", {"number": number, "target": line["target"], "seconds": length, "speaker": speaker})
        seconds += length
    tell("progress", ["speak", len(lines), len(lines)])
    return {
        "lines": len(lines),
        "seconds": round(seconds, 3),
        "load_seconds": round(loaded - began, 3),
        "speak_seconds": round(time.monotonic() - loaded, 3),
        "device": describe(device),
        "card_bytes": memory_taken(device),
    }


def write(sound, rate: int, target: Path) -> None:
    """Write samples in [-1, 1] of shape (samples,) beside the target and rename: what has its name is whole.

    In whole numbers: a WAV of floats would carry the time at which it was written.
    """
    import soundfile

    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.stem}.{WRITER}.partial.wav")
    try:
        soundfile.write(partial, sound, rate, subtype="PCM_24")
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(perform(answer))
