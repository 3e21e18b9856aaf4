"""Once and for all: networks in the types in which they are computed, so that no more is read.

A converted folder renders the same bits and keeps every take, because it remembers the fingerprint of its
original. A conversion that was interrupted goes on with the first shard that is missing.
"""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

from swav.files import replacing, write_text
from swav.weights.filling import Progress, Unread
from swav.weights.fingerprint import ORIGIN
from swav.weights.headers import safetensors_header, safetensors_size
from swav.weights.room import check_room
from swav.weights.stored import Stored

SHARD_BYTES = 2 << 30
_DTYPES = {torch.float32: "F32", torch.bfloat16: "BF16", torch.float16: "F16"}
"""Of what is written, as safetensors calls them."""


def write_parts(
    parts: Mapping[str, Unread],
    target: Path,
    origin: str,
    progress: Progress | None = None,
    shard_bytes: int = SHARD_BYTES,
) -> None:
    """Write the networks, by the names of their folders, in the types that their empty models have.

    ``origin`` is what they are converted from: shards of it that are there already are kept. Needs
    ``shard_bytes`` of memory; raises ``EngineError`` if the disk has too little left.
    """
    plans = {name: list(_shards(part.model, shard_bytes)) for name, part in parts.items()}
    total = sum(parameter.nbytes for part in parts.values() for parameter in part.model.parameters())
    _check_space(target, total)
    done = 0
    for name, part in parts.items():
        stem = _stem(part.model)
        for number, shard in enumerate(plans[name], 1):
            file = target / name / _shard_name(stem, number, len(plans[name]))
            if not _is_written(file, origin, shard):
                _write_shard(file, part, shard, origin)
            done += sum(parameter.nbytes for parameter in shard.values())
            if progress:
                progress(done, total)
        _describe(target / name, stem, part.model, plans[name])


def write_origin(target: Path, origin: str, own: str, model: str = "") -> None:
    """Let a converted model keep the fingerprint of its original, as long as its own stays what it is.

    ``model`` is what the original said to be; empty where that was in doubt.
    """
    noted = {"origin": origin, "own": own} | ({"model": model} if model else {})
    write_text(target / ORIGIN, json.dumps(noted, indent=2))


def _check_space(target: Path, total: int) -> None:
    target.mkdir(parents=True, exist_ok=True)
    there = sum(file.stat().st_size for file in target.rglob("*.safetensors"))
    check_room(target, total - there)


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


def _stem(model: nn.Module) -> str:
    """How files of weights are called: by Transformers, or by Diffusers."""
    return "diffusion_pytorch_model" if hasattr(model, "to_json_string") else "model"


def _shard_name(stem: str, number: int, count: int) -> str:
    return f"{stem}{'' if count == 1 else f'-{number:05d}-of-{count:05d}'}.safetensors"


def _is_written(file: Path, origin: str, shard: Mapping[str, nn.Parameter]) -> bool:
    """Whether an earlier conversion of the same original wrote this shard whole, in the types of today."""
    if not file.is_file() or file.stat().st_size != safetensors_size(file):
        return False
    header, _ = safetensors_header(file)
    stored = {name: entry["dtype"] for name, entry in header.items() if name != "__metadata__"}
    wanted = {name: _DTYPES.get(parameter.dtype) for name, parameter in shard.items()}
    return header.get("__metadata__", {}).get("origin") == origin and stored == wanted


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


def _describe(folder: Path, stem: str, model: nn.Module, shards: list[dict[str, nn.Parameter]]) -> None:
    """config.json, and the index if there are several shards."""
    write: Callable[[], str] = getattr(model, "to_json_string", None) or model.config.to_json_string
    write_text(folder / "config.json", write())
    if len(shards) > 1:
        names = {
            name: _shard_name(stem, number, len(shards))
            for number, shard in enumerate(shards, 1)
            for name in shard
        }
        total = sum(parameter.nbytes for parameter in model.parameters())
        index = {"metadata": {"total_size": total}, "weight_map": names}
        write_text(folder / f"{stem}.safetensors.index.json", json.dumps(index, indent=2))


def copy_small(files: Mapping[str, Path], target: Path) -> None:
    """Small files of a model, such as its tokenizer's, to the folder ``target``."""
    for name, file in sorted(files.items()):
        with replacing(target / name) as partial:
            shutil.copyfile(file, partial)
