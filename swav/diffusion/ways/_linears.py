"""Linear layers whose numbers have a byte: what is kept, filled and multiplied by a scale a row."""

from collections.abc import Iterable, Iterator
from typing import Protocol

import torch
from torch import nn

from swav.weights.filling import Rounding

_KEPT = ("norm", "mod", "time", "ada")
"""In names of layers that stay as they are: they turn a time into scales and shifts of everything, for one
token, so that they cost nothing and would lose much."""
_MULTIPLE = 16
"""Kernels take rows and columns that are multiples of it."""
LEAST_ROWS = 32
"""Kernels take no fewer tokens."""
AT_ONCE = 8192
"""Tokens that are multiplied at once where nothing is compiled: sums have four bytes a number, twice."""


class Kind(Protocol):
    """Numbers of a byte, and how tokens are multiplied with them."""

    dtype: torch.dtype
    largest: float
    """The largest number, which the largest of a row becomes."""

    def multiply(
        self, tokens: torch.Tensor, token_scale: torch.Tensor, weight: torch.Tensor, scale: torch.Tensor
    ) -> torch.Tensor:
        """(rows, in) x (out, in), both of ``dtype``, times their scales, (rows, 1) and (out,): (rows, out),
        in float32 or bfloat16."""


def scaled(values: torch.Tensor, kind: Kind) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows of float32, (rows, columns), as numbers of a kind, and the scale of each, (rows, 1), float32."""
    values = values.float()
    scale = (values.abs().amax(1, keepdim=True) / kind.largest).clamp(min=1e-12)
    shares = values / scale
    return (shares if kind.dtype.is_floating_point else shares.round()).to(kind.dtype), scale


class ScaledLinear(Rounding):
    """``nn.Linear`` with weights of a byte. Tokens are scaled as they come, each by its largest number."""

    scale: torch.Tensor
    """Of each row of the weight, (out,), float32: a buffer, since no file holds it."""

    def __init__(self, layer: nn.Linear, kind: Kind):
        super().__init__()
        self.kind, self.computed = kind, layer.weight.dtype
        self.in_features, self.out_features = layer.in_features, layer.out_features
        empty = torch.empty_like(layer.weight, dtype=kind.dtype)
        self.weight = nn.Parameter(empty, requires_grad=False)
        self.bias = layer.bias
        is_empty = layer.weight.is_meta
        place = None if is_empty else layer.weight.device  # of a layer that is filled, beside its weight
        self.register_buffer("scale", torch.ones(layer.out_features, device=place), persistent=False)
        if not is_empty:
            self.take(layer.weight.detach(), self.weight.data)

    def take(self, exact: torch.Tensor, into: torch.Tensor) -> None:
        """Round a whole weight to its numbers: first to the type that an exact layer has, so that a copy of
        the model that is in that type gives the same."""
        values, scale = scaled(exact.to(self.computed), self.kind)
        into.copy_(values)
        self.scale.copy_(scale[:, 0])

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """(..., in) to (..., out), in the type that comes."""
        rows = tokens.reshape(-1, self.in_features)
        if len(rows) <= AT_ONCE or torch.compiler.is_compiling():
            made = self._multiplied(rows)
        else:
            made = torch.cat([self._multiplied(some) for some in rows.split(AT_ONCE)])
        return made.reshape(*tokens.shape[:-1], self.out_features)

    def _multiplied(self, rows: torch.Tensor) -> torch.Tensor:
        count = len(rows)
        if count < LEAST_ROWS:
            rows = nn.functional.pad(rows, (0, 0, 0, LEAST_ROWS - count))
        values, scale = scaled(rows, self.kind)
        made = self.kind.multiply(values, scale, self.weight, self.scale)[:count]
        if self.bias is not None:
            made = made + self.bias.to(made.dtype)
        return made.to(rows.dtype)


def replace_linears(blocks: Iterable[nn.Module], kind: Kind) -> int:
    """Let the linear layers of blocks be of a kind, and say how many. Blocks may be empty; then they are
    filled as they were to be."""
    found = [(parent, name, layer) for block in blocks for parent, name, layer in _linears(block)]
    for parent, name, layer in found:
        setattr(parent, name, ScaledLinear(layer, kind))
    return len(found)


def _linears(block: nn.Module) -> Iterator[tuple[nn.Module, str, nn.Linear]]:
    for path, parent in block.named_modules():
        for name, layer in parent.named_children():
            if type(layer) is nn.Linear and _is_multiplied(f"{path}.{name}".lower(), layer):
                yield parent, name, layer


def _is_multiplied(path: str, layer: nn.Linear) -> bool:
    """Whether kernels take a layer, and it is one that is worth it."""
    fits = layer.in_features % _MULTIPLE == 0 == layer.out_features % _MULTIPLE
    return fits and not any(word in path for word in _KEPT)
