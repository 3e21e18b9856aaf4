"""What identifies a model's content, without reading 118 GB: part of every take's key.

The digest covers names, sizes, headers and samples of the weights, and small files whole; neither paths nor
times, so that a copy on another disk is the same model. It tells apart models that differ on purpose (another
training, another precision); it is no protection against a forger.
"""

import hashlib
from pathlib import Path

from swav.weights.folder import SINGLE_FILES, Model
from swav.weights.gguf_file import gguf_table
from swav.weights.headers import read_json, safetensors_header

ORIGIN = "swav-origin.json"
"""Beside a converted model: the fingerprint of what it was made from, and its own when it was made."""

_SAMPLES = 64
_SAMPLE_BYTES = 4096


def fingerprint(model: Model, salt: bytes) -> str:
    """sha256 in hex. ``salt`` belongs to the engine, and never changes.

    A model converted by swav keeps the fingerprint of its original, since it renders the
    same.
    """
    own = own_fingerprint(model, salt)
    origin = model.root / ORIGIN
    if origin.is_file():
        recorded = read_json(origin)
        if recorded.get("own") == own:
            return recorded["origin"]
    return own


def own_fingerprint(model: Model, salt: bytes) -> str:
    """sha256 in hex of the files themselves, whatever they were made from."""
    digest = hashlib.sha256(salt)
    for part, weights in model.parts.items():
        for file in weights.files:
            # A single file under any name is the same part; shards are told apart by theirs.
            own = file.suffix if getattr(model, "layout", "") == SINGLE_FILES else file.name
            _add(digest, f"{part}/{own}", _sampled(file))
        if weights.config:
            _add(digest, f"{part}/config.json", weights.config.read_bytes())
    for name, file in model.small.items():
        _add(digest, name, hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _add(digest, name: str, content: bytes) -> None:
    for piece in (name.encode(), content):
        digest.update(len(piece).to_bytes(8, "little") + piece)


def _sampled(file: Path) -> bytes:
    """Size, table of contents and evenly spaced samples of a file of weights (bytes that identify it)."""
    size = file.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    if file.suffix == ".safetensors":
        digest.update(repr(safetensors_header(file)).encode())
    elif file.suffix == ".gguf":
        digest.update(gguf_table(file).content)
    with file.open("rb") as opened:
        for sample in range(_SAMPLES):
            opened.seek(max(0, size - _SAMPLE_BYTES) * sample // (_SAMPLES - 1))
            digest.update(opened.read(_SAMPLE_BYTES))
    return digest.digest()
