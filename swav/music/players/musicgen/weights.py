"""MusicGen's weights: where they lie, in which layout, what is missing, and what identifies them."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from swav.links import NOWHERE, broken_link
from swav.weights.intact import fault_in

TEXT_ENCODER = "t5-base"
"""Folder, beside MusicGen's, of what audiocraft's layout lacks."""
_SMALL_BYTES = 4 << 20
_SAMPLES, _SAMPLE_BYTES = 16, 4096


@dataclass(frozen=True)
class Weights:
    """MusicGen's weights on this machine, or why there are none."""

    folder: Path
    fingerprint: str
    problem: str
    """What is missing and what to do, or empty."""


def weights(models: Path) -> Weights:
    """Look for MusicGen in ``models/musicgen``, then in ``models/musicgen-*``: the first that is whole.

    Light: it reads small files, and samples of the large ones.
    """
    folders = [models / "musicgen", *sorted(models.glob("musicgen-*"))]
    found = [folder for folder in folders if os.path.lexists(folder)]
    looked_at = [Weights(folder, "", _problem(folder)) for folder in found]
    for one in looked_at:
        if not one.problem:
            return Weights(one.folder, fingerprint(one.folder), "")
    if looked_at:
        return looked_at[0]
    return Weights(
        folders[0],
        "",
        f"there is no {folders[0]}; copy facebook/musicgen-medium there (or small, large, stereo)",
    )


def is_musicgen(folder: Path) -> bool:
    """Whether a folder is meant to hold it, in either layout."""
    if (folder / "state_dict.bin").is_file() and (folder / "compression_state_dict.bin").is_file():
        return True
    try:
        said = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(said, dict) and said.get("model_type") == "musicgen"


def examined(folder: Path) -> Weights:
    """One folder that holds it."""
    problem = _problem(folder)
    return Weights(folder, "" if problem else fingerprint(folder), problem)


def _problem(folder: Path) -> str:
    """Why a folder cannot be played, in one phrase with its remedy; empty where it can."""
    lack = _lack(folder)
    if broken := lack and broken_link(folder):
        return f"{broken} {NOWHERE}"
    return lack or next(filter(None, map(fault_in, _files(folder))), "")


def _lack(folder: Path) -> str:
    """What a folder lacks by the names of its files, with its remedy; empty where it is complete."""
    if not any((folder / name).is_file() for name in ("config.json", "state_dict.bin")):
        return f"{folder} holds neither config.json nor state_dict.bin; copy facebook/musicgen-medium there"
    if (folder / "config.json").is_file():
        return _lack_transformers(folder)
    text_encoder = folder.parent / TEXT_ENCODER
    if not (folder / "compression_state_dict.bin").is_file():
        return f"{folder} lacks compression_state_dict.bin; copy it from the same repository"
    if not (text_encoder / "config.json").is_file():
        return (
            f"{folder} is in audiocraft's layout, which lacks its text encoder; put t5-base (config.json, "
            f"model.safetensors, tokenizer.json) into {text_encoder}"
        )
    return ""


def _lack_transformers(folder: Path) -> str:
    try:
        kind = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("model_type")
    except (OSError, ValueError, AttributeError):
        return f"{folder / 'config.json'} cannot be read; copy it anew"
    if kind != "musicgen":
        return f"{folder} holds a model of the kind {kind}; copy facebook/musicgen-medium there"
    if not any((folder / name).is_file() for name in ("tokenizer.json", "spiece.model")):
        return f"{folder} lacks tokenizer.json; copy it from the same repository"
    for index in ("model.safetensors.index.json", "pytorch_model.bin.index.json"):
        if (folder / index).is_file():
            try:
                wanted = set(json.loads((folder / index).read_text(encoding="utf-8"))["weight_map"].values())
            except (OSError, ValueError, KeyError, AttributeError, TypeError):
                return f"{folder / index} cannot be read; copy it anew"
            missing = sorted(name for name in wanted if not (folder / name).is_file())
            return f"{folder} lacks {missing[0]}; copy it from the same repository" if missing else ""
    if not any((folder / name).is_file() for name in ("model.safetensors", "pytorch_model.bin")):
        return f"{folder} lacks model.safetensors; copy it from the same repository"
    return ""


def fingerprint(folder: Path) -> str:
    """sha256, in hex, over names, sizes, small files and samples of large ones; not where or when they
    are.
    """
    digest = hashlib.sha256(b"swav musicgen model 1")
    for file in _files(folder):
        size = file.stat().st_size
        digest.update(f"{file.name} {size}\n".encode())
        with file.open("rb") as opened:
            if size <= _SMALL_BYTES:
                digest.update(opened.read())
                continue
            for sample in range(_SAMPLES):
                opened.seek((size - _SAMPLE_BYTES) * sample // (_SAMPLES - 1))
                digest.update(opened.read(_SAMPLE_BYTES))
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    """The files that decide how a model plays, of the layout that is used."""
    if (folder / "config.json").is_file():
        names = ["config.json", "tokenizer.json", "spiece.model"]
        stem = "model*.safetensors" if any(folder.glob("model*.safetensors")) else "pytorch_model*.bin"
        yield from (folder / name for name in names if (folder / name).is_file())
        yield from sorted(folder.glob(stem))
        return
    yield from (folder / name for name in ("state_dict.bin", "compression_state_dict.bin"))
    yield from _files(folder.parent / TEXT_ENCODER)
