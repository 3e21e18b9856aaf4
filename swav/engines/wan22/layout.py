"""Which model lies in a folder? Decided from file names, small JSON files and the headers of the weights.

Two published layouts hold Wan 2.2 T2V-A14B: the original one (``Wan-AI/Wan2.2-T2V-A14B``) and the one of
Diffusers (``Wan-AI/Wan2.2-T2V-A14B-Diffusers``). Both are used as they are; neither is ever asked for when
the other is there, because each is 118 GB.
"""

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from swav.errors import AnotherModel, EngineError
from swav.media.disguise import disguise

EXPERTS = {"original": ("high_noise_model", "low_noise_model"), "diffusers": ("transformer", "transformer_2")}
TEXT_ENCODER = "models_t5_umt5-xxl-enc-bf16.pth"
VAE = "Wan2.1_VAE.pth"
TOKENIZER = "google/umt5-xxl"
TOKENIZERS = ("tokenizer.json", "spiece.model")
LATENT_CHANNELS = 16
_LONGEST_HEADER = 16 << 20
"""Bytes of a safetensors header that is read; the published shards have 150,000."""

_GET_IT = "fetch it, 118 GB, with `hf download Wan-AI/Wan2.2-T2V-A14B --local-dir models/wan22`"


@dataclass(frozen=True)
class Weights:
    """The files of one part of the model: safetensors shards in order, or a single ``.pth`` file."""

    files: tuple[Path, ...]
    config: Path | None = None


@dataclass(frozen=True)
class ModelFolder:
    """A complete Wan 2.2 T2V-A14B on disk. ``tokenizer`` is a folder with tokenizer.json or spiece.model."""

    root: Path
    layout: Literal["original", "diffusers"]
    high: Weights
    low: Weights
    text_encoder: Weights
    vae: Weights
    tokenizer: Path

    @property
    def parts(self) -> dict[str, Weights]:
        return {"high": self.high, "low": self.low, "text encoder": self.text_encoder, "VAE": self.vae}

    @property
    def bytes(self) -> int:
        """Bytes of all weights on disk."""
        return sum(file.stat().st_size for part in self.parts.values() for file in part.files)


def recognise(folder: str | Path) -> ModelFolder:
    """The Wan 2.2 T2V-A14B in ``folder``, or an ``EngineError`` that says what is there instead and what to
    do.
    """
    root = _snapshot(Path(folder))
    if not root.is_dir():
        raise EngineError(f"the model folder {folder} does not exist; {_GET_IT}")
    found = _original(root) if (root / "high_noise_model").is_dir() else None
    found = found or (_diffusers(root) if (root / "model_index.json").is_file() else None)
    if found is None:
        raise AnotherModel(_what_it_is_instead(root))
    for part in found.parts.values():
        for file in part.files:
            _check_itself(file)
            _check_whole(file)
    for file in (found.tokenizer / name for name in TOKENIZERS):
        if file.is_file():
            _check_itself(file)
    return found


def _snapshot(folder: Path) -> Path:
    """A folder of the hub's cache (``models--org--name``) keeps its files under ``snapshots/<revision>``."""
    snapshots = folder / "snapshots"
    if not snapshots.is_dir():
        return folder
    reference = folder / "refs" / "main"
    if reference.is_file():
        return snapshots / reference.read_text().strip()
    kept = (each for each in snapshots.iterdir() if each.is_dir() and not each.name.startswith("."))
    return max(kept, default=folder)


def _original(root: Path) -> ModelFolder | None:
    needed = [*EXPERTS["original"], TEXT_ENCODER, VAE, TOKENIZER]
    missing = [name for name in needed if not (root / name).exists()]
    if missing:
        more = f" and {len(missing) - 1} more" if missing[1:] else ""
        raise EngineError(
            f"{root} is an original Wan 2.2 A14B folder without {missing[0]}{more}; "
            f"the download is incomplete: {_GET_IT}"
        )
    high, low = (_sharded(root / name) for name in EXPERTS["original"])
    for expert in (high, low):
        _check_text_to_video(expert, "in_dim")
    tokenizer = _tokenizer(root / TOKENIZER)
    text_encoder, vae = Weights((root / TEXT_ENCODER,)), Weights((root / VAE,))
    return ModelFolder(root, "original", high, low, text_encoder, vae, tokenizer)


def _diffusers(root: Path) -> ModelFolder:
    pipeline = read_json(root / "model_index.json").get("_class_name")
    if pipeline != "WanPipeline":
        raise AnotherModel(
            f"{root} holds a {pipeline} in the Diffusers layout, and not Wan 2.2 T2V-A14B; {_GET_IT}"
        )
    if not (root / "transformer_2").is_dir():
        raise AnotherModel(
            f"{root} holds a Wan model with one transformer in the Diffusers layout (Wan 2.1 or TI2V-5B), "
            f"and not Wan 2.2 T2V-A14B, which has two; {_GET_IT}"
        )
    high, low, text_encoder, vae = (
        _sharded(root / name) for name in (*EXPERTS["diffusers"], "text_encoder", "vae")
    )
    for expert in (high, low):
        _check_text_to_video(expert, "in_channels")
    return ModelFolder(root, "diffusers", high, low, text_encoder, vae, _tokenizer(root / "tokenizer"))


def _sharded(folder: Path) -> Weights:
    """The shards of ``folder``, of which each that an index or a shard's own name promises must be there."""
    config = folder / "config.json"
    # A name that begins with a dot is nobody's file: macOS leaves such beside each that it copies.
    present = sorted(file for file in folder.glob("*.safetensors") if not file.name.startswith("."))
    promised = {
        name
        for index in folder.glob("*.safetensors.index.json")
        if not index.name.startswith(".")
        for name in read_json(index)["weight_map"].values()
    }
    for file in present:
        if match := re.fullmatch(r"(.*-)\d{5}(-of-(\d{5})\.safetensors)", file.name):
            promised |= {f"{match[1]}{number:05d}{match[2]}" for number in range(1, int(match[3]) + 1)}
    promised |= {"config.json"}
    missing = sorted(name for name in promised if not (folder / name).is_file())
    if missing or not present:
        raise EngineError(
            f"{folder} lacks {', '.join(missing) or 'its .safetensors files'}; "
            "the download is incomplete: run the same download command again, it fetches only what is missing"
        )
    named_by_index = [file for file in present if file.name in promised]
    return Weights(tuple(named_by_index or present), config)


def _check_text_to_video(expert: Weights, field: str) -> None:
    channels = read_json(expert.config).get(field)
    if channels != LATENT_CHANNELS:
        kind = "the image-to-video model (I2V-A14B)" if channels == 36 else f"a model with {channels} inputs"
        raise AnotherModel(
            f"{expert.config.parent} belongs to {kind}, which needs more than a prompt, "
            f"and not Wan 2.2 T2V-A14B; {_GET_IT}"
        )


def _tokenizer(folder: Path) -> Path:
    if any((folder / name).is_file() for name in TOKENIZERS):
        return folder
    raise EngineError(
        f"{folder} has neither tokenizer.json nor spiece.model; the download is incomplete: "
        "run the same download command again, it fetches only what is missing"
    )


def _what_it_is_instead(root: Path) -> str:
    names = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(root).parts)
    }

    def any_name(pattern: str) -> bool:
        return any(re.fullmatch(pattern, name) for name in names)

    if any_name(r"(.*/)?mp_rank_00_model_states(_fp8)?\.pt"):
        found = "HunyuanVideo in its raw PyTorch layout, which no engine here can load"
    elif "Wan2.2_VAE.pth" in names:
        found = "Wan 2.2 TI2V-5B"
    elif any_name(r"diffusion_pytorch_model.*\.safetensors") and VAE in names:
        found = "Wan 2.1 (a single transformer beside its VAE)"
    elif not names:
        found = "no files"
    else:
        found = f"no model that this engine knows, but {len(names)} files such as {min(names)}"
    return f"{root} holds {found}, and not Wan 2.2 T2V-A14B; {_GET_IT}"


def _check_itself(file: Path) -> None:
    """What a download left in a file's place, a git-lfs pointer or a web page, is named."""
    if disguised := disguise(file):
        raise EngineError(f"{file} {disguised}")


def _check_whole(file: Path) -> None:
    """A download that was cut off is found before minutes of loading, from the file's own table of
    contents.
    """
    size = file.stat().st_size
    if file.suffix == ".safetensors":
        promised = safetensors_size(file)
        whole = size == promised
    else:
        with file.open("rb") as opened:
            is_archive = opened.read(2) == b"PK"
        promised, whole = None, zipfile.is_zipfile(file) or (size > 0 and not is_archive)
    if not whole:
        of = f" of {promised:,}" if promised else ""
        raise EngineError(
            f"{file} is cut off: it has {size:,}{of} bytes; delete it and run the download again"
        )


def safetensors_header(file: Path) -> tuple[dict[str, Any], int]:
    """The table of contents of a safetensors file, and the offset of its first byte of data.

    Format: 8 bytes little-endian length, that many bytes of JSON, data
    (https://github.com/huggingface/safetensors).
    """
    try:
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            if not 2 <= length <= _LONGEST_HEADER:
                raise ValueError("length of the header")
            header = json.loads(opened.read(length))
        _check_header(header)
        return header, 8 + length
    except (ValueError, KeyError, TypeError, RecursionError):
        raise EngineError(
            f"{file} is no whole safetensors file, since its header cannot be read; "
            "delete it and run the download again"
        ) from None


def _check_header(header: Any) -> None:
    """ValueError, KeyError or TypeError for a table of contents that cannot be.

    Every entry has a type, a shape of whole numbers, and its own stretch of the data; stretches follow one
    another without a hole, as the format demands.
    """
    if not isinstance(header, dict):
        raise ValueError("no table")
    stretches = []
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        shape, (begin, end) = entry["shape"], entry["data_offsets"]
        sizes = [*shape, begin, end]
        if not isinstance(entry["dtype"], str) or not all(type(size) is int and size >= 0 for size in sizes):
            raise ValueError("an entry")
        stretches.append((begin, end))
    at = 0
    for begin, end in sorted(stretches):
        if begin != at or end < begin:
            raise ValueError("offsets")
        at = end


def safetensors_size(file: Path) -> int:
    """Bytes that the file must have, by its own header."""
    header, start = safetensors_header(file)
    return start + max((end for _, end in _offsets(header)), default=0)


def _offsets(header: dict[str, Any]) -> Iterator[tuple[int, int]]:
    return (tuple(entry["data_offsets"]) for name, entry in header.items() if name != "__metadata__")


def read_json(file: Path) -> dict[str, Any]:
    """A small JSON file of the model; an ``EngineError`` if it is broken."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        raise EngineError(f"{file} is not valid JSON; delete it and run the download again") from None
