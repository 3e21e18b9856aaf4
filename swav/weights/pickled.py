"""What PyTorch's pickles list: the shape of each tensor, and how many bytes each storage has. Nothing is
imported, called or kept of what else a pickle may name. Light: no torch.
"""

import pickle
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, BinaryIO

LARGEST = 1 << 20
"""Bytes of a table of contents that are unpacked; the published text encoder's has 25,000. One may be an
object that takes sixty."""

_STORAGES = {
    "Double": 8,
    "Float": 4,
    "Half": 2,
    "BFloat16": 2,
    "Long": 8,
    "Int": 4,
    "Short": 2,
    "Char": 1,
    "Byte": 1,
    "Bool": 1,
    "ComplexFloat": 8,
    "ComplexDouble": 16,
}
"""Bytes of an element, by the class that a pickle names (torch/storage.py)."""


class PickledTable(pickle._Unpickler):
    """Unpickles tensors as their shapes. Whatever else a pickle may name is never imported, nor called.

    In Python, not C: there a pickle of a few bytes can ask for a table of 2^31 places.
    """

    def __init__(self, opened: BinaryIO):
        super().__init__(opened)
        self.storages: dict[str, int | None] = {}
        """Bytes of each, in the order in which they are first named; None where its kind is not known."""

    def find_class(self, module: str, name: str) -> Any:
        if module in ("torch", "torch.storage") and name.endswith("Storage"):
            return _Kind(1 if name == "UntypedStorage" else _STORAGES.get(name.removesuffix("Storage")))
        return _KNOWN.get(f"{module}.{name}", _Unknown)

    def persistent_load(self, identity: Any) -> None:
        """The values of a tensor, which are not wanted: ("storage", its kind, its name, device, elements)."""
        if not isinstance(identity, tuple) or len(identity) < 5 or not isinstance(identity[2], str):
            return
        _, kind, name, _, count = identity[:5]
        known = isinstance(kind, _Kind) and kind.bytes is not None and type(count) is int and count >= 0
        self.storages[name] = count * kind.bytes if known else None


@dataclass(frozen=True)
class _Kind:
    """The kind of a storage: bytes of an element; None where it is not known."""

    bytes: int | None


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
