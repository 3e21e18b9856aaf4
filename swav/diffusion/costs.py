"""What a placement of Wan 2.2 costs in memory and time, foretold from the architecture's own numbers.

Every byte count follows from the sizes of the networks; what cannot be derived is measured, on the *first*
and the *second* card of docs/performance.md, two H100 80 GB with torch 2.11. The second is 3 to 6 % slower;
constants lie between the two. Bytes in use are those of tensors; PyTorch's allocator reserves more, and what
it reserves must fit. The CUDA context comes on top, in ``swav.diffusion.plan``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

from swav.diffusion.facts import BF16, FP32, ModelFacts, ShotFacts
from swav.diffusion.placement import Placement
from swav.render.hardware import Gpu, Kernel, Link
from swav.render.speeds import speed_of

MATRIX_PART = 0.79
"""Of a card's FLOP/s in linear layers. First card: 1.84e15 FLOP of a 720p pass in 2.27 s, which is 0.81; the
second's whole passes are 3 to 5 % longer.
"""
ATTENTION_PART: dict[tuple[int, Kernel], float] = {
    (9, "flash3"): 0.705,
    (9, "cudnn"): 0.582,
    (9, "native"): 0.572,
    (9, "flash2"): 0.363,
}
"""Of a Hopper card's FLOP/s in self-attention over 75,600 tokens. First card: 716, 590 and 368 TFLOP/s for
the kernels, and for PyTorch's default, which there is cuDNN's, the 1.5 s by which its 720p pass is longer.
All are taken down by 2.5 % towards the second card: a 720p pass took 9.27 s on the first and 9.81 s on it.
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
COMPILE_SECONDS = 40.0
"""Once per size and process. First card: 30 to 60; second: 17 for the first size, 7 for another."""
EAGER_STATES = 11.3
"""Hidden states in bfloat16 that live at once in an eager block of Diffusers'. Both cards: 37.4 GB at 75,600
tokens.
"""
SUM_STATES = 1.7
"""As much more memory, eager or compiled, as the sum through all blocks takes in float32: 34.8 GB instead of
33.5 on an H100, compiled, at 75,600 tokens.
"""
EXCHANGE_STATES = 9.0
"""The same around Ulysses' exchange: input, norm, query, key and value, each once sent and once received."""
GATHERED_BLOCKS = 3
"""Blocks in memory beside the shards: the one that computes, the next, and the buffer it arrives in."""
STREAMED_BLOCKS = 2
"""Blocks on the card while streaming: one computes, the next arrives. First card: 10.6 GB eager at 720p;
second: 6.7 GB compiled.
"""
STREAM_EXPOSED = 0.25
"""Part of the copies that computing does not hide, of 0.60 s for the blocks of a pass. Second card: 0.09 and
0.10 s; the first, with Diffusers' own hooks, which copy back what is outside of the blocks: 0.43 s.
"""
VAE_WIDTH = 96
"""Channels of the VAE that was measured. Memory and traffic of another follow its channels."""
VAE_BYTES_PER_PIXEL = 23_100
"""float32, whole frames, beside the weights. First card: 10.0 GB at 832x480 and 22.3 GB at 1280x720; second:
9.6 and 21.4 GB.
"""
VAE_SECONDS_PER_PIXEL = 103e-9
"""Per pixel of each frame; taken as bound by memory traffic. 81 frames of 1280x720 on the first card: 7.63 s,
on the second: 7.70 and 7.89 s.
"""
TILE_PIXELS = 256 * 256
TILE_OVERLAP = (256 / 192) ** 2
"""Tiles have 256 pixels every 192 (diffusers ``AutoencoderKLWan``)."""
TILED_SLOWER = 1.9
"""Second card: 6.7 instead of 3.3 s at 832x480, 14.1 and 14.7 instead of 7.7 s at 1280x720."""
TILED_COPIES = TILE_OVERLAP + 3
"""Of the clip's pixels in float32 when tiles are joined: the tiles, their rows, the whole, and it clamped.
Second card: 4.74 GB at 1280x720.
"""
SPREAD_REACH = 4
"""Latents that a strip's features reach beyond it on a side where it has a neighbour: 13, 6, 2.5 and 0.9 at
the four resolutions of the decoder (swav.engines.wan22.spread), weighted by the multiplications of each.
"""
SPREAD_ALL = 0.01
"""Of the decoder's work, what each rank does for the whole picture: its layers up to the middle block. Both
counted with torch's FlopCounterMode: 0.54 of the work on two ranks and 0.31 to 0.33 on four.
"""
SPREAD_LINK = 1.0e9
"""Bytes/s at which finished strips, 8 bits a channel, come to the first rank through host memory."""
TEXT_WORK_BYTES = 350_000_000
"""Second card: 0.32 GB beside the weights."""
TEXT_PART = 0.08
"""Of a card's FLOP/s, for two prompts of 512 tokens. Second card: 0.144 s."""
RESERVED = {"text": 1.0, "eager": 1.57, "compiled": 1.62, "whole": 1.4, "spread": 1.4, "tiled": 1.5}
RESERVED_BYTES, RESERVED_FOR_WEIGHTS = 500_000_000, 1.005
"""What the allocator reserves for each byte of working memory, and besides: free pieces between tensors. No
less than the second card's figures: 6.6 and 13.2 GB for 3.9 and 8.8 in use (eager passes of 832x480 and
1280x720), 4.1 and 8.8 for 2.3 and 4.9 (compiled), 12.9 for 9.1 (decoding 832x480 in the worker), 29.5 for
20.9 (1280x720), 3.8 and 6.4 for 2.0 and 4.2 (in tiles). 69.4 for 69.0 of weights.
"""
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
WRITE_SECONDS, WRITE_SECONDS_PER_PIXEL = 0.8, 16e-9
"""A clip's own, and per pixel of each frame: x264 at the preset ``fast`` on 16 cores. Second machine: 1.23 s
for 81 frames of 832x480 and 1.76 s of 1280x720, of a film; 2.3 s for 832x480 of noise.
"""


@dataclass(frozen=True)
class Forecast:
    """Bytes in use and reserved on a card by phase, ``text``, ``denoise`` and ``decode``; seconds by phase,
    with ``write`` after them; host memory of all processes.
    """

    bytes: dict[str, int]
    reserved: dict[str, int]
    host_bytes: int
    seconds: dict[str, float]
    pass_seconds: float

    @property
    def peak_bytes(self) -> int:
        """The most that PyTorch will reserve."""
        return max(self.reserved.values())

    @property
    def total_seconds(self) -> float:
        return sum(self.seconds.values())


def forecast(placement: Placement, card: Gpu, link: Link, model: ModelFacts, shot: ShotFacts) -> Forecast:
    """What a warm worker needs for one take on cards like ``card``."""
    one_pass = pass_seconds(placement, card, link, model, shot)
    at_once = placement.guidance if shot.guided else 1
    passes = shot.passes / (at_once * (GUIDANCE_PART if at_once > 1 else 1))
    stays = _resident(placement, model)
    phases = {
        "text": (_text_weights(placement, model), TEXT_WORK_BYTES, RESERVED["text"]),
        "denoise": (
            _denoise_weights(placement, model),
            activation_bytes(placement, model, shot),
            RESERVED["compiled" if placement.compile else "eager"],
        ),
        "decode": (0, _decode_work(placement, model, shot), RESERVED[placement.vae]),
    }
    return Forecast(
        bytes={name: stays + weights + work for name, (weights, work, _) in phases.items()},
        reserved={
            name: int(RESERVED_FOR_WEIGHTS * (stays + weights) + RESERVED_BYTES + work * part)
            for name, (weights, work, part) in phases.items()
        },
        host_bytes=_host_bytes(placement, model),
        seconds={
            "text": _text_seconds(placement, card, model),
            "denoise": passes * one_pass + _switch_seconds(placement, card, model),
            "decode": _decode_seconds(placement, card, model, shot),
            "write": WRITE_SECONDS + WRITE_SECONDS_PER_PIXEL * shot.frames * shot.pixels,
        },
        pass_seconds=one_pass,
    )


def pass_seconds(placement: Placement, card: Gpu, link: Link, model: ModelFacts, shot: ShotFacts) -> float:
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
    widest += SUM_STATES * state
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


def _text_weights(placement: Placement, model: ModelFacts) -> int:
    """Bytes that come to the card, beside what stays there, to encode a prompt."""
    block, embedding = model.text_block * BF16, model.text_embedding * BF16
    if placement.fsdp > 1:
        shard = 0 if placement.text == "card" else model.text * BF16 // placement.fsdp
        return shard + embedding + GATHERED_BLOCKS * block
    if placement.text == "streamed":
        return embedding + STREAMED_BLOCKS * block
    return 0 if placement.text == "card" else model.text * BF16


def _denoise_weights(placement: Placement, model: ModelFacts) -> int:
    """The same to denoise."""
    if placement.residency == "one_expert":
        return model.expert * BF16
    if placement.residency == "streamed":
        return (STREAMED_BLOCKS * model.block + model.rest) * BF16
    return (GATHERED_BLOCKS * model.block + model.rest) * BF16 if placement.fsdp > 1 else 0


def _decode_work(placement: Placement, model: ModelFacts, shot: ShotFacts) -> int:
    """Memory of decoding beside the weights, on rank 0, which has the most.

    With tiles it is largest either in the last tile, when the others wait, or when all are joined.
    """
    per_pixel = VAE_BYTES_PER_PIXEL * model.vae_width / VAE_WIDTH
    if placement.vae != "tiled":
        return int(per_pixel * shot.pixels * _strip(placement, shot))
    clip = 3 * FP32 * shot.frames * shot.pixels
    return int(max(per_pixel * TILE_PIXELS + TILE_OVERLAP * clip, TILED_COPIES * clip))


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


def _text_seconds(placement: Placement, card: Gpu, model: ModelFacts) -> float:
    speed, size = speed_of(card), model.text * BF16
    computing = 2 * 2 * model.text_tokens * model.text / (TEXT_PART * speed.flops)
    waiting = {"card": 0.0, "host": size / speed.host_link, "streamed": 2 * size / speed.host_link}
    return computing + waiting.get(placement.text, model.text_file_bytes / DISK)


def _switch_seconds(placement: Placement, card: Gpu, model: ModelFacts) -> float:
    """Both experts come to the card once a take, from host memory, or from files that all ranks read."""
    if placement.residency != "one_expert":
        return 0.0
    if placement.host_copies:
        return 2 * model.expert * BF16 / speed_of(card).host_link
    return placement.processes * 2 * model.expert_file_bytes / DISK


def _decode_seconds(placement: Placement, card: Gpu, model: ModelFacts, shot: ShotFacts) -> float:
    slower = 3.35e12 / speed_of(card).bandwidth * model.vae_width / VAE_WIDTH
    alone = shot.frames * shot.pixels * VAE_SECONDS_PER_PIXEL * slower
    if placement.vae == "spread":
        return alone * _strip(placement, shot) + 3 * shot.frames * shot.pixels / SPREAD_LINK
    return alone * TILED_SLOWER if placement.vae == "tiled" else alone


def _strip(placement: Placement, shot: ShotFacts) -> float:
    """The part of decoding that the rank with the most of it does, in time and in memory."""
    if placement.vae != "spread":
        return 1.0
    ranks, length = placement.processes, max(shot.width, shot.height) / 8
    neighbours = min(2, ranks - 1)
    return min(1.0, SPREAD_ALL + 1 / ranks + neighbours * SPREAD_REACH / length)
