"""What ``swav/programs/upscale_model.py`` makes of tiny models: run in the environment ``finish``.

``python enlarging.py PROGRAMS MODELS`` prints one JSON object.
"""

import json
import sys
from pathlib import Path

import torch

sys.path.append(sys.argv[1])

import upscale_model
from _program import Refusal


def said(file: Path) -> str:
    """What a file holds, or why it is refused."""
    try:
        model = upscale_model.load(file)
    except Refusal as refusal:
        return str(refusal)
    return f"{model.architecture.id} {model.scale}"


def enlarged(name: str, picture: torch.Tensor, size: tuple[int, int], tile: int) -> torch.Tensor:
    """A picture (h, w, 3) of uint8 at another size, by tiles of a size."""
    upscale_model.TILE = tile
    made = upscale_model.Enlarger(upscale_model.load(folder / name), size)
    shape = tuple(picture.shape)
    levels = made.enlarged(picture.numpy().tobytes(), shape)
    return torch.frombuffer(bytearray(levels), dtype=torch.uint8).view(size[1], size[0], 3)


folder = Path(sys.argv[2])
upscale_model._spandrel()
torch.manual_seed(1)
small = torch.randint(0, 256, (9, 15, 3)).float().permute(2, 0, 1)[None]
rough = torch.nn.functional.interpolate(small, (90, 150), mode="bilinear")[0].permute(1, 2, 0).to(torch.uint8)
tiled, again, whole = (enlarged("2x-compact.safetensors", rough, (300, 180), tile) for tile in (64, 64, 999))
fitted = enlarged("4x-esrgan.pth", rough, (320, 192), 999)
upscale_model.TILE = 384
print(
    json.dumps(
        {
            "said": {file.name: said(file) for file in sorted(folder.iterdir())},
            "ran": [file.name for file in folder.glob("*.ran")],
            "same": bool((tiled == again).all()),
            "seams": int((tiled.int() - whole.int()).abs().max()),
            "spread": float(whole.float().std()),
            "fitted": list(fitted.shape),
            "spans": {length: list(upscale_model.spans(length)) for length in (1, 384, 385, 720, 1280, 1920)},
            "mean": [round(float(each.float().mean()), 2) for each in (whole, fitted)],
        }
    )
)
