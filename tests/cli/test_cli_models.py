"""``swav models``: folders are told apart as a build does it, and a converted model is the same one."""

import json
import os
import shutil
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from swav import cli
from swav.engines.wan22.fingerprint import fingerprint
from swav.engines.wan22.layout import recognise


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
            "layout": layout,
            "precision": "float32",
            "fingerprint": fingerprint(model),
            "fault": None,
        }
    assert found["empty"]["fault"].startswith("models/empty holds no files, and not Wan 2.2")


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


def test_without_a_folder_of_models_it_is_said(project, swav):
    _, said, _ = swav("models", "show", "--config", "models=elsewhere")
    assert said == "elsewhere holds no model; what can lie there is told in models/README.md.\n"


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
