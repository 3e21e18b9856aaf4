"""Memory that is used again: new memory is handed out by the system page by page, which for a picture costs
as much as drawing it."""

import sys
from threading import Lock

import numpy as np


def _holders(arrays: list, number: int) -> int:
    return sys.getrefcount(arrays[number])


_NOBODY = _holders([object()], 0)
"""What the interpreter counts for an array that its list alone holds."""


class Reused:
    """Arrays of one form, each of which is given again once nobody holds it any more.

    Who has a view of an array, or a frame of PyAV that shows it, holds it as well. What stands in an array
    that is given is arbitrary.
    """

    def __init__(self, shape: tuple[int, ...], kind: type):
        self._shape, self._kind = shape, kind
        self._arrays: list[np.ndarray] = []
        self._lock = Lock()

    def take(self) -> np.ndarray:
        """An array that nobody else holds; several threads may ask."""
        with self._lock:
            for number in range(len(self._arrays)):
                if _holders(self._arrays, number) == _NOBODY:
                    return self._arrays[number]
            self._arrays.append(np.empty(self._shape, self._kind))
            return self._arrays[-1]
