"""Weights of 8 bits with their scales beside them, as ComfyUI writes them, made float32 while they are read.

A linear layer's ``weight`` is float8 or int8, and one number for all of it or one for each of its rows says
how large it is: ``scale_weight`` in older files, ``weight_scale`` in newer ones, whose ``comfy_quant`` names
the format in JSON. int8 may be rotated: then each group of columns was multiplied by a Hadamard matrix before
it was rounded (ConvRot; comfy-kitchen, ``tensor/int8_utils.py``, Apache-2.0).
"""

import json
import re
from dataclasses import dataclass
from math import prod

import torch

from swav.errors import EngineError
from swav.weights.on_disk import Stored

SCALES = (".scale_weight", ".weight_scale")
_OF_THE_INPUT = (".scale_input", ".input_scale")
"""How large the layer's input may become in fp8: of use only to who multiplies in fp8."""
_MARKER = ".comfy_quant"
_WHOLE_FILE = ("scaled_fp8", "spiece_model")
"""Tensors that are no weights: the mark of a scaled file, and a tokenizer."""
_FORMATS = ("float8_e4m3fn", "float8_e5m2", "int8_tensorwise")
_EIGHT_BITS = (torch.float8_e4m3fn, torch.float8_e5m2, torch.int8, torch.uint8)
_LONGEST_MARKER = 4096


@dataclass(frozen=True)
class _Scale:
    """One factor, or one a row; ``group`` columns were rotated together, 0 if none were."""

    values: torch.Tensor
    group: int


def unscaled(tensors: dict[str, Stored]) -> dict[str, Stored]:
    """The weights among a file's tensors, as numbers that mean what they say.

    What belongs to a weight of 8 bits is taken with it; anything else that is no weight stays, so that it is
    complained of by name. An ``EngineError`` says what is not read here.
    """
    found, used = {}, set(_WHOLE_FILE)
    for name, stored in tensors.items():
        module = name.removesuffix(".weight")
        if module == name or stored.dtype not in _EIGHT_BITS:
            continue
        scale = _scale(tensors, module, stored)
        if scale is not None:
            found[name] = _scaled(stored, scale)
            used |= {f"{module}{suffix}" for suffix in (*SCALES, *_OF_THE_INPUT, _MARKER)}
    return {name: found.get(name, stored) for name, stored in tensors.items() if name not in used}


def _scale(tensors: dict[str, Stored], module: str, weight: Stored) -> _Scale | None:
    """How a weight is to be scaled; None for plain float8, whose numbers are its values."""
    marker = tensors.get(f"{module}{_MARKER}")
    said = _marker(marker) if marker else {}
    kind = said.get("format", "")
    stored = next((tensors[module + suffix] for suffix in SCALES if module + suffix in tensors), None)
    if kind and kind not in _FORMATS:
        raise EngineError(
            f"{weight.file} holds {module} in the format {_word(kind)}, which is not read here; "
            "use a file in fp16, bf16, fp8 or int8"
        )
    if stored is None:
        if kind or weight.dtype in (torch.int8, torch.uint8):
            raise EngineError(
                f"{weight.file} holds {module} in 8 bits without its scale; "
                "the file is damaged, or of a kind that is not read here: run the download again"
            )
        return None
    values = _read(stored).float().flatten()
    rows = weight.shape[0] if weight.shape else 1
    if weight.dtype == torch.uint8 or values.numel() not in (1, rows) or not values.isfinite().all():
        raise EngineError(
            f"{weight.file} scales {module} in a way that is not read here (neither one number nor one a "
            "row); use a file in fp16, bf16, fp8 or int8"
        )
    return _Scale(values, _group(said, weight, module))


def _marker(marker: Stored) -> dict:
    """What ``comfy_quant`` says: JSON in a tensor of bytes."""
    try:
        if marker.dtype != torch.uint8 or prod(marker.shape) > _LONGEST_MARKER:
            raise ValueError("no text")
        said = json.loads(bytes(_read(marker).tolist()))
        if not isinstance(said, dict) or not isinstance(said.get("format"), str):
            raise ValueError("no format")
    except ValueError:
        raise EngineError(
            f"{marker.file} has a mark of its format that cannot be read; run the download again"
        ) from None
    return said


def _group(said: dict, weight: Stored, module: str) -> int:
    """Columns that were rotated together: a power of four (comfy-kitchen, ``_build_hadamard``)."""
    if not said.get("convrot"):
        return 0
    group = said.get("convrot_groupsize", 256)
    fits = type(group) is int and group in (4**n for n in range(1, 8)) and len(weight.shape) == 2
    if not fits or weight.shape[1] % group:
        raise EngineError(
            f"{weight.file} rotates {module} in groups that do not fit it; run the download again"
        )
    return group


def _scaled(weight: Stored, scale: _Scale) -> Stored:
    """The weight in float32. Whole groups are read where it is rotated, as no column can be had alone."""
    columns = prod(weight.shape[1:])
    run = scale.group or 1

    def read(first: int, out: torch.Tensor) -> None:
        begin, end = first // run * run, -(-(first + out.numel()) // run) * run
        raw = torch.empty(end - begin, dtype=weight.dtype)
        weight.read(begin, raw)
        values = raw.float()
        if scale.values.numel() == 1:
            values *= scale.values
        else:
            values *= scale.values[torch.arange(begin, end) // columns]
        if scale.group:
            values = (values.view(-1, run) @ _hadamard(run)).flatten()
        out.copy_(values[first - begin : first - begin + out.numel()])

    return Stored(weight.file, weight.shape, torch.float32, read)


def _hadamard(size: int) -> torch.Tensor:
    """The regular Hadamard matrix, symmetric and its own inverse: what rotates also turns back."""
    seed = torch.tensor([[1, 1, 1, -1], [1, 1, -1, 1], [1, -1, 1, 1], [-1, 1, 1, 1]], dtype=torch.float32)
    whole = seed
    while len(whole) < size:
        whole = torch.kron(whole, seed)
    return whole / size**0.5


def _read(stored: Stored) -> torch.Tensor:
    values = torch.empty(prod(stored.shape), dtype=stored.dtype)
    stored.read(0, values)
    return values


def _word(text: str) -> str:
    """Of a file's own words, a few letters that can be shown."""
    return re.sub(r"[^\w.+-]", "?", text)[:40]
