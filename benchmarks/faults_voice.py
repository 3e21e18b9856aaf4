"""The recording of a cloned voice, replaced around or under the job that speaks with it.

A program stands in for the engine: its voice is the recording itself, and it swaps files when told to.
"""

import os
import random
import sys
from contextlib import chdir
from pathlib import Path

import numpy as np
import soundfile
import yaml
from faults_trials import Lost, Stale

from swav.reel.sounding import speak_in_environment
from swav.reel.workflow import open_reel
from swav.unchanged import SourceChanged

BOARD = {
    "title": "Voices",
    "size": "128x72",
    "fps": 12,
    "engine": "animatic",
    "music": {"engine": "none"},
    "voice": {"engine": "xtts", "reference": "voice.wav"},
    "shots": [{"id": "one", "card": {"title": "One"}, "narration": "Some words."}],
}
SPEAKER = '''
"""Speaks by the protocol of the real program."""
import json, os, shutil, sys
import soundfile

def put(name):
    if name and os.environ["INTO"]:
        open("voice.wav", "r+b").write(open(name, "rb").read())
    elif name:
        shutil.copy(name, ".voice.wav")
        os.replace(".voice.wav", "voice.wav")

for number, line in enumerate(json.load(open(sys.argv[2]))["lines"]):
    put(os.environ["BEFORE"])
    sound, rate = soundfile.read(line["reference"])
    put(os.environ["AFTER"])
    soundfile.write(line["target"], sound, rate)
    made = {"number": number, "speaker": "as in a recording", "target": line["target"]}
    print(json.dumps({"made": made}), flush=True)
print(json.dumps({"done": dict.fromkeys(
    ("device", "card_bytes", "load_seconds", "speak_seconds", "seconds"), 0)}), flush=True)
'''


def swapped_voice(way: str, folder: Path, rng: random.Random) -> str:
    """Speak while the recording is replaced; then with the right one. What was refused with."""
    folder.mkdir()
    with chdir(folder):
        _project()
        cut = open_reel({"storyboard": "board.yaml"}).cut
        os.environ |= {"BEFORE": "", "AFTER": "", "INTO": rng.choice(("", "1"))}
        if way == "between cut and job":
            Path("voice.wav").write_bytes(Path("high.wav").read_bytes())
        else:
            os.environ["BEFORE"] = "high.wav"
            os.environ["AFTER"] = "low.wav" if way == "put back" else ""
        try:
            _speak(cut)
            raise Stale("a line was spoken with another recording")
        except SourceChanged as changed:
            said = str(changed)
        if kept := [*Path("build/spoken").glob("*"), *Path("build/speech").glob("*/*")]:
            raise Lost(f"kept: {kept}")
        os.environ |= {"BEFORE": "", "AFTER": ""}
        Path("voice.wav").write_bytes(Path("low.wav").read_bytes())
        _speak(cut)
        (line,) = Path("build/spoken").glob("*.wav")
        sound, rate = soundfile.read(line)
        if abs(np.argmax(np.abs(np.fft.rfft(sound))) * rate / len(sound) - 300) > 20:
            raise Stale("the line sounds like another recording")
    return said


def _speak(cut) -> None:
    shot = cut.shots[0]
    target = Path(shot.narration.path)
    speak_in_environment(cut, shot, target, python=Path("python").absolute(), cards=(), gpus=0)


def _project() -> None:
    for name, pitch in (("low", 300), ("high", 2000)):
        soundfile.write(f"{name}.wav", 0.3 * np.sin(2 * np.pi * pitch * np.arange(24_000) / 24_000), 24_000)
    Path("voice.wav").write_bytes(Path("low.wav").read_bytes())
    Path("models/xtts").mkdir(parents=True)
    for name in ("config.json", "vocab.json"):
        Path("models/xtts", name).write_text("{}")
    for name in ("model.pth", "speakers_xtts.pth"):
        Path("models/xtts", name).write_bytes(b"PK" + bytes(99) + b"PK\x05\x06")
    Path("speaker.py").write_text(SPEAKER)
    Path("python").write_text(f'#!/bin/sh\nexec "{sys.executable}" speaker.py "$@"\n')
    Path("python").chmod(0o755)
    Path("board.yaml").write_text(yaml.safe_dump(BOARD))
