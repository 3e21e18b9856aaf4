"""What measures takes on this machine: the gates, in their recipe, and a CLIP model where one lies here.

Its name is part of every verdict, so that a model that arrives later is asked about the takes that are there.
Light: it runs whenever a storyboard is read.
"""

from pathlib import Path

from swav import recipes


def readers(models: Path) -> str:
    """What measures, in a few words that change when numbers may."""
    clip = clip_folder(models)
    return f"gates {recipes.TAKE_MEASUREMENT}" + (f", {clip.name}" if clip else "")


def clip_folder(models: Path) -> Path | None:
    """The folder of a CLIP model under ``models/``, if one lies there."""
    return next((file.parent for file in sorted(models.glob("clip*/config.json"))), None)
