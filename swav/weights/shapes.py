"""Shapes of stored tensors, from the tables of contents of their files: nothing is read, and torch is not
needed.
"""

import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

from swav.errors import EngineError
from swav.weights.contents import contents
from swav.weights.folder import Weights

Shapes = dict[str, tuple[int, ...]]

_LARGEST = 1 << 20
"""Bytes of a table of contents that are unpacked; the published text encoder's has 25,000. One may be an
object that takes sixty."""


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
        if archive.getinfo(contents).file_size > _LARGEST:
            raise EngineError(
                f"{file} has a table of contents of more than {_LARGEST >> 20} MB, which is no model's; "
                "delete it and run the download again"
            )
        try:
            with archive.open(contents) as opened:
                saved = _Contents(opened).load()
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


class _Contents(pickle._Unpickler):
    """Unpickles tensors as their shapes. Whatever else a pickle may name is never imported, nor called.

    In Python, not C: there a pickle of a few bytes can ask for a table of 2^31 places.
    """

    def find_class(self, module: str, name: str) -> Any:
        return _KNOWN.get(f"{module}.{name}", _Unknown)

    def persistent_load(self, identity: Any) -> None:
        """The values of a tensor: not wanted."""


class _Unknown:
    """Stands for anything."""

    def __new__(cls, *arguments: Any, **named: Any) -> "_Unknown":
        return super().__new__(cls)

    def __setstate__(self, state: Any) -> None:
        pass


def _shape_of(storage: None, offset: int, shape: tuple[int, ...], *rest: Any) -> tuple[int, ...]:
    return tuple(shape)


_KNOWN = {
    "torch._utils._rebuild_tensor_v2": _shape_of,
    "torch._utils._rebuild_parameter": lambda shape, *rest: shape,
    "collections.OrderedDict": OrderedDict,
}
