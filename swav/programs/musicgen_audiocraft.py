"""MusicGen in audiocraft's own layout: ``state_dict.bin`` and ``compression_state_dict.bin``.

The layout holds the decoder and EnCodec, under audiocraft's names, but not the text encoder: audiocraft
fetches ``t5-base`` when it runs. Names are mapped as transformers' own scripts do, which need audiocraft to
run: ``src/transformers/models/musicgen/convert_musicgen_transformers.py`` and
``src/transformers/models/encodec/convert_encodec_checkpoint_to_pytorch.py`` in huggingface/transformers.
Sizes are read from the weights themselves, so that small, medium, large, mono, stereo and fine-tuned models
all fit.
"""

import math
import pickle
import re
import shutil
from pathlib import Path
from typing import Any

import torch
from _program import WRITER, Refusal, first_line

LANGUAGE_MODEL, COMPRESSION_MODEL = "state_dict.bin", "compression_state_dict.bin"
_HEAD = 64  # width of an attention head in every published size
_RENAMED = (
    (r"^emb\.", "model.decoder.embed_tokens."),
    (r"^transformer\.", "model.decoder."),
    (r"^out_norm\.", "model.decoder.layer_norm."),
    (r"^linears\.", "lm_heads."),
    (r"\.cross_attention\.", ".encoder_attn."),
    (r"\.linear1\.", ".fc1."),
    (r"\.linear2\.", ".fc2."),
    (r"\.norm1\.", ".self_attn_layer_norm."),
    (r"\.norm_cross\.", ".encoder_attn_layer_norm."),
    (r"\.norm2\.", ".final_layer_norm."),
)
_RENAMED_CODEC = (
    (r"^(encoder|decoder)\.model\.", r"\1.layers."),
    (r"\.(conv\.conv|convtr\.convtr)\.", ".conv."),
    (r"^quantizer\.vq\.layers\.(\d+)\._codebook\.", r"quantizer.layers.\1.codebook."),
    (r"\.weight_g$", ".parametrizations.weight.original0"),
    (r"\.weight_v$", ".parametrizations.weight.original1"),
)
_TEXT = "condition_provider.conditioners.description.output_proj."
_CODEC_RATE = 32000


def recognised(folder: Path) -> bool:
    """Whether a folder has audiocraft's layout."""
    return (folder / LANGUAGE_MODEL).is_file()


def convert(folder: Path, text_encoder: Path | None, target: Path) -> None:
    """Write a folder in audiocraft's layout as one in transformers' into ``target``, whole or not at all.

    Raises Refusal where something is missing, or ``target`` is there already.
    """
    from transformers import AutoTokenizer

    if target.exists():
        raise Refusal(f"{target} is there already; remove it, or name another folder")
    model = assembled(folder, text_encoder)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{WRITER}.partial")
    try:
        model.save_pretrained(partial)
        AutoTokenizer.from_pretrained(text_encoder, local_files_only=True).save_pretrained(partial)
        partial.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def assembled(folder: Path, text_encoder: Path | None) -> torch.nn.Module:
    """The ``MusicgenForConditionalGeneration`` that a folder and T5 make together, in float32.

    Raises Refusal with what is missing, and what to do about it.
    """
    from transformers import MusicgenConfig, MusicgenForConditionalGeneration
    from transformers.initialization import no_init_weights

    text = _text_encoder(folder, text_encoder)
    package, codec = _read(folder / LANGUAGE_MODEL), _read(folder / COMPRESSION_MODEL)
    codec_weights, codec_config = _codec(codec, folder)
    weights, projection = _decoder_weights(_weights(package), folder)
    decoder_config = _decoder_config(_weights(package), package, codec_config.num_quantizers)
    config = MusicgenConfig(text_encoder=text.config, audio_encoder=codec_config, decoder=decoder_config)
    # Put together from parts, as the scripts do, transformers 5 leaves a decoder with no kind of attention
    # chosen, which then hears the future. From one configuration it chooses.
    with no_init_weights():
        model = MusicgenForConditionalGeneration._from_config(config)
    model.text_encoder = text
    _fill(model.decoder, weights, folder)
    _fill(model.audio_encoder, codec_weights, folder)
    if projection["weight"].shape[1] != text.config.hidden_size:
        raise Refusal(f"{text_encoder} is not the T5 that {folder} was trained with; put t5-base there")
    _fill(model.enc_to_dec_proj, projection, folder)
    start = decoder_config.pad_token_id
    chosen = {"decoder_start_token_id": start, "pad_token_id": start, "bos_token_id": start}
    model.generation_config.update(**chosen, do_sample=True, guidance_scale=3.0, max_length=1500)
    return model


def _text_encoder(folder: Path, text_encoder: Path | None) -> torch.nn.Module:
    from transformers import T5EncoderModel

    if not (folder / COMPRESSION_MODEL).is_file():
        raise Refusal(f"{folder / COMPRESSION_MODEL} is missing; copy it from the published folder")
    if text_encoder is None or not (text_encoder / "config.json").is_file():
        raise Refusal(
            f"{folder} is in audiocraft's layout, which lacks its text encoder; put t5-base (config.json, "
            "model.safetensors, tokenizer.json) into models/t5-base, or MusicGen in transformers' layout "
            "(config.json, model.safetensors) in its place"
        )
    try:
        return T5EncoderModel.from_pretrained(text_encoder, local_files_only=True, dtype=torch.float32)
    except Exception as fault:  # safetensors', pickle's, json's and transformers' own share no base
        raise Refusal(f"{text_encoder} cannot be read as T5 ({first_line(fault)}); copy it anew") from fault


def _read(file: Path) -> dict[str, Any]:
    """A package of audiocraft's: weights and plain values. Nothing that is code is ever loaded."""
    try:
        package = torch.load(file, map_location="cpu", weights_only=True, mmap=True)
    except pickle.UnpicklingError as fault:
        raise Refusal(
            f"{file} holds more than weights and plain values, and was not opened; copy the published one"
        ) from fault
    except Exception as fault:  # zip's and torch's own share no base
        raise Refusal(f"{file} cannot be read as weights ({first_line(fault)}); copy it anew") from fault
    if not isinstance(package, dict) or not ({"best_state", "pretrained"} & package.keys()):
        raise Refusal(f"{file} is no package of audiocraft's: it has no best_state; copy it anew")
    return package


def _weights(package: dict[str, Any]) -> dict[str, torch.Tensor]:
    state = package["best_state"]
    return state.get("model", state)  # a training checkpoint has one level more than an exported one


def _settings(package: dict[str, Any], *path: str) -> Any:
    """A value of the configuration in the package; None where it has none, or refers elsewhere."""
    import yaml

    found = package.get("xp.cfg") or {}
    try:
        found = yaml.safe_load(found) if isinstance(found, str) else found
    except yaml.YAMLError:
        return None
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return None if isinstance(found, str) and "${" in found else found


def _renamed(key: str, table: tuple[tuple[str, str], ...]) -> str:
    for pattern, name in table:
        key = re.sub(pattern, name, key)
    return key


def _decoder_weights(weights: dict[str, torch.Tensor], folder: Path) -> tuple[dict, dict]:
    """The decoder's weights by transformers' names, and those that project the text."""
    if not {"emb.0.weight", "linears.0.weight", f"{_TEXT}weight"} <= weights.keys():
        raise Refusal(f"{folder / LANGUAGE_MODEL} holds no MusicGen; copy it from the published folder")
    listens = {key.split(".")[2] for key in weights if key.startswith("condition_provider.")}
    if others := sorted(listens - {"description"}):
        raise Refusal(
            f"{folder} is a MusicGen that also listens to a recording ({others[0]}), which a mood cannot "
            "give; use musicgen-small, -medium, -large or one of their stereo versions"
        )
    named, projection = {}, {}
    for key, weight in weights.items():
        name = _renamed(key, _RENAMED)
        if key.startswith(_TEXT):
            projection[key.removeprefix(_TEXT)] = weight
        elif name.endswith("in_proj_weight"):  # query, key and value in one
            for part, piece in zip("qkv", weight.chunk(3), strict=True):
                named[name.replace("in_proj_weight", f"{part}_proj.weight")] = piece
        else:
            named[name] = weight
    return named, projection


def _decoder_config(weights: dict[str, torch.Tensor], package: dict[str, Any], quantizers: int):
    from transformers import MusicgenDecoderConfig

    codebooks = _count(weights, r"^emb\.(\d+)\.")
    vocabulary, width = weights["linears.0.weight"].shape
    return MusicgenDecoderConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        ffn_dim=weights["transformer.layers.0.linear1.weight"].shape[0],
        num_hidden_layers=_count(weights, r"^transformer\.layers\.(\d+)\."),
        num_attention_heads=_settings(package, "transformer_lm", "num_heads") or width // _HEAD,
        num_codebooks=codebooks,
        audio_channels=codebooks // quantizers,
        pad_token_id=vocabulary,
        bos_token_id=vocabulary,
    )


def _codec(package: dict[str, Any], folder: Path):
    """EnCodec's weights by transformers' names, and its configuration."""
    from transformers import EncodecConfig

    if "pretrained" in package:
        raise Refusal(
            f"{folder / COMPRESSION_MODEL} only names {package['pretrained']} and holds no weights; copy "
            "compression_state_dict.bin from the published musicgen-small, which has the same EnCodec"
        )
    weights = {_renamed(key, _RENAMED_CODEC): weight for key, weight in _weights(package).items()}
    try:
        return weights, EncodecConfig(**_codec_sizes(weights, package))
    except (KeyError, ValueError) as fault:
        raise Refusal(
            f"the EnCodec in {folder} has an unknown form ({first_line(fault)}); copy it anew"
        ) from fault


def _codec_sizes(weights: dict[str, torch.Tensor], package: dict[str, Any]) -> dict[str, Any]:
    """EnCodec's configuration, read from the shapes of its weights."""
    shape = {key.replace("parametrizations.weight.original1", "v"): w.shape for key, w in weights.items()}
    last = _count(weights, r"^decoder\.layers\.(\d+)\.") - 1
    # In the decoder, after a convolution (0) and the LSTM (1), every third layer turns a sample into several.
    ratios = tuple(shape[f"decoder.layers.{layer}.conv.v"][2] // 2 for layer in range(3, last, 3))
    size, dimension = shape["quantizer.layers.0.codebook.embed"]
    quantizers = _count(weights, r"^quantizer\.layers\.(\d+)\.")
    rate = _settings(package, "sample_rate") or _CODEC_RATE
    filters, channels, kernel = shape["encoder.layers.0.conv.v"]
    narrow, wide, residual = shape["decoder.layers.4.block.1.conv.v"]
    return {
        "sampling_rate": rate,
        "audio_channels": channels,
        "target_bandwidths": [quantizers * math.ceil(rate / math.prod(ratios)) * math.log2(size) / 1000],
        "hidden_size": dimension,
        "codebook_size": size,
        "num_filters": filters,
        "upsampling_ratios": ratios,
        "kernel_size": kernel,
        "last_kernel_size": shape[f"decoder.layers.{last}.conv.v"][2],
        "residual_kernel_size": residual,
        "compress": wide // narrow,
        "num_lstm_layers": _count(weights, r"^decoder\.layers\.1\.lstm\.weight_ih_l(\d+)"),
        "use_causal_conv": bool(_settings(package, "encodec", "causal")),
        "pad_mode": _settings(package, "seanet", "pad_mode") or "constant",  # audiocraft's own default
        "use_conv_shortcut": any(".shortcut." in key for key in weights),
        "normalize": bool(_settings(package, "encodec", "renormalize")),
    }


def _count(weights: dict[str, torch.Tensor], pattern: str) -> int:
    """How many layers of a kind there are: one more than the highest number."""
    return 1 + max(int(match[1]) for key in weights if (match := re.search(pattern, key)))


def _fill(module: torch.nn.Module, weights: dict[str, torch.Tensor], folder: Path) -> None:
    """Put weights into a module, all of them, and leave none of it unfilled."""
    try:
        module.load_state_dict({key: weight.float() for key, weight in weights.items()}, strict=True)
    except RuntimeError as fault:
        said = str(fault).splitlines()
        reason = said[1].strip(" .\t") if len(said) > 1 else first_line(fault)
        raise Refusal(
            f"the weights in {folder} are not those of MusicGen ({reason[:160]}); copy them anew"
        ) from fault
