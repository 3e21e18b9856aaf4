"""Blocks are compiled once for a clip size, and never again: not a second block, not the other expert."""

import pytest
import torch
from diffusers import WanTransformer3DModel
from tiny_wan22 import write_original
from torch._dynamo.testing import CompileCounter

from swav.diffusion.compiling import compile_blocks
from swav.diffusion.residency import Parked, stream
from swav.engines.wan22.engine import Setup, TakeSpec, Wan22
from swav.engines.wan22.sampling import Sampling

CPU = torch.device("cpu")
LAYERS = 12
"""More than the eight graphs after which PyTorch gives up."""


@pytest.fixture(autouse=True)
def fresh():
    torch._dynamo.reset()
    yield
    torch._dynamo.reset()


def expert(seed: int) -> WanTransformer3DModel:
    torch.manual_seed(seed)
    sizes = {"num_attention_heads": 2, "attention_head_dim": 12, "text_dim": 8, "ffn_dim": 16, "freq_dim": 8}
    model = WanTransformer3DModel(**sizes, num_layers=LAYERS, rope_max_seq_len=64).eval()
    return model.requires_grad_(False)


@torch.no_grad()
def run(model: WanTransformer3DModel, width: int) -> torch.Tensor:
    noise = torch.randn(1, 16, 3, 4, width, generator=torch.Generator().manual_seed(1))
    text = torch.ones(1, 5, 8)
    return model(hidden_states=noise, timestep=torch.tensor([900]), encoder_hidden_states=text).sample


def parked(model: WanTransformer3DModel) -> WanTransformer3DModel:
    return Parked(model, CPU).bring()


@pytest.mark.parametrize(
    "home", [lambda model: model, parked, lambda model: stream(model, CPU)], ids=["all", "one", "streamed"]
)
def test_all_blocks_of_both_experts_share_one_graph_a_size(home):
    counter = CompileCounter()
    expected = [[run(expert(seed), width) for width in (4, 8, 6)] for seed in (1, 2)]
    experts = [expert(1), expert(2)]
    for model in experts:
        compile_blocks(model.blocks, counter)
        home(model)
    for graphs, width in enumerate((4, 8, 6), 1):
        for _ in range(2):
            for model, results in zip(experts, expected, strict=True):
                assert torch.equal(run(model, width), results[graphs - 1])
        assert counter.frame_count == graphs, f"{width} wide: one graph for {2 * LAYERS} blocks"


def test_more_sizes_than_pytorch_allows_for_are_compiled():
    counter, model = CompileCounter(), expert(1)
    compile_blocks(model.blocks, counter)
    for width in range(2, 26, 2):
        run(model, width)
    assert counter.frame_count == 12


@pytest.mark.parametrize("experts", ["all", "one", "streamed"])
def test_a_compiled_take_is_the_same(tmp_path, experts):
    write_original(tmp_path / "model")
    take = TakeSpec("a red fox", "", 64, 64, 5, 5, Sampling(steps=4))
    plain = Wan22(tmp_path / "model", Setup("cpu", "float32")).render(take).latents
    torch._dynamo.utils.counters.clear()
    compiled = Wan22(tmp_path / "model", Setup("cpu", "float32", experts=experts, compiled=True))
    assert torch.equal(compiled.render(take).latents, plain)
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] == 1
