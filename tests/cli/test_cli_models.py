"""``swav models``: folders are told apart as a build does it, and a converted model is the same one."""

import json
import os
import shutil
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from swav import cli
from swav.engines import engines
from swav.engines.wan22.fingerprint import fingerprint
from swav.engines.wan22.layout import recognise
from swav.quality.readers import CLIP_FILES
from swav.readiness import Site
from swav.review.model_folders import look


@pytest.fixture
def project(published, tmp_path, monkeypatch):
    """A project with Wan 2.2 in the original layout, and a configuration that leaves all as it is."""
    shutil.copytree(published / "original", tmp_path / "models/wan22")
    (tmp_path / "config.yaml").write_text("models: models\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def swav(capsys, monkeypatch):
    """Runs the command as a shell does: its exit status, what it printed, and what it said of faults."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["swav", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out, printed.err

    return run


def shown(swav) -> dict[str, dict]:
    status, said, _ = swav("models", "show", "--json")
    assert status == 0
    return {Path(each["folder"]).name: each for each in json.loads(said)}


def test_each_folder_is_named_with_what_it_holds(project, published, swav):
    shutil.copytree(published / "diffusers", project / "models/other")
    (project / "models/other/README.md").write_text("# Wan2.2-T2V-A14B-Diffusers")
    (project / "models/empty").mkdir()
    (project / "models/.cache").mkdir()
    (project / "models/README.md").write_text("models")
    found = shown(swav)
    assert list(found) == ["empty", "other", "wan22"]
    for name, layout in (("wan22", "original"), ("other", "diffusers")):
        model = recognise(project / "models" / name)
        assert found[name] | {"folder": ""} == {
            "folder": "",
            "bytes": model.bytes,
            "model": "Wan 2.2 T2V-A14B",
            "engine": "wan2.2",
            "layout": layout,
            "precision": "float32",
            "fingerprint": fingerprint(model),
            "fault": None,
            "notes": [] if name == "wan22" else ["models/other is not used, since models/wan22 is there"],
        }
    assert (
        found["empty"]["fault"]
        == "models/empty holds no files; remove it, or fetch a model into it (swav doctor)"
    )


def test_what_is_wrong_is_one_sentence_under_the_table(project, swav):
    (project / "models/wan22/low_noise_model/config.json").unlink()
    raw = project / "models/hunyuan/transformers/mp_rank_00_model_states.pt"
    raw.parent.mkdir(parents=True)
    raw.write_bytes(bytes(3_000_000))
    status, said, _ = swav("models", "show")
    assert status == 0
    assert "models/wan22/low_noise_model lacks config.json; the download is incomplete" in said
    assert "models/hunyuan holds HunyuanVideo in its raw PyTorch layout" in said
    assert "3.0 MB" in said
    assert shown(swav)["hunyuan"]["model"] is None


TABLE = b"\x02" + bytes(7) + b"{}"
XTTS = ["config.json", "model.pth", "vocab.json", "speakers_xtts.pth"]
MUSICGEN = ["config.json", "model.safetensors", "tokenizer.json"]


@pytest.mark.parametrize(
    ("folder", "files", "model", "engine", "note"),
    [
        ("xtts_v2", XTTS, "XTTS v2", "xtts", ""),
        (
            "my voice",
            XTTS,
            "XTTS v2",
            "xtts",
            "models/my voice is not used where it lies; mv 'models/my voice' models/xtts",
        ),
        ("musicgen-medium", MUSICGEN, "MusicGen", "musicgen", ""),
        (
            "beds",
            MUSICGEN,
            "MusicGen",
            "musicgen",
            "models/beds is not used where it lies; mv models/beds models/musicgen",
        ),
        ("clip-vit", CLIP_FILES, "CLIP", "adherence", ""),
        ("judge", CLIP_FILES, "CLIP", "adherence", "models/judge is not used; give it a name"),
    ],
)
def test_every_engine_is_asked_of_a_folder(tmp_path, folder, files, model, engine, note):
    home = tmp_path / "models" / folder
    home.mkdir(parents=True)
    kind = {"XTTS v2": {"model": "xtts"}, "CLIP": {"model_type": "clip"}}.get(
        model, {"model_type": "musicgen"}
    )
    for name in files:
        (home / name).write_bytes(TABLE if name.endswith(".safetensors") else b"\x80 weights")
    for name in ("config.json", "vocab.json"):
        (home / name).write_text(json.dumps(kind))
    found = look(home)
    assert (found.model, found.engine, found.fault) == (model, engine, None)
    assert "".join(found.notes).replace(str(tmp_path) + "/", "").startswith(note)
    assert bool(found.notes) == bool(note)


def test_what_an_engine_lacks_of_its_own_model_is_said_by_that_engine(tmp_path):
    home = tmp_path / "xtts"
    home.mkdir()
    (home / "speakers_xtts.pth").write_bytes(b"\x80")
    found = look(home)
    assert (found.model, found.engine) == ("XTTS v2", "xtts")
    assert (
        found.fault == f"{home} lacks config.json, model.pth, vocab.json; copy what is missing from the "
        "published XTTS v2"
    )


def test_a_model_under_another_name_is_moved_not_fetched(project, swav):
    (project / "models/wan22").rename(project / "models/Wan2.2-T2V-A14B")
    _, said, _ = swav("models", "show")
    remedy = "mv models/Wan2.2-T2V-A14B models/wan22"
    assert remedy in said
    ready = engines()["wan2.2"].readiness(Site(Path("models")))
    assert ready.why == f"no weights in models/wan22, but in models/Wan2.2-T2V-A14B; {remedy}"


def test_without_a_folder_of_models_it_is_said(project, swav):
    _, said, _ = swav("models", "show", "--config", "models=elsewhere")
    assert said.startswith(
        "elsewhere holds no model; what can lie there is told in models/README.md.\n\nNot here"
    )
    assert "\n  svd                   clips of 1024x576 from first frame, 5 GB\n" in said


def expert_bytes(folder: str) -> int:
    return sum(file.stat().st_size for file in recognise(folder).high.files)


def test_a_converted_model_is_the_same_model_in_half_the_bytes(project, swav):
    original = recognise(project / "models/wan22")
    status, said, _ = swav("models", "convert", "models/wan22", "models/small")
    assert status == 0
    assert said.startswith("models/wan22 has ")
    assert "converted it takes" in said and "every take is kept" in said
    found = shown(swav)
    assert found["small"]["fingerprint"] == found["wan22"]["fingerprint"] == fingerprint(original)
    assert (found["small"]["precision"], found["small"]["layout"]) == ("bfloat16", "diffusers")
    assert expert_bytes("models/small") < 0.7 * expert_bytes("models/wan22")


def test_a_full_disk_is_seen_before_anything_is_written(project, swav, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(10**9, 10**9 - 5 * 10**6, 5 * 10**6))
    status, said, fault = swav("models", "convert", "models/wan22", "small")
    assert status == 1
    assert said.rstrip().endswith("in small, where 5.0 MB are free.")
    assert "the disk of small has 0 GB free and the converted model needs" in fault
    assert not any(file.is_file() for file in (project / "small").rglob("*"))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nowhere", "small"), "the model folder nowhere does not exist"),
        (("models/wan22", "models/wan22/small"), "lies in the model that is converted"),
        (("models/wan22", "models/wan22"), "lies in the model that is converted"),
        (("models/wan22", "config.yaml"), "config.yaml is a file; choose a folder"),
    ],
)
def test_what_cannot_be_converted_is_refused(project, swav, words, sentence):
    before = sorted(project.rglob("*"))
    status, _, fault = swav("models", "convert", *words)
    assert (status, fault.count("\n")) == (1, 1)
    assert sentence in fault
    assert sorted(project.rglob("*")) == before


def test_a_converted_model_is_not_converted_again(project, swav):
    swav("models", "convert", "models/wan22", "small")
    status, _, fault = swav("models", "convert", "small", "smaller")
    assert status == 1
    assert "is a converted model already; nothing was written" in fault
    assert not os.path.lexists("smaller")


SMI = """#!/bin/sh
case "$1" in
  --query-gpu=*) printf '%s\\n' \\
    '0, GPU-aa, NVIDIA RTX A6000, 49140, 48600, 8.6' '1, GPU-bb, NVIDIA RTX A6000, 49140, 9000, 8.6';;
esac
"""


@pytest.fixture
def driver(project, monkeypatch):
    """A machine with two cards, of which somebody uses the second one, before Wan 2.2 is fetched."""
    shutil.rmtree(project / "models/wan22")
    program = project / "bin/nvidia-smi"
    program.parent.mkdir()
    program.write_text(SMI)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    monkeypatch.setattr("swav.render.hardware.free_host_bytes", lambda: 128 * 10**9)


def test_how_a_shot_would_render_is_told_without_loading(driver, swav):
    status, said, _ = swav("models", "place", "--config", "cards=[0]", "--size", "832x480")
    assert status == 0
    lines = said.splitlines()
    assert lines[:3] == [
        "NVIDIA RTX A6000, 51 GB free",
        "host memory, 128 GB free",
        "832x480, 81 frames, 40 steps:",
    ]
    assert lines[3] == "  one expert on the card at a time, the text encoder in host memory, the VAE whole"
    found = json.loads(swav("models", "place", "--config", "cards=[0]", "--size", "832x480", "--json")[1])
    needed = f"{found['needed_bytes'] / 1e9:.0f}"
    assert lines[5] == f"  needs {needed} GB free on the card and 75 GB of host memory"
    assert found["placement"]["residency"] == "one_expert"
    assert found["needed_bytes"] > max(found["forecast"]["reserved"].values())


def test_where_nothing_fits_it_is_said_with_what_would(driver, swav):
    """With one card claimed, it may be the one that is used."""
    status, _, fault = swav("models", "place", "--gpus", "1")
    assert status == 1
    assert fault.startswith("swav: 1280x720 with 81 frames needs ")
    assert "here is 1 x NVIDIA RTX A6000 with 9 GB free" in fault
    assert fault.endswith("frames would fit\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--size", "1000x500"), "give two multiples of 16"),
        (("--size", "large"), "give two multiples of 16"),
        (("--frames", "80"), "renders 4n + 1 frames"),
        (("--gpus", "3"), "--gpus 3: there are 2 cards here"),
    ],
)
def test_what_no_shot_can_be_is_refused(driver, swav, words, sentence):
    status, _, fault = swav("models", "place", *words)
    assert (status, fault.count("\n")) == (1, 1)
    assert sentence in fault
