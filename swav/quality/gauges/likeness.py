"""Likeness: how near a keyframe is to the portraits of those who are in its shot, by a DINO or a CLIP model.

Both models place pictures in a space where those of one subject lie near each other; the cosine of their
angle there is the measure of Ruiz et al., "DreamBooth", 2023 (DINO and CLIP-I). DINO (Caron et al., "Emerging
Properties in Self-Supervised Vision Transformers", 2021) tells subjects of one kind apart better than CLIP,
and is asked first. The whole picture is compared, not a face: small figures count for little. Neither model
comes with the installation: without one nothing is measured, which is never a pass.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from swav.quality.gate import Gate, Watched
from swav.quality.gauges.adherence import DEVIATION, MEAN, squared
from swav.quality.picture_models import lacking_packages, loading, whole
from swav.quality.readers import CLIP, DINO
from swav.quality.sentences import Words, plain

if TYPE_CHECKING:
    import numpy as np

    from swav.quality.frames import Frame

IMAGENET_MEAN, IMAGENET_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of the colours that DINO was trained on (https://github.com/facebookresearch/dinov2, transforms.py)."""
DINO_SIDE = 224
"""Pixels a side at which DINO's authors evaluate it."""


def likeness(picture: np.ndarray, portraits: dict[str, list[Path]], models: Path | None) -> dict[str, Any]:
    """Compare a picture, uint8 RGB (height, width, 3), with the ``portraits`` of each who is in it.

    Returns ``value``, the cosine similarity, -1 to 1, of the one whom it is least like, of whom the nearest
    portrait counts; ``whose``, that one; and ``model``, the folder's name; or only ``missing``, which says
    why nothing was measured. Raises MediaError for a portrait that cannot be read.
    """
    from swav.media.photograph import read_photograph

    folder = DINO.folder(models) or CLIP.folder(models)
    if folder is None:
        return {"missing": "there is no DINO or CLIP model; put one under models/ in dino… or clip…"}
    if absent := lacking_packages(folder):
        return {"missing": absent}
    try:
        seen = _placed(folder, [picture])[0]
        similar = {
            whose: max(float(seen @ other) for other in _placed(folder, list(map(read_photograph, files))))
            for whose, files in portraits.items()
        }
    except ValueError as error:
        return {"missing": f"{folder.name} cannot be loaded ({error}); is it a whole model folder?"}
    least = min(similar, key=lambda whose: (similar[whose], whose))
    return {"value": round(similar[least], 4), "whose": least, "model": folder.name}


@cache
def _loaded(folder: Path) -> Any:
    """The model of a folder, loaded once for all pictures of this process. Raises ValueError."""
    from transformers import AutoModel

    with loading():
        return whole(
            *AutoModel.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, output_loading_info=True
            )
        )


def _placed(folder: Path, pictures: list[np.ndarray]) -> np.ndarray:
    """Where a model places pictures: float32 (pictures, dimensions), of length 1 each. Raises ValueError."""
    import numpy as np
    import torch

    model = _loaded(folder)
    is_clip = model.config.model_type == "clip"
    if is_clip:
        side, colours = model.config.vision_config.image_size, (MEAN, DEVIATION)
    else:
        side, colours = min(DINO_SIDE, model.config.image_size), (IMAGENET_MEAN, IMAGENET_DEVIATION)
    pixels = torch.from_numpy(np.stack([squared(picture, side, *colours) for picture in pictures]))
    with torch.inference_mode():
        if is_clip:
            found = model.visual_projection(model.vision_model(pixel_values=pixels).pooler_output)
        else:
            found = model(pixel_values=pixels).last_hidden_state[:, 0]
    return torch.nn.functional.normalize(found, dim=-1).numpy()


class Likeness:
    """Measures ``likeness`` of the first frame."""

    def __init__(self, watched: Watched) -> None:
        self._portraits, self._models = dict(watched.portraits), watched.models
        self._seen: np.ndarray | None = None

    def see(self, frame: Frame) -> None:
        if self._seen is None:
            self._seen = frame.colour

    def result(self) -> dict[str, dict]:
        if self._seen is None or not self._portraits:
            return {"likeness": {"missing": "there is nobody to compare with"}}
        return {"likeness": likeness(self._seen, self._portraits, self._models)}


GATES = (
    Gate(
        # Cosine similarity of a keyframe and the portraits of its cast, by a DINO or CLIP model, -1 to 1.
        name="likeness",
        place=135,
        rising=False,
        warn=0.3,
        fail=None,
        words=Words(
            "the picture is like the portraits of its cast",
            lambda measured: (
                f"the picture is hardly like the portraits of {measured.get('whose', 'its cast')}"
            ),
            lambda value: f"similarity {plain(value)}",
            plain,
        ),
        gauge=Likeness,
        of_cast=True,
        optional=True,
    ),
)
