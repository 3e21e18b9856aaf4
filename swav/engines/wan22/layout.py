"""Which model lies in a folder? Decided from file names, small JSON files and the headers of the weights.

Two published layouts hold Wan 2.2 T2V-A14B: the original one (``Wan-AI/Wan2.2-T2V-A14B``) and the one of
Diffusers (``Wan-AI/Wan2.2-T2V-A14B-Diffusers``). Both are used as they are; neither is ever asked for when
the other is there, because each is 118 GB.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from swav.engines.wan22 import originals
from swav.engines.wan22.kinds import T2V
from swav.engines.wan22.named import check_name, doubt
from swav.engines.wan22.originals import TOKENIZERS, single
from swav.errors import AnotherModel, EngineError
from swav.links import check_folder, links_named
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

EXPERTS = {"original": originals.EXPERTS, "diffusers": ("transformer", "transformer_2")}
VAE = T2V.vae
_GET_IT = T2V.fetch


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
        return {name: file for name, file in files.items() if file.is_file() or file.is_symlink()}

    @property
    def bytes(self) -> int:
        """Bytes of all weights on disk."""
        return sum(part.bytes for part in self.parts.values())


def recognise(folder: str | Path) -> ModelFolder:
    """The Wan 2.2 T2V-A14B in ``folder``, or an ``EngineError`` that says what is there instead and what to
    do.
    """
    folder = Path(folder)
    check_folder(folder)
    root = snapshot(folder)
    if not root.is_dir():
        raise EngineError(f"the model folder {folder} does not exist; {_GET_IT}")
    with links_named(root):
        found = _found(root)
        if found is None:
            raise AnotherModel(_what_it_is_instead(root))
        check_name(folder, found.root, T2V)
        check_files(found)
        unsaid = doubt(folder, found.root, T2V) if found.layout != SINGLE_FILES else ""
        return replace(found, notes=(unsaid,)) if unsaid else found


def _found(root: Path) -> ModelFolder | None:
    """By what only one layout has; a folder of folders, such as the hub's cache, is looked into once."""
    if found := originals.original(root, T2V):
        return _folder(found)
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
    found = single(root, T2V)
    return found and _folder(found)


def _folder(found: originals.Original) -> ModelFolder:
    parts = found.parts
    return ModelFolder(
        found.root,
        found.layout,
        parts["high"],
        parts["low"],
        parts["text encoder"],
        parts["VAE"],
        found.tokenizer,
        found.notes,
    )


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


def _diffusers(root: Path) -> ModelFolder:
    try:
        pipeline = read_json(root / "model_index.json").get("_class_name")
    except EngineError as reason:  # whose it is nobody can tell
        raise AnotherModel(str(reason)) from None
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
        originals.check_inputs(expert, "in_channels", T2V)
    return ModelFolder(
        root, "diffusers", high, low, text_encoder, vae, first_there(root / "tokenizer", TOKENIZERS)
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
