"""The limits of the gates: the ``quality:`` group of ``config.yaml``.

Light: it is imported whenever a storyboard is read. Each gate declares its own (``swav.quality.gauges``). The
defaults are tuned on the labelled set of ``tests/labelled``; ``docs/quality.md`` shows what they find and
what they miss.
"""

from typing import Any

from pydantic import create_model

from swav.parts import Part
from swav.quality.bounds import Bounds, Falling, Rising
from swav.quality.gate import Gate
from swav.quality.gauges import gates


def _field(gate: Gate) -> tuple[Any, Bounds]:
    """The type and the default of a gate's limits."""
    return (Rising if gate.rising else Falling), Bounds(gate.warn, gate.fail, gate.rising)


Limits: type[Part] = create_model(
    "Limits",
    __base__=Part,
    __module__=__name__,
    __doc__="At which number each gate warns and fails: ``[warn, fail]``, ``[warn, never]`` or ``off``.",
    **{gate.name: _field(gate) for gate in gates()},
)
"""A field for each gate, with the type ``Rising`` or ``Falling``."""
