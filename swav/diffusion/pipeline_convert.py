"""Once and for all: a pipeline in the layout of Diffusers, each part in the types in which it computes.

What is loaded for a take is what is written, so that the copy renders the same bits: it keeps the fingerprint
of its original, and every take. It is written beside its place, and stands there only when it is whole.
"""

import shutil
from collections.abc import Callable
from math import prod
from pathlib import Path

from swav.diffusion.pipeline_folder import PipelineFolder, fingerprint, own_fingerprint, recognise
from swav.diffusion.recipe import ModelRecipe
from swav.errors import EngineError
from swav.render.hardware import free_host_bytes
from swav.weights.room import check_room
from swav.weights.shapes import shapes

Tell = Callable[[int, int], None]
_WEIGHTS = (".safetensors", ".bin", ".pth", ".pt", ".ckpt", ".gguf", ".msgpack", ".onnx", ".h5")
_SMALLER = 0.95
"""Of its bytes: a copy that has more is not worth its disk."""


def converted_bytes(model: PipelineFolder, recipe: ModelRecipe) -> int:
    """Bytes of the copy. Nothing is read but tables of contents."""
    sizes = {name: sum(map(prod, shapes(part).values())) for name, part in model.parts.items()}
    return sum(size * (4 if name in recipe.float32 else 2) for name, size in sizes.items())


def convert(model: PipelineFolder, recipe: ModelRecipe, target: Path, tell: Tell) -> PipelineFolder:
    """Write the model to the folder ``target``, and return what was written.

    An ``EngineError`` says, before anything is written, what is against it.
    """
    size = converted_bytes(model, recipe)
    _check(model, recipe, target, size)
    partial = target.with_name(f".{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        _write(model, recipe, partial, lambda done: tell(done, size))
        _remember(model, recipe, partial)
        if target.is_dir():
            target.rmdir()
        partial.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return recognise(target, recipe)


def _check(model: PipelineFolder, recipe: ModelRecipe, target: Path, size: int) -> None:
    if model.layout == "diffusers" and size > _SMALLER * model.bytes:
        raise EngineError(
            f"{model.root} has the layout and the types already in which {recipe.title} is computed; "
            "nothing was written"
        )
    if target.is_dir() and any(target.iterdir()):
        raise EngineError(f"{target} is not empty; choose a folder that is not there yet")
    host = free_host_bytes()
    if size > host:
        raise EngineError(
            f"converting {recipe.title} reads it whole, which needs {size / 1e9:.0f} GB of host memory, and "
            f"{host / 1e9:.0f} GB are free here; do it on a larger machine"
        )
    check_room(target, size)


def _write(model: PipelineFolder, recipe: ModelRecipe, folder: Path, tell: Callable[[int], None]) -> None:
    """The parts as they are loaded, and what lies beside them as it is."""
    import torch
    from torch import nn

    from swav.diffusion.pipeline_parts import assemble, load
    from swav.diffusion.quiet import hush

    hush()
    if model.assembler:
        loaded = assemble(model.assembler, model.root, torch.bfloat16, recipe.float32)
    else:
        loaded = load(model.root, model.found, torch.bfloat16, recipe.float32, model.variant)
    done = 0
    for name, part in loaded.components.items():
        if isinstance(part, nn.Module):
            part.save_pretrained(folder / name)
            done += sum(parameter.nbytes for parameter in part.parameters())
            tell(done)
        elif model.assembler and part is not None:
            part.save_pretrained(folder / name)
    if model.assembler:
        loaded.save_config(folder)
    else:
        _copy_small(model, folder)


def _copy_small(model: PipelineFolder, folder: Path) -> None:
    """Settings and tokenizers, to the byte: programs that write them anew write them otherwise."""
    for file in [*model.root.glob("*"), *model.root.glob("*/*")]:
        place = file.relative_to(model.root)
        small = file.suffix not in _WEIGHTS and not file.name.endswith(".index.json")
        if small and file.is_file() and not any(part.startswith(".") for part in place.parts):
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, folder / place)


def _remember(model: PipelineFolder, recipe: ModelRecipe, folder: Path) -> None:
    """Let the copy keep the fingerprint of its original."""
    from swav.weights.convert import write_origin

    known = "" if model.notes else recipe.title
    write_origin(folder, fingerprint(model), own_fingerprint(recognise(folder, recipe)), known)
