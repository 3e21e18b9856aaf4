"""What Wan's own code computes in float32, and Diffusers' rounds to the type of the weights: the sum that
runs through all blocks, the modulation by the timestep, and the head.

Wan2.2, ``wan/modules/model.py``: under autocast, ``x = x + y * e`` with ``e`` in float32 leaves the sum in
float32; ``time_projection`` and ``head`` are computed with autocast to float32. Matrices of attention and
feed-forward compute in bfloat16, there and here. Diffusers' block rounds the sum three times, and forty
blocks lose eight times as much by it. In float32 nothing changes, to the last bit.
"""

import types

from diffusers import WanTransformer3DModel
from torch import Tensor, nn

KEPT = frozenset((*WanTransformer3DModel._keep_in_fp32_modules, "proj_out"))
"""Names of modules and parameters that are float32 whatever the type of the rest."""


def is_kept(name: str, kept: frozenset[str] = KEPT) -> bool:
    """Whether a parameter, by its full name, is float32 whatever the type of the rest."""
    return not kept.isdisjoint(name.split("."))


def keep_precision(model: WanTransformer3DModel) -> None:
    """Let an expert add up in float32; call it before it is compiled and before any hook is set.

    ``model`` may be empty. Its parameters that ``is_kept`` names are float32; its flows are then float32 too.
    """
    model.condition_embedder.forward = types.MethodType(_embed, model.condition_embedder)
    for block in model.blocks:
        block.forward = types.MethodType(_add_up, block)


def _embed(
    self: nn.Module,
    timestep: Tensor,
    encoder_hidden_states: Tensor,
    encoder_hidden_states_image: Tensor | None = None,
    timestep_seq_len: int | None = None,
) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
    """``WanTimeTextImageEmbedding.forward`` with the timestep's part in float32: (batch, width), and
    (batch, 6 x width). Its weights, 0.3 GB of an expert, stay in their own type and are widened while used.
    """
    timestep = self.timesteps_proj(timestep)
    if timestep_seq_len is not None:
        timestep = timestep.unflatten(0, (-1, timestep_seq_len))
    embedded = self.time_embedder(timestep.float())
    weight, bias = self.time_proj.weight, self.time_proj.bias
    projected = nn.functional.linear(self.act_fn(embedded), weight.float(), bias.float())
    text = self.text_embedder(encoder_hidden_states)
    if encoder_hidden_states_image is not None:
        encoder_hidden_states_image = self.image_embedder(encoder_hidden_states_image)
    return embedded, projected, text, encoder_hidden_states_image


def _add_up(
    self: nn.Module, hidden_states: Tensor, encoder_hidden_states: Tensor, temb: Tensor, rotary_emb: Tensor
) -> Tensor:
    """``WanTransformerBlock.forward`` with its sum in float32: (batch, tokens, width) in, float32 out.

    ``temb`` is (batch, 6, width), or (batch, tokens, 6, width) where each token has a timestep of its own.
    """
    computed = encoder_hidden_states.dtype  # as embedded: the type of an exact layer's weights
    if temb.ndim == 4:
        modulation = (self.scale_shift_table.unsqueeze(0) + temb.float()).unbind(2)
    else:
        modulation = (self.scale_shift_table + temb.float()).chunk(6, dim=1)
    shift, scale, gate, last_shift, last_scale, last_gate = modulation
    total = hidden_states.float()
    change = self.attn1((self.norm1(total) * (1 + scale) + shift).to(computed), None, None, rotary_emb)
    total = total + change.float() * gate
    total = total + self.attn2(self.norm2(total).to(computed), encoder_hidden_states, None, None).float()
    change = self.ffn((self.norm3(total) * (1 + last_scale) + last_shift).to(computed))
    return total + change.float() * last_gate
