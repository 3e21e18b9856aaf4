"""Lines and beds that were made once are found again: their keys, written down.

A key that changes here means that every team speaks its lines and plays its music anew. Where that is meant,
a recipe number was raised, and ``python tests/cut/test_golden_keys.py`` writes the keys down again.
"""

import json
import wave
import zipfile
from pathlib import Path

import yaml
from places import DATA

from swav.config import Config
from swav.reel.workflow import read_reel
from swav.speech.voices.xtts import FILES

GOLDEN = DATA / "golden_sound.json"
LINE = {"card": {"title": "A"}, "duration": 6}
WORDS = {"en": "The boats go out at 0600 hours.", "hi": "नावें सुबह निकलती हैं।", "ta": "படகுகள் செல்கின்றன."}
VOICES = {
    "piper": {"engine": "piper", "language": "en", "lexicon": {"boats": "bohts"}},
    "piper_region": {"engine": "piper", "language": "en-IN", "speed": 0.9},
    "piper_hindi": {"engine": "piper", "language": "hi"},
    "piper_tamil": {"engine": "piper", "language": "ta-IN"},
    "kokoro": {"engine": "kokoro", "language": "en"},
    "kokoro_british": {"engine": "kokoro", "language": "en", "speaker": "bf_emma"},
    "kokoro_hindi": {"engine": "kokoro", "language": "hi", "speaker": "hm_omega"},
    "xtts": {"engine": "xtts", "language": "en", "speaker": "Ana Florence"},
    "xtts_clone": {"engine": "xtts", "language": "hi", "reference": "me.wav"},
    "espeak": {"engine": "espeak", "language": "en-GB", "speaker": "f2"},
}
MUSIC = {
    "sampled": {"prompt": "calm strings"},
    "musicgen": {
        "engine": "musicgen",
        "moods": [{"from": 0, "prompt": "dawn"}, {"from": 3, "prompt": "noon"}],
    },
    "none": {"engine": "none"},
}


def give_models(folder: Path) -> None:
    """Folders that pass for the weights of XTTS and MusicGen."""
    (folder / "xtts").mkdir(parents=True)
    for name in FILES:
        if name.endswith(".json"):
            (folder / "xtts" / name).write_text("{}")
            continue
        with zipfile.ZipFile(folder / "xtts" / name, "w") as archive:
            archive.writestr(zipfile.ZipInfo("data", (2026, 1, 1, 0, 0, 0)), name)
    (folder / "musicgen").mkdir()
    (folder / "musicgen/config.json").write_text('{"model_type": "musicgen"}')
    (folder / "musicgen/tokenizer.json").write_text("{}")
    (folder / "musicgen/model.safetensors").write_bytes(b"\x02" + bytes(7) + b"{}")


def boards(folder: Path) -> dict[str, Path]:
    """A storyboard for each voice and each player."""
    folder.mkdir()
    found = {}
    with wave.open(str(folder / "me.wav"), "wb") as recording:
        recording.setparams((1, 2, 8000, 0, "NONE", ""))
        recording.writeframes(bytes(16000))
    for name, voice in VOICES.items():
        text = WORDS[voice["language"][:2]]
        shots = [{"id": "a", **LINE, "narration": text}]
        found[name] = written(folder / f"{name}.yaml", {"voice": voice, "shots": shots})
    for name, music in MUSIC.items():
        found[name] = written(folder / f"{name}.yaml", {"music": music, "shots": [{"id": "a", **LINE}]})
    return found


def written(file: Path, board: dict) -> Path:
    file.write_text(
        yaml.safe_dump({"title": "Keys", "size": "128x72", "fps": 12, **board}, allow_unicode=True)
    )
    return file


def names(folder: Path) -> dict[str, dict]:
    """What each storyboard's lines and bed are called."""
    give_models(folder / "models")
    found = {}
    for name, file in boards(folder / "storyboards").items():
        cut = read_reel(
            Config.read(
                {"storyboard": str(file), "models": str(folder / "models"), "build": str(folder / "build")}
                | {"cards": 0}
            )
        ).cut
        inside = len(str(folder / "build")) + 1
        lines = {shot.id: shot.narration.path[inside:] for shot in cut.shots if shot.narration}
        found[name] = {
            "lines": lines,
            "bed": "".join(cut.sound.beds)[inside:],
            "heard": cut.sound.heard[inside:],
        }
    return found


def test_lines_and_beds_keep_their_names(tmp_path):
    assert names(tmp_path) == json.loads(GOLDEN.read_text())


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as temporary:
        GOLDEN.write_text(json.dumps(names(Path(temporary)), indent=1, ensure_ascii=False) + "\n")
