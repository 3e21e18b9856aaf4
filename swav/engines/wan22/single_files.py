"""Wan 2.2 as single files, the way ComfyUI and GGUF repackage it: each part in one file, under any name.

A part is known by the names and shapes in its header, wherever it lies: in ``diffusion_models``,
``text_encoders`` and ``vae``, or side by side. Two things no header tells: which of two experts is the one
for high noise, and whether they are the published model at all or another of the same shapes. Names, the
file's own words and the name under which it was published decide; what they do not decide is said.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from swav.engines._experts import NAMES, expert_named
from swav.engines.wan22.kinds import Kind, by_inputs
from swav.engines.wan22.named import said
from swav.errors import AnotherModel, EngineError
from swav.media.disguise import disguise
from swav.weights.contents import Contents, contents

REPOSITORY = "Comfy-Org/Wan_2.2_ComfyUI_Repackaged"

_SUFFIXES = (".safetensors", ".gguf", ".pth")
_DEEPEST = 5
_MOST_FILES = 5000
_DISTILLED = re.compile(r"lightning|lightx2v|distill|[48][ _-]?steps?(?![a-z])|rapid|turbo|fastwan")
_EXPERT = re.compile(
    r"(patch_embedding|text_embedding\.[02]|time_embedding\.[02]|time_projection\.1|head\.head"
    r"|blocks\.\d+\.((self|cross)_attn\.([qkvo]|norm_[qk])|norm3|ffn\.[02]))\.[a-z_]+"
    r"|head\.modulation|blocks\.\d+\.modulation|scaled_fp8"
)
"""The names of Wan 2.2's transformers; whatever else a file holds makes it another one."""
_UMT5 = (
    ("shared.weight", "encoder.block.1.layer.0.SelfAttention.relative_attention_bias.weight"),
    ("token_embedding.weight", "blocks.1.pos_embedding.embedding.weight"),
    ("token_embd.weight", "enc.blk.1.attn_rel_b.weight"),
)
"""What tells umT5, which has a bias of positions in each block, from other T5: in the names of Transformers,
of Wan and of GGUF.
"""
_UMT5_PTH = re.compile(r".*umt5.*\.pth")
_TOKENIZERS = ("tokenizer.json", "spiece.model")
_TOKENIZER_FOLDERS = ("google/umt5-xxl", "umt5-xxl", "tokenizer", ".")
_LIKELY = {
    "high": re.compile(r"high|wan"),
    "low": re.compile(r"low|wan"),
    "transformer": re.compile(r"wan"),
    "text encoder": re.compile(r"t5"),
    "VAE": re.compile(r"vae"),
}
"""What a file is called that may have been meant for a part, where it cannot be read."""


@dataclass(frozen=True)
class SingleFiles:
    """One file for each part: the kind's ``stages``, ``text encoder`` and ``VAE``. ``tokenizer`` is a folder,
    or the text encoder's file that holds it.
    """

    parts: dict[str, Path]
    tokenizer: Path
    notes: tuple[str, ...]


@dataclass
class _Seen:
    """What was found in a folder, by part; files that could not be read, with why."""

    parts: dict[str, list[Path]] = field(default_factory=dict)
    experts: list[tuple[Path, Contents]] = field(default_factory=list)
    encoders: dict[Path, Contents] = field(default_factory=dict)
    others: list[AnotherModel] = field(default_factory=list)
    unread: dict[Path, EngineError] = field(default_factory=dict)


def single_files(root: Path, kind: Kind) -> SingleFiles | None:
    """The parts of a model in ``root``; None where no transformer lies there.

    An ``EngineError`` says what is missing, there twice, or not to be told apart.
    """
    seen = _looked_through(root, kind)
    if not seen.experts:
        if seen.others:
            raise seen.others[0]
        return _nothing(seen)
    stages, notes = _stages(root, seen, kind)
    found = {**stages, **seen.parts}
    _check_complete(root, found, seen, kind)
    parts = {part: found[part][0] for part in (*kind.stages, "text encoder", "VAE")}
    return SingleFiles(parts, _tokenizer(root, parts["text encoder"], seen), notes)


def _nothing(seen: _Seen) -> None:
    """No expert: a file that may be meant for one, and cannot be read, is what is wrong."""
    for file, why in seen.unread.items():
        if any(pattern.search(file.name.lower()) for pattern in NAMES.values()):
            raise why


def _looked_through(root: Path, kind: Kind) -> _Seen:
    seen = _Seen()
    for file in _files(root):
        if file.suffix == ".pth":
            if part := _of_pickle(file, kind):
                seen.parts.setdefault(part, []).append(file)
            continue
        try:
            read = _contents(file)
        except EngineError as why:
            seen.unread[file] = why
            continue
        _sort(file, read, kind, seen)
    return seen


def _of_pickle(file: Path, kind: Kind) -> str:
    """The part that a ``.pth`` file holds, by its name; empty where it is of no use."""
    name = file.name.lower()
    if _UMT5_PTH.fullmatch(name):
        return "text encoder"
    version = (
        re.escape(kind.vae.lower().removesuffix("_vae.pth"))
        .replace("wan", "wan[_.-]?")
        .replace(r"\.", "[._]")
    )
    return "VAE" if re.fullmatch(rf"{version}.*vae.*\.pth", name) else ""


def _sort(file: Path, read: Contents, kind: Kind, seen: _Seen) -> None:
    """Put a file to its part by what its header holds."""
    shapes = read.shapes
    if "patch_embedding.weight" in shapes and any(name.startswith("blocks.0.") for name in shapes):
        inputs = (*shapes["patch_embedding.weight"], 0, 0)[1]
        if other := _another(file, read, inputs, kind):
            seen.others.append(other)
        else:
            seen.experts.append((file, read))
    elif any({embedding, bias} <= shapes.keys() for embedding, bias in _UMT5):
        seen.parts.setdefault("text encoder", []).append(file)
        seen.encoders[file] = read
    elif _latents(shapes) == kind.latents:
        seen.parts.setdefault("VAE", []).append(file)


def _another(file: Path, read: Contents, inputs: int, kind: Kind) -> AnotherModel | None:
    """What a Wan transformer is that is not this one; None where its header has nothing against it."""
    strange = [name for name in read.shapes if not _EXPERT.fullmatch(name) and ".attn" not in name]
    diffusers = any(name.startswith("blocks.0.attn1.") for name in read.shapes)
    if inputs != kind.inputs:
        return AnotherModel(f"{file} holds {by_inputs(inputs)}, and not {kind.title}")
    if strange and not diffusers:
        return AnotherModel(f"{file} holds another Wan model ({strange[0]} is not in {kind.short})")
    name = kind.another(_words(file, read))
    return AnotherModel(said(file, name, kind), holds=name) if name else None


def _latents(shapes: dict[str, tuple[int, ...]]) -> int:
    """Channels of the latents of a VAE of Wan; 0 for anything else."""
    for last, first in (
        ("conv2.weight", "decoder.conv1.weight"),
        ("post_quant_conv.weight", "decoder.conv_in.weight"),
    ):
        if len(shapes.get(first, ())) == 5 and shapes.get(last):
            return shapes[last][0]
    return 0


def _stages(root: Path, seen: _Seen, kind: Kind) -> tuple[dict[str, list[Path]], tuple[str, ...]]:
    """The transformers by the noise that they are for, and what is in doubt."""
    if kind.experts == 1:
        notes = [_doubt(root, file, read, kind) for file, read in seen.experts]
        return {"transformer": [file for file, _ in seen.experts]}, tuple(filter(None, notes))
    stages: dict[str, list[Path]] = {"high": [], "low": []}
    unsaid: list[Path] = []
    for file, read in seen.experts:
        stage = _stage(root, file, read)
        stages[stage].append(file) if stage else unsaid.append(file)
    if unsaid and not (stages["high"] and stages["low"]):
        raise EngineError(
            f"whether {unsaid[0]} is the high-noise or the low-noise expert of Wan 2.2, or Wan 2.1, "
            "neither its header nor its name tells; put high or low into its name, if it is one"
        )
    notes = [_doubt(root, file, read, kind) for file, read in seen.experts if file not in unsaid]
    return stages, tuple(filter(None, notes))


def _doubt(root: Path, file: Path, read: Contents, kind: Kind) -> str:
    """What is not sure of a transformer that can be used; empty where nothing is."""
    words = _words(file, read)
    if not kind.named.search(f"{words} {_below(root, file)}"):
        return (
            f"{file.name} is taken for {kind.short}; {kind.lookalikes} would look the same, and its name "
            "does not say; give it the name under which it was published"
        )
    if _DISTILLED.search(words):
        return f"{file.name} seems to be distilled for few steps; give its shots steps and guidance to match"
    return ""


def _stage(root: Path, file: Path, read: Contents) -> str:
    """``high`` or ``low`` by the first that tells: its name, the published one, its words, folders."""
    for words in (file.name.lower(), _published_name(file), read.words.lower(), _below(root, file)):
        if named := expert_named(words):
            return named
    return ""


def _words(file: Path, read: Contents) -> str:
    return f"{file.name} {_published_name(file)} {read.words}".lower()


def _below(root: Path, file: Path) -> str:
    return "/".join(file.relative_to(root).parts[:-1]).lower()


def _published_name(file: Path) -> str:
    """The name that the hub's cache has for a file: a link into its ``blobs``, which are named by digests."""
    blob = file.resolve()
    if blob.parent.name != "blobs" or not file.is_symlink():
        return ""
    repository = blob.parent.parent
    links = (repository / "snapshots").rglob(f"*{file.suffix}")
    names = [link.relative_to(repository).as_posix() for link in links if link.resolve() == blob]
    return f"{repository.name} {min(names, default='')}".lower()


def _check_complete(root: Path, found: dict[str, list[Path]], seen: _Seen, kind: Kind) -> None:
    """Every part once; else what is wrong, and a file first that may be the missing part, and is damaged."""
    missing = [part for part in (*kind.stages, "text encoder", "VAE") if not found.get(part)]
    for part in missing:
        for file, why in seen.unread.items():
            if _LIKELY[part].search(file.name.lower()):
                raise why
    if missing:
        names = {"high": "the high-noise expert", "low": "the low-noise expert"}
        lacks = ", ".join(names.get(part, f"its {part}") for part in missing)
        raise EngineError(
            f"{root} holds {kind.title} as single files and lacks {lacks}; "
            f"fetch what is missing from {REPOSITORY}"
        )
    for part, files in found.items():
        if len(files) > 1:
            both = " and ".join(file.relative_to(root).as_posix() for file in files[:2])
            raise EngineError(
                f"{root} holds {len(files)} files for one part of {kind.title} ({part}: {both}); "
                f"make a folder with links to the {len(found)} that you want"
            )


def _tokenizer(root: Path, encoder: Path, seen: _Seen) -> Path:
    if encoder in seen.encoders and seen.encoders[encoder].tokenizer:
        return encoder
    for folder in (*(root / name for name in _TOKENIZER_FOLDERS), encoder.parent):
        if any((folder / name).is_file() for name in _TOKENIZERS):
            return folder
    raise EngineError(
        f"{encoder} holds no tokenizer, and {root} neither; put tokenizer.json of google/umt5-xxl into "
        f"{root / _TOKENIZER_FOLDERS[0]}, or take the text encoder of {REPOSITORY}"
    )


def _contents(file: Path) -> Contents:
    if not file.exists():
        raise EngineError(f"{file} is a link to a file that is not there; mend the link")
    try:
        if disguised := disguise(file):
            raise EngineError(f"{file} {disguised}")
        return contents(file)
    except OSError as reason:
        raise EngineError(f"{file} cannot be read ({reason.strerror}); check its permissions") from None


def _files(root: Path) -> Iterator[Path]:
    """Weights under ``root``, through links, each file once; what begins with a dot is nobody's."""
    folders, seen = set(), set()
    for place, inner, names in os.walk(root, followlinks=True):
        real, depth = os.path.realpath(place), len(Path(place).relative_to(root).parts)
        if real in folders or depth >= _DEEPEST:
            inner.clear()
            continue
        folders.add(real)
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        for name in sorted(names):
            file = Path(place, name)
            real = os.path.realpath(file)
            if name.startswith(".") or file.suffix not in _SUFFIXES or real in seen:
                continue
            seen.add(real)
            if len(seen) > _MOST_FILES:
                return
            yield file
