"""A LoRA merged by swav is the LoRA fused by Diffusers and PEFT, under every naming in use."""

import pytest
import torch
from safetensors.torch import save_file
from tiny_wan22 import expert_name_to_original, tiny_pipeline, tiny_transformer, write_tokenizer

from swav.engines.wan22.loras import Lora, merge
from swav.errors import EngineError

MODULES = {
    "blocks.0.attn1.to_q": (48, 48),
    "blocks.1.attn1.to_out.0": (48, 48),
    "blocks.0.attn2.to_k": (48, 48),
    "blocks.1.ffn.net.0.proj": (64, 48),
    "blocks.0.ffn.net.2": (48, 64),
}
RANK = 4


def thin(seed: int = 1, modules=MODULES) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    random = torch.Generator().manual_seed(seed)
    return {
        module: (torch.randn(RANK, columns, generator=random), torch.randn(rows, RANK, generator=random))
        for module, (rows, columns) in modules.items()
    }


def diffusers_names(prefix: str = "transformer.") -> dict[str, torch.Tensor]:
    tensors = {}
    for module, (down, up) in thin().items():
        tensors |= {f"{prefix}{module}.lora_A.weight": down, f"{prefix}{module}.lora_B.weight": up}
    return tensors


def wan_names(down_name: str, up_name: str, alpha: float | None) -> dict[str, torch.Tensor]:
    tensors = {}
    for module, (down, up) in thin().items():
        stem = "diffusion_model." + expert_name_to_original(f"{module}.weight").removesuffix(".weight")
        tensors |= {f"{stem}.{down_name}.weight": down, f"{stem}.{up_name}.weight": up}
        if alpha is not None:
            tensors[f"{stem}.alpha"] = torch.tensor(alpha)
    return tensors


FORMATS = {
    "diffusers": diffusers_names(),
    "wan, A and B": wan_names("lora_A", "lora_B", None),
    "wan, down and up": wan_names("lora_down", "lora_up", 2.0),
}


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    return write_tokenizer(tmp_path_factory.mktemp("tokenizer"))


@pytest.mark.parametrize("naming", FORMATS)
def test_merging_is_fusing(tokenizer, tmp_path, naming):
    file = tmp_path / "lora.safetensors"
    save_file(FORMATS[naming], file)
    pipeline = tiny_pipeline(tokenizer)
    pipeline.load_lora_weights(str(tmp_path), weight_name=file.name)
    pipeline.fuse_lora(components=["transformer"], lora_scale=0.7)
    pipeline.unload_lora_weights()
    expected = dict(pipeline.transformer.named_parameters())
    model = tiny_transformer(3)
    before = {name: parameter.clone() for name, parameter in model.named_parameters()}
    merge([Lora(file, 0.7)], model, "high")
    changed = set()
    for name, parameter in model.named_parameters():
        assert torch.allclose(parameter, expected[name], atol=1e-5), name
        if not torch.equal(parameter, before[name]):
            changed.add(name.removesuffix(".weight"))
    assert changed == set(MODULES)


def test_kohyas_names_mean_the_same(tmp_path):
    merged = []
    kohya = {}
    for name, tensor in FORMATS["wan, down and up"].items():
        stem, kind = name.removeprefix("diffusion_model.").split(".lora_" if ".lora_" in name else ".alpha")
        suffix = f".lora_{kind}" if kind else ".alpha"
        kohya["lora_unet_" + stem.replace(".", "_") + suffix] = tensor
    for number, tensors in enumerate((FORMATS["wan, down and up"], kohya)):
        save_file(tensors, tmp_path / f"{number}.safetensors")
        model = tiny_transformer(3)
        merge([Lora(tmp_path / f"{number}.safetensors")], model, "low")
        merged.append(model.state_dict())
    assert all(torch.equal(merged[0][name], merged[1][name]) for name in merged[0])


def test_biases_and_norms_change_by_their_difference(tmp_path):
    file = tmp_path / "lora.safetensors"
    difference = {
        "diffusion_model.blocks.0.self_attn.q.diff_b": torch.ones(48),
        "diffusion_model.blocks.1.norm3.diff": torch.full((48,), 2.0),
        "diffusion_model.blocks.1.modulation.diff": torch.full((1, 6, 48), 3.0),
    }
    save_file(difference, file)
    model, plain = tiny_transformer(3), tiny_transformer(3)
    merge([Lora(file, 0.5)], model, "high")
    for name, change in (
        ("blocks.0.attn1.to_q.bias", 0.5),
        ("blocks.1.norm2.weight", 1.0),
        ("blocks.1.scale_shift_table", 1.5),
    ):
        assert torch.equal(model.get_parameter(name), plain.get_parameter(name) + change)


def test_a_file_may_hold_one_set_for_each_expert(tmp_path):
    file = tmp_path / "lora.safetensors"
    second = {name: 2 * tensor for name, tensor in diffusers_names("transformer_2.").items()}
    save_file({**diffusers_names(), **second}, file)
    high, low, plain = tiny_transformer(3), tiny_transformer(3), tiny_transformer(3)
    merge([Lora(file)], high, "high")
    merge([Lora(file)], low, "low")
    name = "blocks.0.attn1.to_q.weight"
    change = high.get_parameter(name) - plain.get_parameter(name)
    assert torch.allclose(low.get_parameter(name) - plain.get_parameter(name), 4 * change, atol=1e-4)


def test_a_lora_acts_on_the_expert_that_it_names_and_they_add_up(tmp_path):
    file = tmp_path / "lora.safetensors"
    save_file(diffusers_names(), file)
    plain, untouched, twice, once = (tiny_transformer(3) for _ in range(4))
    merge([Lora(file, 1.0, "low")], untouched, "high")
    merge([Lora(file, 0.5), Lora(file, 0.25, "high")], twice, "high")
    merge([Lora(file, 0.75, "both")], once, "high")
    name = "blocks.1.ffn.net.0.proj.weight"
    assert torch.equal(untouched.get_parameter(name), plain.get_parameter(name))
    assert torch.allclose(twice.get_parameter(name), once.get_parameter(name), atol=1e-5)


@pytest.mark.parametrize(
    ("tensors", "what"),
    [
        (
            {**diffusers_names(), "transformer.blocks.9.attn1.to_q.lora_A.weight": torch.ones(4, 48)},
            "blocks.9",
        ),
        (
            {**diffusers_names(), "text_model.encoder.lora_up.weight": torch.ones(4)},
            "text_model.encoder.lora_up",
        ),
        ({**diffusers_names(), "strange": torch.ones(4)}, "strange"),
        ({"transformer.blocks.0.attn1.to_q.lora_A.weight": torch.ones(4, 48)}, "only one of two"),
        (
            {
                "transformer.blocks.0.attn1.to_q.lora_A.weight": torch.ones(4, 99),
                "transformer.blocks.0.attn1.to_q.lora_B.weight": torch.ones(99, 4),
            },
            "another size",
        ),
        ({}, "holds no tensors"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path, tensors, what):
    file = tmp_path / "lora.safetensors"
    save_file(tensors, file)
    with pytest.raises(EngineError, match=what) as refused:
        merge([Lora(file)], tiny_transformer(3), "high")
    assert str(file) in str(refused.value) and "\n" not in str(refused.value)


def test_a_file_that_is_no_lora_is_refused(tmp_path):
    (tmp_path / "lora.safetensors").write_bytes(b"not tensors")
    with pytest.raises(EngineError, match="cannot be read"):
        merge([Lora(tmp_path / "lora.safetensors")], tiny_transformer(3), "high")


def test_the_identity_is_the_content_and_not_the_name(tmp_path):
    for name in ("one", "two"):
        save_file(diffusers_names(), tmp_path / f"{name}.safetensors")
    save_file(FORMATS["wan, A and B"], tmp_path / "three.safetensors")
    one, two, three = (Lora(tmp_path / f"{name}.safetensors").identity for name in ("one", "two", "three"))
    assert one == two != three
    assert Lora(tmp_path / "one.safetensors", 0.5).identity != one
    assert Lora(tmp_path / "one.safetensors", 1.0, "low").identity != one
