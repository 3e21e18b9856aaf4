"""The numbers of a GGUF file: blocks of 4 to 8 bits with scales of their own, read as float32.

The layouts of the blocks are ggml's (``ggml-common.h`` and ``ggml-quants.c``, MIT licence), read here in
torch, without a package of their own, so that a run of any length can be read by all cores.
"""

from collections.abc import Callable
from pathlib import Path

import torch

from swav.weights.gguf_file import GgufTensor, gguf_table
from swav.weights.on_disk import Stored, read_bytes

_PLAIN = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}


def gguf_tensors(file: Path) -> dict[str, Stored]:
    """All tensors of a file; those in blocks are float32 to whoever reads them."""
    return {name: _stored(file, tensor) for name, tensor in gguf_table(file).tensors.items()}


def _stored(file: Path, tensor: GgufTensor) -> Stored:
    plain = _PLAIN.get(tensor.kind)

    def read_plain(first: int, out: torch.Tensor) -> None:
        read_bytes(file, tensor.offset + first * out.dtype.itemsize, out)

    def read_blocks(first: int, out: torch.Tensor) -> None:
        begin, end = first // tensor.block, -(-(first + out.numel()) // tensor.block)
        raw = torch.empty((end - begin) * tensor.block_bytes, dtype=torch.uint8)
        read_bytes(file, tensor.offset + begin * tensor.block_bytes, raw)
        values = numbers(raw.view(end - begin, tensor.block_bytes), tensor.kind).flatten()
        skipped = first - begin * tensor.block
        out.copy_(values[skipped : skipped + out.numel()])

    if plain is not None:
        return Stored(file, tensor.shape, plain, read_plain)
    return Stored(file, tensor.shape, torch.float32, read_blocks)


def numbers(blocks: torch.Tensor, kind: str) -> torch.Tensor:
    """float32 of shape (blocks, 32 or 256) for the bytes of blocks, uint8 of shape (blocks, bytes)."""
    return _BLOCKS[kind](blocks)


def _half(raw: torch.Tensor) -> torch.Tensor:
    """Two bytes a block as float32, (blocks, 1)."""
    return raw.contiguous().view(torch.float16).float()


def _signed(raw: torch.Tensor) -> torch.Tensor:
    return raw.contiguous().view(torch.int8).float()


def _nibbles(raw: torch.Tensor) -> torch.Tensor:
    """Low halves of all bytes, then high halves, along the last dimension."""
    return torch.cat([raw & 15, raw >> 4], dim=-1)


def _bits(raw: torch.Tensor) -> torch.Tensor:
    """The 32 bits of four bytes a block, the lowest first: (blocks, 32)."""
    places = torch.arange(8, dtype=torch.uint8)
    return ((raw.unsqueeze(-1) >> places) & 1).flatten(1)


def _q4_0(raw: torch.Tensor) -> torch.Tensor:
    return _half(raw[:, :2]) * (_nibbles(raw[:, 2:]).float() - 8)


def _q4_1(raw: torch.Tensor) -> torch.Tensor:
    return _half(raw[:, :2]) * _nibbles(raw[:, 4:]).float() + _half(raw[:, 2:4])


def _q5_0(raw: torch.Tensor) -> torch.Tensor:
    five = _nibbles(raw[:, 6:]) | (_bits(raw[:, 2:6]) << 4)
    return _half(raw[:, :2]) * (five.float() - 16)


def _q5_1(raw: torch.Tensor) -> torch.Tensor:
    five = _nibbles(raw[:, 8:]) | (_bits(raw[:, 4:8]) << 4)
    return _half(raw[:, :2]) * five.float() + _half(raw[:, 2:4])


def _q8_0(raw: torch.Tensor) -> torch.Tensor:
    return _half(raw[:, :2]) * _signed(raw[:, 2:])


def _six_bits(raw: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Eight scales and eight minima of six bits each in twelve bytes: (blocks, 8) both."""
    low, middle, high = raw[:, :4], raw[:, 4:8], raw[:, 8:12]
    scales = torch.cat([low & 63, (high & 15) | ((low >> 6) << 4)], dim=1)
    minima = torch.cat([middle & 63, (high >> 4) | ((middle >> 6) << 4)], dim=1)
    return scales.float(), minima.float()


def _scaled(raw: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """Eight groups of 32 values, each with a scale and a minimum of the block's own: (blocks, 256)."""
    scales, minima = _six_bits(raw[:, 4:16])
    scales, minima = _half(raw[:, :2]) * scales, _half(raw[:, 2:4]) * minima
    return (scales.unsqueeze(-1) * values.float() - minima.unsqueeze(-1)).flatten(1)


def _q4_k(raw: torch.Tensor) -> torch.Tensor:
    return _scaled(raw, _nibbles(raw[:, 16:].unflatten(1, (4, 32))).view(-1, 8, 32))


def _q5_k(raw: torch.Tensor) -> torch.Tensor:
    four = _nibbles(raw[:, 48:].unflatten(1, (4, 32))).view(-1, 8, 32)
    fifth = (raw[:, 16:48].unsqueeze(1) >> torch.arange(8, dtype=torch.uint8).view(1, 8, 1)) & 1
    return _scaled(raw, four | (fifth << 4))


def _q6_k(raw: torch.Tensor) -> torch.Tensor:
    low = _nibbles(raw[:, :128].unflatten(1, (2, 64)))
    pairs = torch.tensor([0, 2, 4, 6], dtype=torch.uint8).view(1, 1, 4, 1)
    high = (raw[:, 128:192].unflatten(1, (2, 1, 32)) >> pairs) & 3
    six = (low | (high.flatten(2) << 4)).float() - 32
    scales = _half(raw[:, 208:]) * _signed(raw[:, 192:208])
    return (scales.unsqueeze(-1) * six.view(-1, 16, 16)).flatten(1)


_BLOCKS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "Q4_0": _q4_0,
    "Q4_1": _q4_1,
    "Q5_0": _q5_0,
    "Q5_1": _q5_1,
    "Q8_0": _q8_0,
    "Q4_K": _q4_k,
    "Q5_K": _q5_k,
    "Q6_K": _q6_k,
}
