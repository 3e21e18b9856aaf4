"""Pipelines of Diffusers out of files that are not in its layout: Wan's own, and single files.

Parts are those that ``from_pretrained`` makes of the Diffusers layout, and in the types that it gives them;
settings are those of Wan's own code (Wan2.2, ``wan/configs``).
"""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import diffusers
import torch
from diffusers import DiffusionPipeline, UniPCMultistepScheduler, WanTransformer3DModel
from tokenizers import Tokenizer
from torch import nn
from transformers import PreTrainedTokenizerFast

from swav.engines.wan22.architecture import empty_expert, empty_text_encoder, empty_vae
from swav.engines.wan22.kinds import I2V, TI2V, Kind
from swav.engines.wan22.layouts import PARTS, WanLayouts
from swav.engines.wan22.originals import TOKENIZERS
from swav.engines.wan22.sampling import TRAINED_TIMESTEPS
from swav.engines.wan22.weights import expert_source, text_encoder_source, vae_source
from swav.errors import EngineError
from swav.weights.contents import embedded_tokenizer
from swav.weights.filling import unread
from swav.weights.folder import Weights
from swav.weights.unigram import of_gguf, of_sentencepiece

_SHIFT = 5.0
"""Of the time grid (``wan_i2v_A14B.py``, ``wan_ti2v_5B.py``: ``sample_shift``)."""
_BOUNDARY = 0.9
"""The part of the trained timesteps above which the expert for high noise works (``wan_i2v_A14B.py``)."""
_MARKS = {"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}


def i2v(folder: Path, dtype: torch.dtype, float32: Collection[str]) -> DiffusionPipeline:
    """Wan 2.2 I2V-A14B."""
    parts = _parts(folder, I2V, "WanImageToVideoPipeline", dtype, float32)
    return diffusers.WanImageToVideoPipeline(
        **parts, image_processor=None, image_encoder=None, boundary_ratio=_BOUNDARY
    )


def ti2v(folder: Path, dtype: torch.dtype, float32: Collection[str]) -> DiffusionPipeline:
    """Wan 2.2 TI2V-5B."""
    parts = _parts(folder, TI2V, "WanPipeline", dtype, float32)
    return diffusers.WanPipeline(**parts, transformer_2=None, boundary_ratio=None, expand_timesteps=True)


def _parts(
    folder: Path, kind: Kind, pipeline: str, dtype: torch.dtype, float32: Collection[str]
) -> dict[str, Any]:
    """Every part of a pipeline. EngineError if the files are not what their names say."""
    found = WanLayouts(kind, pipeline, "").original(folder)
    if found is None:
        raise EngineError(f"{folder} holds {kind.title} no more; build again")
    readers = {"text encoder": _text_encoder, "VAE": _vae}
    parts: dict[str, Any] = {}
    for part, weights in found.parts.items():
        name = PARTS[part]
        read = readers.get(part, _transformer)
        parts[name] = read(weights, torch.float32 if name in float32 else dtype)
    return parts | {
        "tokenizer": _tokenizer(found.tokenizer),
        "scheduler": UniPCMultistepScheduler(
            prediction_type="flow_prediction",
            use_flow_sigmas=True,
            num_train_timesteps=TRAINED_TIMESTEPS,
            flow_shift=_SHIFT,
        ),
    }


def _transformer(weights: Weights, dtype: torch.dtype) -> nn.Module:
    source = expert_source(weights)
    kept = WanTransformer3DModel._keep_in_fp32_modules
    return unread(source, empty_expert(weights, source, dtype, frozenset(kept))).fill("cpu")


def _text_encoder(weights: Weights, dtype: torch.dtype) -> nn.Module:
    source = text_encoder_source(weights)
    return unread(source, empty_text_encoder(weights, source, dtype)).fill("cpu")


def _vae(weights: Weights, dtype: torch.dtype) -> nn.Module:
    source = vae_source(weights)
    return unread(source, empty_vae(weights, source, dtype)).fill("cpu")


def _tokenizer(place: Path) -> PreTrainedTokenizerFast:
    """As its authors have it: Transformers' own class leaves out bytes and takes another unknown token."""
    if place.suffix == ".gguf":
        fast = Tokenizer.from_str(json.dumps(of_gguf(place).json()))
    elif (place / TOKENIZERS[0]).is_file():
        fast = Tokenizer.from_file(str(place / TOKENIZERS[0]))
    else:
        model = embedded_tokenizer(place) if place.is_file() else (place / TOKENIZERS[1]).read_bytes()
        fast = Tokenizer.from_str(json.dumps(of_sentencepiece(model).json()))
    return PreTrainedTokenizerFast(tokenizer_object=fast, **_MARKS)
