"""What a placement costs in memory and time, foretold from the model's own numbers.

Every byte count follows from the sizes of the networks; what cannot be derived is measured: what belongs
to a model in its ``Calibration``, what belongs to machines here, on the *first* and the *second* card of
docs/performance.md. Bytes in use are those of tensors; PyTorch's allocator reserves more, and what it
reserves must fit. The CUDA context comes on top, in ``swav.diffusion.plan``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

from swav.diffusion.calibration import Calibration
from swav.diffusion.facts import BF16, FP32, ModelFacts, ShotFacts
from swav.diffusion.placement import Placement
from swav.render.hardware import Gpu, Link
from swav.render.speeds import H100, speed_of

TRAFFIC_PART = 0.9
"""Of a card's memory bandwidth by its datasheet, what is reached."""
DECODE_TRAFFIC = 0.4
"""Of an H100's time to decode, what memory traffic bounds, and arithmetic the rest: an H200, with 1.43 times
the bandwidth and the same arithmetic, took 6.77 instead of 7.70 s at 1280x720 and 2.85 instead of 3.29 s at
832x480."""
COMPILE_SECONDS = 40.0
"""Once per size and process. First card: 30 to 60; second: 17 for the first size, 7 for another."""
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
SPREAD_LINK = 1.0e9
"""Bytes/s at which finished strips, 8 bits a channel, come to the first rank through host memory."""
UNMEASURED_WORK = 1.25
"""Times the memory beside the weights, where nobody measured the model. An allowance, until somebody does."""
RESERVED_BYTES, RESERVED_FOR_WEIGHTS = 500_000_000, 1.005
"""What the allocator reserves besides, and for each byte of weights: 69.4 GB for 69.0 on the second card."""
DISK = 2.0e9
"""Bytes/s that are read from disk where it is not cached: an NVMe drive."""
LINK = {"nvlink": 200e9, "pcie": 12e9, "unknown": 12e9}
"""Bytes/s that one card gets through a collective: NVLink of Hopper, PCIe 4 with peers through the host."""
GUIDANCE_PART = 0.97
"""Of two passes at once, what waiting for each other leaves (TensorRT-LLM, blog 25: 1.9 times one card)."""
ULYSSES_PART = 0.95
"""The same each time that Ulysses' ranks double, beside the exchange: smaller kernels fill a card less.
Published for 14 billion parameters: 3.6 times one card on four, exchange included.
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
    measured: bool = True
    """Whether it rests on measurements of this model, and not of another."""

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
    stays, found, least = _resident(placement, model), model.calibration, model.work_bytes
    doubt = 1.0 if found.measured else UNMEASURED_WORK
    phases = {
        "text": (_text_weights(placement, model), found.text_work_bytes, found.reserved["text"]),
        "denoise": (
            _denoise_weights(placement, model),
            activation_bytes(placement, model, shot),
            found.reserved["compiled" if placement.compile else "eager"],
        ),
        "decode": (0, _decode_work(placement, model, shot), found.reserved[placement.vae]),
    }
    return Forecast(
        bytes={name: stays + weights + work for name, (weights, work, _) in phases.items()},
        reserved={
            name: int(
                RESERVED_FOR_WEIGHTS * (stays + weights) + RESERVED_BYTES + max(doubt * work * part, least)
            )
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
        measured=found.measured,
    )


def pass_seconds(placement: Placement, card: Gpu, link: Link, model: ModelFacts, shot: ShotFacts) -> float:
    """One forward pass of a denoiser, its tokens divided over the Ulysses ranks."""
    speed, tokens, ranks, found = speed_of(card), shot.tokens, placement.ulysses, model.calibration
    rows = tokens / ranks
    attention = 4 * rows * tokens * model.hidden * model.layers
    linear = 2 * rows * model.multiplications
    linear += 4 * rows * model.text_tokens * model.hidden * model.layers
    attention_part = found.attention_part.get(
        (card.capability[0], placement.attention), found.attention_elsewhere
    )
    traffic = rows * found.pointwise_bytes[placement.compile] * model.layers * model.hidden
    computing = (
        attention / (speed.flops * attention_part)
        + linear / (speed.flops * found.matrix_part)
        + traffic / (speed.bandwidth * TRAFFIC_PART)
    )
    exchanged = 4 * rows * model.hidden * BF16 * model.layers * (ranks - 1) / ranks
    computing = computing / ULYSSES_PART ** log2(ranks) + exchanged / LINK[link]
    moved = model.denoiser.in_all_blocks * BF16
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
    rows, found = shot.tokens / placement.ulysses, model.calibration
    state = model.hidden * BF16
    widest = state + 2 * model.ffn * BF16 if placement.compile else found.eager_states * state
    if placement.ulysses > 1:
        widest = max(widest, found.exchange_states * state)
    widest += found.sum_states * state
    rotary = 2 * (model.hidden // model.heads) * FP32
    latents = 8 * 16 * FP32 * 4  # in, out and the scheduler's history of float32, four pixels to a token
    at_once = 2 if model.batched and shot.guided and placement.guidance == 1 else 1
    return int(at_once * rows * widest + shot.tokens * (rotary + latents))


def _resident(placement: Placement, model: ModelFacts) -> int:
    """Bytes that are on each card throughout: the VAE, what denoises if it stays, the encoder if it does."""
    stays = model.vae_bytes
    if placement.residency == "all":
        stays += model.all_denoisers * BF16 // placement.fsdp
    if placement.text == "card":
        stays += model.text.parameters * BF16 // _text_shards(placement, model)
    return stays


def _text_shards(placement: Placement, model: ModelFacts) -> int:
    """Over how many cards the text encoder is divided."""
    return placement.fsdp if model.divisions.shards_text else 1


def _text_weights(placement: Placement, model: ModelFacts) -> int:
    """Bytes that come to the card, beside what stays there, to encode a prompt."""
    block, embedding = model.text.block * BF16, model.text.rest * BF16
    if _text_shards(placement, model) > 1:
        shard = 0 if placement.text == "card" else model.text.parameters * BF16 // placement.fsdp
        return shard + embedding + GATHERED_BLOCKS * block
    if placement.text == "streamed":
        return embedding + STREAMED_BLOCKS * block
    return 0 if placement.text == "card" else model.text.parameters * BF16


def _denoise_weights(placement: Placement, model: ModelFacts) -> int:
    """The same to denoise."""
    if placement.residency == "one_expert":
        return model.denoiser.parameters * BF16
    if placement.residency == "streamed":
        return (STREAMED_BLOCKS * model.denoiser.block + model.denoiser.rest) * BF16
    return (GATHERED_BLOCKS * model.denoiser.block + model.denoiser.rest) * BF16 if placement.fsdp > 1 else 0


def _decode_work(placement: Placement, model: ModelFacts, shot: ShotFacts) -> int:
    """Memory of decoding beside the weights, on rank 0, which has the most.

    With tiles it is largest either in the last tile, when the others wait, or when all are joined.
    """
    found = model.calibration
    per_pixel = found.vae_bytes_per_pixel * model.vae_width / found.vae_width
    if placement.vae != "tiled":
        at_once = min(shot.frames, found.decoded_at_once) / found.decoded_at_once
        return int(per_pixel * shot.pixels * at_once * _strip(placement, shot, found))
    clip = 3 * FP32 * shot.frames * shot.pixels
    return int(max(per_pixel * found.tile_pixels + found.tile_overlap * clip, found.tiled_copies * clip))


def _host_bytes(placement: Placement, model: ModelFacts) -> int:
    """Page-locked copies, each process its own; the text encoder's only in rank 0."""
    copies = placement.residency == "streamed" or (
        placement.residency == "one_expert" and placement.host_copies
    )
    experts = placement.processes * model.all_denoisers * BF16 if copies else 0
    text = model.text.parameters * BF16 if placement.text in ("host", "streamed") else 0
    if model.whole_in_host:
        everything = (model.all_denoisers + model.text.parameters) * BF16 + model.vae_bytes
        return placement.processes * (everything + PROCESS_BYTES)
    return experts + text + placement.processes * PROCESS_BYTES


PROCESS_BYTES = 3_000_000_000
"""Host memory of a process with PyTorch and CUDA, beside the weights."""


def _text_seconds(placement: Placement, card: Gpu, model: ModelFacts) -> float:
    speed, size = speed_of(card), model.text.parameters * BF16
    computing = (
        2 * 2 * model.text_tokens * model.text.parameters / (model.calibration.text_part * speed.flops)
    )
    waiting = {"card": 0.0, "host": size / speed.host_link, "streamed": 2 * size / speed.host_link}
    return computing + waiting.get(placement.text, model.text.file_bytes / DISK)


def _switch_seconds(placement: Placement, card: Gpu, model: ModelFacts) -> float:
    """What denoises comes to the card once a take, from host memory, or from files that all ranks read."""
    if placement.residency != "one_expert":
        return 0.0
    if placement.host_copies:
        return model.all_denoisers * BF16 / speed_of(card).host_link
    return placement.processes * sum(part.file_bytes for part in model.denoisers) / DISK


def _decode_seconds(placement: Placement, card: Gpu, model: ModelFacts, shot: ShotFacts) -> float:
    found = model.calibration
    speed = speed_of(card)
    traffic, arithmetic = H100.bandwidth / speed.bandwidth, H100.flops / speed.flops
    slower = DECODE_TRAFFIC * traffic + (1 - DECODE_TRAFFIC) * arithmetic
    slower *= model.vae_width / found.vae_width
    alone = shot.frames * shot.pixels * found.vae_seconds_per_pixel * slower
    if placement.vae == "spread":
        return alone * _strip(placement, shot, found) + 3 * shot.frames * shot.pixels / SPREAD_LINK
    return alone * found.tiled_slower if placement.vae == "tiled" else alone


def _strip(placement: Placement, shot: ShotFacts, found: Calibration) -> float:
    """The part of decoding that the rank with the most of it does, in time and in memory."""
    if placement.vae != "spread":
        return 1.0
    ranks, length = placement.processes, max(shot.width, shot.height) / shot.grid.spatial
    neighbours = min(2, ranks - 1)
    return min(1.0, found.spread_all + 1 / ranks + neighbours * found.spread_reach / length)
