"""FlashAttention 3's module with PyTorch's own attention in the kernel's place.

Its function has the signature of the wheel fa3-fwd 0.0.3: what is tested is all that lies around the kernel.
"""

import sys
from types import ModuleType

import torch
from diffusers.models.attention_dispatch import _wrapped_flash_attn_3

_FLASH3_ARGUMENTS = {
    "qv",
    "q_descale",
    "k_descale",
    "v_descale",
    "window_size",
    "attention_chunk",
    "softcap",
    "num_splits",
    "pack_gqa",
    "deterministic",
    "sm_margin",
}


def install() -> None:
    """Install the module, and let Diffusers' operator for FlashAttention 3 run on the CPU too."""

    def flash_attn_func(q, k, v, softmax_scale=None, causal=False, return_attn_probs=False, **rest):
        assert set(rest) <= _FLASH3_ARGUMENTS
        heads_first = (tensor.transpose(1, 2) for tensor in (q, k, v))
        out = torch.nn.functional.scaled_dot_product_attention(
            *heads_first, is_causal=causal, scale=softmax_scale
        )
        sums = q.new_zeros(q.shape[0], q.shape[2], q.shape[1], dtype=torch.float32)
        out = out.transpose(1, 2).contiguous()
        return (out, sums) if return_attn_probs else out

    module = ModuleType("fa3_fwd_interface")
    module.flash_attn_func = module.flash_attn_varlen_func = flash_attn_func
    sys.modules["fa3_fwd_interface"] = module
    _wrapped_flash_attn_3.register_kernel("cpu")(_wrapped_flash_attn_3._init_fn)
