"""RIFE 4.25 and 4.26, for ``rife.py``: the network that published weights fit, which are read safely.

Five blocks look at the pictures from coarse to fine; each corrects the flows of the one before, from the
pictures as those move them. The layers are those of Practical-RIFE, by the names of its weights; RIFE's
own code is MIT.
"""

from pathlib import Path

import torch
from _program import Refusal, card_is_lent, first_line
from torch import nn
from torch.nn.functional import grid_sample, interpolate, pad

NETWORK = "RIFE 4.25 or 4.26"
WIDTHS = (192, 128, 96, 64, 32)
"""Channels of the blocks, and"""
COARSENESS = (16, 8, 4, 2, 1)
"""how coarse the pictures are in which each looks."""
FEATURES, PASSED_ON = 4, 8
"""Channels that are seen in each picture beside its colours, and that a block tells the next one."""
MULTIPLE = 4 * COARSENESS[0]
"""Pixels of which both sides have to be a multiple."""
MOST_LINES = 1440
"""Of pictures that are looked at in full size: larger ones are halved, as its authors advise for 4K."""
TRAINING = ("teacher.", "caltime.")
"""What published files hold beside the network: it only served to train it."""


class Residual(nn.Module):
    """A convolution whose result is added, by a learnt amount."""

    def __init__(self, width: int):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, 1, 1)
        self.beta = nn.Parameter(torch.ones(1, width, 1, 1))
        self.relu = nn.LeakyReLU(0.2)

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        return self.relu(self.conv(seen) * self.beta + seen)


class Block(nn.Module):
    """Corrects both flows, says which picture shows each place, and tells the next block more."""

    def __init__(self, given: int, width: int):
        super().__init__()
        self.conv0 = nn.Sequential(_halving(given, width // 2), _halving(width // 2, width))
        self.convblock = nn.Sequential(*(Residual(width) for _ in range(8)))
        told = 4 + 1 + PASSED_ON
        self.lastconv = nn.Sequential(nn.ConvTranspose2d(width, 4 * told, 4, 2, 1), nn.PixelShuffle(2))

    def forward(
        self, seen: torch.Tensor, flows: torch.Tensor | None, coarse: int
    ) -> tuple[torch.Tensor, ...]:
        seen = _resized(seen, 1 / coarse)
        if flows is not None:
            seen = torch.cat((seen, _resized(flows, 1 / coarse) / coarse), 1)
        told = _resized(self.lastconv(self.convblock(self.conv0(seen))), coarse)
        return told[:, :4] * coarse, told[:, 4:5], told[:, 5:]


class Head(nn.Module):
    """What is to be seen in a picture beside its colours."""

    def __init__(self):
        super().__init__()
        self.cnn0 = nn.Conv2d(3, 16, 3, 2, 1)
        self.cnn1 = nn.Conv2d(16, 16, 3, 1, 1)
        self.cnn2 = nn.Conv2d(16, 16, 3, 1, 1)
        self.cnn3 = nn.ConvTranspose2d(16, FEATURES, 4, 2, 1)
        self.relu = nn.LeakyReLU(0.2)

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        seen = self.relu(self.cnn0(picture))
        return self.cnn3(self.relu(self.cnn2(self.relu(self.cnn1(seen)))))


class Network(nn.Module):
    """The whole of it."""

    def __init__(self):
        super().__init__()
        pictures = 2 * (3 + FEATURES) + 1
        for number, width in enumerate(WIDTHS):
            more = 1 + PASSED_ON + 4 if number else 0
            self.add_module(f"block{number}", Block(pictures + more, width))
        self.encode = Head()

    def forward(
        self, first: torch.Tensor, second: torch.Tensor, share: float
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Of two pictures (1, 3, h, w): the flows into the first and the second (1, 4, h, w), in pixels, and
        how much more the first one shows (1, 1, h, w)."""
        when = torch.full_like(first[:, :1], share)
        whole = [torch.cat((picture, self.encode(picture)), 1) for picture in (first, second)]
        flows = mask = more = None
        for number, coarse in enumerate(COARSENESS):
            block = getattr(self, f"block{number}")
            if flows is None:
                seen = torch.cat((first, second, whole[0][:, 3:], whole[1][:, 3:], when), 1)
                flows, mask, more = block(seen, None, coarse)
                continue
            moved = [_moved(each, flows[:, at : at + 2]) for each, at in zip(whole, (0, 2), strict=True)]
            pictures = (moved[0][:, :3], moved[1][:, :3], moved[0][:, 3:], moved[1][:, 3:])
            change, mask, more = block(torch.cat((*pictures, when, mask, more), 1), flows, coarse)
            flows = flows + change
        return flows, torch.sigmoid(mask)


def load(file: Path) -> Network:
    """The network with the weights of a file. Refusal where that cannot be.

    A ``.pkl`` could run any code when it is read: PyTorch reads tensors from it and nothing else.
    """
    tensors = {
        name.removeprefix("module."): value
        for name, value in _tensors(file).items()
        if not name.removeprefix("module.").startswith(TRAINING)
    }
    network = Network()
    try:
        network.load_state_dict(tensors)
    except (RuntimeError, AttributeError, TypeError):
        raise Refusal(f"{file.name} does not hold {NETWORK}; get the weights of one of these") from None
    return network.eval()


def _tensors(file: Path) -> dict[str, torch.Tensor]:
    try:
        if file.suffix == ".safetensors":
            from safetensors.torch import load_file

            return load_file(str(file))
        found = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as fault:  # pickle, zip, safetensors, or PyTorch itself: whatever such bytes lead to
        if "unsupported global" in str(fault).lower() or "unsupported class" in str(fault).lower():
            raise Refusal(
                f"{file.name} holds more than weights, which could run code, and is not opened; "
                "get it elsewhere"
            ) from None
        raise Refusal(f"{file.name} is cut off or damaged ({first_line(fault)}); download it again") from None
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise Refusal(f"{file.name} does not hold {NETWORK}; get the weights of one of these")
    return found


class Rife:
    """Asks the network about pictures of one size."""

    def __init__(self, network: Network, width: int, height: int):
        self._device = torch.device("cuda" if card_is_lent() and torch.cuda.is_available() else "cpu")
        torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = True, False
        torch.backends.cudnn.allow_tf32 = False  # a card and a processor should say the same
        self._network, self._shape = network.to(self._device), (height, width, 3)
        self._halved = min(width, height) > MOST_LINES

    @property
    def device_name(self) -> str:
        return torch.cuda.get_device_name() if self._device.type == "cuda" else "the processor"

    @torch.inference_mode()
    def course(self, first: bytes, second: bytes, share: float) -> bytes:
        """Five planes of float32, half the size of the pictures: both flows, and what the first one shows."""
        height, width, _ = self._shape
        try:
            pictures = [self._picture(levels) for levels in (first, second)]
            looked_at = pictures[0].shape[-2:]
            flows, shows = self._network(*map(_padded, pictures), share)
        except torch.OutOfMemoryError:
            raise Refusal("the card has too little memory for RIFE; say motion: interpolate") from None
        told = torch.cat((flows, shows), 1)[..., : looked_at[0], : looked_at[1]]
        half = (height // 2, width // 2)
        if tuple(told.shape[-2:]) != half:
            told = interpolate(told, half, mode="area")
        told[:, :4:2] *= half[1] / looked_at[1]
        told[:, 1:4:2] *= half[0] / looked_at[0]
        return told[0].contiguous().cpu().numpy().tobytes()

    def _picture(self, levels: bytes) -> torch.Tensor:
        height, width, _ = self._shape
        if len(levels) != height * width * 3:
            raise Refusal("a picture ended too early; is the take damaged?")
        pixels = torch.frombuffer(bytearray(levels), dtype=torch.uint8).view(self._shape)
        picture = pixels.permute(2, 0, 1)[None].to(self._device).float() / 255
        return interpolate(picture, (height // 2, width // 2), mode="area") if self._halved else picture


def _halving(given: int, width: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(given, width, 3, 2, 1), nn.LeakyReLU(0.2))


def _resized(values: torch.Tensor, factor: float) -> torch.Tensor:
    return values if factor == 1 else interpolate(values, scale_factor=factor, mode="bilinear")


def _padded(picture: torch.Tensor) -> torch.Tensor:
    """With its border repeated, so that both sides are multiples of what the network halves."""
    rows, columns = (-side % MULTIPLE for side in picture.shape[-2:])
    return pad(picture, (0, columns, 0, rows), mode="replicate")


def _moved(picture: torch.Tensor, flow: torch.Tensor) -> torch.Tensor:
    """A picture as it is seen from where a flow, in pixels, points into it."""
    height, width = picture.shape[-2:]
    across = torch.linspace(-1, 1, width, device=picture.device).view(1, 1, width)
    down = torch.linspace(-1, 1, height, device=picture.device).view(1, height, 1)
    grid = torch.stack(
        (across + flow[:, 0] * (2 / (width - 1)), down + flow[:, 1] * (2 / (height - 1))), dim=-1
    )
    return grid_sample(picture, grid, mode="bilinear", padding_mode="border", align_corners=True)
