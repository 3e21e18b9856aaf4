"""MusicGen plays in its own environment: tiny models in the published layouts, offline, by the real
programs.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile
from engine_environments import environment_python
from places import REPOSITORY, TESTS

from swav.environments.run import run_program
from swav.errors import EngineError
from swav.music import Mood
from swav.music.players.musicgen import LICENCE, compose_with_musicgen, convert, weights
from swav.music.players.musicgen.weights import fingerprint
from swav.sound import wav
from swav.sound.loudness import measure

PROGRAMS = REPOSITORY / "swav" / "programs"
MOODS = [Mood(Fraction(0), "calm strings"), Mood(Fraction(5, 2), "bright fast drums")]
LENGTH = Fraction(1001, 182)  # 5.5 seconds, and no whole number of codes
SHORT = {"window": 2, "context": 0.6, "turn": 0.3}

# Runs a program as Python would, in a process whose sockets reach nobody.
OFFLINE = """
import runpy, socket, sys
def refuse(*_, **__):
    raise RuntimeError("a socket was used")
socket.socket.connect = socket.socket.connect_ex = socket.socket.bind = socket.getaddrinfo = refuse
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A folder of tiny models, and what their own environment says of them."""
    models = tmp_path_factory.mktemp("models")
    tiny = TESTS / "tiny_musicgen.py"
    command = [environment_python("musicgen"), tiny, models, REPOSITORY]
    offline = {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, env=os.environ | offline, check=True, text=True)
    return models, json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="session")
def grown(made):
    """How far swav's steps are from those of transformers' cache, as their own environment says."""
    return made[1]["grown"]


@pytest.fixture(scope="session")
def python(tmp_path_factory):
    """The environment's interpreter, without sockets."""
    wrapper = tmp_path_factory.mktemp("python") / "python"
    (wrapper.parent / "offline.py").write_text(OFFLINE)
    wrapper.write_text(
        f'#!/bin/sh\nexec "{environment_python("musicgen")}" "{wrapper.parent}/offline.py" "$@"\n'
    )
    wrapper.chmod(0o755)
    return wrapper


@pytest.fixture(scope="session")
def play(made, python, tmp_path_factory):
    """Play in stereo on the processor, in windows of two seconds."""
    models, _ = made
    folder = models / "musicgen-stereo"
    return partial(
        compose_with_musicgen,
        length=LENGTH,
        seed=7,
        folder=folder,
        model=fingerprint(folder),
        python=python,
        cards=(),
        **SHORT,
    )


@pytest.fixture(scope="session")
def bed(play, tmp_path_factory):
    """A bed of two moods, the folder of its windows, what was told on the way, and what was told of it."""
    folder = tmp_path_factory.mktemp("bed")
    told = []
    record = play(
        MOODS,
        state=folder / "state",
        target=folder / "bed.wav",
        progress=lambda *step: told.append(step),
    )
    return folder, told, record


def planner():
    """The program as a module: what plans windows needs no torch."""
    spec = importlib.util.spec_from_file_location("musicgen_program", PROGRAMS / "musicgen.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look for it
    spec.loader.exec_module(module)
    return module


def test_the_program_has_the_limit_of_a_plain_wav_that_all_sound_has():
    """It runs where there is no swav to import it from."""
    assert planner().MOST_BYTES == wav.MOST_BYTES


def test_our_loop_writes_what_transformers_writes(made):
    """The likeliest codes from nothing and from a context, as sound; stretches make the whole."""
    for name in ("musicgen", "musicgen-stereo"):
        found = made[1][name]
        assert found["from_nothing"] < 1e-5 and found["going_on"] < 1e-5
        assert found["different_codes"] > 10 and found["text_matters"] > 0.01
        assert found["in_stretches"] < 1e-4 and found["samples"][0] == found["samples"][1]


def test_audiocrafts_layout_is_the_same_model(made):
    found = made[1]["audiocraft"]
    for which in ("as it is", "converted"):
        assert found[which]["logits"] == 0 and found[which]["sound"] == 0 and found[which]["spread"] > 0.1
    assert found["left"] == ["musicgen"]  # nothing half-written


def test_what_cannot_be_used_is_said_in_a_sentence(made):
    said = made[1]["refusals"]
    wanted = ["models/t5-base", "also listens to a recording (self_wav)", "are not those of MusicGen",
              "only names //pretrained", "holds more than weights", "neither config.json"]  # fmt: skip
    assert len(said) == len(wanted)
    for sentence, words in zip(said, wanted, strict=True):
        assert words in sentence and "\n" not in sentence


def test_the_benchmark_measures_every_stretch(made):
    measured = made[1]["benchmark"]
    rows = measured["stretches"]
    precisions = ["float16"] * 7 + ["float32"] * 3
    assert [row["precision"] for row in rows] == precisions  # with a graph, without, in full; as sound
    assert all(row["seconds_per_second"] > 0 for row in rows)  # nothing failed, nothing was left out
    assert all(row["steps_per_second"] > 0 for row in rows[:-1])
    assert measured["same_codes_with_and_without_graph"] == "2 of 2 stretches" and measured["notes"] == []


@pytest.mark.parametrize("name", ["musicgen", "musicgen-stereo"])
def test_a_step_in_its_place_is_the_step_of_a_growing_cache(grown, name):
    """From nothing and from a context: the same scores, and the seed draws what torch.multinomial draws."""
    found = grown[name]
    assert found["spread"] > 0.5 and found["different_codes"] > 10 and not found["another_seed"]
    assert found["scores"] < 5e-5  # 1e-5 in the logits: guidance, 3 a - 2 b, makes five of it
    assert found["same_codes"]


@pytest.mark.parametrize("name", ["musicgen", "musicgen-stereo"])
def test_room_is_kept_and_no_music_is_left_in_it(grown, name):
    """A shorter window uses the room of a longer one, and plays what it plays in a room of its own."""
    found = grown[name]
    assert found["room_is_kept"] and found["nothing_is_left"]
    columns, tokens = found["room"]
    assert found["numbers"] == 4 * 2 * 128 * (columns + tokens)  # two layers, 128 wide


def test_a_step_asks_for_no_value(grown):
    """A graph cannot hold one that does; the codes at the end are asked for."""
    assert grown["asked"] == {"step": "asked nothing", "grid": "asked for a value"}


def test_without_a_graph_it_plays_the_same(grown):
    """This torch can capture none: one note, though room was made twice."""
    [note] = grown["notes"]
    assert note.startswith("MusicGen plays without a CUDA graph") and "\n" not in note
    assert grown["same_codes"] and not grown["graphed"]


def test_weights_that_give_no_numbers_are_refused(grown):
    assert grown["refusal"] == "MusicGen's weights give no numbers in float32; copy them anew"


@pytest.mark.parametrize("frames", [1, 1499, 1500, 1501, 6000, 30001])
@pytest.mark.parametrize("starts", [[0], [0, 700], [0, 1500, 1510, 4000]])
def test_windows_follow_one_another(frames, starts):
    program = planner()
    planned = list(program.windows([(s, f"mood {s}") for s in starts], frames, 1500, 500, 250))
    assert [window.number for window in planned] == list(range(len(planned)))
    position = 0
    for window in planned:
        assert window.start == position and window.frames > 0
        assert window.context + window.frames <= 1500
        mood = max(start for start in starts if start <= window.start)
        assert window.prompt == f"mood {mood}"  # and it holds to the end of the window:
        assert not [start for start in starts if window.start < start < window.start + window.frames]
        assert window.context == min(window.start, 250 if window.start == mood else 500)
        position += window.frames
    assert position == frames


def test_what_comes_later_does_not_move_what_came_before():
    program = planner()
    request = {"model": "m", "seed": 3}

    def digests(moods, frames, **changes):
        planned = list(program.windows(moods, frames, 1500, 500, 250))
        return program.chained(planned, request | changes)

    first = digests([(0, "a"), (2000, "b")], 6000)
    longer = digests([(0, "a"), (2000, "b")], 9000)
    assert longer[: len(first) - 1] == first[:-1]
    edited = digests([(0, "a"), (2000, "c")], 6000)
    assert edited[:2] == first[:2] and not set(edited[2:]) & set(first)
    for change in ({"seed": 4}, {"model": "n"}):
        assert not set(digests([(0, "a"), (2000, "b")], 6000, **change)) & set(first)


def test_a_bed_is_what_every_bed_is(bed):
    folder, _, record = bed
    info = soundfile.info(folder / "bed.wav")
    assert info.frames == round(LENGTH * 48000)
    assert (info.samplerate, info.channels, info.subtype) == (48000, 2, "PCM_24")
    heard = measure(folder / "bed.wav")
    assert heard.true_peak <= -1.9 and (abs(heard.integrated + 23) <= 0.2 or heard.true_peak > -2.3)
    samples, _ = soundfile.read(folder / "bed.wav")
    assert np.abs(samples[[0, -1]]).max() < 1e-4
    assert np.abs(samples[:, 0] - samples[:, 1]).max() > 0.01  # stereo, not twice the same
    assert record["licence"] == LICENCE and record["windows"] == 4 and record["kept_windows"] == 0
    assert sorted(file.name for file in folder.iterdir()) == ["bed.wav", "state"]


def test_progress_counts_tokens(bed):
    _, told, _ = bed
    windows = [step for step in told if step[0].startswith("window")]
    assert windows[0][0] == "window 1 of 4 (tokens)" and windows[-1][0] == "window 4 of 4 (tokens)"
    ends = {name: (done, total) for name, done, total in windows}
    # Eight codebooks at 50 frames a second; new stretches of 2, 0.5, 1.7 and 1.3 seconds.
    assert list(ends.values()) == [(800, 800), (200, 200), (680, 680), (520, 520)]
    assert len(windows) > 8


def codes_of(file):
    """The codes of a window: int16, shape (codebooks, frames); after the length and text of its header."""
    content = file.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    return np.frombuffer(content[start:], "<i2").reshape(json.loads(content[8:start])["codes"]["shape"])


def test_windows_do_not_loop(bed):
    """No tenth of a second comes twice: what is drawn differs in every window."""
    files = sorted((bed[0] / "state").glob("window-*"))
    codes = np.concatenate([codes_of(file) for file in files], axis=1)
    assert codes.shape == (8, 275) and len(np.unique(codes)) > 20
    heard = {codes[:, start : start + 5].tobytes() for start in range(275 - 4)}
    assert len(heard) == 275 - 4


def test_a_killed_run_goes_on_with_the_same_bytes(play, bed, tmp_path):
    class Killed(Exception):
        pass

    def kill_in_the_third_window(step, done, total):
        if step.startswith("window 3"):
            raise Killed

    target, notes = tmp_path / "bed.wav", []
    with pytest.raises(Killed):  # which ends the program by SIGKILL
        play(MOODS, state=tmp_path / "state", target=target, progress=kill_in_the_third_window)
    assert len([*(tmp_path / "state").glob("window-*")]) == 2 and not target.exists()
    (tmp_path / "state").joinpath(".window-002-abc.1.partial").write_bytes(b"half")
    record = play(MOODS, state=tmp_path / "state", target=target, note=notes.append)
    assert record["kept_windows"] == 2 and notes == ["2 of 4 windows of the music were there already"]
    whole = (bed[0] / "bed.wav").read_bytes()
    assert hashlib.sha256(target.read_bytes()).digest() == hashlib.sha256(whole).digest()


def test_an_edited_mood_is_played_anew_from_there_on(play, bed, tmp_path):
    """The windows before it are kept; one of those that was damaged is played again."""
    shutil.copytree(bed[0] / "state", tmp_path / "state")
    [second] = (tmp_path / "state").glob("window-001-*")
    second.write_bytes(second.read_bytes()[:40])
    edited = [MOODS[0], Mood(MOODS[1].start, "dark horns")]
    record = play(edited, state=tmp_path / "state", target=tmp_path / "bed.wav")
    assert record["kept_windows"] == 1
    before, _ = soundfile.read(bed[0] / "bed.wav")
    after, _ = soundfile.read(tmp_path / "bed.wav")
    gain = np.linalg.norm(after[:96000]) / np.linalg.norm(before[:96000])  # each is brought to its loudness
    assert np.abs(after[:96000] - gain * before[:96000]).max() < 1e-3
    assert np.abs(after[144000:] - gain * before[144000:]).max() > 0.01


def test_a_folder_is_converted_once(made, python, tmp_path):
    """The whole way, with the same weights as the conversion that was compared above; never over a folder."""
    models, _ = made
    target = tmp_path / "musicgen"
    assert convert(models / "audiocraft/musicgen", python=python, target=target) == {"folder": str(target)}
    assert [file.name for file in tmp_path.iterdir()] == ["musicgen"]
    assert weights(tmp_path).fingerprint == weights(models / "converted").fingerprint
    with pytest.raises(EngineError, match=r"is there already; remove it, or name another folder$"):
        convert(models / "audiocraft/musicgen", python=python, target=target)


def test_corrupt_weights_are_one_sentence(made, python, tmp_path):
    folder = tmp_path / "musicgen"
    shutil.copytree(made[0] / "musicgen", folder)
    file = folder / "model.safetensors"
    whole = file.read_bytes()
    file.write_bytes(whole[:-1000])
    assert f"{file} is cut off: it lacks 1,000 of its {len(whole):,} bytes" in weights(tmp_path).problem
    request = {"task": "compose", "folder": str(folder), "target": str(tmp_path / "bed.wav")}
    with pytest.raises(EngineError, match=r"cannot be read as MusicGen \(.*\); copy it anew$"):
        run_program(python, PROGRAMS / "musicgen.py", request)
    assert not (tmp_path / "bed.wav").exists()


def test_weights_are_found_and_known_again(made, tmp_path):
    models, _ = made
    first = weights(models)
    assert (first.folder, first.problem) == (models / "musicgen", "")
    shutil.copytree(models / "musicgen", tmp_path / "musicgen-small")
    other = weights(tmp_path)
    assert other.folder == tmp_path / "musicgen-small"
    assert other.fingerprint == first.fingerprint and len(first.fingerprint) == 64
    assert weights(models / "audiocraft").problem == "" and weights(models / "converted").problem == ""
    known = {first.fingerprint}
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        file = tmp_path / "musicgen-small" / name
        content = file.read_bytes()
        file.write_bytes(content[:-1] + b" " + content[-1:])
        known.add(weights(tmp_path).fingerprint)
        file.write_bytes(content)
    assert len(known) == 4 and weights(tmp_path).fingerprint == first.fingerprint


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "there is no"),
        ({"musicgen/README.md": ""}, "holds neither config.json nor state_dict.bin"),
        ({"musicgen/config.json": "{"}, "cannot be read"),
        ({"musicgen/config.json": '{"model_type": "bark"}'}, "a model of the kind bark"),
        ({"musicgen/config.json": '{"model_type": "musicgen"}'}, "lacks tokenizer.json"),
        (
            {"musicgen/config.json": '{"model_type": "musicgen"}', "musicgen/tokenizer.json": "{}"},
            "lacks model.safetensors",
        ),
        (
            {
                "musicgen/config.json": '{"model_type": "musicgen"}',
                "musicgen/tokenizer.json": "{}",
                "musicgen/model.safetensors.index.json": '{"weight_map": {"a": "model-1-of-2.safetensors"}}',
            },
            "lacks model-1-of-2.safetensors",
        ),
        ({"musicgen-small/state_dict.bin": ""}, "lacks compression_state_dict.bin"),
        (
            {"musicgen/state_dict.bin": "", "musicgen/compression_state_dict.bin": ""},
            "put t5-base (config.json, model.safetensors, tokenizer.json) into",
        ),
    ],
)
def test_what_is_missing_is_named(files, said, tmp_path):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = weights(tmp_path)
    assert said in found.problem and found.fingerprint == ""


def test_no_length_is_an_error(tmp_path):
    with pytest.raises(EngineError, match="cannot be made"):
        compose_with_musicgen(MOODS, length=Fraction(0), seed=1, folder=tmp_path, model="",
                              python=Path("python"), cards=(), state=tmp_path / "state",
                              target=tmp_path / "bed.wav")  # fmt: skip
    assert not list(tmp_path.iterdir())
