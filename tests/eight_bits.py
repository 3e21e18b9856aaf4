"""Tiny networks in 8 bits, as ComfyUI and ggml write them."""

import json
import struct
from pathlib import Path

import torch

from swav.weights.scaled import _hadamard


def is_linear(name: str, value: torch.Tensor) -> bool:
    return name.startswith("blocks") and name.endswith("weight") and value.ndim == 2


def scaled(tensors: dict, kind: torch.dtype, spelling: str, rows: bool, rotated: bool = False) -> dict:
    """Linear layers of the blocks in 8 bits, as ComfyUI writes them."""
    most, said = (127, "int8_tensorwise") if kind == torch.int8 else (448, "float8_e4m3fn")
    marker = {"format": said} | ({"convrot": True, "convrot_groupsize": 256} if rotated else {})
    found = {}
    for name, value in tensors.items():
        if not is_linear(name, value):
            found[name] = value.half()
            continue
        if rotated:
            value = (value.unflatten(1, (-1, 256)) @ _hadamard(256)).flatten(1)
        scale = (value.abs().amax(1, keepdim=True) if rows else value.abs().max()) / most
        in_range = value / scale
        found[name] = (in_range.round() if kind == torch.int8 else in_range).to(kind)
        found[name.removesuffix("weight") + spelling] = scale.float()
        if spelling == "weight_scale":
            text = torch.tensor(list(json.dumps(marker).encode()), dtype=torch.uint8)
            found[name.removesuffix("weight") + "comfy_quant"] = text
    return found


def word(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def written(value) -> bytes:
    """A value of a GGUF file with its type before it."""
    if isinstance(value, list):
        kinds = {str: 8, float: 6, int: 5}
        kind = kinds[type(value[0])]
        items = b"".join(word(v) if kind == 8 else struct.pack("<f" if kind == 6 else "<i", v) for v in value)
        return struct.pack("<IIQ", 9, kind, len(value)) + items
    if isinstance(value, bytes):
        return struct.pack("<IIQ", 9, 0, len(value)) + value
    if isinstance(value, bool):
        return struct.pack("<I?", 7, value)
    return struct.pack("<I", 8) + word(value) if isinstance(value, str) else struct.pack("<II", 4, value)


def write_gguf(tensors: dict, file: Path, said: dict | None = None) -> None:
    """Q8_0 for the linear layers of the blocks, float32 for the rest (ggml's ``quantize_row_q8_0``)."""
    table, data = b"".join(word(key) + written(value) for key, value in (said or {}).items()), b""
    for name, value in tensors.items():
        kind, raw = 0, value.contiguous().numpy().tobytes()
        if is_linear(name, value):
            blocks = value.reshape(-1, 32)
            scale = (blocks.abs().amax(1, keepdim=True) / 127).half()
            codes = (blocks / scale.float()).round().to(torch.int8)
            kind = 8
            raw = torch.cat([scale.view(torch.uint8), codes.view(torch.uint8)], 1).numpy().tobytes()
        sides = tuple(reversed(value.shape))
        table += word(name) + struct.pack(f"<I{len(sides)}QIQ", len(sides), *sides, kind, len(data))
        data += raw.ljust(-(-len(raw) // 32) * 32, b"\0")
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(said or {})) + table
    file.write_bytes(head.ljust(-(-len(head) // 32) * 32, b"\0") + data)
