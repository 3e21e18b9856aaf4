"""Which attention kernel runs: the fastest that the card and the installed packages offer.

Self-attention over 75,600 tokens is three quarters of a 720p pass. Measured on an H100 (bf16, 40 heads x
128): FlashAttention 3 716 TFLOP/s, cuDNN 590, PyTorch's default 368. Kernels differ in the last bits of
bf16.
"""

from collections.abc import Callable, Iterable
from functools import cache, partial, wraps
from importlib import import_module
from types import ModuleType
from typing import Any

import torch
from diffusers.models import attention_dispatch
from diffusers.models.attention_dispatch import AttentionBackendName, _AttentionBackendRegistry
from torch import nn

from swav.diffusion.search import fastest_kernel
from swav.errors import EngineError
from swav.render.hardware import Kernel

_BACKENDS: dict[Kernel, AttentionBackendName] = {
    "flash3": AttentionBackendName._FLASH_3,
    "flash2": AttentionBackendName.FLASH,
    "cudnn": AttentionBackendName._NATIVE_CUDNN,
    "native": AttentionBackendName.NATIVE,
}


def choose(capability: tuple[int, int] | None, installed: Iterable[Kernel]) -> Kernel:
    """The fastest kernel for a card of this CUDA compute capability (None: no CUDA) among those
    installed.

    The order is ``swav.diffusion.placement``'s, so that a plan and the engine never differ.
    """
    return fastest_kernel(capability, frozenset(installed)) if capability else "native"


@cache
def installed_kernels() -> frozenset[Kernel]:
    """What this environment offers, whatever the card."""
    found: set[Kernel] = {"native"}
    if _flash3():
        found.add("flash3")
    if attention_dispatch._CAN_USE_FLASH_ATTN:
        found.add("flash2")
    if torch.backends.cuda.is_built() and torch.backends.cudnn.is_available():
        found.add("cudnn")
    return frozenset(found)


def kernel_for(device: torch.device) -> Kernel:
    """The fastest kernel on ``device``."""
    if device.type != "cuda":
        return choose(None, ())
    return choose(torch.cuda.get_device_capability(device), installed_kernels())


def use(kernel: Kernel, model: nn.Module) -> None:
    """Set the kernel of one expert, and of nothing else.

    Diffusers would also make it the default of every model without one of its own; that default is put back.
    """
    if kernel == "flash3":
        _register_flash3()
    try:
        only_for(model, _BACKENDS[kernel].value)
    except (RuntimeError, ValueError) as reason:
        raise EngineError(
            f"the attention kernel {kernel} cannot be used here ({reason}); ask for native"
        ) from None


def only_for(model: nn.Module, backend: str) -> None:
    """Let a network attend by one of Diffusers' backends, and no other network."""
    before, _ = _AttentionBackendRegistry.get_active_backend()
    try:
        model.set_attention_backend(backend)
    finally:
        _AttentionBackendRegistry.set_active_backend(before)


@cache
def _flash3() -> ModuleType | None:
    """FlashAttention 3, from the wheel fa3-fwd or built from source, if it is there and fits this PyTorch."""
    for name in ("fa3_fwd_interface", "flash_attn_interface"):
        try:
            return import_module(name)
        except (ImportError, OSError, RuntimeError):
            continue
    return None


@cache
def _register_flash3() -> None:
    """Make FlashAttention 3 known to Diffusers, also under Ulysses, which its own entry for it refuses.

    Diffusers looks for a distribution called flash_attn_3; the wheel on PyPI is called fa3-fwd and has the
    same functions. Its call is an operator of Diffusers' that ``torch.compile`` can see through.
    """
    module = _flash3()
    if module is None:
        raise EngineError(
            "FlashAttention 3 is not installed or does not fit this PyTorch; "
            "`pip install fa3-fwd`, or ask for the kernel cudnn or native"
        )
    attention_dispatch.flash_attn_3_func = module.flash_attn_func
    attention_dispatch.flash_attn_3_varlen_func = module.flash_attn_varlen_func
    attention_dispatch._CAN_USE_FLASH_ATTN_3 = True
    entry = AttentionBackendName._FLASH_3
    constraints = _AttentionBackendRegistry._constraints[entry]
    _AttentionBackendRegistry.register(entry, constraints, supports_context_parallel=True)(_flash3_attention)


def _flash3_attention(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attn_mask: torch.Tensor | None = None,
    scale: float | None = None,
    is_causal: bool = False,
    return_lse: bool = False,
    _parallel_config=None,
) -> torch.Tensor | tuple[torch.Tensor, torch.Tensor]:
    """Attention over (batch, tokens, heads, width), as Diffusers' own entry, and split over heads if so
    configured.

    The names of the arguments are Diffusers' protocol: it passes on those that one has.
    """
    if attn_mask is not None:
        raise EngineError("FlashAttention 3 takes no attention mask; use the kernel cudnn")
    if _parallel_config is None:
        out, sums = attention_dispatch._wrapped_flash_attn_3(query, key, value, scale, is_causal)
        return (out, sums) if return_lse else out
    return over_ranks(_flash3_forward, query, key, value, is_causal, scale, return_lse, _parallel_config)


def over_ranks(
    one_rank: Callable[..., Any],
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    is_causal: bool,
    scale: float | None,
    return_lse: bool,
    parallel_config: Any,
) -> Any:
    """Attention divided over ranks by Ulysses, where ``one_rank`` attends with some heads over all tokens.

    It is called as ``_flash3_forward`` is, and need know no gradients.
    """
    return attention_dispatch._templated_context_parallel_attention(
        query,
        key,
        value,
        None,
        0.0,
        is_causal,
        scale,
        False,
        return_lse,
        forward_op=one_rank,
        backward_op=None,
        _parallel_config=parallel_config,
    )


def _flash3_forward(context, query, key, value, mask, dropout, is_causal, scale, grouped, return_lse, **_):
    """One rank's heads over all tokens: what Ulysses calls between its two exchanges (inference only)."""
    out, sums = attention_dispatch._wrapped_flash_attn_3(query, key, value, scale, is_causal)
    return (out, sums) if return_lse else out


@cache
def trim() -> None:
    """Let PyTorch's own kernel leave out what a mask hides, in all networks of this process.

    With a mask it takes a slower kernel: 17.5 s instead of 10.3 s for a step over 50,000 tokens on an H200.
    Masks hide the padding of a prompt, the same for all heads; attention without hidden tokens is the
    same sum.
    """
    entry = AttentionBackendName.NATIVE
    kept = _AttentionBackendRegistry._backends[entry]
    _AttentionBackendRegistry._backends[entry] = wraps(kept)(partial(trimmed, kept))


def trimmed(
    attend: Callable[..., torch.Tensor],
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attn_mask: torch.Tensor | None = None,
    **more: Any,
) -> torch.Tensor:
    """``attend`` without the tokens that a mask hides; what hidden tokens ask for comes back as zeros.

    Tensors are (1, tokens, heads, width); a mask that hides other things, or a batch, goes to ``attend`` as
    it is. It may be (1, 1, 1, keys), or (1, 1, tokens, tokens), where hidden tokens neither see nor are seen.
    """
    seen = _seen(attn_mask) if query.shape[0] == 1 else None
    if attn_mask is None or seen is None:
        return attend(query, key, value, attn_mask=attn_mask, **more)
    key, value = key[:, seen], value[:, seen]
    if attn_mask.shape[2] == 1:
        return attend(query, key, value, attn_mask=None, **more)
    made = attend(query[:, seen], key, value, attn_mask=None, **more)
    whole = made.new_zeros((1, len(seen), *made.shape[2:]))
    whole[:, seen] = made
    return whole


def _seen(mask: torch.Tensor | None) -> torch.Tensor | None:
    """The tokens that a mask of one picture shows, as booleans; None where it is not of that kind."""
    if mask is None or mask.dtype != torch.bool or mask.ndim != 4 or mask.shape[:2] != (1, 1):
        return None
    square = mask[0, 0]
    if len(square) == 1:
        return square[0]
    seen = square.diagonal()
    alike = square.shape[0] == square.shape[1] and torch.equal(square, seen[:, None] & seen)
    return seen if alike else None
