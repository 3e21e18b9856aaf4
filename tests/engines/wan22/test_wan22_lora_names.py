"""LoRA files under every spelling in the wild: the same change is read from each, or the kind is named."""

import copy

import pytest
import torch
from safetensors.torch import save_file
from tiny_wan22 import expert_name_to_original, tiny_transformer

from swav.engines.wan22.loras import Lora, check, merge
from swav.errors import EngineError

SIZES = {
    "blocks.0.attn1.to_q": (48, 48),
    "blocks.1.attn1.to_out.0": (48, 48),
    "blocks.0.attn2.to_k": (48, 48),
    "blocks.1.ffn.net.0.proj": (64, 48),
    "blocks.0.ffn.net.2": (48, 64),
}
RANK = 4


def own(module):
    """Wan's own name of a module."""
    return expert_name_to_original(f"{module}.weight").removesuffix(".weight")


def tensors(named, down="lora_down.weight", up="lora_up.weight", alpha=RANK, dtype=torch.float32, rank=RANK):
    generator, made = torch.Generator().manual_seed(1), {}
    for module, (rows, columns) in SIZES.items():
        made[f"{named(module)}.{down}"] = torch.randn(rank, columns, generator=generator).to(dtype)
        made[f"{named(module)}.{up}"] = torch.randn(rows, rank, generator=generator).to(dtype)
        if alpha is not None:
            made[f"{named(module)}.alpha"] = torch.tensor(float(alpha))
    return made


def wan(module):
    return f"diffusion_model.{own(module)}"


def kohya(module):
    return "lora_unet_" + own(module).replace(".", "_")


def half_dotted(module):
    return "lora_unet_" + own(module).replace("blocks.", "blocks_", 1)


def diffusers(module):
    return f"transformer.{module}"


SPELLINGS = {
    "Wan, down and up": (wan, {}),
    "Wan, A and B": (wan, {"down": "lora_A.weight", "up": "lora_B.weight", "alpha": None}),
    "Wan under model.": (lambda module: f"model.{wan(module)}", {}),
    "kohya, underscores": (kohya, {}),
    "kohya, half dotted": (half_dotted, {}),
    "Diffusers": (diffusers, {"down": "lora_A.weight", "up": "lora_B.weight", "alpha": None}),
    "Diffusers, dotted matrices": (diffusers, {"down": "lora.down.weight", "up": "lora.up.weight"}),
    "Diffusers, named adapter": (
        diffusers,
        {"down": "lora_A.lightx2v.weight", "up": "lora_B.lightx2v.weight", "alpha": None},
    ),
    "PEFT": (
        lambda module: f"base_model.model.{module}",
        {"down": "lora_A.default.weight", "up": "lora_B.default.weight", "alpha": None},
    ),
    "PEFT, adapter of a person": (
        lambda module: f"base_model.model.{module}",
        {"down": "lora_A.my-style_2.weight", "up": "lora_B.my-style_2.weight", "alpha": None},
    ),
    "bare names of Wan": (
        own,
        {"down": "lora_A.default.weight", "up": "lora_B.default.weight", "alpha": None},
    ),
    "bare names of Diffusers": (lambda module: module, {}),
}


@pytest.fixture(scope="module")
def model():
    return tiny_transformer(1)


def merged(model, folder, held):
    save_file({name: tensor.contiguous() for name, tensor in held.items()}, folder / "lora.safetensors")
    changed = copy.deepcopy(model)
    merge([Lora(folder / "lora.safetensors")], changed, "high")
    return dict(changed.named_parameters())


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_the_same_change(spelling, model, tmp_path):
    named, how = SPELLINGS[spelling]
    wanted = merged(model, tmp_path, tensors(wan))
    found = merged(model, tmp_path, tensors(named, **how))
    before = dict(model.named_parameters())
    assert sum(not torch.equal(before[name], found[name]) for name in found) == len(SIZES)
    assert all(torch.equal(wanted[name], found[name]) for name in found)


@pytest.mark.parametrize("name", ["diff_m", "modulation.diff"])
def test_a_change_of_modulation_is_read_under_both_names(name, model, tmp_path):
    held = {f"diffusion_model.blocks.0.{name}": torch.full((1, 6, 48), 0.5)}
    found = merged(model, tmp_path, held)["blocks.0.scale_shift_table"]
    assert torch.allclose(found, dict(model.named_parameters())["blocks.0.scale_shift_table"] + 0.5)


def spoilt(harm):
    held = tensors(wan)
    first = next(iter(held))
    if harm == "rank 0":
        return tensors(wan, rank=0, alpha=None)
    if harm in ("NaN", "inf"):
        held[first] = held[first].clone().index_fill(0, torch.tensor(1), float(harm))
    elif harm == "NaN in alpha":
        held[f"{wan('blocks.0.attn1.to_q')}.alpha"] = torch.tensor(float("nan"))
    elif harm == "half":
        del held[first]
    else:
        held[f"{wan('blocks.0.attn1.to_q')}.{harm}"] = torch.ones(48, 1)
    return held


@pytest.mark.parametrize(
    ("harm", "says"),
    {
        "NaN": r"holds numbers that are none \(NaN or infinite\) at blocks\.0\.attn1\.to_q\.weight; get",
        "inf": r"holds numbers that are none \(NaN or infinite\)",
        "NaN in alpha": r"holds numbers that are none \(NaN or infinite\)",
        "rank 0": r"has rank 0 at .*, so it changes nothing; the file is damaged",
        "half": "has only one of two matrices",
        "dora_scale": "is a DoRA, a kind that is not read here; use a plain LoRA",
        "lokr_w1": "is a LoKr, a kind that is not read",
        "hada_w1_a": "is a LoHa, a kind that is not read",
        "lora_mid.weight": "is a LoRA for convolutions, a kind that is not read",
        "oft_blocks": "is a OFT|is an OFT",
    }.items(),
)
@pytest.mark.parametrize("look", [check, merge], ids=["checked", "merged"])
def test_what_cannot_be_merged_is_said_before_a_weight_is_touched(harm, says, look, model, tmp_path):
    save_file(
        {name: tensor.contiguous() for name, tensor in spoilt(harm).items()}, tmp_path / "x.safetensors"
    )
    changed = copy.deepcopy(model)
    with pytest.raises(EngineError, match=says):
        look([Lora(tmp_path / "x.safetensors")], changed, "high")
    before = dict(model.named_parameters())
    assert all(torch.equal(before[name], found) for name, found in changed.named_parameters())


@pytest.mark.parametrize(
    ("content", "says"),
    {
        b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n": "is a git-lfs pointer",
        b"<!DOCTYPE html><html>": "is a web page under another name",
        b"PK\x03\x04" + bytes(200): "cannot be read as safetensors",
        b"": "is empty",
    }.items(),
)
def test_a_file_that_is_none_says_what_it_is(content, says, model, tmp_path):
    (tmp_path / "x.safetensors").write_bytes(content)
    with pytest.raises(EngineError, match=says):
        check([Lora(tmp_path / "x.safetensors")], model, "high")
