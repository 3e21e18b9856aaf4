"""Lossy ways on a tiny Wan 2.2: near the exact take, the same wherever weights live, resumed alike."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file
from test_wan22_loras import diffusers_names
from tiny_wan22 import write_original
from wan22_site import request

from swav.diffusion.ways import _cache, table
from swav.diffusion.ways._linears import ScaledLinear
from swav.engines.wan22.engine import Progress, Setup, TakeSpec, Wan22
from swav.engines.wan22.loras import Lora
from swav.engines.wan22.plans import memory_of
from swav.engines.wan22.sampling import Sampling
from swav.engines.wan22.service import ENGINE, worker_of
from swav.errors import EngineError
from swav.keys import take_key

TAKE = TakeSpec("a red fox", "", 64, 64, 5, 5, Sampling(steps=12))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lossy") / "wan22"
    write_original(folder)
    return folder


@pytest.fixture(scope="module", autouse=True)
def bold():
    """A cache that is used: flows of random weights turn faster from step to step than a model's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_cache, "THRESHOLD", 2.0)
        yield


@pytest.fixture(scope="module")
def engines(folder):
    """An engine for each way, made once; the exact one by an empty name."""
    return {
        name: Wan22(folder, Setup("cpu", "float32", ways=(name,) if name else ())) for name in ("", *table())
    }


@pytest.fixture(scope="module")
def exact(engines):
    return engines[""].render(TAKE).latents


def off(found, wanted):
    return float((found - wanted).norm() / wanted.norm())


@pytest.mark.parametrize("name", table())
def test_a_lossy_take_is_near_the_exact_one(engines, exact, name):
    found = off(engines[name].render(TAKE).latents, exact)
    assert 1e-5 < found < (0.5 if name == "cache" else 0.05)


@pytest.mark.parametrize("name", ["int8", "fp8"])
def test_linear_layers_of_all_blocks_have_a_byte(engines, name):
    expert = engines[name].experts("high")
    linears = [module for module in expert.blocks.modules() if isinstance(module, ScaledLinear)]
    assert len(linears) == 2 * 10  # two attentions of four, and a feed-forward of two, in each of two blocks
    assert all(layer.weight.dtype.itemsize == 1 for layer in linears)
    assert not any(isinstance(module, torch.nn.Linear) for module in expert.blocks.modules())
    assert not isinstance(expert.proj_out, ScaledLinear)


@pytest.mark.parametrize(
    "home",
    [
        {"experts": "one"},
        {"experts": "one", "host_copies": False},
        {"experts": "streamed"},
        {"compiled": True},
    ],
)
def test_it_is_the_same_wherever_the_weights_live(engines, folder, home):
    elsewhere = Wan22(folder, Setup("cpu", "float32", ways=("int8",), **home))
    for _ in range(2):
        assert torch.equal(elsewhere.render(TAKE).latents, engines["int8"].render(TAKE).latents)


def test_loras_are_added_before_a_weight_is_rounded(engines, folder, tmp_path):
    save_file(diffusers_names(), tmp_path / "look.safetensors")
    lora = Lora(tmp_path / "look.safetensors", 1.0, "high")
    ways = Setup("cpu", "float32", ways=("int8",))
    from_the_start = Wan22(folder, ways, loras=[lora]).render(TAKE).latents
    engine, without = Wan22(folder, ways), engines["int8"].render(TAKE).latents
    engine.use_loras([lora])
    assert torch.equal(engine.render(TAKE).latents, from_the_start)
    assert not torch.equal(from_the_start, without)
    engine.use_loras([])
    assert torch.equal(engine.render(TAKE).latents, without)


class Killed(Exception):
    pass


def test_a_take_with_a_cache_of_steps_goes_on_with_the_same_bits(engines, tmp_path):
    engine, asked = engines["cache"], []
    spec = replace(TAKE, sampling=Sampling(steps=20))
    handles = [
        engine.experts(stage).register_forward_pre_hook(lambda *_: asked.append(1))
        for stage in ("high", "low")
    ]
    whole = engine.render(spec).latents
    for handle in handles:
        handle.remove()
    assert len(asked) < 2 * 20, "no step was left out"
    for step in (5, 9, 13):

        def kill(progress: Progress, step=step) -> None:
            if progress.phase == "denoise" and progress.done == step:
                raise Killed

        state = tmp_path / f"{step}.state"
        with pytest.raises(Killed):
            engine.render(spec, state, 1, on_progress=kill)
        rendering = engine.render(spec, state)
        assert rendering.report["resumed_from"] == step
        assert torch.equal(rendering.latents, whole)


def test_the_state_of_the_exact_take_is_not_used(engines, tmp_path):
    engines[""].render(TAKE, tmp_path / "state")
    assert engines["int8"].render(TAKE, tmp_path / "state").report["resumed_from"] == 0


def test_every_way_is_another_take_with_a_worker_and_a_memory_of_its_own():
    recipes = [ENGINE.recipe(request(lossy=names), "m") for names in [(), *((name,) for name in table())]]
    assert "lossy" not in recipes[0]
    for facts in (take_key, worker_of, memory_of):
        assert len({facts(recipe) for recipe in recipes}) == len(recipes)
    assert worker_of(recipes[0]) == "wan2.2" and memory_of(recipes[0]) == "plans.json"


@pytest.mark.parametrize("names", [("int9",), ("int8", "fp8"), ("\x1b[31m",)])
def test_what_is_no_way_is_refused_in_a_sentence(names):
    with pytest.raises(EngineError) as refusal:
        ENGINE.recipe(request(lossy=names), "m")
    assert len(str(refusal.value)) < 300 and "\x1b" not in str(refusal.value)
