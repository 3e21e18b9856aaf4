"""What measures takes on this machine: the gates, in their recipe, and a CLIP model where one lies here.

Its name and its content are part of every verdict, so that takes that are there are measured again by a model
that arrives later, or that takes another's place. Light: it runs whenever a storyboard is read.
"""

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from swav import recipes
from swav.keys import digest

CLIP_FOLDERS = "clip*"
"""Where a model is looked for under models/: a folder that transformers' CLIPModel saved or can load."""
DINO_FOLDERS = "dino*"
"""The same of a DINO, for the likeness of people and things."""
CLIP_FILES = ("config.json", "model.safetensors", "vocab.json", "merges.txt")
CLIP_PACKAGES = ("torch", "transformers")


def readers(models: Path, content: Callable[[Path], str]) -> str:
    """What measures, in a few words that change when numbers may; ``content`` gives a file's digest.

    Where a CLIP model cannot be asked, what it lacks stands in the place of its content.
    """
    gates = f"gates {recipes.TAKE_MEASUREMENT}"
    folder = clip_folder(models)
    if folder is None:
        return gates
    if lacking := [*clip_lacks_packages(), *clip_lacks_files(folder)]:
        return f"{gates}, {folder.name} without {', '.join(lacking)}"
    try:
        held = digest([[name, content(folder / name)] for name in CLIP_FILES])
    except OSError:
        held = "unreadable"
    return f"{gates}, {folder.name} {held}"


def clip_folder(models: Path | None) -> Path | None:
    """The first folder under ``models/``, by name, that says it is a CLIP; None where there is none."""
    for folder in sorted(models.glob(CLIP_FOLDERS)) if models else ():
        if _model_type(folder) == "clip":
            return folder
    return None


def dino_folder(models: Path | None) -> Path | None:
    """The first folder ``dino*`` under ``models/`` that says it is a vision transformer, as DINO's are."""
    for folder in sorted(models.glob(DINO_FOLDERS)) if models else ():
        if _model_type(folder) in ("vit", "dinov2", "dinov2_with_registers", "dinov3_vit"):
            return folder
    return None


def likeness_reader(models: Path, content: Callable[[Path], str]) -> str:
    """What measures likeness, in words that change when another model does; ``content`` as in ``readers``."""
    folder = dino_folder(models) or clip_folder(models)
    if folder is None:
        return "nothing"
    try:
        held = digest([content(folder / name) for name in ("config.json", "model.safetensors")])
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


def clip_lacks_files(folder: Path) -> list[str]:
    """Files of a whole model that are not in its folder."""
    return [name for name in CLIP_FILES if not (folder / name).is_file()]
