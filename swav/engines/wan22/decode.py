"""From latents to pixels: the VAE, frame by frame, so that a clip is never in memory as a whole."""

from collections.abc import Iterator

import numpy as np
import torch
from diffusers import AutoencoderKLWan


@torch.no_grad()
def decode(vae: AutoencoderKLWan, latents: torch.Tensor, tiled: bool = False) -> Iterator[np.ndarray]:
    """Yield frames, (height, width, 3) RGB uint8, of latents (1, 16, n, height / 8, width / 8): 4n - 3
    of them.

    Whole, each latent frame is decoded with the features that the one before left (the VAE is causal in
    time), which gives the pixels of ``vae.decode``. Tiled, the picture is decoded in overlapping parts,
    all frames of a part at once: about a third of the memory, slower, and with slightly other pixels
    where the parts are blended.
    """
    latents = unscaled(vae, latents)
    if tiled:
        vae.enable_tiling()
    whole = [vae.decode(latents, return_dict=False)[0]] if tiled else chunks(vae, latents)
    for chunk in whole:
        yield from pixels(chunk)


def unscaled(vae: AutoencoderKLWan, latents: torch.Tensor) -> torch.Tensor:
    """Latents in the VAE's own scale and type. Divided by 1 / std, as ``WanPipeline`` does, for the same
    bits.
    """
    weight = next(vae.parameters())
    mean, std = (
        torch.tensor(values).view(1, -1, 1, 1, 1)
        for values in (vae.config.latents_mean, vae.config.latents_std)
    )
    latents = latents.to(weight.device, weight.dtype)
    return latents / (1.0 / std.to(latents)) + mean.to(latents)


def chunks(vae: AutoencoderKLWan, latents: torch.Tensor) -> Iterator[torch.Tensor]:
    """What ``AutoencoderKLWan._decode`` joins into one tensor, as it comes: 1 frame, then 4 and 4."""
    vae.clear_cache()
    features = vae.post_quant_conv(latents)
    for index in range(features.shape[2]):
        vae._conv_idx = [0]
        frame = features[:, :, index : index + 1]
        yield vae.decoder(frame, feat_cache=vae._feat_map, feat_idx=vae._conv_idx, first_chunk=index == 0)
    vae.clear_cache()


def pixels(chunk: torch.Tensor) -> np.ndarray:
    """(1, 3, n, height, width) between -1 and 1 -> (n, height, width, 3) uint8, rounded on the device."""
    scaled = (chunk[0].float() * 0.5 + 0.5).clamp(0, 1) * 255
    return scaled.round().to(torch.uint8).permute(1, 2, 3, 0).contiguous().cpu().numpy()
