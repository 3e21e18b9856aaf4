"""What measures takes on this machine: the gates, in their recipe, and a CLIP model where one lies here.

Its name and its content are part of every verdict, so that takes that are there are measured again by a model
that arrives later, or that takes another's place. Light: it runs whenever a storyboard is read.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from swav import recipes
from swav.keys import digest
from swav.weights.intact import fault_in

CLIP_FILES = ("config.json", "model.safetensors", "vocab.json", "merges.txt")
CLIP_PACKAGES = ("torch", "transformers")


@dataclass(frozen=True)
class PictureModel:
    """A kind of model that looks at pictures, as transformers saves it."""

    title: str
    begins: str
    """How the names of the folders begin, under models/, in which it is looked for."""
    types: tuple[str, ...]
    """What config.json may say that it is."""
    files: tuple[str, ...]
    """Of a whole one."""

    def folder(self, models: Path | None) -> Path | None:
        """The first folder under ``models/``, by name, that says to be one; None where there is none."""
        folders = sorted(models.glob(f"{self.begins}*")) if models else []
        return next((folder for folder in folders if self.is_in(folder)), None)

    def is_in(self, folder: Path) -> bool:
        return _model_type(folder) in self.types

    def fault(self, folder: Path) -> str:
        """What the model in a folder lacks, or which file is not whole, in one sentence; else empty."""
        if lacking := self.lacks(folder):
            return f"{folder} lacks {', '.join(lacking)}; copy the whole model folder"
        return next(filter(None, (fault_in(folder / name) for name in self.files)), "")

    def lacks(self, folder: Path) -> list[str]:
        """Files of a whole model that are not in its folder."""
        return [name for name in self.files if not (folder / name).is_file()]


CLIP = PictureModel("CLIP", "clip", ("clip",), CLIP_FILES)
"""Compares takes with their prompts."""
DINO = PictureModel("DINO", "dino", ("vit", "dinov2", "dinov2_with_registers", "dinov3_vit"), CLIP_FILES[:2])
"""Compares them with pictures of people and things."""


def readers(models: Path, content: Callable[[Path], str]) -> str:
    """What measures, in a few words that change when numbers may; ``content`` gives a file's digest.

    Where a CLIP model cannot be asked, what it lacks stands in the place of its content.
    """
    gates = f"gates {recipes.TAKE_MEASUREMENT}"
    folder = CLIP.folder(models)
    if folder is None:
        return gates
    if lacking := [*clip_lacks_packages(), *CLIP.lacks(folder)]:
        return f"{gates}, {folder.name} without {', '.join(lacking)}"
    try:
        held = digest([[name, content(folder / name)] for name in CLIP_FILES])
    except OSError:
        held = "unreadable"
    return f"{gates}, {folder.name} {held}"


def likeness_reader(models: Path, content: Callable[[Path], str]) -> str:
    """What measures likeness, in words that change when another model does; ``content`` as in ``readers``."""
    folder = DINO.folder(models) or CLIP.folder(models)
    if folder is None:
        return "nothing"
    try:
        held = digest([content(folder / name) for name in DINO.files])
    except OSError:
        held = "without weights"
    return f"{folder.name} {held}"


def _model_type(folder: Path) -> str:
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(config.get("model_type")) if isinstance(config, dict) else ""


def clip_lacks_packages() -> list[str]:
    """Packages that a CLIP model needs and that are not installed."""
    return [name for name in CLIP_PACKAGES if find_spec(name) is None]
