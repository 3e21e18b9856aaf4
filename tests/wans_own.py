"""What Wan's own code (github.com/Wan-Video/Wan2.2, ``generate.py``) needs, and why 49 GB were not enough.

A production tried three of its layouts on RTX A6000s and had each end in an out-of-memory error. These
functions foretell that, and so explain what a placement here does differently: experts stay in float32 there
unless asked, one time embedding is computed for every token in float32 on every rank, and FSDP shards both
experts in float32.
"""

from dataclasses import dataclass

from swav.diffusion.facts import BF16, FP32, ModelFacts, ShotFacts

WORK_BYTES_PER_TOKEN = 464_000
"""Of a pass beside the weights. Measured: 63.7 GB less 28.6 GB of weights at 75,600 tokens."""


@dataclass(frozen=True)
class WansOwn:
    """The flags of ``generate.py`` that decide its memory: ``--ulysses_size``, ``--dit_fsdp`` with
    ``--t5_fsdp``, ``--t5_cpu``, ``--convert_model_dtype``; ``--offload_model`` is on for one card, as there.
    """

    cards: int = 1
    sharded: bool = False
    text_on_cpu: bool = False
    converted: bool = False


def wans_own_bytes(layout: WansOwn, model: ModelFacts, shot: ShotFacts) -> int:
    """Peak bytes on a card. Within 6 % of the six peaks of one and four H100 in assets/comp_effic.png."""
    expert = model.denoiser.parameters * (BF16 if layout.converted else FP32)
    text = 0 if layout.text_on_cpu else model.text.parameters * BF16
    working = _work_bytes(layout.cards, model, shot)
    if layout.sharded:
        shards = (2 * expert + text) // layout.cards
        return shards + model.vae_bytes + working + 2 * model.denoiser.block * BF16
    encoding = text + model.vae_bytes
    return max(encoding, expert + model.vae_bytes + working)


def _work_bytes(ranks: int, model: ModelFacts, shot: ShotFacts) -> int:
    """The time embedding, 7 float32 vectors a token (``time_embedding`` and the 6 of ``time_projection``),
    is whole on every rank; the rest is divided by Ulysses.
    """
    embedding = 7 * model.hidden * FP32 * shot.tokens
    whole = WORK_BYTES_PER_TOKEN * shot.tokens
    return int(embedding + (whole - embedding) / ranks)
