"""Wan 2.2 as single files, the way ComfyUI and GGUF repackage it: each part in one file, under any name.

A part is known by the names and shapes in its header, wherever it lies: in ``diffusion_models``,
``text_encoders`` and ``vae``, or side by side. Two things no header tells: which of two experts is the one
for high noise, and whether they are T2V-A14B at all or another model of the same shapes. Names, the file's
own words and the name under which it was published decide; what they do not decide is said.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from swav.errors import AnotherModel, EngineError
from swav.media.disguise import disguise
from swav.weights.contents import TOKENIZER_TENSOR, Contents, contents

HEAD_WIDTH = 128
"""Of one attention head in every Wan model (Wan2.2, ``wan/configs``); no header tells it."""
REPOSITORY = "Comfy-Org/Wan_2.2_ComfyUI_Repackaged"

_SUFFIXES = (".safetensors", ".gguf", ".pth")
_DEEPEST = 5
_MOST_FILES = 5000
_HIGH = re.compile(r"(?<![a-z])high(?![a-z])|high[ _.-]?noise")
_LOW = re.compile(r"(?<![a-z])low(?![a-z])|low[ _.-]?noise")
_OTHERS = {"bernini": "Bernini-R"}
"""Models with the shapes of T2V-A14B that are not it, by a word of their names."""
_NAMED = re.compile(r"t2v|text[ _-]?(to|2)[ _-]?video")
_DISTILLED = re.compile(r"lightning|lightx2v|distill|[48][ _-]?steps?(?![a-z])|rapid|turbo|fastwan")
_EXPERT = re.compile(
    r"(patch_embedding|text_embedding\.[02]|time_embedding\.[02]|time_projection\.1|head\.head"
    r"|blocks\.\d+\.((self|cross)_attn\.([qkvo]|norm_[qk])|norm3|ffn\.[02]))\.[a-z_]+"
    r"|head\.modulation|blocks\.\d+\.modulation|scaled_fp8"
)
"""The names of Wan's text-to-video transformer; whatever else a file holds makes it another one."""
_T5_BIAS = "encoder.block.1.layer.0.SelfAttention.relative_attention_bias.weight"
_PTH = {"text encoder": re.compile(r".*umt5.*\.pth"), "VAE": re.compile(r"wan[_.-]?2[._]1.*vae.*\.pth")}
_TOKENIZERS = ("tokenizer.json", "spiece.model")
_TOKENIZER_FOLDERS = ("google/umt5-xxl", "umt5-xxl", "tokenizer", ".")
_LIKELY = {
    "high": re.compile(r"high|wan"),
    "low": re.compile(r"low|wan"),
    "text encoder": re.compile(r"t5"),
    "VAE": re.compile(r"vae"),
}
"""What a file is called that may have been meant for a part, where it cannot be read."""


@dataclass(frozen=True)
class SingleFiles:
    """One file for each part; ``tokenizer`` is a folder, or the text encoder's file that holds it."""

    high: Path
    low: Path
    text_encoder: Path
    vae: Path
    tokenizer: Path
    notes: tuple[str, ...]


@dataclass
class _Seen:
    """What was found in a folder, by part; files that could not be read, with why."""

    parts: dict[str, list[Path]] = field(default_factory=dict)
    experts: list[tuple[Path, Contents]] = field(default_factory=list)
    encoders: dict[Path, Contents] = field(default_factory=dict)
    others: dict[Path, str] = field(default_factory=dict)
    unread: dict[Path, EngineError] = field(default_factory=dict)


def single_files(root: Path, channels: int) -> SingleFiles | None:
    """The parts in ``root``; None where no expert lies there. ``channels`` are those of its latents.

    An ``EngineError`` says what is missing, there twice, or not to be told apart.
    """
    seen = _looked_through(root, channels)
    if not seen.experts:
        if seen.others:
            file, what = next(iter(seen.others.items()))
            raise AnotherModel(f"{file} holds {what}")
        return _nothing(seen)
    stages, notes = _stages(root, seen)
    found = {"high": stages["high"], "low": stages["low"], **seen.parts}
    _check_complete(root, found, seen)
    encoder = found["text encoder"][0]
    return SingleFiles(
        found["high"][0], found["low"][0], encoder, found["VAE"][0], _tokenizer(root, encoder, seen), notes
    )


def _nothing(seen: _Seen) -> None:
    """No expert: a file that may be meant for one, and cannot be read, is what is wrong."""
    for file, why in seen.unread.items():
        if _HIGH.search(file.name.lower()) or _LOW.search(file.name.lower()):
            raise why


def _looked_through(root: Path, channels: int) -> _Seen:
    seen = _Seen()
    for file in _files(root):
        if file.suffix == ".pth":
            part = next((part for part, name in _PTH.items() if name.fullmatch(file.name.lower())), None)
            if part:
                seen.parts.setdefault(part, []).append(file)
            continue
        try:
            read = _contents(file)
        except EngineError as why:
            seen.unread[file] = why
            continue
        _sort(file, read, channels, seen)
    return seen


def _sort(file: Path, read: Contents, channels: int, seen: _Seen) -> None:
    """Put a file to its part by what its header holds."""
    shapes = read.shapes
    if "patch_embedding.weight" in shapes and any(name.startswith("blocks.0.") for name in shapes):
        inputs = (*shapes["patch_embedding.weight"], 0, 0)[1]
        if what := _another(file, read, inputs, channels):
            seen.others[file] = what
        else:
            seen.experts.append((file, read))
    elif ("shared.weight" in shapes and _T5_BIAS in shapes) or (
        "token_embedding.weight" in shapes and "blocks.1.pos_embedding.embedding.weight" in shapes
    ):
        seen.parts.setdefault("text encoder", []).append(file)
        seen.encoders[file] = read
    elif any(name.startswith("enc.blk.0.") for name in shapes):
        seen.unread[file] = EngineError(
            f"{file} is a text encoder as GGUF, which is not read here; "
            f"fetch text_encoders/umt5_xxl_fp8_e4m3fn_scaled.safetensors of {REPOSITORY}"
        )
    elif _latents(shapes) == channels:
        seen.parts.setdefault("VAE", []).append(file)


def _another(file: Path, read: Contents, inputs: int, channels: int) -> str:
    """What a Wan transformer is that is not this one; empty where its header has nothing against it."""
    strange = [name for name in read.shapes if not _EXPERT.fullmatch(name) and ".attn" not in name]
    diffusers = any(name.startswith("blocks.0.attn1.") for name in read.shapes)
    if inputs != channels:
        kind = {36: "the image-to-video model of Wan", 48: "Wan 2.2 TI2V-5B"}.get(inputs)
        return f"{kind or f'a Wan model with {inputs} inputs'}, and not Wan 2.2 T2V-A14B"
    if strange and not diffusers:
        return f"another Wan model ({strange[0]} is not in T2V-A14B)"
    words = _words(file, read)
    for word, name in _OTHERS.items():
        if word in words:
            return f"{name}, which has the shapes of Wan 2.2 T2V-A14B and is another model"
    return ""


def _latents(shapes: dict[str, tuple[int, ...]]) -> int:
    """Channels of the latents of a VAE of Wan; 0 for anything else."""
    for last, first in (
        ("conv2.weight", "decoder.conv1.weight"),
        ("post_quant_conv.weight", "decoder.conv_in.weight"),
    ):
        if len(shapes.get(first, ())) == 5 and shapes.get(last):
            return shapes[last][0]
    return 0


def _stages(root: Path, seen: _Seen) -> tuple[dict[str, list[Path]], tuple[str, ...]]:
    """The experts by the noise that they are for, and what is in doubt."""
    stages: dict[str, list[Path]] = {"high": [], "low": []}
    unsaid: list[Path] = []
    notes: list[str] = []
    for file, read in seen.experts:
        stage = _stage(root, file, read)
        stages[stage].append(file) if stage else unsaid.append(file)
    if unsaid and not (stages["high"] and stages["low"]):
        raise EngineError(
            f"whether {unsaid[0]} is the high-noise or the low-noise expert of Wan 2.2, or Wan 2.1, "
            "neither its header nor its name tells; put high or low into its name, if it is one"
        )
    for file, read in seen.experts:
        words = _words(file, read)
        if file not in unsaid and not _NAMED.search(f"{words} {_below(root, file)}"):
            notes.append(
                f"{file.name} is taken for T2V-A14B; a fine-tune or another model of its shapes would "
                "look the same, and its name does not say"
            )
        elif file not in unsaid and _DISTILLED.search(words):
            notes.append(
                f"{file.name} seems to be distilled for few steps; give its shots steps and guidance to match"
            )
    return stages, tuple(notes)


def _stage(root: Path, file: Path, read: Contents) -> str:
    """``high`` or ``low`` by the first that tells: its name, the published one, its words, folders."""
    for words in (file.name.lower(), _published_name(file), read.words.lower(), _below(root, file)):
        high, low = bool(_HIGH.search(words)), bool(_LOW.search(words))
        if high != low:
            return "high" if high else "low"
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


def _check_complete(root: Path, found: dict[str, list[Path]], seen: _Seen) -> None:
    """Every part once; else what is wrong, and a file first that may be the missing part, and is damaged."""
    missing = [part for part in ("high", "low", "text encoder", "VAE") if not found.get(part)]
    for part in missing:
        for file, why in seen.unread.items():
            if _LIKELY[part].search(file.name.lower()):
                raise why
    if missing:
        names = {"high": "the high-noise expert", "low": "the low-noise expert"}
        lacks = ", ".join(names.get(part, f"its {part}") for part in missing)
        raise EngineError(
            f"{root} holds Wan 2.2 as single files and lacks {lacks}; fetch what is missing from {REPOSITORY}"
        )
    for part, files in found.items():
        if len(files) > 1:
            both = " and ".join(file.relative_to(root).as_posix() for file in files[:2])
            raise EngineError(
                f"{root} holds {len(files)} files for one part of Wan 2.2 ({part}: {both}); "
                "make a folder with links to the four that you want"
            )


def _tokenizer(root: Path, encoder: Path, seen: _Seen) -> Path:
    if encoder in seen.encoders and TOKENIZER_TENSOR in seen.encoders[encoder].shapes:
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
