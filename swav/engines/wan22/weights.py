"""Stored tensors of Wan 2.2 under the names of Diffusers and Transformers, whatever the layout."""

import re

from diffusers.loaders.single_file_utils import (
    convert_wan_transformer_to_diffusers,
    convert_wan_vae_to_diffusers,
)

from swav.weights.folder import Weights
from swav.weights.stored import Renaming, Source, source

_UMT5_NAMES = [
    (r"^token_embedding\.", "shared."),
    (r"^norm\.", "encoder.final_layer_norm."),
    (r"^blocks\.(\d+)\.attn\.", r"encoder.block.\1.layer.0.SelfAttention."),
    (
        r"^blocks\.(\d+)\.pos_embedding\.embedding\.",
        r"encoder.block.\1.layer.0.SelfAttention.relative_attention_bias.",
    ),
    (r"^blocks\.(\d+)\.norm1\.", r"encoder.block.\1.layer.0.layer_norm."),
    (r"^blocks\.(\d+)\.norm2\.", r"encoder.block.\1.layer.1.layer_norm."),
    (r"^blocks\.(\d+)\.ffn\.gate\.0\.", r"encoder.block.\1.layer.1.DenseReluDense.wi_0."),
    (r"^blocks\.(\d+)\.ffn\.fc1\.", r"encoder.block.\1.layer.1.DenseReluDense.wi_1."),
    (r"^blocks\.(\d+)\.ffn\.fc2\.", r"encoder.block.\1.layer.1.DenseReluDense.wo."),
]


def expert_source(weights: Weights) -> Source:
    """The transformer of one expert, named as in ``diffusers.WanTransformer3DModel``."""
    return source(weights, _unless_named(".self_attn.", convert_wan_transformer_to_diffusers))


def vae_source(weights: Weights) -> Source:
    """The VAE, named as in ``diffusers.AutoencoderKLWan``."""
    return source(weights, _unless_named(".residual.", convert_wan_vae_to_diffusers))


def text_encoder_source(weights: Weights) -> Source:
    """The text encoder, named as in ``transformers.UMT5EncoderModel``; its embedding once, as ``shared``."""
    found = source(
        weights,
        _unless_named(
            ".attn.", lambda tensors: {_umt5_name(name): stored for name, stored in tensors.items()}
        ),
    )
    found.tensors.pop("encoder.embed_tokens.weight", None)
    return found


def _umt5_name(name: str) -> str:
    for pattern, replacement in _UMT5_NAMES:
        if re.match(pattern, name):
            return re.sub(pattern, replacement, name)
    return name


def _unless_named(original_sign: str, rename: Renaming) -> Renaming:
    """Rename if a name holds ``original_sign``: renaming twice would swap norms."""
    return lambda tensors: rename(tensors) if any(original_sign in name for name in tensors) else tensors
