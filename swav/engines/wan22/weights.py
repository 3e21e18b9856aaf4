"""Stored tensors of Wan 2.2 under the names of Diffusers and Transformers, whatever the layout."""

from diffusers.loaders.single_file_utils import (
    convert_wan_transformer_to_diffusers,
    convert_wan_vae_to_diffusers,
)

from swav.engines.wan22.newer_vae import is_newer, newer_name
from swav.engines.wan22.umt5_names import umt5_name
from swav.weights.folder import Weights
from swav.weights.stored import Renaming, Source, Stored, source


def expert_source(weights: Weights) -> Source:
    """The transformer of one expert, named as in ``diffusers.WanTransformer3DModel``."""
    return source(weights, _unless_named(".self_attn.", convert_wan_transformer_to_diffusers))


def vae_source(weights: Weights) -> Source:
    """The VAE, named as in ``diffusers.AutoencoderKLWan``."""
    return source(weights, _vae_renamed)


def _vae_renamed(tensors: dict[str, Stored]) -> dict[str, Stored]:
    if any(is_newer(name) for name in tensors):
        return {newer_name(name): stored for name, stored in tensors.items()}
    return _unless_named(".residual.", convert_wan_vae_to_diffusers)(tensors)


def text_encoder_source(weights: Weights) -> Source:
    """The text encoder, named as in ``transformers.UMT5EncoderModel``; its embedding once, as ``shared``."""
    found = source(weights, lambda tensors: {umt5_name(name): stored for name, stored in tensors.items()})
    found.tensors.pop("encoder.embed_tokens.weight", None)
    return found


def _unless_named(original_sign: str, rename: Renaming) -> Renaming:
    """Rename if a name holds ``original_sign``: renaming twice would swap norms."""
    return lambda tensors: rename(tensors) if any(original_sign in name for name in tensors) else tensors
