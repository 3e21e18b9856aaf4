"""Tiny Wan 2.2 models with random weights, written in both published layouts: what the tests of the engine
load.

Everything is seeded, and the tokenizer is a real sentencepiece model with byte fallback and umT5's special
ids (pad 0, end 1, begin 2, unknown 3), so that a tiny model takes the same paths as the one of 118 GB.
"""

import base64
import json
import re
from pathlib import Path

import torch
from diffusers import AutoencoderKLWan, UniPCMultistepScheduler, WanPipeline, WanTransformer3DModel
from safetensors.torch import save_file
from transformers import PreTrainedTokenizerFast, UMT5Config, UMT5EncoderModel

SENTENCES = [
    "a red fox runs over the snow at dawn",
    "一只狐狸在雪地里奔跑 色调艳丽，静态",
    "slow dolly shot of a city street at night in the rain",
    "Ａ full-width ＬＥＴＴＥＲ",
]
_SPECIAL = ["<pad>", "</s>", "<s>", "<unk>"]


def write_tokenizer(folder: Path) -> Path:
    """spiece.model and the tokenizer.json that describes the same vocabulary, as google/umt5-xxl has them."""
    import sentencepiece
    from transformers.convert_slow_tokenizer import import_protobuf

    folder.mkdir(parents=True, exist_ok=True)
    corpus = folder / "corpus.txt"
    corpus.write_text("\n".join(SENTENCES * 30), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus),
        model_prefix=str(folder / "spiece"),
        vocab_size=420,
        hard_vocab_limit=False,
        model_type="unigram",
        byte_fallback=True,
        normalization_rule_name="nmt_nfkc",
        character_coverage=1.0,
        minloglevel=2,
        num_threads=1,
        **{f"{name}_id": number for number, name in enumerate(("pad", "eos", "bos", "unk"))},
        **dict(zip(("pad_piece", "eos_piece", "bos_piece", "unk_piece"), _SPECIAL, strict=True)),
    )
    corpus.unlink()
    (folder / "spiece.vocab").unlink()
    model = import_protobuf().ModelProto()
    model.ParseFromString((folder / "spiece.model").read_bytes())
    (folder / "tokenizer.json").write_text(json.dumps(_tokenizer_json(model), ensure_ascii=False))
    return folder


def _tokenizer_json(model) -> dict:
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    charsmap = base64.b64encode(model.normalizer_spec.precompiled_charsmap).decode()
    single = [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}]
    special = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": number, "content": text, **special} for number, text in enumerate(_SPECIAL)],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Precompiled", "precompiled_charsmap": charsmap},
                {"type": "Strip", "strip_left": False, "strip_right": True},
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "▁"},
            ],
        },
        "pre_tokenizer": metaspace,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": single,
            "pair": single,
            "special_tokens": {"</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}},
        },
        "decoder": metaspace,
        "model": {
            "type": "Unigram",
            "unk_id": 3,
            "vocab": [[piece.piece, piece.score] for piece in model.pieces],
            "byte_fallback": True,
        },
    }


def tiny_transformer(seed: int, **changes) -> WanTransformer3DModel:
    """One expert of two blocks; its four heads allow 1, 2 and 4 Ulysses ranks."""
    torch.manual_seed(seed)
    sizes = {
        "patch_size": (1, 2, 2),
        "num_attention_heads": 4,
        "attention_head_dim": 12,
        "in_channels": 16,
        "out_channels": 16,
        "text_dim": 32,
        "freq_dim": 256,
        "ffn_dim": 64,
        "num_layers": 2,
        "cross_attn_norm": True,
        "qk_norm": "rms_norm_across_heads",
        "rope_max_seq_len": 1024,
    }
    return WanTransformer3DModel(**{**sizes, **changes}).eval().requires_grad_(False)


def tiny_pipeline(tokenizer_folder: Path) -> WanPipeline:
    """The reference: Diffusers' own pipeline, ``transformer`` being the high-noise expert."""
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(tokenizer_folder / "tokenizer.json"),
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
    )
    torch.manual_seed(1)
    sizes = {
        "vocab_size": len(tokenizer),
        "d_model": 32,
        "d_kv": 8,
        "d_ff": 64,
        "num_layers": 2,
        "num_heads": 4,
    }
    config = UMT5Config(**sizes, is_encoder_decoder=False, feed_forward_proj="gated-gelu")
    text_encoder = UMT5EncoderModel(config).eval().to(torch.bfloat16)  # as published: nothing is lost on disk
    torch.manual_seed(2)
    vae = AutoencoderKLWan(base_dim=4, z_dim=16).eval()
    scheduler = UniPCMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, num_train_timesteps=1000, flow_shift=12.0
    )
    pipeline = WanPipeline(
        tokenizer=tokenizer,
        text_encoder=text_encoder,
        vae=vae,
        scheduler=scheduler,
        transformer=tiny_transformer(3),
        transformer_2=tiny_transformer(4),
        boundary_ratio=0.875,
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def write_diffusers(root: Path) -> WanPipeline:
    """The layout of ``Wan-AI/Wan2.2-T2V-A14B-Diffusers``; returns the pipeline that was written."""
    write_tokenizer(root / "tokenizer")
    pipeline = tiny_pipeline(root / "tokenizer")
    pipeline.save_pretrained(root, max_shard_size="150KB")
    write_tokenizer(root / "tokenizer")
    return pipeline


def write_original(root: Path, shards: int = 3) -> WanPipeline:
    """The layout of ``Wan-AI/Wan2.2-T2V-A14B``; returns the pipeline that was written."""
    write_tokenizer(root / "google/umt5-xxl")
    pipeline = tiny_pipeline(root / "google/umt5-xxl")
    write_original_expert(pipeline.transformer, root / "high_noise_model", shards)
    write_original_expert(pipeline.transformer_2, root / "low_noise_model", shards)
    text = umt5_to_original(pipeline.text_encoder.state_dict(), pipeline.text_encoder.config.num_layers)
    torch.save(
        {name: tensor.clone() for name, tensor in text.items()}, root / "models_t5_umt5-xxl-enc-bf16.pth"
    )
    vae = vae_to_original(pipeline.vae.state_dict())
    torch.save({name: tensor.clone() for name, tensor in vae.items()}, root / "Wan2.1_VAE.pth")
    (root / "configuration.json").write_text('{"framework": "Pytorch", "task": "text-to-video-synthesis"}')
    return pipeline


def write_original_expert(expert: WanTransformer3DModel, folder: Path, shards: int = 3) -> None:
    """float32 shards, their index and Wan's own config.json, which leaves out what Wan's class does not
    register.
    """
    folder.mkdir(parents=True, exist_ok=True)
    config, tensors = expert.config, expert_to_original(expert.state_dict())
    names, files = sorted(tensors), {}
    share = -(-len(names) // shards)
    for number in range(shards):
        file = f"diffusion_pytorch_model-{number + 1:05d}-of-{shards:05d}.safetensors"
        part = {name: tensors[name].contiguous() for name in names[number * share : (number + 1) * share]}
        save_file(part, folder / file, metadata={"format": "pt"})
        files |= dict.fromkeys(part, file)
    index = {"metadata": {"total_size": sum(t.nbytes for t in tensors.values())}, "weight_map": files}
    (folder / "diffusion_pytorch_model.safetensors.index.json").write_text(json.dumps(index))
    stated = {
        "_class_name": "WanModel",
        "_diffusers_version": "0.33.0",
        "dim": config.num_attention_heads * config.attention_head_dim,
        "eps": config.eps,
        "ffn_dim": config.ffn_dim,
        "freq_dim": config.freq_dim,
        "in_dim": config.in_channels,
        "model_type": {36: "i2v", 48: "ti2v"}.get(config.in_channels, "t2v"),
        "num_heads": config.num_attention_heads,
        "num_layers": config.num_layers,
        "out_dim": config.out_channels,
        "text_len": 512,
    }
    (folder / "config.json").write_text(json.dumps(stated, indent=2))


_EXPERT_NAMES = [
    ("condition_embedder.time_embedder.linear_1", "time_embedding.0"),
    ("condition_embedder.time_embedder.linear_2", "time_embedding.2"),
    ("condition_embedder.text_embedder.linear_1", "text_embedding.0"),
    ("condition_embedder.text_embedder.linear_2", "text_embedding.2"),
    ("condition_embedder.time_proj", "time_projection.1"),
    ("attn2", "cross_attn"),
    ("attn1", "self_attn"),
    (".to_out.0.", ".o."),
    (".to_q.", ".q."),
    (".to_k.", ".k."),
    (".to_v.", ".v."),
    ("proj_out", "head.head"),
    ("ffn.net.0.proj", "ffn.0"),
    ("ffn.net.2", "ffn.2"),
    ("norm2", "norm swapped"),
    ("norm3", "norm2"),
    ("norm swapped", "norm3"),
]


def expert_name_to_original(name: str) -> str:
    if name == "scale_shift_table":
        return "head.modulation"
    for ours, theirs in _EXPERT_NAMES:
        name = name.replace(ours, theirs)
    return name.replace("scale_shift_table", "modulation")


def expert_to_original(tensors: dict) -> dict:
    return {expert_name_to_original(name): tensor for name, tensor in tensors.items()}


def umt5_to_original(tensors: dict, layers: int) -> dict:
    parts = {
        "attn.q": "0.SelfAttention.q",
        "attn.k": "0.SelfAttention.k",
        "attn.v": "0.SelfAttention.v",
        "attn.o": "0.SelfAttention.o",
        "pos_embedding.embedding": "0.SelfAttention.relative_attention_bias",
        "norm1": "0.layer_norm",
        "norm2": "1.layer_norm",
        "ffn.gate.0": "1.DenseReluDense.wi_0",
        "ffn.fc1": "1.DenseReluDense.wi_1",
        "ffn.fc2": "1.DenseReluDense.wo",
    }
    named = {
        "token_embedding.weight": tensors["shared.weight"],
        "norm.weight": tensors["encoder.final_layer_norm.weight"],
    }
    for block in range(layers):
        for theirs, ours in parts.items():
            named[f"blocks.{block}.{theirs}.weight"] = tensors[f"encoder.block.{block}.layer.{ours}.weight"]
    return named


_RESIDUAL = [
    ("norm1.gamma", "residual.0.gamma"),
    ("conv1.", "residual.2."),
    ("norm2.gamma", "residual.3.gamma"),
    ("conv2.", "residual.6."),
    ("conv_shortcut.", "shortcut."),
]


def _residual(name: str) -> str:
    for ours, theirs in _RESIDUAL:
        name = name.replace(ours, theirs)
    return name


def vae_to_original(tensors: dict) -> dict:
    return {_vae_name(name): tensor for name, tensor in tensors.items()}


def _vae_name(name: str) -> str:
    if match := re.match(r"(encoder|decoder)\.mid_block\.resnets\.(\d)\.(.*)", name):
        return f"{match[1]}.middle.{2 * int(match[2])}.{_residual(match[3])}"
    if match := re.match(r"(encoder|decoder)\.mid_block\.attentions\.0\.(.*)", name):
        return f"{match[1]}.middle.1.{match[2]}"
    if match := re.match(r"encoder\.down_blocks\.(.*)", name):
        return f"encoder.downsamples.{_residual(match[1])}"
    if match := re.match(r"decoder\.up_blocks\.(\d)\.(resnets|upsamplers)\.(\d)\.(.*)", name):
        place = 4 * int(match[1]) + (int(match[3]) if match[2] == "resnets" else 3)
        return f"decoder.upsamples.{place}.{_residual(match[4])}"
    name = re.sub(r"^post_quant_conv\.", "conv2.", re.sub(r"^quant_conv\.", "conv1.", name))
    name = name.replace(".conv_in.", ".conv1.").replace(".conv_out.", ".head.2.")
    return name.replace(".norm_out.gamma", ".head.0.gamma")
