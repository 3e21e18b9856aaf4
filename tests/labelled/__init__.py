"""The labelled set: short clips of which it is known what is wrong with them, drawn by seeded generators.

``takes()`` lists them; nothing is drawn before a take is written. Clean scenes are in ``nature``, ``town``,
``things`` and ``drawn``, faults in ``faults`` and ``signs``. Every fault comes at several strengths, and
every scene and fault in two halves with other seeds: limits are tuned on one and reported on both.
"""

from .clips import HALVES, LabelledTake, long_take, takes

__all__ = ["HALVES", "LabelledTake", "long_take", "takes"]
