"""What a network that learnt motion offers: a storyboard's word, its weights, and the program that asks it.

An interpolator is an object ``INTERPOLATOR`` of the class below in a module of ``swav.motion.interpolators``,
or an object named by an entry point of the group ``swav.interpolators`` in any installed package. Their
modules are imported whenever a storyboard is read, so they stay light: the network lives in an environment of
its own, and its program says no picture but *courses*, from which swav draws and which swav guards
(``swav.motion.between``).

The program is started once for each take, as ``swav.environments.run`` has it, with this request::

    {"file": "models/rife/flownet.pkl",       its weights
     "width": 1280, "height": 720,            of the pictures
     "read": 5, "write": 6}                   descriptors

It reads, until there is no more: the number of shares as a little-endian uint32, each share as float64, and
two pictures as 8-bit RGB in one light, row by row. For each share of the way from the first picture to the
second it writes five planes of float32, half as wide and half as high as the pictures (rounded down): where
each place of the picture between comes from in the first picture (x, y) and in the second (x, y), in pixels
of the planes; and how much of it the first one shows, from 0 (all is the second's) by 1/2 to 1. The same
pictures give the same planes, whatever was asked before. Without ``width`` it only loads the weights and says
what they are, as ``network``.
"""

from abc import ABC
from pathlib import Path
from typing import ClassVar

from swav.errors import EngineError
from swav.plugins import listed


class Interpolator(ABC):
    """What every learned interpolator says of itself. What has a value here need not be said again."""

    name: str
    """What a storyboard writes as ``motion``; the folder of its weights under ``models``."""
    title: str
    """What it is called in a sentence."""
    weights: str
    """What file is to be fetched, in a phrase, for people who have none."""
    gives: str = ""
    """What it would make if its weights were fetched, and how much that is, in a phrase."""
    licence: str
    """Of the weights, in one phrase."""
    recipe: int = 1
    """Raised when its program says other courses of the same pictures: in the key of what is made by it."""
    lock: Path
    """The lock file of its environment: see ``swav.environments``."""
    program: Path
    """What asks the network there: a file that imports nothing of swav."""
    suffixes: ClassVar[tuple[str, ...]] = (".safetensors", ".pkl", ".pth")
    """Of files that are read."""

    def file(self, models: Path) -> Path:
        """Its weights: the one file of its folder in ``models``. EngineError in one sentence."""
        folder = Path(models, self.name)
        found = sorted(
            file
            for suffix in self.suffixes
            for file in folder.glob(f"*{suffix}")
            if not file.name.startswith(".")
        )
        if not found:
            raise EngineError(
                f"motion: {self.name}: there are no weights in {folder}", f"put {self.weights} there"
            )
        if len(found) > 1:
            names = listed(file.name for file in found)
            raise EngineError(
                f"motion: {self.name}: {folder} holds {len(found)} files of weights", f"keep one of {names}"
            )
        return found[0]
