"""The sizes of a model are those of the folder, so that a small model is planned as a small one."""

import json
import pickle
import zipfile
from dataclasses import replace

import pytest
import torch
from tiny_wan22 import tiny_pipeline, write_diffusers, write_original
from wan22_site import request

from swav.diffusion import plans
from swav.diffusion.facts import ShotFacts
from swav.diffusion.search import choose
from swav.engines.wan22.layout import recognise
from swav.engines.wan22.service import ENGINE
from swav.engines.wan22.sizes import PUBLISHED, Sizes, facts_in, sizes_in, sizes_of
from swav.errors import EngineError
from swav.render.hardware import Gpu, Hardware
from swav.weights.folder import Weights
from swav.weights.shapes import shapes

GB = 10**9
SHOT = ShotFacts(832, 480, 81)
TINY = {
    "hidden": 48,
    "heads": 4,
    "layers": 2,
    "ffn": 64,
    "text_width": 32,
    "text_inner": 32,
    "text_layers": 2,
    "text_ffn": 64,
    "vae_width": 4,
}
WIDER = {"dim": 96, "num_heads": 8, "num_layers": 5, "ffn_dim": 256}
WIDER_IN_DIFFUSERS = {
    "num_attention_heads": 8,
    "attention_head_dim": 12,
    "num_layers": 5,
    "ffn_dim": 256,
}


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sizes")
    write_original(folder / "original/wan22")
    write_diffusers(folder / "diffusers/wan22")
    return folder


def state(file, **changes):
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))


@pytest.mark.parametrize("layout", ["original", "diffusers"])
def test_all_sizes_are_read_from_the_folder(published, layout):
    root = published / layout / "wan22"
    found, pipeline = sizes_in(root), tiny_pipeline(published / "diffusers/wan22/tokenizer")
    assert {name: getattr(found, name) for name in TINY} == TINY
    assert found.text_vocabulary == pipeline.text_encoder.config.vocab_size
    files = {part: weights.files for part, weights in recognise(root).parts.items()}
    assert found.expert_file_bytes == sum(file.stat().st_size for file in files["high"])
    assert found.text_file_bytes == sum(file.stat().st_size for file in files["text encoder"])
    assert found.vae_bytes == sum(weight.nbytes for weight in pipeline.vae.parameters())
    for part, formula in ((pipeline.transformer, found.expert), (pipeline.text_encoder, found.text)):
        assert formula.parameters == pytest.approx(
            sum(weight.numel() for weight in part.parameters()), rel=0.05
        )


@pytest.mark.parametrize(
    ("layout", "expert", "changes"),
    [
        ("original", "high_noise_model", WIDER),
        ("diffusers", "transformer", WIDER_IN_DIFFUSERS),
    ],
)
def test_an_experts_sizes_are_those_of_its_config(published, tmp_path, layout, expert, changes):
    model = recognise(published / layout / "wan22")
    config = tmp_path / "config.json"
    config.write_bytes((model.root / expert / "config.json").read_bytes())
    state(config, **changes)
    found = sizes_of(replace(model, high=Weights(model.high.files, config)))
    assert (found.hidden, found.heads, found.layers, found.ffn) == (96, 8, 5, 256)
    config.write_text('{"num_heads": 8}')
    with pytest.raises(EngineError, match=r"does not state 'dim' of its model; the download is incomplete"):
        sizes_of(replace(model, high=Weights(model.high.files, config)))


def test_without_a_model_the_published_one_is_planned(tmp_path):
    assert facts_in(tmp_path / "nothing") == PUBLISHED == Sizes().facts


MACHINES = [
    (1, "NVIDIA H100 80GB HBM3", 85, (9, 0), 128, True),
    (1, "NVIDIA RTX A6000", 49, (8, 6), 128, True),
    (1, "NVIDIA GeForce RTX 4090", 24, (8, 9), 32, False),
    (1, "NVIDIA GeForce RTX 3060", 12, (8, 6), 16, False),
    (1, "NVIDIA T400", 4, (8, 6), 8, False),
    (4, "NVIDIA RTX A6000", 49, (8, 6), 128, True),
]
"""Cards, host memory in GB, and whether the published model fits as well."""


@pytest.mark.parametrize("layout", ["original", "diffusers"])
@pytest.mark.parametrize(("count", "name", "gigabytes", "capability", "host", "full_fits"), MACHINES)
def test_a_small_model_gets_the_plan_of_a_small_model(
    published, layout, count, name, gigabytes, capability, host, full_fits
):
    """Everything stays on the card, in a fraction of the memory and of the time of the published model."""
    hardware = Hardware((Gpu(name, gigabytes * GB, gigabytes * GB, capability),) * count, host * GB)
    plan = choose(hardware, facts_in(published / layout / "wan22"), SHOT)
    assert (plan.placement.residency, plan.placement.text) == ("all", "card")
    assert plan.needed_bytes < 4 * GB
    if not full_fits:
        with pytest.raises(EngineError, match="needs"):
            choose(hardware, PUBLISHED, SHOT)
        return
    full = choose(hardware, PUBLISHED, SHOT)
    assert plan.needed_bytes < full.needed_bytes / 2
    assert plan.seconds < full.seconds / 20


def test_a_build_plans_with_the_model_that_it_has(published, tmp_path, monkeypatch):
    card = Gpu("NVIDIA T400", 4 * GB, 4 * GB, (8, 6))
    monkeypatch.setattr(plans, "_machine", lambda: Hardware((card,), 8 * GB))
    tiny = published / "original"
    assert "both experts on the card" in ENGINE.placement(request(), 1, tiny)
    assert ENGINE.estimate(request(), 1, tiny) < 60
    assert "needs" in ENGINE.placement(request(), 1, tmp_path)
    assert ENGINE.estimate(request(), 1, tmp_path) is None


def test_shapes_are_those_that_torch_reads(tmp_path):
    tensors = {"a": torch.zeros(2, 3), "b": torch.nn.Parameter(torch.zeros(5)), "c": torch.zeros(())}
    file = tmp_path / "weights.pth"
    torch.save({**tensors, "step": 7}, file)
    assert shapes(Weights((file,))) == {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    torch.save(tensors, file, _use_new_zipfile_serialization=False)
    assert shapes(Weights((file,))) == {}


class _Trap:
    def __reduce__(self):
        return print, ("this must never be called",)


def test_nothing_that_a_pickle_names_is_called(tmp_path, capsys):
    file = tmp_path / "weights.pth"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("weights/data.pkl", pickle.dumps({"trap": _Trap()}))
    assert shapes(Weights((file,))) == {}
    assert capsys.readouterr().out == ""
