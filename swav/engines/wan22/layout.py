"""Which model lies in a folder? Decided from file names, small JSON files and the headers of the weights.

Two published layouts hold Wan 2.2 T2V-A14B: the original one (``Wan-AI/Wan2.2-T2V-A14B``) and the one of
Diffusers (``Wan-AI/Wan2.2-T2V-A14B-Diffusers``). Both are used as they are; neither is ever asked for when
the other is there, because each is 118 GB.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from swav.engines.wan22.single_files import single_files
from swav.errors import AnotherModel, EngineError
from swav.shown import listed
from swav.weights.folder import (
    SINGLE_FILES,
    Weights,
    check_files,
    first_there,
    sharded,
    snapshot,
    visible_files,
)
from swav.weights.headers import read_json

EXPERTS = {"original": ("high_noise_model", "low_noise_model"), "diffusers": ("transformer", "transformer_2")}
TEXT_ENCODER = "models_t5_umt5-xxl-enc-bf16.pth"
VAE = "Wan2.1_VAE.pth"
TOKENIZER = "google/umt5-xxl"
TOKENIZERS = ("tokenizer.json", "spiece.model")
LATENT_CHANNELS = 16

_GET_IT = "fetch it, 118 GB, with `hf download Wan-AI/Wan2.2-T2V-A14B --local-dir models/wan22`"


@dataclass(frozen=True)
class ModelFolder:
    """A complete Wan 2.2 T2V-A14B on disk. ``tokenizer`` is a folder with tokenizer.json or spiece.model."""

    root: Path
    layout: Literal["original", "diffusers", "single files"]
    high: Weights
    low: Weights
    text_encoder: Weights
    vae: Weights
    tokenizer: Path
    notes: tuple[str, ...] = ()
    """What is in doubt about it, as sentences."""

    @property
    def parts(self) -> dict[str, Weights]:
        return {"high": self.high, "low": self.low, "text encoder": self.text_encoder, "VAE": self.vae}

    @property
    def small(self) -> dict[str, Path]:
        """The tokenizer's files that there are."""
        files = {name: self.tokenizer / name for name in TOKENIZERS}
        return {name: file for name, file in files.items() if file.is_file()}

    @property
    def bytes(self) -> int:
        """Bytes of all weights on disk."""
        return sum(part.bytes for part in self.parts.values())


def recognise(folder: str | Path) -> ModelFolder:
    """The Wan 2.2 T2V-A14B in ``folder``, or an ``EngineError`` that says what is there instead and what to
    do.
    """
    root = snapshot(Path(folder))
    if not root.is_dir():
        raise EngineError(f"the model folder {folder} does not exist; {_GET_IT}")
    found = _found(root)
    if found is None:
        raise AnotherModel(_what_it_is_instead(root))
    check_files(found)
    return found


def _found(root: Path) -> ModelFolder | None:
    """By what only one layout has; a folder of folders, such as the hub's cache, is looked into once."""
    if (root / "high_noise_model").is_dir():
        return _original(root)
    if (root / "model_index.json").is_file():
        return _diffusers(root)
    inner = [each for each in _inner(root) if _is_published(each)]
    if len(inner) == 1:
        return _found(inner[0])
    if inner:
        raise EngineError(
            f"{root} holds Wan 2.2 T2V-A14B {len(inner)} times ({inner[0].name}, {inner[1].name}); "
            "keep one there, or link to one"
        )
    return _single(root)


def _inner(root: Path) -> list[Path]:
    folders = (each for each in root.iterdir() if each.is_dir() and not each.name.startswith("."))
    return sorted(snapshot(each) for each in folders)


def _is_published(folder: Path) -> bool:
    """Whether a folder is this model in a published layout, whole or with its faults."""
    try:
        known = any((folder / name).exists() for name in ("high_noise_model", "model_index.json"))
        return known and _found(folder) is not None
    except AnotherModel:
        return False
    except EngineError:
        return True


def _single(root: Path) -> ModelFolder | None:
    found = single_files(root, LATENT_CHANNELS)
    if found is None:
        return None
    high, low, text, vae = (
        Weights((file,)) for file in (found.high, found.low, found.text_encoder, found.vae)
    )
    return ModelFolder(root, SINGLE_FILES, high, low, text, vae, found.tokenizer, found.notes)


def _original(root: Path) -> ModelFolder | None:
    needed = [*EXPERTS["original"], TEXT_ENCODER, VAE, TOKENIZER]
    missing = [name for name in needed if not (root / name).exists()]
    if missing:
        raise EngineError(
            f"{root} is an original Wan 2.2 A14B folder without {listed(missing, 1)}; "
            f"the download is incomplete: {_GET_IT}"
        )
    high, low = (sharded(root / name) for name in EXPERTS["original"])
    for expert in (high, low):
        _check_text_to_video(expert, "in_dim")
    tokenizer = first_there(root / TOKENIZER, TOKENIZERS)
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
        sharded(root / name) for name in (*EXPERTS["diffusers"], "text_encoder", "vae")
    )
    for expert in (high, low):
        _check_text_to_video(expert, "in_channels")
    return ModelFolder(
        root, "diffusers", high, low, text_encoder, vae, first_there(root / "tokenizer", TOKENIZERS)
    )


def _check_text_to_video(expert: Weights, field: str) -> None:
    channels = read_json(expert.config).get(field)
    if channels != LATENT_CHANNELS:
        kind = "the image-to-video model (I2V-A14B)" if channels == 36 else f"a model with {channels} inputs"
        raise AnotherModel(
            f"{expert.config.parent} belongs to {kind}, which needs more than a prompt, "
            f"and not Wan 2.2 T2V-A14B; {_GET_IT}"
        )


def _what_it_is_instead(root: Path) -> str:
    names = visible_files(root)

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
