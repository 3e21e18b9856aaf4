"""Prompt adherence: how near a take's pictures are to the words it was made from, by a CLIP model.

CLIP (Radford et al., "Learning Transferable Visual Models From Natural Language Supervision", 2021) places
pictures and texts in one space; the cosine of their angle there says how well they agree (Hessel et al.,
"CLIPScore", 2021). No CLIP comes with the installation: where its folder or its packages are missing, nothing
is measured and the gate says why. That is never a pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from swav.quality.gate import Gate, Watched
from swav.quality.picture_models import lacking_packages, loading, whole
from swav.quality.readers import CLIP
from swav.quality.sentences import Words, plain

if TYPE_CHECKING:
    import numpy as np

    from swav.quality.frames import Frame

MEAN = (0.48145466, 0.4578275, 0.40821073)
DEVIATION = (0.26862954, 0.26130258, 0.27577711)
"""Of the red, green and blue that CLIP was trained on (https://github.com/openai/CLIP, clip/clip.py)."""


def adherence(frames: Iterable[tuple[int, np.ndarray]], prompt: str, models: Path | None) -> dict[str, Any]:
    """Compare sampled frames, given as (number, uint8 RGB (height, width, 3)), with the prompt.

    Returns ``value``, the mean cosine similarity, -1 to 1; ``frames``, numbers from the least to the most
    similar; and ``model``, the folder's name; or only ``missing``, which says why nothing was measured.
    The model reads the prompt's first 75 tokens, some 55 words, and the square in a picture's middle.
    """
    import numpy as np

    seen = list(frames)
    if not seen:
        return {"missing": "there is no picture to compare"}
    if not prompt.strip():
        return {"missing": "the shot has no prompt to compare with"}
    folder = CLIP.folder(models)
    if folder is None:
        return {
            "missing": "there is no CLIP model; put one under models/ in a folder whose name starts with clip"
        }
    if absent := lacking_packages(folder):
        return {"missing": absent}
    if lacking := CLIP.lacks(folder):
        return {"missing": f"{folder.name} lacks {', '.join(lacking)}; copy the whole model folder"}
    numbers, pictures = zip(*seen, strict=True)
    try:
        similar = dict(zip(numbers, _similarities(folder, pictures, prompt), strict=True))
    except ValueError as error:
        return {"missing": f"{folder.name} cannot be loaded ({error}); is it a whole CLIP model folder?"}
    return {
        "value": round(float(np.mean(list(similar.values()))), 4),
        "frames": sorted(similar, key=lambda number: (similar[number], number)),
        "model": folder.name,
    }


@cache
def _loaded(folder: Path) -> tuple[Any, Any]:
    """Model and tokeniser of a folder, loaded once for all takes of this process. Raises ValueError."""
    from transformers import CLIPModel, CLIPTokenizerFast

    with loading():
        made = CLIPModel.from_pretrained(folder, local_files_only=True, output_loading_info=True)
        return whole(*made), CLIPTokenizerFast.from_pretrained(folder, local_files_only=True)


def _similarities(folder: Path, pictures: Iterable[np.ndarray], prompt: str) -> list[float]:
    """The cosine of the angle between each picture and the prompt. Raises ValueError."""
    import numpy as np
    import torch

    model, tokenizer = _loaded(folder)
    side = model.config.vision_config.image_size
    pixels = torch.from_numpy(np.stack([squared(picture, side) for picture in pictures]))
    longest = model.config.text_config.max_position_embeddings
    words = tokenizer([prompt], truncation=True, max_length=longest, return_tensors="pt")
    with torch.inference_mode():
        # Its embeddings are normalised to length 1, so that their product is the cosine.
        found = model(pixel_values=pixels, **words)
    return (found.image_embeds @ found.text_embeds.T)[:, 0].tolist()


def squared(
    picture: np.ndarray, side: int, mean: tuple[float, ...] = MEAN, deviation: tuple[float, ...] = DEVIATION
) -> np.ndarray:
    """What CLIP sees of a uint8 RGB picture: float32 (3, side, side), as its authors prepare it.

    The shorter side is scaled to ``side`` by bicubic filtering, the middle is cut out, and the colours are
    normalised.
    """
    import numpy as np
    from PIL import Image

    height, width = picture.shape[:2]
    scale = side / min(height, width)
    size = max(side, int(width * scale)), max(side, int(height * scale))
    scaled = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC), np.float32)
    top, left = round((size[1] - side) / 2), round((size[0] - side) / 2)
    square = scaled[top : top + side, left : left + side] / 255
    return ((square - np.float32(mean)) / np.float32(deviation)).transpose(2, 0, 1)


class Adherence:
    """Measures ``adherence`` on sampled frames."""

    def __init__(self, watched: Watched) -> None:
        self._samples, self._prompt, self._models = frozenset(watched.samples), watched.prompt, watched.models
        self._seen: list[tuple[int, np.ndarray]] = []

    def see(self, frame: Frame) -> None:
        if frame.number in self._samples:
            self._seen.append((frame.number, frame.colour))

    def result(self) -> dict[str, dict]:
        return {"adherence": adherence(self._seen, self._prompt, self._models)}


GATES = (
    Gate(
        # Cosine similarity of picture and prompt, by a CLIP model, -1 to 1.
        name="adherence",
        place=130,
        rising=False,
        warn=0.2,
        fail=None,
        words=Words(
            "the picture shows what the prompt says",
            lambda measured: "the picture hardly shows what the prompt says",
            lambda value: f"similarity {plain(value)}",
            plain,
        ),
        gauge=Adherence,
        optional=True,
    ),
)
