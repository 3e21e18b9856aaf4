"""Which model a LoRA looks like by the names of what it changes: a hint, for one that does not fit."""

import re
from collections.abc import Iterable

_NAMES = (
    (r"lora_te2_|(input|output)_blocks_\d|(down|up)_blocks[._]\d|lora_unet_mid_block", "SDXL or SD"),
    (r"img_mod|img_mlp", "Qwen-Image"),
    (r"single_(transformer_)?blocks|double_blocks|joint_blocks", "FLUX, HunyuanVideo or SD 3"),
    (r"k_img|v_img|img_emb", "Wan 2.1 I2V"),
    (r"blocks[._]\d+[._](self_attn|cross_attn|ffn)", "Wan"),
    (r"transformer_blocks[._]\d+[._](attn\d?|audio_attn)", "CogVideoX, LTX or a relative"),
    (r"layers[._]\d+[._](attention|feed_forward)", "Z-Image or Lumina"),
)
"""What models call their layers, the most peculiar first."""


def looks_like(names: Iterable[str]) -> str:
    """The model that names of tensors look like; empty where none does."""
    held = "\n".join(names)
    return next((model for pattern, model in _NAMES if re.search(pattern, held)), "")
