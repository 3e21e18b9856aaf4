"""LoRA files under every spelling in the wild: the same change is read from each, or the kind is named."""

import copy
from fractions import Fraction

import pytest
import torch
from safetensors.torch import save_file
from tiny_wan22 import expert_name_to_original, tiny_transformer

from swav.engines import Length, LoraFile, Request, engines
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
    elif harm == "no matrices":
        held = {
            name: tensor for name, tensor in held.items() if "to_q" not in name and "self_attn.q" not in name
        }
        held[f"{wan('blocks.0.attn1.to_q')}.alpha"] = torch.tensor(4.0)
    elif harm == "two ranks":
        held[first] = torch.ones(RANK + 2, 48)
    elif harm == "another size":
        held[first] = torch.ones(RANK, 64)
    elif harm == "scales":
        held[f"{wan('blocks.0.attn1.to_q')}.alpha"] = torch.ones(3)
    elif harm == "whole":
        held[f"{wan('blocks.0.attn1.to_q')}.diff"] = torch.ones(48, 48)
    elif harm == "twice":
        held |= tensors(diffusers)
    elif harm == "text encoder":
        held["lora_te1_encoder_block_0_layer_0_SelfAttention_q.lora_down.weight"] = torch.ones(4, 8)
    elif harm == "SDXL":
        unet = "lora_unet_input_blocks_{}_1_transformer_blocks_{}_attn1_to_q.lora_down.weight"
        return {unet.format(one, two): torch.ones(4, 8) for one in range(9) for two in range(9)}
    elif harm == "nothing":
        return {}
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
        "half": "has only one of two matrices for .*; the file is damaged: get it anew",
        "no matrices": r"has a scale \(alpha\) and no matrices for blocks\.0\.attn1\.to_q\.weight; the file",
        "two ranks": r"has matrices of rank 6 and 4 for .*, where both need one; the file is damaged",
        "another size": r"at blocks\.0\.attn1\.to_q\.weight it changes 48x64, and the weight has 48x48",
        "scales": r"has 3 scales \(alpha\) for .*, where one is read",
        "whole": "holds matrices and a whole change for .*, of which one is read; use a plain LoRA",
        "twice": r"holds two changes of .* \(diffusion_model\..* and transformer\..*\); the file is damaged",
        "text encoder": "changes a text encoder too .*, and that of Wan 2.2 A14B stays as it is",
        "SDXL": "match no weight of it, and are named as those of SDXL or SD; use a LoRA",
        "nothing": "holds no tensors; get the file anew",
        "dora_scale": "is a DoRA, a kind that is not read here; use a plain LoRA",
        "lora_magnitude_vector.default.weight": "is a DoRA, a kind that is not read here",
        "boft_R": "is a BOFT, a kind",
        "on_input": r"is an \(IA\)\^3, a kind",
        "lokr_w1": "is a LoKr, a kind that is not read",
        "hada_w1_a": "is a LoHa, a kind that is not read",
        "lora_mid.weight": "is a LoRA for convolutions, a kind that is not read",
        "oft_blocks": "is an OFT, a kind",
    }.items(),
)
@pytest.mark.parametrize("look", [check, merge], ids=["checked", "merged"])
def test_what_cannot_be_merged_is_said_before_a_weight_is_touched(harm, says, look, model, tmp_path):
    save_file(
        {name: tensor.contiguous() for name, tensor in spoilt(harm).items()}, tmp_path / "x.safetensors"
    )
    changed = copy.deepcopy(model)
    with pytest.raises(EngineError, match=says) as refused:
        look([Lora(tmp_path / "x.safetensors")], changed, "high")
    sentence = str(refused.value)
    assert sentence.startswith(f"the LoRA {tmp_path}/x.safetensors ") and sentence.count("; ") == 1
    assert len(sentence.removeprefix(f"the LoRA {tmp_path}")) < 330 and "\n" not in sentence
    before = dict(model.named_parameters())
    assert all(torch.equal(before[name], found) for name, found in changed.named_parameters())


def test_what_is_for_the_other_expert_alone_says_which_one_to_name(model, tmp_path):
    held = tensors(lambda module: f"transformer_2.{module}")
    save_file({name: tensor.contiguous() for name, tensor in held.items()}, tmp_path / "x.safetensors")
    with pytest.raises(EngineError, match=r"holds nothing for the high-noise expert, .*; write expert: low"):
        check([Lora(tmp_path / "x.safetensors")], model, "high")
    check([Lora(tmp_path / "x.safetensors")], model, "low")
    check([Lora(tmp_path / "x.safetensors", expert="low")], model, "high")


@pytest.mark.parametrize(
    ("name", "expert", "said"),
    [
        ("style_high_noise.safetensors", "both", "high"),
        ("style_high_noise.safetensors", "low", "high"),
        ("style_HIGH.safetensors", "high", ""),
        ("Wan2.2-low-v2.safetensors", "both", "low"),
        ("highland.safetensors", "both", ""),
        ("high_and_low.safetensors", "both", ""),
    ],
)
@pytest.mark.parametrize("engine", ["wan2.2", "wan2.2-i2v"])
def test_a_lora_that_acts_on_another_expert_than_it_says_is_told(engine, name, expert, said):
    lora = LoraFile(f"loras/{name}", "0", 1.0, expert)
    request = Request("a", 1280, 720, Fraction(24), Length(frames=72), 1, prompt="sea", loras=(lora,))
    told = [sentence for sentence in engines()[engine].remarks(request) if "noise expert" in sentence]
    assert [sentence.endswith(f"write expert: {said}") for sentence in told] == ([True] if said else [])


@pytest.mark.parametrize(
    ("content", "says"),
    {
        b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n": "is a git-lfs pointer",
        b"<!DOCTYPE html><html>": "is a web page under another name",
        b"PK\x03\x04" + bytes(200): "is a file of PyTorch under another name; get it as safetensors",
        (9).to_bytes(8, "little") + b"{}": "is cut off: it lacks its end, 7 bytes or more; delete it",
        b"\xff" * 200: "is no whole safetensors file, since its header cannot be read; delete it",
        b"": "is empty",
    }.items(),
)
def test_a_file_that_is_none_says_what_it_is(content, says, model, tmp_path):
    (tmp_path / "x.safetensors").write_bytes(content)
    with pytest.raises(EngineError, match=says):
        check([Lora(tmp_path / "x.safetensors")], model, "high")
