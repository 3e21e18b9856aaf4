"""Tiny models of super resolution, of random weights, in the layouts in which such models are published.

Run in the environment ``finish``: ``python tiny_upscalers.py FOLDER [NAME...]`` writes ``FOLDER/NAME``.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

for name in ("torchvision", "torchvision.transforms", "torchvision.transforms.functional"):
    sys.modules.setdefault(name, ModuleType(name))
for name in ("InterpolationMode", "normalize", "rotate"):
    setattr(sys.modules["torchvision.transforms.functional"], name, None)


def esrgan(scale: int = 4) -> dict[str, torch.Tensor]:
    """An RRDBNet of one block, by the names of the old ESRGAN."""
    from spandrel.architectures.ESRGAN import ESRGAN

    return _random(ESRGAN(num_filters=8, num_blocks=1, scale=scale))


def compact() -> dict[str, torch.Tensor]:
    """A Real-ESRGAN Compact (SRVGGNetCompact)."""
    from spandrel.architectures.Compact import Compact

    return _random(Compact(num_feat=8, num_conv=2, upscale=2))


def span() -> dict[str, torch.Tensor]:
    """A SPAN."""
    from spandrel.architectures.SPAN import SPAN

    return _random(SPAN(num_in_ch=3, num_out_ch=3, feature_channels=8, upscale=2))


def denoiser() -> dict[str, torch.Tensor]:
    """A network that enlarges nothing (DnCNN)."""
    from spandrel.architectures.DnCNN import DnCNN

    return _random(DnCNN(in_nc=3, out_nc=3, nc=8, nb=4))


def _random(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return {
        name: value if value.dtype != torch.float32 else torch.randn_like(value) * 0.05
        for name, value in network.state_dict().items()
    }


def _as_pth(tensors: dict, path: Path) -> None:
    torch.save({"params_ema": tensors}, path)


def _as_old_pth(tensors: dict, path: Path) -> None:
    torch.save(tensors, path, _use_new_zipfile_serialization=False)


def _as_safetensors(tensors: dict, path: Path) -> None:
    from safetensors.torch import save_file

    save_file({name: value.contiguous() for name, value in tensors.items()}, path)


class _Code:
    """What a hostile file holds: unpickled, it would write a file beside the model."""

    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path.with_suffix(".ran"),)


MODELS: dict[str, Callable[[Path], Any]] = {
    "4x-esrgan.pth": lambda path: _as_pth(esrgan(), path),
    "2x-compact.safetensors": lambda path: _as_safetensors(compact(), path),
    "2x-span.safetensors": lambda path: _as_safetensors(span(), path),
    "old.pth": lambda path: _as_old_pth(esrgan(2), path),
    "denoiser.pth": lambda path: _as_pth(denoiser(), path),
    "stranger.safetensors": lambda path: _as_safetensors({"a.weight": torch.zeros(3)}, path),
    "bomb.pth": lambda path: torch.save({"params": esrgan(), "more": _Code(path)}, path),
    "list.pth": lambda path: torch.save([torch.zeros(3)], path),
    "numbers.pth": lambda path: torch.save({"params": {"conv.weight": 3}}, path),
    "page.pth": lambda path: path.write_text("<!doctype html><title>404</title>"),
    "short.pth": lambda path: (_as_pth(esrgan(), path), path.write_bytes(path.read_bytes()[:-900])),
}


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or MODELS:
        MODELS[name](folder / name)
