"""SageAttention 1 from its wheel, as an attention of Diffusers', and the same numbers on a CPU.

https://arxiv.org/abs/2410.02367: what all keys have in common is taken away, which changes no weight; queries
by 128 and keys by 64 tokens get a scale each and become int8; weights and values are multiplied in float16.
"""

from functools import cache

import torch
from diffusers.models import attention_dispatch
from diffusers.models.attention_dispatch import AttentionBackendName, _AttentionBackendRegistry
from torch import nn

from swav.diffusion.attention import only_for, over_ranks

QUERIES, KEYS = 128, 64
"""Tokens that share a scale: ``sageattention/quant_per_block.py``."""


def use(model: nn.Module) -> None:
    """Let the attention of a network be this one."""
    _register()
    only_for(model, AttentionBackendName.SAGE.value)


@torch.library.custom_op("swav::sage_attention", mutates_args=())
def _attend(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, scale: float) -> torch.Tensor:
    if not query.is_cuda:
        return reference(query, key, value, scale)
    from sageattention import sageattn

    key = key.clone()  # the wheel takes the keys' mean away in place
    return sageattn(query.contiguous(), key, value.contiguous(), tensor_layout="NHD", sm_scale=scale)


@_attend.register_fake
def _(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, scale: float) -> torch.Tensor:
    return torch.empty_like(query, memory_format=torch.contiguous_format)


def reference(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, scale: float) -> torch.Tensor:
    """Attention over (batch, tokens, heads, width) with scores of int8, as the kernel computes it."""
    q, k, v = (each.transpose(1, 2) for each in (query.float(), key.float(), value))
    k = k - k.mean(2, keepdim=True)
    scores = _rounded(q * scale, QUERIES) @ _rounded(k, KEYS).transpose(-1, -2)
    # The kernel divides by the sum at the end: its largest weight is 1, and keeps float16's precision.
    weights = (scores - scores.amax(-1, keepdim=True)).exp()
    made = (weights.half().float() @ v.half().float()) / weights.sum(-1, keepdim=True)
    return made.transpose(1, 2).to(query.dtype).contiguous()


def _rounded(values: torch.Tensor, together: int) -> torch.Tensor:
    """(batch, heads, tokens, width) as int8 would have it, ``together`` tokens by one scale."""
    blocks = values.split(together, 2)
    scales = [(block.abs().amax((2, 3), keepdim=True) / 127).clamp(min=1e-12) for block in blocks]
    return torch.cat([(b / s).round() * s for b, s in zip(blocks, scales, strict=True)], 2)


@cache
def _register() -> None:
    """Make it known to Diffusers, also under Ulysses. Diffusers asks for a version that has no wheel."""
    attention_dispatch._CAN_USE_SAGE_ATTN = True
    entry = AttentionBackendName.SAGE
    _AttentionBackendRegistry.register(entry, [], supports_context_parallel=True)(_attention)


def _attention(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attn_mask: torch.Tensor | None = None,
    scale: float | None = None,
    is_causal: bool = False,
    return_lse: bool = False,
    _parallel_config=None,
) -> torch.Tensor:
    """The names of the arguments are Diffusers' protocol: it passes on those that one has."""
    assert attn_mask is None and not is_causal and not return_lse, "plain attention only"
    scale = query.shape[-1] ** -0.5 if scale is None else scale
    if _parallel_config is None:
        return _attend(query, key, value, scale)
    return over_ranks(_one_rank, query, key, value, is_causal, scale, return_lse, _parallel_config)


def _one_rank(context, query, key, value, mask, dropout, is_causal, scale, grouped, return_lse, **_):
    """One rank's heads over all tokens: what Ulysses calls between its two exchanges (inference only)."""
    return _attend(query, key, value, scale)
