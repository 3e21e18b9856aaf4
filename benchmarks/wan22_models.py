"""Wan 2.2's networks at full size with random weights, and how their work is timed.

Time and memory do not depend on what the weights are, so the benchmarks need no download. The models are
built by the engine's own functions, with bfloat16 weights and the same parts in float32.
"""

import gc
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import diffusers
import torch
import transformers
from torch import nn

from swav.engines.wan22.architecture import empty_expert, empty_text_encoder, empty_vae
from swav.engines.wan22.precise import keep_precision
from swav.weights.filling import own_rows
from swav.weights.folder import Weights
from swav.weights.memory import allocate

GB = 1e9
_EXPERT = {
    "patch_size": [1, 2, 2],
    "num_attention_heads": 40,
    "attention_head_dim": 128,
    "in_channels": 16,
    "out_channels": 16,
    "text_dim": 4096,
    "freq_dim": 256,
    "ffn_dim": 13824,
    "num_layers": 40,
    "cross_attn_norm": True,
    "qk_norm": "rms_norm_across_heads",
    "eps": 1e-6,
    "rope_max_seq_len": 1024,
}
_TEXT = {
    "vocab_size": 256384,
    "d_model": 4096,
    "d_kv": 64,
    "d_ff": 10240,
    "num_heads": 64,
    "num_layers": 24,
    "relative_attention_num_buckets": 32,
    "relative_attention_max_distance": 128,
    "layer_norm_epsilon": 1e-6,
    "feed_forward_proj": "gated-gelu",
    "is_encoder_decoder": False,
    "use_cache": False,
    "tie_word_embeddings": False,
}


@dataclass(frozen=True)
class Scale:
    """The sizes of a run: the real ones, or tiny ones on a CPU that take the same code in seconds."""

    device: torch.device
    expert: dict[str, Any]
    text: dict[str, Any]
    vae: dict[str, Any]
    sizes: dict[str, tuple[int, int]]
    frames: int
    caps_gb: tuple[float, ...] = (48, 24)
    fp32_layers: int = 12

    @property
    def on_gpu(self) -> bool:
        return self.device.type == "cuda"


def full(device: torch.device) -> Scale:
    """The A14B as published."""
    sizes = {"480p": (832, 480), "720p": (1280, 720)}
    return Scale(device, _EXPERT, _TEXT, {"base_dim": 96, "z_dim": 16}, sizes, 81)


def dry() -> Scale:
    """The same in miniature: two layers, five frames of a thumbnail, and a compiler that only traces."""
    expert = _EXPERT | {"num_attention_heads": 4, "attention_head_dim": 12, "text_dim": 32, "ffn_dim": 64}
    text = _TEXT | {"vocab_size": 500, "d_model": 32, "d_kv": 8, "d_ff": 64, "num_heads": 4, "num_layers": 2}
    return Scale(
        torch.device("cpu"),
        expert | {"num_layers": 2},
        text,
        {"base_dim": 4, "z_dim": 16},
        {"480p": (64, 48), "720p": (96, 64)},
        frames=5,
        fp32_layers=1,
    )


def _with_config(build: Callable, config: dict[str, Any], dtype: torch.dtype) -> nn.Module:
    with tempfile.TemporaryDirectory() as folder:
        stated = Path(folder) / "config.json"
        stated.write_text(json.dumps(config))
        return build(Weights((), stated), None, dtype)


def expert(
    scale: Scale,
    dtype: torch.dtype = torch.bfloat16,
    seed: int = 0,
    layers: int | None = None,
    divide: Callable[[nn.Module], nn.Module] = lambda model: model,
) -> nn.Module:
    """One expert on the device, or this rank's part of it, adding up in float32 as takes are made."""
    config = scale.expert | ({"num_layers": layers} if layers else {})
    empty = _with_config(empty_expert, config, dtype)
    keep_precision(empty)
    return _filled(divide(empty), scale.device, seed)


def text_encoder(scale: Scale, divide: Callable[[nn.Module], nn.Module] = lambda model: model) -> nn.Module:
    """umT5-xxl's encoder on the device, in bfloat16, or this rank's part of it."""
    return _filled(divide(_with_config(empty_text_encoder, scale.text, torch.bfloat16)), scale.device, 1)


def vae(scale: Scale, dtype: torch.dtype) -> nn.Module:
    """The VAE on the device."""
    return _filled(_with_config(empty_vae, scale.vae, dtype), scale.device, 2)


@torch.no_grad()
def _filled(model: nn.Module, device: torch.device, seed: int) -> nn.Module:
    """Weights as a fresh network has them, so that activations stay of ordinary size through all layers.

    Of a sharded model each rank fills its own rows.
    """
    allocate(model, device, pinned=False)
    generator = torch.Generator(device).manual_seed(seed)
    for name, parameter in model.named_parameters():
        values, _ = own_rows(parameter)
        if name.endswith("gamma") or (values.ndim == 1 and name.endswith("weight")):
            values.fill_(1.0)
        elif values.ndim == 1:
            values.zero_()
        else:
            values.normal_(0.0, prod(parameter.shape[1:]) ** -0.5, generator=generator)
    return model


@dataclass(frozen=True)
class Taken:
    """Seconds of one call, the median of several, and the most memory during them in GB."""

    seconds: float
    all_seconds: list[float]
    peak_gb: float
    reserved_gb: float
    result: Any


def taken(scale: Scale, work: Callable[[], Any], times: int = 1, warm_up: int = 0) -> Taken:
    """Run ``work`` ``warm_up`` times for nothing and ``times`` times against the clock."""
    for _ in range(warm_up):
        work()
    settle(scale)
    empty(scale)
    if scale.on_gpu:
        torch.cuda.reset_peak_memory_stats()
    seconds, result = [], None
    for _ in range(times):
        result = None
        began = time.perf_counter()
        result = work()
        settle(scale)
        seconds.append(time.perf_counter() - began)
    peak = torch.cuda.max_memory_allocated() / GB if scale.on_gpu else 0.0
    reserved = torch.cuda.max_memory_reserved() / GB if scale.on_gpu else 0.0
    return Taken(statistics.median(seconds), seconds, peak, reserved, result)


def settle(scale: Scale) -> None:
    """Wait until the card has done all that it was told."""
    if scale.on_gpu:
        torch.cuda.synchronize()


def empty(scale: Scale) -> None:
    """Give back what the allocator holds for later."""
    gc.collect()
    if scale.on_gpu:
        torch.cuda.synchronize()
        torch.cuda.empty_cache()


@contextmanager
def capped(scale: Scale, cap_gb: float) -> Iterator[None]:
    """No more than ``cap_gb`` of the card for this process, as if it had no more."""
    if not scale.on_gpu:
        yield
        return
    empty(scale)
    total = torch.cuda.get_device_properties(scale.device).total_memory
    torch.cuda.set_per_process_memory_fraction(cap_gb * GB / total, scale.device)
    try:
        yield
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0, scale.device)


def latents(scale: Scale, size: str) -> torch.Tensor:
    """Noise in the shape of a clip's latents, (1, 16, (frames - 1) / 4 + 1, height / 8, width / 8)."""
    width, height = scale.sizes[size]
    shape = (1, 16, (scale.frames - 1) // 4 + 1, height // 8, width // 8)
    return torch.randn(shape, generator=torch.Generator("cpu").manual_seed(7)).to(scale.device)


def one_pass(scale: Scale, model: nn.Module, size: str) -> Callable[[], torch.Tensor]:
    """A call of one forward pass of an expert over a whole clip. 40 steps with guidance are 80 of them."""
    noise = latents(scale, size).to(torch.bfloat16)
    shape = (1, 512, scale.expert["text_dim"])
    text = torch.randn(shape, generator=torch.Generator("cpu").manual_seed(8)).to(noise)
    timestep = torch.tensor([900], device=scale.device)

    @torch.no_grad()
    def call() -> torch.Tensor:
        return model(hidden_states=noise, timestep=timestep, encoder_hidden_states=text, return_dict=False)[0]

    return call


def about(on_gpu: bool) -> dict[str, str]:
    """The machine and the software."""
    versions = {module.__name__: module.__version__ for module in (torch, diffusers, transformers)}
    if not on_gpu:
        return {"card": "none (dry run)", **versions}
    properties = torch.cuda.get_device_properties(0)
    return {
        "card": f"{torch.cuda.device_count()} x {properties.name}",
        "card_gb": f"{properties.total_memory / GB:.1f}",
        "cuda": str(torch.version.cuda),
        "cudnn": str(torch.backends.cudnn.version()),
        **versions,
    }
