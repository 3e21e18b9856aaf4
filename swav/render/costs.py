"""What a placement of Wan 2.2 costs in memory and time, foretold from the architecture's own numbers.

Every byte count follows from the sizes of the networks; what cannot be derived is measured, and says where.
*Measured* is an H100 80 GB with torch 2.11, docs/performance.md. Bytes are those that PyTorch's allocator
reserves on a card; the CUDA context comes on top, in ``swav.render.placement``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING

from swav.render.facts import BF16, FP32, ModelFacts, ShotFacts
from swav.render.hardware import Card, Kernel, Link

if TYPE_CHECKING:
    from swav.render.placement import Placement


@dataclass(frozen=True)
class Speed:
    """A kind of card, from its maker's datasheet: dense bfloat16 with float32 accumulation in FLOP/s, memory
    bandwidth and the link to the host in bytes/s.
    """

    flops: float
    bandwidth: float
    host_link: float


PCIE_3, PCIE_4, PCIE_5 = 12e9, 24e9, 50e9
"""What page-locked copies reach of the 16, 32 and 64 GB/s of sixteen lanes."""
SPEEDS: tuple[tuple[str, Speed], ...] = (
    (r"GB?[23]00", Speed(2250e12, 8.0e12, PCIE_5)),
    (r"H200|GH200|H20\b", Speed(989e12, 4.8e12, PCIE_5)),
    (r"H100 PCIe", Speed(756e12, 2.0e12, PCIE_5)),
    (r"H100|H800", Speed(989e12, 3.35e12, PCIE_5)),
    (r"A100|A800", Speed(312e12, 1.94e12, PCIE_4)),
    (r"RTX PRO 6000", Speed(500e12, 1.79e12, PCIE_5)),
    (r"RTX 6000 Ada|L40S?", Speed(362e12, 0.86e12, PCIE_4)),
    (r"RTX A6000|A40\b", Speed(150e12, 0.70e12, PCIE_4)),
    (r"RTX A5000|A10\b", Speed(111e12, 0.60e12, PCIE_4)),
    (r"5090", Speed(209e12, 1.79e12, PCIE_5)),
    (r"5080|4080", Speed(110e12, 0.72e12, PCIE_4)),
    (r"4090", Speed(165e12, 1.01e12, PCIE_4)),
    (r"3090", Speed(71e12, 0.94e12, PCIE_4)),
    (r"\bL4\b", Speed(60e12, 0.30e12, PCIE_4)),
)
UNKNOWN = Speed(60e12, 0.40e12, PCIE_3)
"""A card of no known name is taken for a slow one; only its time is a guess, its memory is what it says."""

MATRIX_PART = 0.81
"""Of a card's FLOP/s in linear layers. Measured: 1.84e15 FLOP of a 720p pass in 2.27 s."""
ATTENTION_PART: dict[tuple[int, Kernel], float] = {
    (9, "flash3"): 0.724,
    (9, "cudnn"): 0.597,
    (9, "native"): 0.585,
    (9, "flash2"): 0.372,
}
"""Of a Hopper card's FLOP/s in self-attention over 75,600 tokens. Measured: 716, 590 and 368 TFLOP/s for the
kernels; PyTorch's default, which there is cuDNN's, from the 1.5 s by which its 720p pass is longer.
"""
ATTENTION_ELSEWHERE = 0.64
"""The same on other cards, FlashAttention 2 being made for Ampere. It gives the 2,735.7 s of one A100 in
Wan2.2's assets/comp_effic.png within 3 %.
"""
POINTWISE_BYTES = {True: 18.3e6, False: 73.0e6}
"""Memory traffic of norms, rotations and gates, per token and pass of 40 layers: compiled, eager. Measured:
0.46 s and 1.84 s of a 720p pass at 3.0 TB/s, of which the card's datasheet says 3.35.
"""
TRAFFIC_PART = 0.9
COMPILE_SECONDS = 45.0
"""Once per size and process. Measured: 30 to 60."""
EAGER_STATES = 11.3
"""Hidden states in bfloat16 that live at once in an eager block. Measured: 37.4 GB at 75,600 tokens."""
EXCHANGE_STATES = 9.0
"""The same around Ulysses' exchange: input, norm, query, key and value, each once sent and once received."""
GATHERED_BLOCKS = 3
"""Blocks in memory beside the shards: the one that computes, the next, and the buffer it arrives in."""
STREAMED_BLOCKS = 2
"""Blocks on the card while streaming: one computes, the next arrives. Measured: 10.6 GB eager at 720p."""
STREAM_EXPOSED = 0.75
"""Part of the copies that computing does not hide. Measured: 0.43 s a pass, 28.6 GB at 50 GB/s."""
VAE_BYTES_PER_PIXEL = 23_550
"""float32, whole frames. Measured: 10.0 GB at 832x480 and 22.3 GB at 1280x720."""
VAE_SECONDS_PER_PIXEL = 102e-9
"""Per pixel of each frame. Measured: 7.63 s for 81 frames of 1280x720; taken as bound by memory traffic."""
TILE_PIXELS = 256 * 256
TILED_SLOWER = 1.7
"""Tiles overlap: 256 pixels every 192 (diffusers ``AutoencoderKLWan``)."""
TILED_COPIES = 4
"""Of the clip's pixels in float32 while tiles are blended and joined."""
TEXT_WORK_BYTES = 400_000_000
DISK = 2.0e9
"""Bytes/s that are read from disk where it is not cached: an NVMe drive."""
LINK = {"nvlink": 200e9, "pcie": 12e9, "unknown": 12e9}
"""Bytes/s that one card gets through a collective: NVLink of Hopper, PCIe 4 with peers through the host."""
GUIDANCE_PART = 0.97
"""Of two passes at once, what waiting for each other leaves (TensorRT-LLM, blog 25: 1.9 times one card)."""
ULYSSES_PART = 0.95
"""The same each time that Ulysses' ranks double, beside the exchange: smaller kernels fill a card less.
Wan2.2's assets/comp_effic.png has 3.6 times one card on four, exchange included.
"""
FSDP_PART = 0.98
"""The same where blocks are gathered before they compute, though computing hides the gathering itself."""
WRITE_SECONDS_PER_PIXEL = 30e-9
"""Per pixel of each frame: x264 at the preset ``fast`` on 16 cores, beside the decoder."""


@dataclass(frozen=True)
class Forecast:
    """Bytes and seconds by phase: ``text``, ``denoise`` and ``decode``; host memory of all processes."""

    bytes: dict[str, int]
    host_bytes: int
    seconds: dict[str, float]
    pass_seconds: float

    @property
    def peak_bytes(self) -> int:
        return max(self.bytes.values())

    @property
    def total_seconds(self) -> float:
        return sum(self.seconds.values())


def forecast(placement: Placement, card: Card, link: Link, model: ModelFacts, shot: ShotFacts) -> Forecast:
    """What a warm worker needs for one take on cards like ``card``."""
    one_pass = pass_seconds(placement, card, link, model, shot)
    at_once = placement.guidance if shot.guided else 1
    passes = shot.passes / (at_once * (GUIDANCE_PART if at_once > 1 else 1))
    return Forecast(
        bytes={
            "text": _text_bytes(placement, model),
            "denoise": _denoise_bytes(placement, model, shot),
            "decode": _decode_bytes(placement, model, shot),
        },
        host_bytes=_host_bytes(placement, model),
        seconds={
            "text": _text_seconds(placement, card, model),
            "denoise": passes * one_pass + _switch_seconds(placement, card, model),
            "decode": _decode_seconds(placement, card, shot),
        },
        pass_seconds=one_pass,
    )


def speed_of(card: Card) -> Speed:
    """What the maker says of a card, by its name."""
    return next((speed for pattern, speed in SPEEDS if re.search(pattern, card.name)), UNKNOWN)


def pass_seconds(placement: Placement, card: Card, link: Link, model: ModelFacts, shot: ShotFacts) -> float:
    """One forward pass of an expert, its tokens divided over the Ulysses ranks."""
    speed, tokens, ranks = speed_of(card), shot.tokens, placement.ulysses
    rows = tokens / ranks
    attention = 4 * rows * tokens * model.hidden * model.layers
    linear = 2 * rows * model.layers * (6 * model.hidden**2 + 2 * model.hidden * model.ffn)
    linear += 4 * rows * model.text_tokens * model.hidden * model.layers
    attention_part = ATTENTION_PART.get((card.capability[0], placement.attention), ATTENTION_ELSEWHERE)
    traffic = rows * POINTWISE_BYTES[placement.compile] * model.layers * model.hidden / (40 * 5120)
    computing = (
        attention / (speed.flops * attention_part)
        + linear / (speed.flops * MATRIX_PART)
        + traffic / (speed.bandwidth * TRAFFIC_PART)
    )
    exchanged = 4 * rows * model.hidden * BF16 * model.layers * (ranks - 1) / ranks
    computing = computing / ULYSSES_PART ** log2(ranks) + exchanged / LINK[link]
    moved = model.layers * model.block * BF16
    if placement.residency == "streamed":
        copying = moved / speed.host_link
        return max(computing, copying) + STREAM_EXPOSED * copying
    if placement.fsdp > 1:
        gathering = moved * (placement.fsdp - 1) / placement.fsdp / LINK[link]
        return max(computing, gathering) / FSDP_PART
    return computing


def activation_bytes(placement: Placement, model: ModelFacts, shot: ShotFacts) -> int:
    """Memory of a pass beside the weights.

    Compiled, the feed-forward is the widest place: a hidden state, and its inner one before and after GELU.
    """
    rows = shot.tokens / placement.ulysses
    state = model.hidden * BF16
    widest = state + 2 * model.ffn * BF16 if placement.compile else EAGER_STATES * state
    if placement.ulysses > 1:
        widest = max(widest, EXCHANGE_STATES * state)
    rotary = 2 * (model.hidden // model.heads) * FP32
    latents = 8 * 16 * FP32 * 4  # in, out and the scheduler's history of float32, four pixels to a token
    return int(rows * widest + shot.tokens * (rotary + latents))


def _resident(placement: Placement, model: ModelFacts) -> int:
    """Bytes that are on each card throughout: the VAE, both experts if they stay, the encoder if it does."""
    stays = model.vae_bytes
    if placement.residency == "all":
        stays += 2 * model.expert * BF16 // placement.fsdp
    if placement.text == "card":
        stays += model.text * BF16 // placement.fsdp
    return stays


def _text_bytes(placement: Placement, model: ModelFacts) -> int:
    work = _resident(placement, model) + TEXT_WORK_BYTES
    block, embedding = model.text_block * BF16, model.text_embedding * BF16
    if placement.fsdp > 1:
        shard = 0 if placement.text == "card" else model.text * BF16 // placement.fsdp
        return work + shard + embedding + GATHERED_BLOCKS * block
    if placement.text == "streamed":
        return work + embedding + STREAMED_BLOCKS * block
    return work + (0 if placement.text == "card" else model.text * BF16)


def _denoise_bytes(placement: Placement, model: ModelFacts, shot: ShotFacts) -> int:
    work = _resident(placement, model) + activation_bytes(placement, model, shot)
    if placement.residency == "one_expert":
        work += model.expert * BF16
    elif placement.residency == "streamed":
        work += (STREAMED_BLOCKS * model.block + model.rest) * BF16
    elif placement.fsdp > 1:
        work += (GATHERED_BLOCKS * model.block + model.rest) * BF16
    return work


def _decode_bytes(placement: Placement, model: ModelFacts, shot: ShotFacts) -> int:
    """The VAE on rank 0, which has the most."""
    pixels = shot.pixels
    if placement.vae == "whole":
        return _resident(placement, model) + VAE_BYTES_PER_PIXEL * pixels
    clip = 3 * FP32 * shot.frames * pixels
    return _resident(placement, model) + VAE_BYTES_PER_PIXEL * TILE_PIXELS + TILED_COPIES * clip


def _host_bytes(placement: Placement, model: ModelFacts) -> int:
    """Page-locked copies, each process its own; the text encoder's only in rank 0."""
    copies = placement.residency == "streamed" or (
        placement.residency == "one_expert" and placement.host_copies
    )
    experts = placement.processes * 2 * model.expert * BF16 if copies else 0
    text = model.text * BF16 if placement.text in ("host", "streamed") else 0
    return experts + text + placement.processes * PROCESS_BYTES


PROCESS_BYTES = 3_000_000_000
"""Host memory of a process with PyTorch and CUDA, beside the weights."""


def _text_seconds(placement: Placement, card: Card, model: ModelFacts) -> float:
    speed, size = speed_of(card), model.text * BF16
    computing = 2 * 2 * model.text_tokens * model.text / (0.3 * speed.flops)
    waiting = {"card": 0.0, "host": size / speed.host_link, "streamed": 2 * size / speed.host_link}
    return computing + waiting.get(placement.text, size / DISK)


def _switch_seconds(placement: Placement, card: Card, model: ModelFacts) -> float:
    """Both experts come to the card once a take, from host memory, or from float32 files that all read."""
    if placement.residency != "one_expert":
        return 0.0
    if placement.host_copies:
        return 2 * model.expert * BF16 / speed_of(card).host_link
    return placement.processes * 2 * model.expert * FP32 / DISK


def _decode_seconds(placement: Placement, card: Card, shot: ShotFacts) -> float:
    slower = 3.35e12 / speed_of(card).bandwidth * (TILED_SLOWER if placement.vae == "tiled" else 1)
    return shot.frames * shot.pixels * (VAE_SECONDS_PER_PIXEL * slower + WRITE_SECONDS_PER_PIXEL)
