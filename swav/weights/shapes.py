"""Shapes of stored tensors, from the tables of contents of their files: nothing is read, and torch is not
needed.
"""

import zipfile
from pathlib import Path
from typing import Any

from swav.errors import EngineError
from swav.weights.contents import contents
from swav.weights.folder import Weights
from swav.weights.pickled import LARGEST, PickledTable

Shapes = dict[str, tuple[int, ...]]


def shapes(weights: Weights) -> Shapes:
    """Shape of each tensor under the name that its file gives it.

    Empty for a ``.pth`` file of before PyTorch 1.6 (2020), which is no archive and has to be read as a whole.
    """
    found: Shapes = {}
    for file in weights.files:
        tabled = file.suffix in (".safetensors", ".gguf")
        found |= contents(file).shapes if tabled else _in_archive(file)
    return found


def _in_archive(file: Path) -> Shapes:
    """Of what ``torch.save`` wrote: a zip archive whose ``data.pkl`` has all but the values."""
    if not zipfile.is_zipfile(file):
        return {}
    with _archive(file) as archive:
        contents = next((name for name in archive.namelist() if name.endswith("/data.pkl")), None)
        if contents is None:
            return {}
        if archive.getinfo(contents).file_size > LARGEST:
            raise EngineError(
                f"{file} has a table of contents of more than {LARGEST >> 20} MB, which is no model's; "
                "delete it and run the download again"
            )
        try:
            with archive.open(contents) as opened:
                saved = PickledTable(opened).load()
        except Exception as error:  # a damaged pickle can raise nearly anything
            raise EngineError(
                f"{file} has a table of contents that cannot be read ({type(error).__name__}); "
                "delete it and run the download again"
            ) from None
    tensors = saved.items() if isinstance(saved, dict) else ()
    return {name: shape for name, shape in tensors if isinstance(name, str) and _is_shape(shape)}


def _archive(file: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise EngineError(f"{file} is no whole archive; delete it and run the download again") from None


def _is_shape(shape: Any) -> bool:
    return isinstance(shape, tuple) and all(type(side) is int and side >= 0 for side in shape)
