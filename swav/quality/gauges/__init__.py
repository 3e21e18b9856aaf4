"""The gauges: one file each, with the gates that it measures. Adding a gate touches no other file.

A gauge's file declares ``GATES``. Gates are collected whenever a storyboard is read, so these files stay
light: what decodes or looks at pictures is imported in the functions that do.
"""

import importlib
import pkgutil
from functools import cache

from swav.quality.gate import Gate


@cache
def gates() -> tuple[Gate, ...]:
    """All gates with limits, in the order in which they speak; ``form`` has none, and comes before them."""
    names = (module.name for module in pkgutil.iter_modules(__path__, f"{__name__}."))
    found = (gate for name in names for gate in importlib.import_module(name).GATES)
    return tuple(sorted(found, key=lambda gate: gate.place))
