"""GGUF: its table is read without torch, its blocks to the last bit as ggml's own package reads them."""

import hashlib
import struct

import numpy as np
import pytest

from swav.errors import EngineError
from swav.weights.gguf_file import KINDS, gguf_table

READ_BY_GGUF = {
    "Q4_0": "84520fbce2d92d0d",
    "Q4_1": "9ae1ecdedc6f03a1",
    "Q5_0": "b58cfd6d4484b490",
    "Q5_1": "f54d165792177eda",
    "Q8_0": "3e1b43eca22ec342",
    "Q4_K": "c19e347012a18794",
    "Q5_K": "3b6bc1978789d070",
    "Q6_K": "58e46970f5835c9b",
}
"""Digests of what ``gguf.dequantize`` (gguf 0.19.0) makes of the blocks below."""
HALVES = {"Q6_K": [208], "Q4_0": [0], "Q5_0": [0], "Q8_0": [0]}


@pytest.mark.parametrize(("number", "kind"), [(n, kind[0]) for n, kind in KINDS.items() if kind[1] > 1])
def test_blocks_are_read_as_ggml_reads_them(number, kind):
    import torch

    from swav.weights.gguf_blocks import numbers

    blocks = np.random.default_rng(7).integers(0, 256, (50, KINDS[number][2]), dtype=np.uint8)
    for place in HALVES.get(kind, [0, 2]):
        blocks[:, place + 1] &= 0x3F  # finite
    read = numbers(torch.from_numpy(blocks), kind).numpy()
    assert hashlib.sha256(read.tobytes()).hexdigest()[:16] == READ_BY_GGUF[kind]


def word(text: str) -> bytes:
    return struct.pack("<Q", len(text)) + text.encode()


def written(kind: int = 8, sides=(64, 3), data: int = 204) -> bytes:
    """A GGUF file with one tensor of zeros."""
    said = word("general.name") + struct.pack("<I", 8) + word("T2V")
    entry = word("a.weight") + struct.pack(f"<I{len(sides)}QIQ", len(sides), *sides, kind, 0)
    table = b"GGUF" + struct.pack("<IQQ", 3, 1, 1) + said + entry
    return table.ljust(-(-len(table) // 32) * 32, b"\0") + bytes(data)


def test_a_table_says_shapes_as_torch_does(tmp_path):
    (file := tmp_path / "a.gguf").write_bytes(written())
    table = gguf_table(file)
    assert table.tensors["a.weight"].shape == (3, 64)
    assert (table.tensors["a.weight"].kind, table.size) == ("Q8_0", file.stat().st_size)
    assert table.said == {"general.name": "T2V"}


def nested(depth):
    """A table whose one word about itself is a list of a list, and so on."""
    list_of_one = struct.pack("<IQ", 9, 1)
    return b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"x" + struct.pack("<I", 9) + list_of_one * depth


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"GGUF", "is no whole GGUF file"),
        (written()[:60], "is no whole GGUF file"),
        (b"<!DOCTYPE html><html>", "is a web page"),
        (written(kind=11), "as Q3_K, which is not read here; use a file of Q4 to Q8"),
        (written(sides=(63, 3)), "is no whole GGUF file"),
        (b"GGUF" + b"\xff" * 200, "is no whole GGUF file"),
        (nested(100_000), "is no whole GGUF file"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_sentence(tmp_path, content, sentence):
    (file := tmp_path / "a.gguf").write_bytes(content)
    with pytest.raises(EngineError) as refused:
        gguf_table(file)
    assert sentence in str(refused.value) and str(file) in str(refused.value)
