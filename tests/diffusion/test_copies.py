"""Models that are recipes, read to their end and written anew: damage is found, and nothing is lost."""

import hashlib
import shutil
from collections import namedtuple

import pytest
import torch
from test_other_layouts import published  # noqa: F401
from tiny_pipelines import write
from torch import nn
from typer.testing import CliRunner

from swav.cli import app
from swav.diffusion.pipeline_parts import assemble, load
from swav.engines import engines
from swav.quality.readers import CLIP_FILES

RUNNER = CliRunner()


def models(command, *words):
    said = RUNNER.invoke(app, ["models", command, *map(str, words)])
    ended = said.exception is None or isinstance(said.exception, SystemExit)
    return said.exit_code, said.output if ended else str(said.exception)


def loaded(engine, folder):
    """What would be rendered with: every number in its type, and what the tokenizer makes of a text."""
    model, recipe = engine.model_in(folder), engine.model
    if model.assembler:
        pipeline = assemble(model.assembler, model.root, torch.bfloat16, recipe.float32)
    else:
        pipeline = load(model.root, model.found, torch.bfloat16, recipe.float32, model.variant)
    parts = {n: part for n, part in pipeline.components.items() if isinstance(part, nn.Module)}
    said = pipeline.tokenizer("a red fox ☃").input_ids if hasattr(pipeline, "tokenizer") else []
    numbers = {(n, name): value for n, part in parts.items() for name, value in part.state_dict().items()}
    return numbers, said, dict(pipeline.scheduler.config)


def same(one, other):
    assert one[0].keys() == other[0].keys() and one[1] == other[1]
    for name, value in one[0].items():
        assert value.dtype == other[0][name].dtype and torch.equal(value, other[0][name]), name
    told = {name for name in one[2] if not name.startswith("_")}
    assert {name: one[2][name] for name in told} == {name: other[2].get(name) for name in told}


OF_WAN = [("wan2.2-i2v", "original"), ("wan2.2-i2v", "comfy"), ("wan2.2-ti2v", "original")]
KINDS = ("svd", "qwen-image-edit", "hunyuanvideo-1.5")


@pytest.mark.parametrize(("name", "layout"), [*OF_WAN, *((kind, "") for kind in KINDS)])
def test_a_converted_model_renders_with_the_same_numbers(published, tmp_path, name, layout):  # noqa: F811
    engine = engines()[name]
    folder = published[layout] / name if layout else write(name, tmp_path)
    status, said = models("convert", folder, tmp_path / "copy")
    assert status == 0 and said.rstrip().endswith("Put it in the place of the original."), said
    before, after = engine.recognise(folder), engine.recognise(tmp_path / "copy")
    assert (after.layout, after.fingerprint) == ("diffusers", before.fingerprint)
    assert after.bytes < 0.9 * before.bytes and f"fingerprint {before.fingerprint[:12]}" in said
    same(loaded(engine, folder), loaded(engine, tmp_path / "copy"))
    assert not list(tmp_path.glob(".*.partial"))
    status, said = models("convert", tmp_path / "copy", tmp_path / "again")
    assert status == 1 and "is a converted model already" in said


@pytest.fixture
def still(tmp_path):
    return write("sdxl", tmp_path)


def test_what_stands_against_a_conversion_is_said_before_anything_is_written(still, tmp_path, monkeypatch):
    (tmp_path / "full").mkdir()
    (tmp_path / "full/note").write_text("mine")
    status, said = models("convert", still, tmp_path / "full")
    assert status == 1 and "full is not empty; choose a folder that is not there yet" in said
    place = "swav.diffusion.pipeline_convert"
    usage = namedtuple("usage", "total used free")
    with monkeypatch.context() as small:
        small.setattr(f"{place}.free_host_bytes", lambda: 1000)
        status, said = models("convert", still, tmp_path / "copy")
        assert status == 1 and "GB of host memory" in said and len(said.splitlines()[-1]) < 300
    with monkeypatch.context() as small:
        small.setattr(shutil, "disk_usage", lambda folder: usage(9, 4, 5))
        status, said = models("convert", still, tmp_path / "copy")
        assert status == 1 and "copy has 0 GB free and the converted model needs" in said
    for word in ("convert", "verify"):
        status, said = models(word, tmp_path / "nowhere", *([tmp_path / "x"] if word == "convert" else []))
        assert status == 1 and "nowhere does not exist" in said
    assert sorted(each.name for each in tmp_path.iterdir()) == ["full", "sdxl"]


def test_half_precision_is_not_written_again(tmp_path):
    made = engines()["sdxl"]
    folder = write("sdxl", tmp_path)
    model = made.model_in(folder)
    load(model.root, model.found, torch.bfloat16, made.model.float32, None).save_pretrained(tmp_path / "half")
    status, said = models("convert", tmp_path / "half", tmp_path / "copy")
    assert status == 1 and "has the layout and the types already in which" in said


def note_digests(folder):
    """What ``hf download`` notes of each file."""
    for file in [path for path in folder.rglob("*") if path.is_file()]:
        note = folder / ".cache/huggingface/download" / f"{file.relative_to(folder)}.metadata"
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(f"abc123\n{hashlib.sha256(file.read_bytes()).hexdigest()}\n1700000000.0\n")


EXPERTS = {
    "original": ("high_noise_model", "low_noise_model"),
    "diffusers": ("transformer", "transformer_2"),
    "comfy": ("diffusion_models/wan2.2_i2v_{}_noise_14B_fp32.safetensors",),
}


@pytest.mark.parametrize("layout", EXPERTS)
def test_swapped_experts_of_every_layout_are_found(published, tmp_path, layout):  # noqa: F811
    folder = shutil.copytree(published[layout] / "wan2.2-i2v", tmp_path / "wan2.2-i2v")
    note_digests(folder)
    status, said = models("verify", folder)
    assert status == 0 and said.endswith("read: as published.\n"), said
    names = EXPERTS[layout]
    high, low = names if len(names) == 2 else (names[0].format(each) for each in ("high", "low"))
    (folder / high).rename(folder / "x")
    (folder / low).rename(folder / high)
    (folder / "x").rename(folder / low)
    status, said = models("verify", folder)
    assert status == 1 and said.count("is not the published file of that name but") >= 2


def test_a_zeroed_part_and_a_twice_used_one_are_found(still):
    for file in still.glob("text_encoder/*.safetensors"):
        data = file.read_bytes()
        header = 8 + int.from_bytes(data[:8], "little")
        file.write_bytes(data[:header] + bytes(len(data) - header))
    status, said = models("verify", still)
    assert status == 1 and "holds nothing but zeros in" in said and "keeps no published digests" in said


def test_what_makes_no_take_is_named(tmp_path):
    (tmp_path / "clip").mkdir()
    for name in CLIP_FILES:
        (tmp_path / "clip" / name).write_text('{"model_type": "clip"}')
    (tmp_path / "clip/model.safetensors").write_bytes(b"\x02" + bytes(7) + b"{}")
    status, said = models("verify", tmp_path / "clip")
    assert status == 1 and "holds CLIP, which makes no takes" in said
