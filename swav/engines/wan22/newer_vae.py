"""The VAE of Wan 2.2 TI2V-5B in the layout of Wan's own code: what Diffusers' converter does not know of it.

Names by ``wan/modules/vae2_2.py`` of Wan2.2, whose blocks stand one level deeper than those of Wan 2.1.
"""

import re
from typing import Any

# fmt: off
MEAN = (
    -0.2289, -0.0052, -0.1323, -0.2339, -0.2799, 0.0174, 0.1838, 0.1557,
    -0.1382, 0.0542, 0.2813, 0.0891, 0.1570, -0.0098, 0.0375, -0.1825,
    -0.2246, -0.1207, -0.0698, 0.5109, 0.2665, -0.2108, -0.2158, 0.2502,
    -0.2055, -0.0322, 0.1109, 0.1567, -0.0729, 0.0899, -0.2799, -0.1230,
    -0.0313, -0.1649, 0.0117, 0.0723, -0.2839, -0.2083, -0.0520, 0.3748,
    0.0152, 0.1957, 0.1433, -0.2944, 0.3573, -0.0548, -0.1681, -0.0667,
)
"""Of each channel of the latents (``vae2_2.py``: ``Wan2_2_VAE``); no file of weights holds it."""
DEVIATION = (
    0.4765, 1.0364, 0.4514, 1.1677, 0.5313, 0.4990, 0.4818, 0.5013,
    0.8158, 1.0344, 0.5894, 1.0901, 0.6885, 0.6165, 0.8454, 0.4978,
    0.5759, 0.3523, 0.7135, 0.6804, 0.5833, 1.4146, 0.8986, 0.5659,
    0.7069, 0.5338, 0.4889, 0.4917, 0.4069, 0.4999, 0.6866, 0.4093,
    0.5709, 0.6065, 0.6415, 0.4944, 0.5726, 1.2042, 0.5458, 1.6887,
    0.3971, 1.0600, 0.3943, 0.5537, 0.5444, 0.4089, 0.7468, 0.7744,
)
# fmt: on
_WIDEST = 4
"""How many times the base the first pictures of the decoder are wide (``dim_mult``)."""
_DEEPER = re.compile(r"(encoder\.down|decoder\.up)samples\.(\d)\.(?:down|up)samples\.(\d)\.")
_RENAMED = (
    (r"\.residual\.0\.gamma", ".norm1.gamma"),
    (r"\.residual\.2\.", ".conv1."),
    (r"\.residual\.3\.gamma", ".norm2.gamma"),
    (r"\.residual\.6\.", ".conv2."),
    (r"\.shortcut\.", ".conv_shortcut."),
    (r"\.head\.0\.gamma", ".norm_out.gamma"),
    (r"\.head\.2\.", ".conv_out."),
    (r"\.middle\.0\.", ".mid_block.resnets.0."),
    (r"\.middle\.1\.", ".mid_block.attentions.0."),
    (r"\.middle\.2\.", ".mid_block.resnets.1."),
    (r"^(encoder|decoder)\.conv1\.", r"\1.conv_in."),
    (r"^conv1\.", "quant_conv."),
    (r"^conv2\.", "post_quant_conv."),
)


def is_newer(name: str) -> bool:
    """Whether only the VAE of Wan 2.2 has a tensor of that name."""
    return _DEEPER.match(name) is not None


def newer_name(name: str) -> str:
    """The name in ``diffusers.AutoencoderKLWan`` of a tensor in Wan's own file."""
    if match := _DEEPER.match(name):
        rest = name[match.end() :]
        block = f"{match[1]}_blocks.{match[2]}."
        if rest.startswith(("resample.", "time_conv.")):
            name = f"{block}{'down' if 'down' in match[1] else 'up'}sampler.{rest}"
        else:
            name = f"{block}resnets.{match[3]}.{rest}"
    for pattern, replacement in _RENAMED:
        name = re.sub(pattern, replacement, name)
    return name


def settings(first_of_decoder: int) -> dict[str, Any]:
    """What config.json says for Diffusers beside ``base_dim`` and ``z_dim`` (``vae2_2.py``: ``WanVAE_``)."""
    return {
        "decoder_base_dim": first_of_decoder // _WIDEST,
        "temperal_downsample": [False, True, True],
        "in_channels": 12,
        "out_channels": 12,
        "is_residual": True,
        "patch_size": 2,
        "scale_factor_spatial": 16,
        "scale_factor_temporal": 4,
        "latents_mean": list(MEAN),
        "latents_std": list(DEVIATION),
    }
