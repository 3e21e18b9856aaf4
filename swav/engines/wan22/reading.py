"""The networks of Wan 2.2, empty, with the stored tensors that fill them."""

import torch

from swav.engines.wan22.architecture import empty_expert, empty_text_encoder, empty_vae
from swav.engines.wan22.weights import expert_source, text_encoder_source, vae_source
from swav.weights.filling import Prepare, Unread, unread
from swav.weights.folder import Weights


def unread_expert(weights: Weights, dtype: torch.dtype = torch.bfloat16, prepare: Prepare = None) -> Unread:
    """One expert, a ``diffusers.WanTransformer3DModel``. ``prepare`` may divide the empty model among
    ranks.
    """
    source = expert_source(weights)
    return unread(source, empty_expert(weights, source, dtype), prepare)


def unread_text_encoder(
    weights: Weights, dtype: torch.dtype = torch.bfloat16, prepare: Prepare = None
) -> Unread:
    """The text encoder, a ``transformers.UMT5EncoderModel``."""
    source = text_encoder_source(weights)
    return unread(source, empty_text_encoder(weights, source, dtype), prepare)


def unread_vae(weights: Weights, dtype: torch.dtype = torch.float32) -> Unread:
    """The VAE, a ``diffusers.AutoencoderKLWan``."""
    source = vae_source(weights)
    return unread(source, empty_vae(weights, source, dtype))
