"""Empty models of the right size, their sizes taken from config.json and the shapes of the stored tensors.

Parameters are on the ``meta`` device: they have a shape and a type and take no memory until ``reading`` fills
them. Buffers (the rotary embedding's tables) are real, because no file holds them.
"""

from math import prod

import torch
from accelerate import init_empty_weights
from diffusers import AutoencoderKLWan, WanTransformer3DModel
from torch import nn
from transformers import UMT5Config, UMT5EncoderModel

from swav.engines.wan22.kinds import HEAD_WIDTH
from swav.engines.wan22.newer_vae import MEAN, settings
from swav.engines.wan22.precise import KEPT, is_kept
from swav.weights.folder import Weights
from swav.weights.headers import read_json
from swav.weights.stored import Source

_UMT5 = {
    "relative_attention_max_distance": 128,
    "layer_norm_epsilon": 1e-6,
    "feed_forward_proj": "gated-gelu",
    "is_encoder_decoder": False,
    "use_cache": False,
    "tie_word_embeddings": False,
}
"""What the shapes of umT5 do not tell (Wan2.2, ``wan/modules/t5.py``: ``umt5_xxl``)."""


def empty_expert(
    weights: Weights, source: Source, dtype: torch.dtype, kept: frozenset[str] = KEPT
) -> WanTransformer3DModel:
    """One expert; modules and parameters that ``kept`` names are float32 whatever ``dtype`` is."""
    stated = read_json(weights.config) if weights.config else _unstated(source)
    config = _expert_config(stated, source) if "num_heads" in stated else stated
    with init_empty_weights():
        model = WanTransformer3DModel.from_config(config)
    return _frozen(model, lambda name: torch.float32 if is_kept(name, kept) else dtype)


def _unstated(source: Source) -> dict:
    """What a single file leaves out of config.json: the same in every Wan model (``wan/configs``)."""
    width, inputs, *patch = source.shape("patch_embedding.weight")
    outputs = source.shape("proj_out.weight")[0] // prod(patch)
    return {"num_heads": width // HEAD_WIDTH, "in_dim": inputs, "out_dim": outputs, "eps": 1e-6}


def _expert_config(stated: dict, source: Source) -> dict:
    """Wan's own ``config.json`` in Diffusers' words; it leaves out what never changes in Wan 2.2."""
    inner, text = source.shape("condition_embedder.text_embedder.linear_1.weight")
    return {
        "patch_size": source.shape("patch_embedding.weight")[2:],
        "num_attention_heads": stated["num_heads"],
        "attention_head_dim": inner // stated["num_heads"],
        "in_channels": stated["in_dim"],
        "out_channels": stated["out_dim"],
        "text_dim": text,
        "freq_dim": source.shape("condition_embedder.time_embedder.linear_1.weight")[1],
        "ffn_dim": source.shape("blocks.0.ffn.net.0.proj.weight")[0],
        "num_layers": source.count("blocks."),
        "cross_attn_norm": True,
        "qk_norm": "rms_norm_across_heads",
        "eps": stated["eps"],
        "rope_max_seq_len": 1024,
    }


def empty_text_encoder(weights: Weights, source: Source, dtype: torch.dtype) -> UMT5EncoderModel:
    """The umT5 encoder, its embedding one module under both its names, so that it exists once in memory."""
    if weights.config:
        config = UMT5Config.from_dict(read_json(weights.config))
    else:
        config = UMT5Config(**_UMT5, **_umt5_sizes(source))
    with init_empty_weights():
        model = UMT5EncoderModel(config)
    model.encoder.embed_tokens = model.shared
    return _frozen(model, lambda name: dtype)


def _umt5_sizes(source: Source) -> dict[str, int]:
    vocabulary, width = source.shape("shared.weight")
    attention = "encoder.block.0.layer.0.SelfAttention"
    buckets, heads = source.shape(f"{attention}.relative_attention_bias.weight")
    return {
        "vocab_size": vocabulary,
        "d_model": width,
        "num_heads": heads,
        "d_kv": source.shape(f"{attention}.q.weight")[0] // heads,
        "d_ff": source.shape("encoder.block.0.layer.1.DenseReluDense.wi_0.weight")[0],
        "num_layers": source.count("encoder.block."),
        "relative_attention_num_buckets": buckets,
    }


def empty_vae(weights: Weights, source: Source, dtype: torch.dtype) -> AutoencoderKLWan:
    """The VAE of Wan 2.1, which Wan 2.2 A14B shares, or that of Wan 2.2, by its latents."""
    if weights.config:
        config = read_json(weights.config)
    else:
        channels = source.shape("post_quant_conv.weight")[0]
        config = {"base_dim": source.shape("encoder.conv_in.weight")[0], "z_dim": channels}
        if channels == len(MEAN):
            config |= settings(source.shape("decoder.conv_in.weight")[0])
    with init_empty_weights():
        model = AutoencoderKLWan.from_config(config)
    return _frozen(model, lambda name: dtype)


def _frozen(model: nn.Module, dtype_of) -> nn.Module:
    """The model for inference, each parameter of the type that ``dtype_of`` gives for its name."""
    for name, parameter in list(model.named_parameters()):
        parent, _, own = name.rpartition(".")
        empty = torch.empty_like(parameter, dtype=dtype_of(name))
        setattr(model.get_submodule(parent), own, nn.Parameter(empty, requires_grad=False))
    return model.eval()
