"""What a take would look like by now, while it is denoised: a small picture, for who looks at the build.

Latents become colours by one linear map, latent by latent: the method of "Decoding latents to RGB without
upscaling", https://discuss.huggingface.co/t/decoding-latents-to-rgb-without-upscaling/23204. Its numbers are
learnt here, by least squares between the latents and the pixels of each take that is finished, so that they
fit the model in the folder, whatever that is; before the first take of a model there is no preview. Nothing
here decides a bit of a take, draws a random number, or ends a render: what goes wrong is left out.
"""

import json
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.nn.functional import interpolate

from swav.files import replacing, write_text

LOOKING_SECONDS = 30.0
"""How long previews are made after somebody looked."""
EVERY = 2.0
"""Seconds between two previews of a take."""
_MOMENTS = 4
"""Pictures along the take that a preview has, side by side."""
_WIDTH = 240
_RIDGE = 1e-4
_LEAST_VARIANCE = 1e-4
"""Of colours from 0 to 1: from a black take nothing is learnt."""


def planes(latents: torch.Tensor, channels: int, shape: tuple[int, int]) -> np.ndarray | None:
    """Latents of one take as (time, channels, height, width) in float32; None where they are of another form.

    They are (1, channels, time, height, width), the same with time first, (1, channels, height, width) of a
    still, or (1, tokens, channels) in rows; ``shape`` is height and width in pixels, of any scale.
    """
    found = latents.detach()[0].float().cpu().numpy()
    if found.ndim == 4:
        return found.swapaxes(0, 1) if found.shape[0] == channels else found
    if found.ndim == 3:
        return found[None]
    if found.ndim == 2:
        height = round((len(found) * shape[0] / shape[1]) ** 0.5)
        if height and len(found) % height == 0:
            return found.T.reshape(1, found.shape[1], height, -1)
    return None


def learnt(latents: np.ndarray, frames: dict[int, np.ndarray]) -> np.ndarray | None:
    """The map (channels + 1, 3) from latents to colours of 0 to 1; None where too little is to be seen.

    ``frames`` are pictures (height, width, 3) of 8 bits, by the index of their latents in time.
    """
    rows, colours = [], []
    for index, frame in frames.items():
        plane = latents[index]
        pixels = torch.from_numpy(np.array(frame, np.float32)).permute(2, 0, 1)[None] / 255
        small = interpolate(pixels, plane.shape[1:], mode="area")[0].numpy()
        rows.append(plane.reshape(len(plane), -1).T)
        colours.append(small.reshape(3, -1).T)
    x, y = np.concatenate(rows).astype(np.float64), np.concatenate(colours).astype(np.float64)
    x = np.column_stack([x, np.ones(len(x))])
    if not np.isfinite(x).all() or y.var(0).max() < _LEAST_VARIANCE:
        return None
    return np.linalg.solve(x.T @ x + _RIDGE * len(x) * np.eye(x.shape[1]), x.T @ y)


def coloured(latents: np.ndarray, colours: np.ndarray) -> Image.Image | None:
    """Some moments of a take side by side, as its latents tell; None where the map is another model's."""
    if latents.shape[1] + 1 != len(colours):
        return None
    moments = np.unique(np.linspace(0, len(latents) - 1, _MOMENTS).round().astype(int))
    shown = [latents[moment].transpose(1, 2, 0) @ colours[:-1] + colours[-1] for moment in moments]
    small = [Image.fromarray((np.clip(each, 0, 1) * 255).round().astype(np.uint8)) for each in shown]
    height = max(1, round(_WIDTH * small[0].height / small[0].width))
    strip = Image.new("RGB", (_WIDTH * len(small), height))
    for number, each in enumerate(small):
        strip.paste(each.resize((_WIDTH, height), Image.Resampling.BICUBIC), (number * _WIDTH, 0))
    return strip


class Preview:
    """The preview of one take. Only rank 0 has one.

    ``state`` is the file of the take's resume state, ``{build}/state/{key}/...``, beside which the picture
    lies; ``model`` tells models apart; ``shape`` is height and width in pixels.
    """

    def __init__(self, state: Path, model: str, channels: int, shape: tuple[int, int]):
        live = state.parents[2] / "live"
        self._picture, self._looked = state.with_name("preview.jpg"), live / "looked"
        self._colours = live / f"{model[:16]}.colours"
        self._channels, self._shape, self._shown = channels, shape, float("-inf")

    def show(self, estimate: Callable[[], torch.Tensor]) -> None:
        """Write a picture of what the latents will be, if somebody looks and it is time for another."""
        with suppress(Exception):  # whatever it is, the take goes on
            now = time.monotonic()
            if now - self._shown < EVERY or time.time() - self._looked.stat().st_mtime > LOOKING_SECONDS:
                return
            colours = np.array(json.loads(self._colours.read_text()))
            found = planes(estimate(), self._channels, self._shape)
            strip = None if found is None else coloured(found, colours)
            if strip is not None:
                with replacing(self._picture) as partial:
                    strip.save(partial, "JPEG", quality=80)
                self._shown = now

    def learn(
        self, latents: torch.Tensor, frames: Generator[np.ndarray, None, None], count: int
    ) -> Iterator[np.ndarray]:
        """The ``count`` frames of a finished take as they come; some of them are learnt from on the way."""
        kept: dict[int, np.ndarray] = {}
        found, wanted = None, {}
        with suppress(Exception):
            found = planes(latents, self._channels, self._shape)
            if found is not None:
                moments = {0, len(found) // 2, len(found) - 1}
                wanted = {round(moment * (count - 1) / max(1, len(found) - 1)): moment for moment in moments}
        with closing(frames):
            for number, frame in enumerate(frames):
                if number in wanted:
                    with suppress(Exception):
                        kept[wanted.pop(number)] = np.array(frame)
                        if not wanted and (colours := learnt(found, kept)) is not None:
                            self._colours.parent.mkdir(parents=True, exist_ok=True)
                            write_text(self._colours, json.dumps(colours.round(6).tolist()))
                yield frame
