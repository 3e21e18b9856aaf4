"""LoRAs for models that are recipes: merged as Diffusers itself loads and fuses them, or refused by name."""

import hashlib
import re
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import save_file
from tiny_pipelines import MAKERS
from tiny_wan22 import expert_name_to_original
from torch import nn

from swav.diffusion import pipeline as rendering
from swav.diffusion.pipeline_loras import merge
from swav.diffusion.placement import Placement
from swav.engines import engines
from swav.errors import EngineError

RANK = 2


def made(name):
    torch.manual_seed(0)
    return MAKERS[name]()


def pairs(network, ends=(".to_q", ".to_k")):
    """Random thin matrices for some of a network's layers, by the name of each."""
    draw = torch.Generator().manual_seed(3)
    layers = [(n, m) for n, m in network.named_modules() if isinstance(m, nn.Linear) and n.endswith(ends)]
    assert layers
    return {
        name: (
            torch.randn(RANK, layer.in_features, generator=draw) * 0.1,
            torch.randn(layer.out_features, RANK, generator=draw) * 0.1,
        )
        for name, layer in layers[:6]
    }


def peft(part):
    """As Diffusers and PEFT write them."""

    def written(pipeline):
        found = {}
        for name, (down, up) in pairs(getattr(pipeline, part)).items():
            found |= {f"{part}.{name}.lora_A.weight": down, f"{part}.{name}.lora_B.weight": up}
        return found

    return written


def kohya(pipeline):
    """As kohya's scripts and their kind write them for a UNet and its text encoders."""
    found = {}
    for prefix, part, ends in (
        ("lora_unet", "unet", (".to_q", ".to_k")),
        ("lora_te1", "text_encoder", (".q_proj", ".out_proj")),
        ("lora_te2", "text_encoder_2", (".v_proj", ".out_proj")),
    ):
        for name, (down, up) in pairs(getattr(pipeline, part), ends).items():
            whole = name if part == "unet" else f"text_model.{name.removeprefix('text_model.')}"
            stem = f"{prefix}_{whole.replace('.', '_')}"
            found |= {f"{stem}.lora_down.weight": down, f"{stem}.lora_up.weight": up}
            found[f"{stem}.alpha"] = torch.tensor(1.0)
    return found


def of_the_community(pipeline):
    """As Qwen-Image's and Z-Image's trainers write them: ComfyUI's prefix, with alpha."""
    found = {}
    for name, (down, up) in pairs(pipeline.transformer).items():
        stem = f"diffusion_model.{name}"
        found |= {f"{stem}.lora_down.weight": down, f"{stem}.lora_up.weight": up}
        found[f"{stem}.alpha"] = torch.tensor(1.0)
    return found


def of_wan(pipeline):
    found = {}
    for name, (down, up) in pairs(pipeline.transformer).items():
        own = re.sub(
            r"attn1\.to_([qk])", r"self_attn.\1", re.sub(r"attn2\.to_([qk])", r"cross_attn.\1", name)
        )
        found |= {f"diffusion_model.{own}.lora_A.weight": down, f"diffusion_model.{own}.lora_B.weight": up}
    return found


def stored(tensors, folder):
    file = folder / "lora.safetensors"
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, file)
    return str(file), hashlib.sha256(file.read_bytes()).hexdigest()


def weights(pipeline):
    return {
        f"{part}.{name}": weight.clone()
        for part, network in pipeline.components.items()
        if isinstance(network, nn.Module)
        for name, weight in network.named_parameters()
    }


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("cogvideox-5b", peft("transformer")),
        ("hunyuanvideo", peft("transformer")),
        ("sdxl", peft("unet")),
        ("sdxl", kohya),
        ("qwen-image", peft("transformer")),
        ("qwen-image", of_the_community),
        ("z-image", of_the_community),
        ("wan2.2-ti2v", of_wan),
    ],
)
def test_a_lora_is_what_diffusers_makes_of_it(name, written, tmp_path):
    ours, theirs = made(name), made(name)
    before = weights(ours)
    file, digest = stored(written(ours), tmp_path)
    merge(ours, [(file, digest, 0.5, "both")], "A model")
    theirs.load_lora_weights(file)
    theirs.fuse_lora(lora_scale=0.5)
    theirs.unload_lora_weights()
    found, expected = weights(ours), weights(theirs)
    assert any(not torch.equal(found[each], before[each]) for each in before)
    for each in before:
        torch.testing.assert_close(found[each], expected[each], rtol=0, atol=1e-6)


def test_an_expert_of_two_is_changed_alone(tmp_path):
    pipeline = made("wan2.2-i2v")
    before = weights(pipeline)
    merge(pipeline, [(*stored(of_wan(pipeline), tmp_path), 1.0, "low")], "A model")
    changed = {
        n.split(".")[0] for n, weight in weights(pipeline).items() if not torch.equal(weight, before[n])
    }
    assert changed == {"transformer_2"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda name, tensor: (name.replace("to_q", "to_z"), tensor), "match no weight of it"),
        (lambda name, tensor: (name.replace("lora_A", "dora_scale"), tensor), "is a DoRA"),
        (lambda name, tensor: (name, tensor * float("nan")), "numbers that are none"),
        (lambda name, tensor: (name, tensor.repeat(2, 2)), "is for a model of another size"),
    ],
)
def test_what_does_not_fit_is_said(change, sentence, tmp_path):
    pipeline = made("cogvideox-5b")
    tensors = dict(change(*each) for each in peft("transformer")(pipeline).items())
    with pytest.raises(EngineError, match=sentence) as refused:
        merge(pipeline, [(*stored(tensors, tmp_path), 1.0, "both")], "A model")
    assert len(str(refused.value).replace(str(tmp_path), "")) < 300


def wans_own(name):
    return expert_name_to_original(f"{name}.weight").removesuffix(".weight")


SPELLINGS = {
    "Wan's own": lambda n: (f"diffusion_model.{wans_own(n)}", "lora_down.weight", "lora_up.weight"),
    "Diffusers": lambda n: (f"transformer.{n}", "lora_A.weight", "lora_B.weight"),
    "before 2024": lambda n: (f"transformer.{n}", "lora.down.weight", "lora.up.weight"),
    "an adapter": lambda n: (f"transformer.{n}", "lora_A.x2v.weight", "lora_B.x2v.weight"),
    "PEFT": lambda n: (f"base_model.model.{n}", "lora_A.default.weight", "lora_B.default.weight"),
    "bare": lambda n: (wans_own(n), "lora_A.default.weight", "lora_B.default.weight"),
    "kohya": lambda n: (
        f"lora_unet_{wans_own(n).replace('.', '_')}",
        "lora_down.weight",
        "lora_up.weight",
    ),
    "half kohya": lambda n: (
        f"lora_unet_{wans_own(n).replace('.', '_', 1)}",
        "lora_down.weight",
        "lora_up.weight",
    ),
}
"""How LoRAs of Wan 2.2 are named in the wild: module, and the ends of both matrices."""


@pytest.mark.parametrize("name", ["wan2.2-ti2v", "wan2.2-i2v"])
def test_the_models_of_wan_read_every_spelling_that_wan_22_reads(tmp_path, name):
    pipeline, model = made(name), engines()[name].model
    ends = (".to_q", ".to_k", ".to_out.0", "ffn.net.0.proj", "ffn.net.2")
    layers = pairs(pipeline.transformer, ends)
    networks = [part for part in (pipeline.transformer, pipeline.transformer_2) if part is not None]
    exact = [{n: p.clone() for n, p in network.named_parameters()} for network in networks]
    with torch.no_grad():
        for network, parameters in zip(networks, exact, strict=True):
            for layer, (down, up) in layers.items():
                parameters[f"{layer}.weight"] += up @ down
            parameters["original"] = {n: p.clone() for n, p in network.named_parameters()}
    for spelling, spelt in SPELLINGS.items():
        tensors = {}
        for layer, matrices in layers.items():
            stem, *own = spelt(layer)
            tensors |= {f"{stem}.{end}": matrix for end, matrix in zip(own, matrices, strict=True)}
        file, content = stored(tensors, tmp_path)
        merge(pipeline, [(file, content, 1.0, "both")], model.title, model.lora_names)
        for network, parameters in zip(networks, exact, strict=True):
            for own_name, parameter in network.named_parameters():
                assert torch.allclose(parameter, parameters[own_name], atol=1e-6), (spelling, own_name)
                parameter.data.copy_(parameters["original"][own_name])


@pytest.mark.parametrize(
    ("tensors", "sentence"),
    [
        ({"lokr_w1": torch.ones(2, 2), "lokr_w2": torch.ones(2, 2)}, "is a LoKr"),
        ({"hada_w1_a": torch.ones(2, 2), "hada_w1_b": torch.ones(2, 2)}, "is a LoHa"),
        ({"dora_scale": torch.ones(2, 1)}, "is a DoRA"),
        ({"lora_down.weight": torch.full((2, 24), torch.nan), "lora_up.weight": torch.ones(24, 2)}, "NaN"),
        ({"k_img.lora_down.weight": torch.ones(2, 24)}, "does not fit Wan 2.2 TI2V-5B"),
    ],
)
def test_other_kinds_and_numbers_that_are_none_are_refused_by_name(tmp_path, tensors, sentence):
    pipeline, model = made("wan2.2-ti2v"), engines()["wan2.2-ti2v"].model
    before = {n: p.clone() for n, p in pipeline.transformer.named_parameters()}
    named = {f"diffusion_model.blocks.0.self_attn.q.{end}": tensor for end, tensor in tensors.items()}
    file, content = stored(named, tmp_path)
    with pytest.raises(EngineError, match=re.escape(sentence)):
        merge(pipeline, [(file, content, 1.0, "both")], model.title, model.lora_names)
    assert all(torch.equal(before[n], p) for n, p in pipeline.transformer.named_parameters())


@pytest.mark.parametrize(
    ("tensors", "sentence"),
    [
        ({}, "holds no tensors"),
        (
            {"a.lora_A.weight": torch.full((2, 24), torch.nan)},
            "numbers that are none (NaN or infinite) at a.",
        ),
        ({"a.lokr_w1": torch.ones(2, 2)}, "is a LoKr"),
    ],
)
def test_what_is_of_use_to_no_model_is_refused_before_one_is_loaded(tmp_path, monkeypatch, tensors, sentence):
    loaded = []
    monkeypatch.setattr(rendering, "load", lambda *given: loaded.append(given))
    setup = {
        "bytes": 0,
        "folder": str(tmp_path),
        "float32": [],
        "pipeline": "",
        "variant": None,
        "loras": [(*stored(tensors, tmp_path), 1.0, "both")],
        "placement": Placement(residency="all", precision="float32").plain(),
        "device": "cpu",
    }
    with pytest.raises(EngineError, match=re.escape(sentence)) as refused:
        rendering.Renderer(setup, SimpleNamespace(tell=lambda *given: None))
    assert str(refused.value).startswith(f"the LoRA {setup['loras'][0][0]} ") and not loaded
