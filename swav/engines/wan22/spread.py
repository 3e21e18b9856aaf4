"""One clip decoded by several cards at once, each a strip of every picture; nothing is blended, so no seams.

What the decoder puts at a place depends on the whole picture up to its middle block, which attends over all
of it and is a hundredth of the work; after it, only on what lies nearby, since all that follows are
convolutions of three by three. So each rank decodes the first part whole, then its strip and as much beside
it as the layers still to come can see: 13 columns of latents at first, one of pixels in the end. The VAE is
causal in time, and each rank keeps the features of its own strip from one latent frame to the next. Put side
by side, strips are the picture that one card decodes, to the rounding of its convolutions.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from diffusers import AutoencoderKLWan
from torch import nn

from swav.diffusion.parallel import Team
from swav.engines.wan22.decode import chunks, pixels, unscaled
from swav.errors import EngineError

_HEIGHT, _WIDTH = 3, 4
"""Dimensions of (1, channels, frames, height, width)."""


def can_spread(latents: torch.Tensor, ranks: int) -> bool:
    """Whether there is at least one latent for each rank along the longer side."""
    return 1 < ranks <= max(latents.shape[_HEIGHT:])


@torch.no_grad()
def decode_together(vae: AutoencoderKLWan, latents: torch.Tensor, team: Team) -> Iterator[np.ndarray]:
    """What ``decode`` yields, on rank 0; nothing on the others. All ranks have the same latents.

    Between pieces rank 0 says whether it goes on. If it gives the clip up, for whatever reason, the others
    raise ``EngineError``, and so no rank waits for one that has left.
    """
    strips = Strips.of(latents, team.degrees.processes)
    with only_strip(vae.decoder, strips, team.rank) as trimmed:
        for chunk in chunks(vae, unscaled(vae, latents)):
            _go_on(team)
            pieces = team.gather(strips.padded(pixels(trimmed(chunk))))
            try:
                yield from strips.joined(pieces)
            except BaseException:
                team.share(False)
                raise
        _go_on(team)


def _go_on(team: Team) -> None:
    if not team.share(True):
        raise EngineError("the first process of this render gave the clip up while it was decoded")


@dataclass(frozen=True)
class Strips:
    """A picture divided along one dimension: rank r has the latents ``edges[r]`` to ``edges[r + 1]``."""

    dimension: int
    edges: tuple[int, ...]
    scale: int = 8
    """Pixels to a latent."""

    @classmethod
    def of(cls, latents: torch.Tensor, ranks: int) -> "Strips":
        """Strips of the longer side, as equal as can be."""
        dimension = max(_WIDTH, _HEIGHT, key=lambda dimension: latents.shape[dimension])
        length = latents.shape[dimension]
        return cls(dimension, tuple(length * rank // ranks for rank in range(ranks + 1)))

    @property
    def sides(self) -> list[int]:
        """Pixels that each strip has along the divided side."""
        return [(end - first) * self.scale for first, end in pairwise(self.edges)]

    def padded(self, piece: np.ndarray) -> torch.Tensor:
        """A strip's frames, (n, height, width, 3), as large as the largest strip: a gather wants equals."""
        axis = self.dimension - 2
        missing = max(self.sides) - piece.shape[axis]
        return torch.from_numpy(np.pad(piece, [(0, missing * (axis == number)) for number in range(4)]))

    def joined(self, pieces: list[torch.Tensor]) -> Iterator[np.ndarray]:
        """Whole frames, (height, width, 3), of all ranks' padded pieces; none of no pieces."""
        axis = self.dimension - 2
        kept = [piece.narrow(axis, 0, side) for piece, side in zip(pieces, self.sides, strict=False)]
        if kept:
            yield from torch.cat(kept, axis).numpy()


@contextmanager
def only_strip(decoder: nn.Module, strips: Strips, rank: int) -> Iterator[Any]:
    """Let each part of the decoder work on no more than a rank's strip needs. Gives what trims a result to
    the strip.
    """
    first, end, total = strips.edges[rank], strips.edges[rank + 1], strips.edges[-1]
    begin, scale = 0, 1  # of the features at hand: where they begin, and their places to a latent
    with ExitStack() as hooks:
        for part, reach in zip([*decoder.up_blocks, decoder.norm_out], _reaches(decoder), strict=True):
            start, stop = max(0, first * scale - reach), min(total * scale, end * scale + reach)
            crop = _crop(strips.dimension, start - begin, stop - start)
            hook = part.register_forward_pre_hook(lambda _, given, crop=crop: (crop(given[0]), *given[1:]))
            hooks.callback(hook.remove)
            growth = 2 if getattr(part, "upsamplers", None) else 1
            begin, scale = start * growth, scale * growth
        yield _crop(strips.dimension, first * scale - begin, (end - first) * scale)


def _crop(dimension: int, start: int, length: int) -> Any:
    return lambda features: features.narrow(dimension, start, length)


def _reaches(decoder: nn.Module) -> list[int]:
    """How far to each side a part of the decoder and all after it can see, in places of the part's input: of
    each block that upsamples, and of the last layers.

    A convolution of three sees one place; two of them are in each residual block, one after upsampling, one
    at the end.
    """
    reaches = [1]
    for block in reversed(decoder.up_blocks):
        after = -(-(reaches[0] + 1) // 2) if block.upsamplers else reaches[0]
        reaches.insert(0, after + 2 * len(block.resnets))
    return reaches
