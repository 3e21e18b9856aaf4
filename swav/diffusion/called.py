"""Functions that a recipe names as plain data, since an order to a worker holds nothing else."""

import importlib
from collections.abc import Callable
from typing import Any


def called(name: str) -> Callable[..., Any]:
    """The function that ``package.module:function`` names. ImportError or AttributeError if there is none."""
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)
