"""Once and for all: the experts in bfloat16, half the bytes, so that loading is twice as fast.

The original experts are float32 on disk and are rendered in bfloat16. The converted folder is a complete
model in the layout of Diffusers; rendering with it gives the same bits and keeps every take, because the
folder remembers the fingerprint of its original. A conversion that was interrupted goes on with the
first shard that is missing.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from diffusers import UniPCMultistepScheduler
from safetensors.torch import save_file
from torch import nn

from swav.engines.wan22.fingerprint import ORIGIN, fingerprint, own_fingerprint
from swav.engines.wan22.layout import EXPERTS, ModelFolder, recognise, safetensors_header, safetensors_size
from swav.engines.wan22.reading import (
    Progress,
    Unread,
    unread_expert,
    unread_text_encoder,
    unread_vae,
)
from swav.engines.wan22.sampling import TRAINED_TIMESTEPS, Sampling
from swav.engines.wan22.weights import Stored
from swav.errors import EngineError
from swav.files import replacing, write_text

_SHARD_BYTES = 2 << 30
_SPARE_BYTES = 1 << 30


def convert(
    model: ModelFolder, target: Path, progress: Progress | None = None, shard_bytes: int = _SHARD_BYTES
) -> ModelFolder:
    """Write ``model`` to the folder ``target`` with bfloat16 experts and text encoder, and return what
    was written.

    Needs ``shard_bytes`` of memory and 69 GB of disk; raises ``EngineError`` if the disk has not that
    much left.
    """
    parts = _parts(model)
    origin = fingerprint(model)
    plans = {name: list(_shards(part.model, shard_bytes)) for name, part in parts.items()}
    total = sum(parameter.nbytes for part in parts.values() for parameter in part.model.parameters())
    _check_space(target, total)
    done = 0
    for name, part in parts.items():
        for number, shard in enumerate(plans[name], 1):
            file = target / name / _shard_name(name, number, len(plans[name]))
            if not _is_written(file, origin):
                _write_shard(file, part, shard, origin)
            done += sum(parameter.nbytes for parameter in shard.values())
            if progress:
                progress(done, total)
        _describe(target / name, name, part.model, plans[name])
    _complete(target, model)
    converted = recognise(target)
    recorded = {"origin": origin, "own": own_fingerprint(converted)}
    write_text(target / ORIGIN, json.dumps(recorded, indent=2))
    return converted


def _parts(model: ModelFolder) -> dict[str, Unread]:
    high, low = EXPERTS["diffusers"]
    return {
        high: unread_expert(model.high),
        low: unread_expert(model.low),
        "text_encoder": unread_text_encoder(model.text_encoder),
        "vae": unread_vae(model.vae),
    }


def _check_space(target: Path, total: int) -> None:
    target.mkdir(parents=True, exist_ok=True)
    there = sum(file.stat().st_size for file in target.rglob("*.safetensors"))
    needed, free = total - there + _SPARE_BYTES, shutil.disk_usage(target).free
    if free < needed:
        raise EngineError(
            f"the disk of {target} has {free / 1e9:.0f} GB free and the converted model needs "
            f"{needed / 1e9:.0f} GB; choose a folder on another disk"
        )


def _shards(model: nn.Module, shard_bytes: int) -> Iterator[dict[str, nn.Parameter]]:
    """The parameters in order, in groups of at most ``shard_bytes`` or of a single larger one."""
    shard: dict[str, nn.Parameter] = {}
    filled = 0
    for name, parameter in model.named_parameters():
        if shard and filled + parameter.nbytes > shard_bytes:
            yield shard
            shard, filled = {}, 0
        shard[name] = parameter
        filled += parameter.nbytes
    yield shard


def _stem(part: str) -> str:
    return "model" if part == "text_encoder" else "diffusion_pytorch_model"


def _shard_name(part: str, number: int, count: int) -> str:
    return f"{_stem(part)}{'' if count == 1 else f'-{number:05d}-of-{count:05d}'}.safetensors"


def _is_written(file: Path, origin: str) -> bool:
    """Whether an earlier conversion of the same original wrote this shard whole."""
    if not file.is_file() or file.stat().st_size != safetensors_size(file):
        return False
    header, _ = safetensors_header(file)
    return header.get("__metadata__", {}).get("origin") == origin


def _write_shard(file: Path, part: Unread, shard: dict[str, nn.Parameter], origin: str) -> None:
    tensors = {
        name: _converted(part.source.tensors[name], parameter.dtype) for name, parameter in shard.items()
    }
    with replacing(file) as partial:
        save_file(tensors, partial, metadata={"format": "pt", "origin": origin})


def _converted(stored: Stored, dtype: torch.dtype) -> torch.Tensor:
    values = torch.empty(stored.shape, dtype=stored.dtype)
    stored.read(0, values.view(-1))
    return values.to(dtype)


def _describe(folder: Path, part: str, model: nn.Module, shards: list[dict[str, nn.Parameter]]) -> None:
    """config.json, and the index if there are several shards."""
    write: Callable[[str], str] = (
        model.config.to_json_string if part == "text_encoder" else model.to_json_string
    )
    write_text(folder / "config.json", write())
    if len(shards) > 1:
        names = {
            name: _shard_name(part, number, len(shards))
            for number, shard in enumerate(shards, 1)
            for name in shard
        }
        total = sum(parameter.nbytes for parameter in model.parameters())
        index = {"metadata": {"total_size": total}, "weight_map": names}
        write_text(folder / f"{_stem(part)}.safetensors.index.json", json.dumps(index, indent=2))


def _complete(target: Path, model: ModelFolder) -> None:
    """The small files; model_index.json last, because it makes the folder a model."""
    for file in sorted(model.tokenizer.iterdir()):
        if file.is_file():
            with replacing(target / "tokenizer" / file.name) as partial:
                shutil.copyfile(file, partial)
    scheduler = UniPCMultistepScheduler(
        prediction_type="flow_prediction",
        use_flow_sigmas=True,
        num_train_timesteps=TRAINED_TIMESTEPS,
        flow_shift=Sampling().shift,
    )
    write_text(target / "scheduler" / "scheduler_config.json", scheduler.to_json_string())
    index = {
        "_class_name": "WanPipeline",
        "boundary_ratio": Sampling().boundary,
        "scheduler": ["diffusers", "UniPCMultistepScheduler"],
        "text_encoder": ["transformers", "UMT5EncoderModel"],
        "tokenizer": ["transformers", "T5TokenizerFast"],
        "transformer": ["diffusers", "WanTransformer3DModel"],
        "transformer_2": ["diffusers", "WanTransformer3DModel"],
        "vae": ["diffusers", "AutoencoderKLWan"],
    }
    write_text(target / "model_index.json", json.dumps(index, indent=2))
