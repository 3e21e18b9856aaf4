"""A model folder: is it the model that is meant, is it whole, what identifies it?

Decided from model_index.json, file names and the headers of the weights; of other layouts than that of
Diffusers the recipe knows more. Light: no torch.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from swav.diffusion.recipe import ModelRecipe
from swav.errors import AnotherModel, EngineError
from swav.links import check_folder, links_named
from swav.weights import fingerprint as of_files
from swav.weights.contents import contents
from swav.weights.folder import SINGLE_FILES, Weights, check_files, sharded, snapshot
from swav.weights.headers import read_json, safetensors_header

DENOISERS = ("transformer", "transformer_2", "unet")
"""Names of the parts of a pipeline that denoise, of which it has one or two."""
INDEX = "model_index.json"
_WITHOUT_WEIGHTS = ("Tokenizer", "Scheduler", "Processor", "Extractor", "Guidance")
"""In the names of classes of which a folder holds no weights."""
_VARIANTS = (None, "bf16", "fp16")
"""Precisions that are published beside each other, in the order in which one is taken."""
_SALT = b"swav diffusers model 1"
_BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4}


@dataclass(frozen=True)
class PipelineFolder:
    """A whole pipeline on disk (a ``swav.weights.folder.Model``)."""

    root: Path
    found: str
    """The class that model_index.json names."""
    variant: str | None
    """Of the files of weights: ``fp16`` for names such as model.fp16.safetensors."""
    parts: Mapping[str, Weights]
    layout: str = "diffusers"
    beside: Mapping[str, Path] | None = None
    """Small files that decide a take, where the layout is not that of Diffusers."""
    assembler: str = ""
    """``package.module:function`` that makes the pipeline of another layout: of the folder, the type of its
    numbers, and the names of parts in float32."""
    notes: tuple[str, ...] = ()
    """What is in doubt about it, as sentences."""

    @property
    def bytes(self) -> int:
        return sum(part.bytes for part in self.parts.values())

    @property
    def precision(self) -> str:
        """Of most of its denoiser's numbers, as they are stored."""
        return contents(next(self.parts[name] for name in DENOISERS if name in self.parts).files[0]).precision

    @property
    def small(self) -> Mapping[str, Path]:
        """What decides a take beside weights: settings, and what tokenizers read."""
        if self.beside is not None:
            return self.beside
        kinds = ("*/*.json", "*/*.model", "*/*.txt")
        files = [self.root / INDEX, *(file for kind in kinds for file in sorted(self.root.glob(kind)))]
        return {
            file.relative_to(self.root).as_posix(): file for file in files if not file.name.startswith(".")
        }

    def loaded_bytes(self, part: str, precision: int = 2) -> int:
        """Memory of a part whose elements have ``precision`` bytes each."""
        return sum(
            (entry["data_offsets"][1] - entry["data_offsets"][0]) // _BYTES.get(entry["dtype"], 1) * precision
            for file in self.parts[part].files
            for name, entry in safetensors_header(file)[0].items()
            if name != "__metadata__"
        )


def recognise(folder: Path, recipe: ModelRecipe) -> PipelineFolder:
    """The model of a recipe in ``folder``; an EngineError says what is there instead, and what to do."""
    check_folder(folder)
    if not folder.is_dir():
        raise EngineError(f"no weights in {folder} ({recipe.download_said}); {recipe.get_it(folder)}")
    root = snapshot(folder)
    with links_named(root):
        found = _found(folder, root, recipe)
        if recipe.layouts:
            recipe.layouts.check_name(folder, found.root)
        check_files(found)
        known = recipe.layouts is None or found.layout == SINGLE_FILES
        unsaid = "" if known else recipe.layouts.doubt(folder, found.root)
        return replace(found, notes=(unsaid,)) if unsaid else found


def _found(folder: Path, root: Path, recipe: ModelRecipe) -> PipelineFolder:
    """By what only one layout has; a folder of folders, such as the hub's cache, is looked into once."""
    if found := _published(folder, root, recipe):
        return found
    inner = []
    for each in _inner(root):
        with suppress(AnotherModel):
            inner.append(_published(each, each, recipe))
    inner = [each for each in inner if each is not None]
    if len(inner) == 1:
        return inner[0]
    if inner:
        raise EngineError(
            f"{folder} holds {recipe.title} {len(inner)} times ({inner[0].root.name}, {inner[1].root.name}); "
            "keep one there, or link to one"
        )
    if recipe.layouts and (found := recipe.layouts.scattered(root)):
        return found
    raise AnotherModel(
        f"{folder} has no {INDEX}, as {recipe.title} has for Diffusers; {recipe.instead(folder)}"
    )


def _inner(root: Path) -> list[Path]:
    folders = (each for each in root.iterdir() if each.is_dir() and not each.name.startswith("."))
    return sorted(snapshot(each) for each in folders)


def _published(folder: Path, root: Path, recipe: ModelRecipe) -> PipelineFolder | None:
    """The model in one of the layouts in which it is published; None where it is in none."""
    if (root / INDEX).is_file():
        return _diffusers(folder, root, recipe)
    return recipe.layouts.whole(root) if recipe.layouts else None


def _diffusers(folder: Path, root: Path, recipe: ModelRecipe) -> PipelineFolder:
    try:
        index = read_json(root / INDEX)
    except EngineError as reason:  # whose it is nobody can tell
        raise AnotherModel(str(reason)) from None
    found = index.get("_class_name")
    if found not in recipe.classes:
        raise AnotherModel(
            f"{folder} holds a {found or 'pipeline without a name'}, and {recipe.title} is a "
            f"{recipe.pipeline}; {recipe.instead(folder)}"
        )
    for part, values in recipe.tells.items():
        config = read_json(root / part / "config.json") if (root / part / "config.json").is_file() else {}
        for name, value in values.items():
            if config.get(name) != value:
                raise AnotherModel(
                    f"{folder} holds a relative of {recipe.title}, whose {part} has {name} "
                    f"{config.get(name)} and not {value}; {recipe.instead(folder)}"
                )
    needed = [name for name, kind in index.items() if _has_weights(name, kind)]
    variant = _variant(root, needed, folder, recipe)
    parts = {name: _weights(root / name, variant) for name in needed}
    return PipelineFolder(root, str(found), variant, parts)


def _has_weights(name: str, kind: Any) -> bool:
    """Whether an entry of model_index.json, such as ``["diffusers", "AutoencoderKL"]``, is a network."""
    if name.startswith("_") or not (isinstance(kind, list) and len(kind) == 2 and all(kind)):
        return False
    return not any(word in str(kind[1]) for word in _WITHOUT_WEIGHTS)


def _variant(root: Path, needed: list[str], folder: Path, recipe: ModelRecipe) -> str | None:
    """The first precision of which every part is there."""
    for variant in _VARIANTS:
        if all(any(_named(root / name, variant)) for name in needed):
            return variant
    lacking = next(name for name in needed if not any(_named(root / name, None)))
    raise EngineError(
        f"{root} lacks the .safetensors files of {lacking}, so the download is incomplete; "
        f"{recipe.get_it(folder)}"
    )


def _named(folder: Path, variant: str | None) -> Iterator[Path]:
    """Files of weights of a variant; macOS leaves files that begin with a dot beside what it copies."""
    for file in sorted(folder.glob("*.safetensors")):
        words = file.name.removesuffix(".safetensors").split(".")
        own = next((each for each in _VARIANTS[1:] if each in words[1:]), None)
        if not file.name.startswith(".") and own == variant:
            yield file


def _weights(folder: Path, variant: str | None) -> Weights:
    """The files of a part; of shards, each that an index or a name promises must be there."""
    return Weights(tuple(_named(folder, variant))) if variant else sharded(folder)


def fingerprint(model: PipelineFolder) -> str:
    """sha256 in hex of what identifies the model: see ``swav.weights.fingerprint``."""
    return of_files.fingerprint(model, _SALT)


def own_fingerprint(model: PipelineFolder) -> str:
    """sha256 in hex of the files themselves, whatever they were made from."""
    return of_files.own_fingerprint(model, _SALT)
