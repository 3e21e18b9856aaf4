"""Is a model what was published? Found by reading all of it: what a table of contents cannot tell.

Shards that were zeroed by a disk or a sync that stopped, one network under two names, and files that are not
the published ones, where the folder keeps the published digests (as ``hf download`` and the hub's cache do).
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

from swav.weights.folder import SINGLE_FILES, Model
from swav.weights.gguf_file import gguf_table
from swav.weights.headers import safetensors_header

_CHUNK = 8 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FEW = 64
"""Elements up to which a tensor may well be zeros throughout, such as a bias that was never trained."""


def verify(model: Model, tell: Callable[[int, int], None] = lambda done, total: None) -> list[str]:
    """Sentences of what is wrong; none where nothing is. ``tell`` gets bytes read and bytes in all."""
    digests, faults, done, known = {}, [], 0, published_digests(model.root)
    for part in model.parts.values():
        for file in part.files:
            digests[file], zeros = _read(file, lambda size, before=done: tell(before + size, model.bytes))
            done += file.stat().st_size
            if zeros:
                faults.append(
                    f"{file} holds nothing but zeros in {zeros[0]} ({len(zeros)} tensors in all); "
                    "delete it and run the download again"
                )
            published = published_digest(model.root, file)
            whose = known.get(digests[file], "") if published != digests[file] else ""
            if whose:
                faults.append(
                    f"{file} is not the published file of that name but {whose}; "
                    "give each file its own name again"
                )
            elif published and published != digests[file]:
                faults.append(
                    f"{file} is not the published file of that name (digest {digests[file][:12]}, published "
                    f"{published[:12]}): it is damaged, or another file has its name; run the download again"
                )
    for one, other in combinations(model.parts.values(), 2):
        if [digests[file] for file in one.files] == [digests[file] for file in other.files]:
            alone = getattr(model, "layout", "") == SINGLE_FILES
            names = [part.files[0] if alone else part.files[0].parent for part in (one, other)]
            faults.append(
                f"{names[0]} and {names[1]} hold the same weights; one of them must be fetched again"
            )
    return faults


def has_published_digests(model: Model) -> bool:
    """Whether the folder says what its files should be: else swapped networks look like right ones."""
    return any(published_digest(model.root, file) for part in model.parts.values() for file in part.files)


def published_digests(root: Path) -> dict[str, str]:
    """Published names by their digests, of all files that the folder keeps a note or a link of."""
    notes = root / ".cache/huggingface/download"
    found = {
        _noted(note): note.relative_to(notes).as_posix().removesuffix(".metadata")
        for note in sorted(notes.rglob("*.metadata"))
    }
    found.pop("", None)
    return found


def _noted(note: Path) -> str:
    """The digest in a downloader's note."""
    try:
        lines = note.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    return lines[1].strip() if len(lines) > 1 and _SHA256.fullmatch(lines[1].strip()) else ""


def published_digest(root: Path, file: Path) -> str:
    """The sha256 under which a file was published, as the downloader noted it; empty where it did not.

    ``hf download --local-dir`` keeps it as the second line of a note (the file's ETag); the hub's cache keeps
    each file under it, and links to that.
    """
    note = root / ".cache/huggingface/download" / f"{file.relative_to(root)}.metadata"
    if noted := _noted(note):
        return noted
    blob = file.resolve()
    return blob.name if blob.parent.name == "blobs" and _SHA256.fullmatch(blob.name) else ""


def _read(file: Path, tell: Callable[[int], None]) -> tuple[str, list[str]]:
    """A file's sha256, and the names of its tensors that hold nothing but zeros."""
    digest, zeros = hashlib.sha256(), []
    with file.open("rb") as opened:
        position = 0
        for name, size in _stretches(file):
            empty, left = name is not None, size
            while left:
                chunk = opened.read(min(left, _CHUNK))
                if not chunk:
                    break
                digest.update(chunk)
                empty = empty and not chunk.strip(b"\0")
                left -= len(chunk)
                position += len(chunk)
                tell(position)
            if empty and size > _FEW * 4:
                zeros.append(name)
    return digest.hexdigest(), zeros


def _stretches(file: Path) -> Iterator[tuple[str | None, int]]:
    """The stretches of a file in order: the tensors of safetensors, or the whole file, which has no name."""
    if file.suffix == ".gguf":
        yield from _of_gguf(file)
        return
    if file.suffix != ".safetensors":
        yield None, file.stat().st_size
        return
    header, start = safetensors_header(file)
    yield None, start
    tensors = ((name, entry["data_offsets"]) for name, entry in header.items() if name != "__metadata__")
    for name, (begin, end) in sorted(tensors, key=lambda tensor: tensor[1]):
        yield name, end - begin


def _of_gguf(file: Path) -> Iterator[tuple[str | None, int]]:
    """Tensors of GGUF, with the gaps that align them."""
    at = 0
    for name, tensor in sorted(gguf_table(file).tensors.items(), key=lambda named: named[1].offset):
        if tensor.offset > at:
            yield None, tensor.offset - at
        yield name, tensor.bytes
        at = max(at, tensor.offset) + tensor.bytes
    yield None, max(0, file.stat().st_size - at)
