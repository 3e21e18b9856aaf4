"""Models of super resolution as they are published, for ``upscale.py``: read safely, applied in tiles.

Which network a file holds, spandrel tells from the names and shapes of its tensors.
"""

import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from _program import Refusal, card_is_lent, first_line
from torch.nn.functional import interpolate

TILE = 384
"""Pixels of a tile's sides, before it is enlarged: the same on every machine, so that the picture is."""
OVERLAP = 32
"""Pixels that neighbouring tiles share, across which one passes into the other."""
_LARGEST_SCALE = 16


def load(file: Path) -> Any:
    """The model of a file, as spandrel's ``ImageModelDescriptor``. Refusal where that cannot be.

    A ``.pth`` file is a pickle, which could run any code: PyTorch reads tensors from it and nothing else.
    """
    spandrel = _spandrel()
    try:
        found = spandrel.ModelLoader().load_from_state_dict(_canonical(_tensors(file)))
    except Refusal:
        raise
    except Exception as fault:  # spandrel tells an architecture by looking, and fails as each network does
        if type(fault).__name__ == "UnsupportedModelError":
            raise Refusal(f"{file.name} holds no network that spandrel knows; choose another model") from None
        raise Refusal(f"{file.name} is no whole model ({first_line(fault)}); download it again") from None
    wanted = isinstance(found, spandrel.ImageModelDescriptor) and found.purpose == "SR"
    if not wanted or found.input_channels != 3 or found.output_channels != 3:
        what = f"{found.architecture.name}, for {found.purpose}"
        raise Refusal(f"{file.name} does not enlarge colour pictures ({what}); choose a model that does")
    if not 2 <= found.scale <= _LARGEST_SCALE:
        raise Refusal(f"{file.name} enlarges {found.scale} times; choose a model that enlarges 2 to 16 times")
    return found.eval()


def _tensors(file: Path) -> Any:
    """What a file holds: tensors by name, perhaps in groups."""
    if file.suffix == ".safetensors":
        from safetensors.torch import load_file

        try:
            return load_file(str(file))
        except Exception as fault:  # the library's own error, or one of the file system
            raise Refusal(f"{file.name} cannot be read ({first_line(fault)}); download it again") from None
    try:
        return torch.load(file, map_location="cpu", weights_only=True)
    except Exception as fault:  # pickle, zip, or PyTorch itself: whatever such bytes lead to
        if "unsupported global" in str(fault).lower() or "unsupported class" in str(fault).lower():
            raise Refusal(
                f"{file.name} holds more than weights, which could run code, and is not opened; get it as "
                ".safetensors, or another model"
            ) from None
        raise Refusal(f"{file.name} is cut off or damaged; download it again") from None


def _canonical(found: Any) -> dict[str, torch.Tensor]:
    from spandrel import canonicalize_state_dict

    tensors = canonicalize_state_dict(found) if isinstance(found, dict) else {}
    if not tensors or not all(isinstance(name, str) for name in tensors):
        raise ValueError("it holds no tensors by name")
    if not all(isinstance(value, torch.Tensor) for value in tensors.values()):
        raise ValueError("it holds more than tensors")
    return tensors


def _spandrel() -> ModuleType:
    """spandrel without torchvision, of which it only wants two functions for models that do not enlarge.

    torchvision's wheels fit one build of PyTorch each, and fail beside every other.
    """
    names = ("torchvision", "torchvision.transforms", "torchvision.transforms.functional")
    for name in names:
        sys.modules.setdefault(name, ModuleType(name))
    for name in ("InterpolationMode", "normalize", "rotate"):
        sys.modules[names[-1]].__dict__.setdefault(name, None)
    import spandrel

    return spandrel


class Enlarger:
    """Applies a model to one frame after another, each by itself."""

    def __init__(self, model: Any, size: tuple[int, int]):
        """``size`` is that of the frames that are made, width and height."""
        self._device = torch.device("cuda" if card_is_lent() and torch.cuda.is_available() else "cpu")
        half = self._device.type == "cuda" and model.supports_half
        self._type = torch.float16 if half else torch.float32
        torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = True, False
        self._model, self._size = model.to(self._device).to(self._type), size
        self._shares: dict[tuple[int, int, int], torch.Tensor] = {}

    @property
    def device_name(self) -> str:
        return torch.cuda.get_device_name() if self._device.type == "cuda" else "the processor"

    @property
    def memory(self) -> int:
        """Bytes of the card that were reserved at most; without one, of the machine's memory."""
        if self._device.type == "cuda":
            return torch.cuda.max_memory_reserved()
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

    @torch.inference_mode()
    def enlarged(self, picture: bytes, shape: tuple[int, int, int]) -> bytes:
        """A frame of 8-bit RGB, (height, width, 3), at the size that is made."""
        if len(picture) != shape[0] * shape[1] * shape[2]:
            raise Refusal("the take ended within a frame; is it damaged?")
        pixels = torch.frombuffer(bytearray(picture), dtype=torch.uint8).view(shape)
        planes = pixels.permute(2, 0, 1).unsqueeze(0).to(self._device)
        try:
            made = self._whole(planes.to(self._type) / 255)
        except torch.OutOfMemoryError:
            raise Refusal("the card has too little memory for this model; choose a smaller one") from None
        width, height = self._size
        if made.shape[-2:] != (height, width):
            made = interpolate(made, (height, width), mode="bicubic", antialias=True, align_corners=False)
        levels = (made.clamp(0, 1) * 255).round().to(torch.uint8)
        return levels[0].permute(1, 2, 0).contiguous().cpu().numpy().tobytes()

    def _whole(self, picture: torch.Tensor) -> torch.Tensor:
        """The picture (1, 3, h, w) enlarged in tiles, in float32."""
        scale = self._model.scale
        height, width = picture.shape[-2:]
        whole = torch.zeros((1, 3, height * scale, width * scale), device=self._device)
        weights = torch.zeros((1, 1, height * scale, width * scale), device=self._device)
        for top, bottom in spans(height):
            for left, right in spans(width):
                torch.manual_seed(0)  # some networks draw noise
                made = self._model(picture[..., top:bottom, left:right].contiguous()).float()
                share = self._share(top, bottom, height)[:, None] * self._share(left, right, width)
                there = (..., slice(top * scale, bottom * scale), slice(left * scale, right * scale))
                whole[there] += made * share
                weights[there] += share
        return whole / weights

    def _share(self, begin: int, end: int, length: int) -> torch.Tensor:
        """How much each row of a tile counts, on the device: worked out once for all frames."""
        where = begin, end, length
        if where not in self._shares:
            self._shares[where] = _share(*where, self._model.scale).to(self._device)
        return self._shares[where]


def spans(length: int) -> Iterator[tuple[int, int]]:
    """Where tiles begin and end along a side, evenly; neighbours share ``OVERLAP`` or more."""
    if length <= TILE:
        yield 0, length
        return
    count = -(-(length - OVERLAP) // (TILE - OVERLAP))
    for number in range(count):
        begin = (length - TILE) * number // (count - 1)
        yield begin, begin + TILE


def _share(begin: int, end: int, length: int, scale: int) -> torch.Tensor:
    """How much each row of a tile counts: less and less towards a neighbour, all of it elsewhere."""
    size, ramp = (end - begin) * scale, OVERLAP * scale
    at = torch.arange(size, dtype=torch.float32) + 0.5
    share = torch.ones(size)
    if begin > 0:
        share = torch.minimum(share, at / ramp)
    if end < length:
        share = torch.minimum(share, (size - at) / ramp)
    return share
