"""The networks of each engine that is a recipe, at their published sizes with random weights, on disk.

Time and memory do not depend on what weights are, so the benchmarks need no download. Settings, schedulers
and tokenizers are those of the tests' tiny models, in which the networks are replaced; words are therefore
read letter by letter, which makes a prompt of a few words longer, and nothing else different.
"""

import gc
import shutil
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import diffusers
import tiny_pipelines
import torch
import transformers

_T5 = {
    "vocab_size": 32128,
    "d_model": 4096,
    "d_kv": 64,
    "d_ff": 10240,
    "num_layers": 24,
    "num_heads": 64,
    "feed_forward_proj": "gated-gelu",
}
_KL = {
    "block_out_channels": [128, 256, 512, 512],
    "down_block_types": ["DownEncoderBlock2D"] * 4,
    "up_block_types": ["UpDecoderBlock2D"] * 4,
    "layers_per_block": 2,
}
_QWEN_VL = {
    "vocab_size": 152064,
    "hidden_size": 3584,
    "intermediate_size": 18944,
    "num_hidden_layers": 28,
    "num_attention_heads": 28,
    "num_key_value_heads": 4,
    "max_position_embeddings": 128000,
    "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]},
}
_QWEN_VISION = {
    "depth": 32,
    "hidden_size": 1280,
    "intermediate_size": 3420,
    "num_heads": 16,
    "out_hidden_size": 3584,
    "patch_size": 14,
    "fullatt_block_indexes": [7, 15, 23, 31],
}
_COGVIDEOX = {
    "num_attention_heads": 48,
    "attention_head_dim": 64,
    "in_channels": 16,
    "out_channels": 16,
    "num_layers": 42,
    "text_embed_dim": 4096,
    "sample_width": 90,
    "sample_height": 60,
    "sample_frames": 49,
    "use_rotary_positional_embeddings": True,
}
_WAN = {"text_dim": 4096, "freq_dim": 256, "attention_head_dim": 128, "num_attention_heads": 40}
_WAN |= {"ffn_dim": 13824, "num_layers": 40, "in_channels": 36, "out_channels": 16}
_WAN_SMALL = {"num_attention_heads": 24, "in_channels": 48, "out_channels": 48, "ffn_dim": 14336}
_WAN_SMALL = _WAN | _WAN_SMALL | {"num_layers": 30}
_VAE_48 = {
    "base_dim": 160,
    "decoder_base_dim": 256,
    "z_dim": 48,
    "in_channels": 12,
    "out_channels": 12,
    "is_residual": True,
    "patch_size": 2,
    "scale_factor_spatial": 16,
    "latents_mean": [0.0] * 48,
    "latents_std": [1.0] * 48,
}


@dataclass(frozen=True)
class Network:
    """One part of a pipeline: its class, its settings, and the name under which it is kept."""

    kind: str
    values: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    """Parts that engines share have one."""
    config: str = ""
    """The class of settings, of a network of Transformers."""
    precise: bool = False
    """Whether it is published in float32."""

    def make(self) -> torch.nn.Module:
        if not self.config:
            place = diffusers if hasattr(diffusers, self.kind) else diffusers.pipelines.ltx2
            return getattr(place, self.kind)(**self.values)
        values = self.values
        if self.config == "Qwen2_5_VLConfig":
            values = _marks(tiny_pipelines.chat_tokenizer()) | values
        return getattr(transformers, self.kind)(getattr(transformers, self.config)(**values))


def _marks(tokenizer: transformers.PreTrainedTokenizerBase) -> dict[str, int]:
    """The numbers of what stands for pictures in a text."""
    names = {"image": "image_pad", "video": "video_pad"} | dict.fromkeys(("vision_start", "vision_end"))
    return {
        f"{name}_token_id": tokenizer.convert_tokens_to_ids(f"<|{said or name}|>")
        for name, said in names.items()
    }


def _text(kind: str, config: str, values: dict[str, Any], name: str) -> Network:
    return Network(kind, values, name, config)


def _clip(name: str, **values: Any) -> Network:
    kind = "CLIPTextModelWithProjection" if "projection_dim" in values else "CLIPTextModel"
    tiny = tiny_pipelines.clip_config()
    marks = {"vocab_size": 49408, "eos_token_id": tiny.eos_token_id, "bos_token_id": tiny.bos_token_id}
    return Network(kind, marks | values, name, "CLIPTextConfig")


_T5_XXL = _text("T5EncoderModel", "T5Config", _T5, "t5-xxl")
_UMT5 = _text(
    "UMT5EncoderModel",
    "UMT5Config",
    _T5 | {"vocab_size": 256384, "is_encoder_decoder": False},
    "umt5-xxl",
)
_CLIP_L = {"hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12, "num_hidden_layers": 12}
_CLIP_G = {"hidden_size": 1280, "intermediate_size": 5120, "num_attention_heads": 20, "num_hidden_layers": 32}
_LTX_2_VAE = {
    "decoder_causal": False,
    "spatial_compression_ratio": 32,  # the class would derive 64 and 16 from the blocks of the encoder
    "temporal_compression_ratio": 8,
}
_QWEN_IMAGE = {
    "text_encoder": _text(
        "Qwen2_5_VLForConditionalGeneration",
        "Qwen2_5_VLConfig",
        {"text_config": _QWEN_VL, "vision_config": _QWEN_VISION},
        "qwen2.5-vl",
    ),
    "transformer": Network("QwenImageTransformer2DModel", name="qwen-image"),
    "vae": Network("AutoencoderKLQwenImage", name="qwen-image-vae", precise=True),
}
_HUNYUAN_1_5 = {
    "text_encoder": _text("Qwen2_5_VLTextModel", "Qwen2_5_VLTextConfig", _QWEN_VL, "qwen2.5-text"),
    "text_encoder_2": _text(
        "T5EncoderModel",
        "T5Config",
        {
            "vocab_size": 1510,
            "d_model": 1472,
            "d_kv": 64,
            "d_ff": 3584,
            "num_layers": 12,
            "num_heads": 6,
            "feed_forward_proj": "gated-gelu",
        },
        "byt5-small",
    ),
    "vae": Network("AutoencoderKLHunyuanVideo15", name="hunyuanvideo-1.5-vae"),
}

NETWORKS: dict[str, dict[str, Network]] = {
    "sdxl": {
        "text_encoder": _clip("clip-l", hidden_act="quick_gelu", **_CLIP_L),
        "text_encoder_2": _clip("clip-g", hidden_act="gelu", projection_dim=1280, **_CLIP_G),
        "unet": Network(
            "UNet2DConditionModel",
            {
                "block_out_channels": (320, 640, 1280),
                "layers_per_block": 2,
                "sample_size": 128,
                "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
                "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
                "attention_head_dim": (5, 10, 20),
                "use_linear_projection": True,
                "addition_embed_type": "text_time",
                "addition_time_embed_dim": 256,
                "transformer_layers_per_block": (1, 2, 10),
                "projection_class_embeddings_input_dim": 2816,
                "cross_attention_dim": 2048,
            },
        ),
        "vae": Network("AutoencoderKL", _KL | {"sample_size": 1024, "scaling_factor": 0.13025}, precise=True),
    },
    "z-image": {
        "text_encoder": _text(
            "Qwen3Model",
            "Qwen3Config",
            {
                "vocab_size": 151936,
                "hidden_size": 2560,
                "intermediate_size": 9728,
                "num_hidden_layers": 36,
                "num_attention_heads": 32,
                "num_key_value_heads": 8,
                "head_dim": 128,
            },
            "qwen3-4b",
        ),
        "transformer": Network("ZImageTransformer2DModel"),
        "vae": Network(
            "AutoencoderKL",
            _KL | {"latent_channels": 16, "scaling_factor": 0.3611, "shift_factor": 0.1159},
            precise=True,
        ),
    },
    "svd": {
        "image_encoder": _text(
            "CLIPVisionModelWithProjection",
            "CLIPVisionConfig",
            {
                "hidden_size": 1280,
                "intermediate_size": 5120,
                "num_hidden_layers": 32,
                "num_attention_heads": 16,
                "projection_dim": 1024,
                "image_size": 224,
                "patch_size": 14,
                "hidden_act": "gelu",
            },
            "clip-vision-h",
        ),
        "unet": Network("UNetSpatioTemporalConditionModel"),
        "vae": Network(
            "AutoencoderKLTemporalDecoder",
            {
                "block_out_channels": [128, 256, 512, 512],
                "down_block_types": ["DownEncoderBlock2D"] * 4,
                "layers_per_block": 2,
                "force_upcast": True,
            },
            precise=True,
        ),
    },
    "cogvideox-5b": {
        "text_encoder": _T5_XXL,
        "transformer": Network("CogVideoXTransformer3DModel", _COGVIDEOX),
        "vae": Network("AutoencoderKLCogVideoX", {"scaling_factor": 0.7}, "cogvideox-vae"),
    },
    "cogvideox-5b-i2v": {
        "text_encoder": _T5_XXL,
        "transformer": Network(
            "CogVideoXTransformer3DModel",
            _COGVIDEOX | {"in_channels": 32, "use_learned_positional_embeddings": True},
        ),
        "vae": Network("AutoencoderKLCogVideoX", {"scaling_factor": 0.7}, "cogvideox-vae"),
    },
    "wan2.2-ti2v": {
        "text_encoder": _UMT5,
        "transformer": Network("WanTransformer3DModel", _WAN_SMALL),
        "vae": Network("AutoencoderKLWan", _VAE_48, precise=True),
    },
    "wan2.2-i2v": {
        "text_encoder": _UMT5,
        "transformer": Network("WanTransformer3DModel", _WAN, "wan2.2-i2v-expert"),
        "transformer_2": Network("WanTransformer3DModel", _WAN, "wan2.2-i2v-expert"),
        "vae": Network("AutoencoderKLWan", precise=True),
    },
    "hunyuanvideo": {
        "text_encoder": _text(
            "LlamaModel",
            "LlamaConfig",
            {
                "vocab_size": 128320,
                "hidden_size": 4096,
                "intermediate_size": 14336,
                "num_hidden_layers": 32,
                "num_attention_heads": 32,
                "num_key_value_heads": 8,
                "pad_token_id": 0,
            },
            "llama-8b",
        ),
        "text_encoder_2": _clip("clip-l-pooled", **_CLIP_L),
        "transformer": Network("HunyuanVideoTransformer3DModel"),
        "vae": Network("AutoencoderKLHunyuanVideo"),
    },
    "hunyuanvideo-1.5": _HUNYUAN_1_5
    | {"transformer": Network("HunyuanVideo15Transformer3DModel", {"task_type": "t2v"})},
    "hunyuanvideo-1.5-i2v": _HUNYUAN_1_5
    | {
        "transformer": Network("HunyuanVideo15Transformer3DModel", {"task_type": "i2v"}),
        "image_encoder": _text(
            "SiglipVisionModel",
            "SiglipVisionConfig",
            {
                "hidden_size": 1152,
                "intermediate_size": 4304,
                "num_hidden_layers": 27,
                "num_attention_heads": 16,
                "image_size": 384,
                "patch_size": 14,
            },
            "siglip",
        ),
    },
    "qwen-image": _QWEN_IMAGE,
    "qwen-image-edit": _QWEN_IMAGE,
    "ltx-2": {
        "text_encoder": _text(
            "Gemma3ForConditionalGeneration",
            "Gemma3Config",
            {
                "text_config": {
                    "vocab_size": 262208,
                    "hidden_size": 3840,
                    "intermediate_size": 15360,
                    "num_hidden_layers": 48,
                    "num_attention_heads": 16,
                    "num_key_value_heads": 8,
                    "head_dim": 256,
                },
                "vision_config": {
                    "hidden_size": 1152,
                    "intermediate_size": 4304,
                    "num_hidden_layers": 27,
                    "num_attention_heads": 16,
                    "image_size": 896,
                    "patch_size": 14,
                },
            },
            "gemma-3-12b",
        ),
        "connectors": Network("LTX2TextConnectors"),
        "transformer": Network("LTX2VideoTransformer3DModel"),
        "vae": Network("AutoencoderKLLTX2Video", _LTX_2_VAE),
        "audio_vae": Network("AutoencoderKLLTX2Audio"),
        "vocoder": Network("LTX2Vocoder"),
    },
}
"""By engine, from small to large: what its repository's config.json files say."""
_SEES = {"hunyuanvideo-1.5-i2v": ("feature_extractor", {"height": 384, "width": 384})}


def write(name: str, models: Path, *, full: bool, device: torch.device) -> Path:
    """Save an engine's model under ``models``, at its published sizes or tiny; the folder.

    Parts that engines share are written once, beside the models.
    """
    folder = tiny_pipelines.write(name, models)
    for part, network in NETWORKS[name].items() if full else ():
        kept = models.parent / "parts" / _kept_as(name, part, network)
        if not kept.exists():
            _save(network, kept, device)
        shutil.rmtree(folder / part, ignore_errors=True)
        (folder / part).symlink_to(kept)
    if full and name in _SEES:
        part, size = _SEES[name]
        shutil.rmtree(folder / part)
        transformers.SiglipImageProcessor(size=size).save_pretrained(folder / part)
    return folder


def forget_parts(models: Path, still: Collection[str]) -> None:
    """Remove the parts that no engine of ``still`` has: together they are larger than a machine's memory."""
    kept = {_kept_as(name, part, network) for name in still for part, network in NETWORKS[name].items()}
    for folder in (models.parent / "parts").glob("*"):
        if folder.name not in kept:
            shutil.rmtree(folder)


def _kept_as(name: str, part: str, network: Network) -> str:
    return network.name or f"{name}-{part}"


def _save(network: Network, folder: Path, device: torch.device) -> None:
    usual = torch.get_default_dtype()
    torch.set_default_dtype(torch.float32 if network.precise else torch.bfloat16)
    try:
        with torch.device(device):
            made = network.make()
    finally:
        torch.set_default_dtype(usual)
    made.save_pretrained(folder, max_shard_size="10GB")
    del made
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
