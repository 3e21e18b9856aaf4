"""A recording or weights that are replaced while lines are spoken: no line of another voice is kept."""

import os
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
import yaml

from swav.cut.model import Cut
from swav.errors import SwavError
from swav.reel.sounding import speak_in_environment
from swav.reel.workflow import open_reel

BOARD = {
    "title": "Voices",
    "size": "128x72",
    "fps": 12,
    "engine": "animatic",
    "music": {"engine": "none"},
    "voice": {"engine": "xtts", "reference": "voice.wav"},
    "shots": [
        {"id": "one", "card": {"title": "One"}, "narration": "Some words."},
        {"id": "two", "card": {"title": "Two"}, "narration": "Other words."},
    ],
}
SPEAKER = '''
"""Speaks by the protocol of the real program; its voice is the recording itself. It may be told more."""
import json, os, sys
import soundfile

asked = json.load(open(sys.argv[2]))
for number, line in enumerate(asked["lines"]):
    exec(os.environ.get("BEFORE", ""))
    sound, rate = soundfile.read(line["reference"])
    exec(os.environ.get("AFTER", ""))
    soundfile.write(line["target"], sound, rate)
    made = {"number": number, "speaker": "as in a recording", "target": line["target"]}
    print(json.dumps({"made": made}), flush=True)
done = dict.fromkeys(("device", "card_bytes", "load_seconds", "speak_seconds", "seconds"), 0)
print(json.dumps({"done": done}), flush=True)
'''
INTO = "open('voice.wav', 'r+b').write(open('{}.wav', 'rb').read())"
OVER = "import shutil; shutil.copy('{}.wav', '.voice.wav'); os.replace('.voice.wav', 'voice.wav')"
WEIGHTS = "open('models/xtts/config.json', 'w').write('{{\"{}\": 1}}')"


@pytest.fixture
def cut(tmp_path, monkeypatch) -> Cut:
    monkeypatch.chdir(tmp_path)
    for name, pitch in (("low", 300), ("high", 2000)):
        soundfile.write(f"{name}.wav", 0.3 * np.sin(2 * np.pi * pitch * np.arange(24_000) / 24_000), 24_000)
    Path("models/xtts").mkdir(parents=True)
    for name in ("config.json", "vocab.json"):
        Path("models/xtts", name).write_text("{}")
    for name in ("model.pth", "speakers_xtts.pth"):
        with zipfile.ZipFile(Path("models/xtts", name), "w") as weights:  # as torch.save writes
            weights.writestr("archive/data.pkl", bytes(99))
    Path("speaker.py").write_text(SPEAKER)
    python = Path("python")
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" speaker.py "$@"\n')
    python.chmod(0o755)
    put("voice.wav", "low.wav")
    Path("board.yaml").write_text(yaml.safe_dump(BOARD))
    return open_reel({"storyboard": "board.yaml"}).cut


def put(target: str, source: str) -> None:
    Path(target).write_bytes(Path(source).read_bytes())


def speak(cut: Cut) -> None:
    shot = cut.shots[0]
    speak_in_environment(
        cut, shot, Path(shot.narration.path), python=Path("python").absolute(), cards=(), gpus=0
    )


def spoken() -> list[Path]:
    return sorted([*Path("build/spoken").glob("*"), *Path("build/speech").glob("*/*")])


def is_low(path: Path) -> bool:
    sound, rate = soundfile.read(path)
    return abs(np.argmax(np.abs(np.fft.rfft(sound))) * rate / len(sound) - 300) < 20


def all_low(cut: Cut) -> bool:
    speak(cut)
    stored = list(Path("build/spoken").glob("*.wav"))
    return len(stored) == 2 and all(map(is_low, stored))


@pytest.mark.parametrize("swap", [INTO, OVER, WEIGHTS], ids=["written into", "renamed over", "weights"])
def test_replaced_before_the_job(cut, swap):
    exec(swap.format("high"), {"os": os})
    with pytest.raises(SwavError, match="changed since the storyboard was read; build again"):
        speak(cut)
    assert not spoken()
    put("voice.wav", "low.wav")
    Path("models/xtts/config.json").write_text("{}")
    assert all_low(cut)


@pytest.mark.parametrize("put_back", [False, True])
@pytest.mark.parametrize("swap", [INTO, OVER], ids=["written into", "renamed over"])
def test_replaced_while_lines_are_spoken(cut, monkeypatch, swap, put_back):
    with monkeypatch.context() as patch:
        patch.setenv("BEFORE", swap.format("high"))
        patch.setenv("AFTER", swap.format("low") if put_back else "")
        with pytest.raises(SwavError, match="changed since the storyboard was read; build again"):
            speak(cut)
    assert not spoken()
    put("voice.wav", "low.wav")
    assert all_low(cut)


def test_weights_replaced_while_lines_are_spoken(cut, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setenv("BEFORE", WEIGHTS.format("other"))
        with pytest.raises(SwavError, match="the weights of XTTS v2 in models changed since"):
            speak(cut)
    assert not spoken()


def test_a_line_names_its_recording_and_its_weights(cut):
    line = cut.shots[0].narration
    assert line.reference == "voice.wav" and len(line.reference_content) == 64 and line.model
