"""Lossy ways by themselves: their numbers, what they need of a card, what they change of a model's sizes."""

from dataclasses import replace

import pytest
import torch
from diffusers import HunyuanVideoTransformer3DModel
from torch import nn

from swav.diffusion import lossy, plans, search
from swav.diffusion.called import called
from swav.diffusion.facts import ShotFacts
from swav.diffusion.ways import applied, check, named, said, table
from swav.diffusion.ways._fp8 import Fp8
from swav.diffusion.ways._int8 import Int8
from swav.diffusion.ways._linears import ScaledLinear, scaled
from swav.diffusion.ways._sage import reference
from swav.engines.wan22.sizes import PUBLISHED
from swav.errors import EngineError
from swav.render.catalogue import imagined

KINDS = (Int8(), Fp8())
FULL = ShotFacts(1280, 720, 81)


def drawn(*shape, seed=0, dtype=torch.float32):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)).to(dtype)


@pytest.mark.parametrize("kind", KINDS, ids=["int8", "fp8"])
@pytest.mark.parametrize("rows", [1, 32, 5000])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_layer_computes_with_its_own_numbers_and_no_others(kind, rows, bias, dtype):
    exact = nn.Linear(48, 64, bias=bias, dtype=dtype).requires_grad_(False)
    layer, tokens = ScaledLinear(exact, kind), drawn(2, rows, 48, dtype=dtype)
    tokens[0, 0] = 0
    made = layer(tokens)
    assert made.shape == (2, rows, 64) and made.dtype == dtype
    values, scale = scaled(tokens.reshape(-1, 48), kind)
    wanted = (values.double() * scale) @ (layer.weight.double() * layer.scale[:, None]).T
    wanted = (wanted + (exact.bias.double() if bias else 0)).reshape(made.shape)
    assert torch.allclose(made.double(), wanted, rtol=1e-2 if dtype == torch.bfloat16 else 1e-5, atol=1e-5)
    lost = (made.double() - exact(tokens).double()).norm() / exact(tokens).double().norm()
    assert lost < (0.02 if kind is KINDS[0] else 0.06)


def test_the_scales_of_a_filled_layer_lie_where_its_weights_do():
    exact = nn.Linear(32, 32).requires_grad_(False)
    with torch.device("meta"):  # wherever new tensors go
        layer = ScaledLinear(exact, KINDS[0])
    assert layer.scale.device == layer.weight.device == exact.weight.device
    assert torch.equal(layer.scale[:, None], scaled(exact.weight, KINDS[0])[1])


def test_float8_on_a_cpu_is_what_the_cards_operator_computes():
    (a, of_a), (b, of_b) = (scaled(drawn(rows, 64, seed=rows), Fp8()) for rows in (40, 32))
    wanted = torch._scaled_mm(a, b.t(), scale_a=of_a, scale_b=of_b.t(), out_dtype=torch.bfloat16)
    made = Fp8().multiply(a, of_a, b, of_b[:, 0])
    assert torch.allclose(made, wanted.float(), rtol=1e-2, atol=1e-2)


@pytest.mark.parametrize(("tokens", "others"), [(300, 300), (128, 40), (7, 129)])
def test_sage_attention_is_near_attention(tokens, others):
    query, key, value = (
        drawn(1, tokens, 2, 64),
        drawn(1, others, 2, 64, seed=1),
        drawn(1, others, 2, 64, seed=2),
    )
    exact = nn.functional.scaled_dot_product_attention(
        *(each.transpose(1, 2) for each in (query, key, value))
    )
    made = reference(query, key + 5, value, 64**-0.5)  # what keys have in common changes no weight
    lost = (made - exact.transpose(1, 2)).norm() / exact.norm()
    assert 0 < lost < 0.03


def test_layers_that_turn_a_time_into_scales_stay_as_they_are():
    with torch.device("meta"):
        model = HunyuanVideoTransformer3DModel(
            num_attention_heads=2, attention_head_dim=16, num_layers=1, num_single_layers=1
        )
    lossy.change(model, [*model.transformer_blocks, *model.single_transformer_blocks], ("int8",))
    kept = {name for name, part in model.named_modules() if type(part) is nn.Linear and "blocks" in name}
    kept = {name for name in kept if not name.startswith("context_embedder")}
    assert kept and all("norm" in name for name in kept)
    assert isinstance(model.transformer_blocks[0].attn.to_q, ScaledLinear)


@pytest.mark.parametrize("name", table())
def test_a_way_says_what_it_is_and_can_be_loaded(name):
    way = table()[name]
    assert way.name == name and way.words and callable(called(way.code))
    assert way.words in said([name]) and len(said([name])) < 200


@pytest.mark.parametrize(
    ("name", "cards", "what"),
    [
        (
            "fp8",
            "2 x RTX A6000",
            "fp8 needs cards of compute capability 8.9 or newer, and NVIDIA RTX A6000 has 8.6",
        ),
        ("fp8", "H100", ""),
        ("fp8", "L40S", ""),
        ("int8", "RTX A6000", ""),
        ("cache", "RTX A6000", ""),
        ("sage", "RTX A6000", "sage needs sageattention: pip install sageattention"),
    ],
)
def test_what_a_card_cannot_do_is_refused_in_a_sentence(name, cards, what):
    machine = imagined(cards)
    model = applied(PUBLISHED, [name])
    foretold = plans.foretold(model, FULL, len(machine.cards), machine)
    if not what:
        check([name], machine.cards)
        assert table()[name].words in foretold
        return
    assert foretold.startswith(what) and len(foretold) < 300 and "take" in foretold
    with pytest.raises(EngineError):
        search.choose(machine, model, FULL)


def test_layers_of_a_byte_take_half_the_memory_and_no_more_time():
    machine, half = imagined("H100", 128), applied(PUBLISHED, ["int8"])
    assert 0.5 < half.denoiser.parameters / PUBLISHED.denoiser.parameters < 0.54
    assert half.denoiser.rest == PUBLISHED.denoiser.rest
    exact, small = search.choose(machine, PUBLISHED, FULL), search.choose(machine, half, FULL)
    assert (exact.placement.residency, small.placement.residency) == ("one_expert", "all")
    assert small.forecast.pass_seconds == exact.forecast.pass_seconds
    assert not half.divisions.shard and applied(PUBLISHED, []) is PUBLISHED
    assert replace(applied(PUBLISHED, ["cache"]), ways=()) == PUBLISHED


def test_two_ways_for_one_thing_are_refused():
    with pytest.raises(EngineError, match="fp8 and int8"):
        named(["int8", "fp8"])
    assert [way.name for way in named(["sage", "int8", "cache"])] == ["cache", "int8", "sage"]
