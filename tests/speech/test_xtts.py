"""XTTS v2: a tiny model in the published layout is spoken with by the real code, without any network."""

import json
import os
import pickle
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from engine_environments import environment_python
from places import TESTS

from swav.errors import EngineError
from swav.speech.voices.xtts import FILES, LANGUAGES, LIMITS, PROGRAM, XttsLine, joined, speak_lines, weights

SPEAKERS = ("Claribel Dervla", "Daisy Studious", "Ana Florence", "Damien Black", "Aaron Dreschner")

# Runs a program where every attempt to reach a network fails and is written down.
DEAF = """
import runpy, socket, sys
tried = open(__file__ + ".tried", "a")
class Deaf(socket.socket):
    def connect(self, address):
        print("connect", address, file=tried, flush=True)
        raise OSError("no network")
def resolve(*address, **options):
    print("resolve", address, file=tried, flush=True)
    raise OSError("no network")
socket.socket, socket.getaddrinfo = Deaf, resolve
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


class Studio:
    """An environment without network, a tiny model, and what was said in it."""

    def __init__(self, home: Path):
        self.home = home
        self.python = environment_python("xtts")
        self.folder = home / "models" / "xtts_v2"
        subprocess.run(
            [self.python, TESTS / "tiny_xtts.py", self.folder], check=True, env=_quiet(), capture_output=True
        )
        guard = home / "deaf.py"
        guard.write_text(DEAF)
        self.tried = home / "deaf.py.tried"
        self.deaf_python = home / "python"
        self.deaf_python.write_text(f'#!/bin/sh\nexec "{self.python}" "{guard}" "$@"\n')
        self.deaf_python.chmod(0o755)

    def say(self, *lines: XttsLine, **heard) -> dict:
        return speak_lines(lines, folder=self.folder, python=self.deaf_python, **heard)


def _quiet() -> dict[str, str]:
    return os.environ | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}


@pytest.fixture(scope="module")
def studio(tmp_path_factory) -> Studio:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    return Studio(tmp_path_factory.mktemp("xtts"))


@pytest.fixture(scope="module")
def first_run(studio) -> dict:
    """Six lines in one go, and what could be seen meanwhile."""
    voice = studio.home / "voice.wav"
    noise = np.random.default_rng(1).standard_normal((44100 * 7, 2)) * np.linspace(0, 0.2, 44100 * 7)[:, None]
    soundfile.write(voice, noise, 44100)
    plain = line(studio, "plain", "At first light the harbour opens.")
    long = " ".join(["The ships of the squadron slide past the grey breakwater, one by one."] * 5)
    lines = {
        "plain": plain,
        "quick": replace(plain, speed=1.6, target=studio.home / "quick.wav"),
        "other": line(studio, "other", "Yes, we sail.", speaker="damien black"),
        "cloned": line(studio, "cloned", "Yes, we sail.", reference=voice),
        "long": line(studio, "long", long.replace(". The", ", and the")),
        "hindi": line(studio, "hindi", "समुद्र में नई तकनीक का स्वागत है। यह जहाज़ बहुत बड़ा है।", language="hi"),
    }
    steps, notes, present = [], [], []

    def progress(step, done, total):
        steps.append((step, done, total))
        present.append([name for name, item in lines.items() if item.target.exists()])

    record = studio.say(*lines.values(), progress=progress, note=notes.append)
    return {"lines": lines, "steps": steps, "notes": notes, "present": present, "record": record}


def line(studio: Studio, name: str, text: str, **how) -> XttsLine:
    usual = {"language": "en", "speaker": None, "reference": None, "speed": 1.0, "seed": 5}
    return XttsLine(text=text, target=studio.home / f"{name}.wav", **usual | how)


def test_all_lines_are_spoken_with_one_load_and_no_network(studio, first_run):
    assert [step for step in first_run["steps"] if step[0] == "load"] == [("load", 0, 1), ("load", 1, 1)]
    for item in first_run["lines"].values():
        info = soundfile.info(item.target)
        assert (info.samplerate, info.channels, info.subtype) == (48000, 1, "PCM_16")
        samples, _ = soundfile.read(item.target)
        assert np.abs(samples).max() == pytest.approx(10 ** (-3 / 20), abs=1e-3)
    assert studio.tried.read_text() == ""
    assert not list(studio.home.glob(".*partial*"))


def test_each_line_is_there_as_soon_as_it_is_said(first_run):
    names = list(first_run["lines"])
    assert first_run["present"][0] == []
    for number, name in enumerate(names[:-1]):
        assert any(seen == names[: number + 1] for seen in first_run["present"]), name


def test_the_record_says_who_spoke_and_under_which_licence(first_run):
    record, lines = first_run["record"], first_run["lines"]
    assert "non-commercial" in record["licence"]
    assert record["device"] == "processor"
    assert record["speakers"] == {
        str(lines["plain"].target): SPEAKERS[0],
        str(lines["quick"].target): SPEAKERS[0],
        str(lines["other"].target): "Damien Black",
        str(lines["cloned"].target): "as in voice.wav",
        str(lines["long"].target): SPEAKERS[0],
        str(lines["hindi"].target): SPEAKERS[0],
    }


def test_a_long_line_is_cut_where_the_model_must_be_given_less(first_run):
    # One sentence of 353 characters in two pieces, two of Hindi; the four others are a piece each.
    assert first_run["steps"][-1] == ("speak", 8, 8)
    assert len(first_run["lines"]["long"].text) > LIMITS["en"]


def test_speed_changes_the_pace_of_the_same_reading(first_run):
    lines = first_run["lines"]
    usual, quick = (soundfile.info(lines[name].target).duration for name in ("plain", "quick"))
    assert quick < 0.8 * usual


def test_a_cloned_voice_is_another_voice(first_run):
    named, cloned = (soundfile.read(first_run["lines"][name].target)[0] for name in ("other", "cloned"))
    assert len(named) != len(cloned) or not np.array_equal(named, cloned)


def test_an_edited_line_is_spoken_alone_and_the_same_line_is_the_same_file(studio, first_run):
    before = {name: item.target.read_bytes() for name, item in first_run["lines"].items()}
    edited = replace(first_run["lines"]["plain"], text="At first light the harbour closes.")
    again = replace(first_run["lines"]["long"], target=studio.home / "again.wav")
    steps = []
    studio.say(again, edited, progress=lambda *step: steps.append(step))
    assert steps[-1] == ("speak", 3, 3)
    assert again.target.read_bytes() == before["long"]
    changed = {name for name, item in first_run["lines"].items() if item.target.read_bytes() != before[name]}
    assert changed == {"plain"}


def test_an_unknown_speaker_is_one_sentence_with_the_nearest_names(studio, tmp_path):
    target = tmp_path / "never.wav"
    with pytest.raises(EngineError) as refused:
        studio.say(replace(line(studio, "x", "We sail.", speaker="Anna Florenz"), target=target))
    assert str(refused.value).startswith(
        "XTTS has no speaker named 'Anna Florenz'; of its 5 names, try Ana Fl"
    )
    assert not target.exists()


@pytest.mark.parametrize(
    ("text", "language", "says"),
    [("We sail.", "ta", "XTTS does not speak 'ta'; it speaks en, es,"), ("  ", "en", "no word to say")],
)
def test_what_cannot_be_said_is_refused_before_anything_is_loaded(tmp_path, text, language, says):
    asked = XttsLine(text, language, None, None, 1.0, 1, tmp_path / "never.wav")
    with pytest.raises(EngineError, match=says):
        speak_lines([asked], folder=tmp_path, python=tmp_path / "no-python")


# All in one process: what takes the time is importing torch.
IN_ITS_PYTHON = """
import json, sys
sys.path.insert(0, sys.argv[1])
import xtts, xtts_model
sentences = {}
for name, (folder, line) in json.load(open(sys.argv[2])).items():
    try:
        xtts.speak(xtts.Path(folder), [line], lambda kind, value: None, 0.0)
        sentences[name] = ""
    except xtts_model.Refusal as refusal:
        sentences[name] = str(refusal)
model = xtts_model.load(xtts.Path(folder), "cpu")
notes = []
speaker, voice = xtts_model.Voices(xtts.Path(folder), notes.append).of(line, model)
said = xtts_model.utter(model, line, voice, notes.append)

# coqui-tts's own way, on a copy: its loader writes to the checkpoint.
theirs = xtts_model.Xtts(xtts_model.configuration(xtts.Path(folder))[0])
theirs.load_checkpoint(theirs.config, checkpoint_dir=sys.argv[3])
xtts_model.torch.manual_seed(xtts_model.seed_for(line["seed"]))
alike = theirs.synthesize(line["text"], speaker=speaker, language="en")["wav"].tolist() == said.tolist()

model.gpt.max_gen_mel_tokens = 1
xtts_model.utter(model, line, voice, notes.append)
print(json.dumps([sentences, notes, alike]))
"""


class Command:
    """What a hostile checkpoint could hold: unpickling it would run a command."""

    def __init__(self, sign: Path):
        self.sign = sign

    def __reduce__(self):
        return os.system, (f"touch '{self.sign}'",)


def test_faults_are_sentences_and_run_nothing_and_what_is_said_is_what_coqui_tts_says(studio, tmp_path):
    good = line(studio, "x", "We sail.")
    usual = {"text": good.text, "language": "en", "speaker": None, "reference": None, "speed": 1.0, "seed": 1}
    usual["target"] = str(tmp_path / "never.wav")
    sign = tmp_path / "sign"
    whole = (studio.folder / "model.pth").read_bytes()
    config = json.loads((studio.folder / "config.json").read_text())
    config["model_args"]["gpt_layers"] += 1
    silence, words, blip = tmp_path / "silence.wav", tmp_path / "words.wav", tmp_path / "blip.wav"
    soundfile.write(silence, np.zeros(48000), 16000)
    words.write_text("not a recording")
    soundfile.write(blip, np.full(3200, 0.1), 16000)
    cases = {
        "cut off": (_variant(studio, tmp_path, "a", "model.pth", whole[: len(whole) // 2]), usual),
        "noise": (_variant(studio, tmp_path, "b", "model.pth", b"\x80\x02 no checkpoint"), usual),
        "hostile": (
            _variant(studio, tmp_path, "c", "model.pth", pickle.dumps(Command(sign), protocol=2)),
            usual,
        ),
        "layers": (
            _variant(studio, tmp_path, "d", "config.json", json.dumps(config).encode()),
            usual,
        ),
        "config": (_variant(studio, tmp_path, "e", "config.json", b"{"), usual),
        "missing": (_variant(studio, tmp_path, "f", "speakers_xtts.pth", None), usual),
        "silence": (str(studio.folder), usual | {"reference": str(silence)}),
        "words": (str(studio.folder), usual | {"reference": str(words)}),
        "blip": (str(studio.folder), usual | {"reference": str(blip)}),
        "too long": (str(studio.folder), usual | {"text": "ab " * 300}),
        "fine": (str(studio.folder), usual),
    }
    (tmp_path / "cases.json").write_text(json.dumps(cases))
    script = [studio.python, "-c", IN_ITS_PYTHON, PROGRAM.parent, tmp_path / "cases.json", tmp_path / "copy"]
    shutil.copytree(studio.folder, tmp_path / "copy")
    said = subprocess.run(script, env=_quiet(), capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    sentences, notes, as_coqui_says_it = json.loads(said.stdout)
    for name, part in {
        "cut off": "model.pth cannot be read (",
        "noise": "model.pth",
        "hostile": "model.pth holds more than weights (",
        "layers": "of the model's weights (gpt.gpt.h.2.",
        "config": "is no XTTS v2 folder (",
        "missing": "speakers_xtts.pth is missing; copy it there",
        "silence": "silence.wav is silent; a voice is cloned from",
        "words": "words.wav cannot be read (",
        "blip": "blip.wav is 0.2 s long; a voice is cloned from",
        "too long": "is too long once it is read out",
    }.items():
        assert part in sentences[name], (name, sentences[name])
        assert "\n" not in sentences[name] and len(sentences[name]) < 500
    assert sentences["fine"] == ""
    assert not sign.exists()
    assert as_coqui_says_it
    assert len(notes) == 1 and notes[0].startswith("XTTS broke off after 0 s in 'We sail.'")


def _variant(studio: Studio, place: Path, name: str, file: str, content: bytes | None) -> str:
    """The tiny model's folder with one file changed, or left out."""
    folder = place / name
    folder.mkdir()
    for other in set(FILES) - {file}:
        (folder / other).symlink_to(studio.folder / other)
    if content is not None:
        (folder / file).write_bytes(content)
    return str(folder)


@pytest.fixture
def models(tmp_path) -> Path:
    """A folder of model folders with something in XTTS v2's layout, large enough not to be read whole."""
    folder = tmp_path / "models" / "xtts"
    folder.mkdir(parents=True)
    for name in ("config.json", "vocab.json"):
        (folder / name).write_text('{"a": 1}\n')
    for name, size in (("model.pth", 17 << 20), ("speakers_xtts.pth", 1000)):
        with zipfile.ZipFile(folder / name, "w") as archive:
            archive.writestr("archive/data.pkl", b"state")
            archive.writestr("archive/data/0", bytes(size))
    return tmp_path / "models"


def test_weights_are_known_by_their_content_and_not_by_where_they_are(models, tmp_path):
    found = weights(models)
    assert (found.folder, found.problem) == (models / "xtts", "")
    copied = tmp_path / "copy" / "tts_models--multilingual--multi-dataset--xtts_v2"
    shutil.copytree(found.folder, copied)
    assert weights(copied.parent).fingerprint == found.fingerprint
    # A tensor in the middle of a large file: the archive's end lists its checksum.
    with zipfile.ZipFile(copied / "model.pth", "w") as archive:
        archive.writestr("archive/data.pkl", b"state")
        archive.writestr("archive/data/0", bytes(9 << 20) + b"\x01" + bytes((8 << 20) - 1))
    assert (copied / "model.pth").stat().st_size == (found.folder / "model.pth").stat().st_size
    assert weights(copied.parent).fingerprint != found.fingerprint
    (found.folder / "vocab.json").write_text('{"a": 2}\n')
    assert weights(models).fingerprint != found.fingerprint


def test_weights_that_cannot_be_used_say_why(models, tmp_path):
    assert "put the folder with config.json, model.pth, vocab.json" in weights(tmp_path / "none").problem
    whole = (models / "xtts" / "model.pth").read_bytes()
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
    for content, said in (
        (whole[: 10 << 20], "is cut off: it lacks its end; delete it"),
        (b"words", "is no file of PyTorch; download the model again"),
        (pointer, "is a git-lfs pointer, not the file itself; run `git lfs pull`"),
    ):
        (models / "xtts" / "model.pth").write_bytes(content)
        found = weights(models)
        assert f"xtts/model.pth {said}" in found.problem
        assert found.fingerprint == ""
    (models / "xtts" / "model.pth").unlink()
    (models / "xtts" / "vocab.json").unlink()
    assert "xtts lacks model.pth, vocab.json; copy what is missing" in weights(models).problem


def test_whole_weights_are_taken_before_broken_ones(models):
    whole = models / "tts" / "tts_models--multilingual--multi-dataset--xtts_v2"
    shutil.copytree(models / "xtts", whole)
    (models / "xtts" / "model.pth").unlink()
    assert (weights(models).folder, weights(models).problem) == (whole, "")


def test_pieces_are_joined_with_pauses_and_without_a_click():
    rate = 24000
    # It breaks off at its loudest, as an autoregressive model may.
    voice = (0.5 * np.sin(2 * np.pi * (150 * np.arange(rate // 2) / rate + 0.25))).astype(np.float32)
    step = np.abs(np.diff(voice)).max()
    lengths = {}
    for silence in (0.42, 0.20, 0.06):
        whole = joined([voice, voice, voice], [silence, silence], rate)
        loud = np.flatnonzero(np.abs(whole) > 0.05)
        gaps = np.diff(loud)[np.diff(loud) > 0.03 * rate] / rate
        assert gaps == pytest.approx([silence, silence], abs=0.015)
        assert np.abs(np.diff(whole)).max() < 1.2 * step
        lengths[silence] = len(whole)
    assert lengths[0.42] - lengths[0.20] == 2 * round(0.22 * rate)
    assert len(joined([voice, np.zeros(rate, np.float32)], [0.2], rate)) == 0
    assert len(joined([voice[:7]], [], rate)) > 0


def test_every_language_of_the_model_has_its_limit():
    assert len(LANGUAGES) == 17
    assert (LIMITS["en"], LIMITS["hi"], LIMITS["zh-cn"], LIMITS["ja"]) == (250, 150, 82, 71)
