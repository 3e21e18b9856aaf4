"""Why a LoRA cannot be added to a model, in one sentence each: its file, what is wrong, what to do.

A LoRA of which a part would be left out without a word is refused too: a picture that lacks a part of what
was asked for looks like one that does not.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import torch

from swav.errors import EngineError
from swav.weights.stored import folded

OTHER_KINDS = {
    "dora_scale": "a DoRA",
    "lora_magnitude_vector": "a DoRA",
    "lokr_": "a LoKr",
    "hada_": "a LoHa",
    "lora_mid": "a LoRA for convolutions",
    "boft_": "a BOFT",
    "oft_": "an OFT",
    "glora_": "a GLoRA",
    "ia3_": "an (IA)^3",
    "on_input": "an (IA)^3",
    "vera_lambda": "a VeRA",
}
"""Ways to change a model that are no plain LoRA, by what stands in their tensors' names; the first counts."""
_TEXT_ENCODER = re.compile(r"(lora_te\d?_|text_encoder(_\d)?\.|te\d?_)")
_MOST_NAMED = 2


def pickled(file: Path) -> str:
    """What is wrong with a file of PyTorch that is called .safetensors; empty for anything else."""
    with file.open("rb") as opened:
        start = opened.read(2)
    if start not in (b"PK", b"\x80\x02"):
        return ""
    return f"{file} is a file of PyTorch under another name; get it as safetensors, or convert it to that"


def check_kind(file: Path, names: Iterable[str]) -> None:
    """An ``EngineError`` for a LoRA of a kind that is not read."""
    held = list(names)
    kind = next((kind for part, kind in OTHER_KINDS.items() if any(part in name for name in held)), "")
    if kind:
        raise EngineError(
            f"the LoRA {file} is {kind}, a kind that is not read here; "
            "use a plain LoRA, or convert it to one with the tool that made it"
        )


def check_alone(file: Path, tensors: Mapping[str, torch.Tensor]) -> None:
    """An ``EngineError`` for what is wrong with a LoRA whatever model it is for: so before one is loaded."""
    if not tensors:
        raise EngineError(f"the LoRA {file} holds no tensors; get the file anew")
    check_kind(file, tensors)
    for name, tensor in tensors.items():
        _check_finite(file, name, tensor)


def _check_finite(file: Path, name: str, tensor: torch.Tensor) -> None:
    if not tensor.float().isfinite().all():
        raise EngineError(
            f"the LoRA {file} holds numbers that are none (NaN or infinite) at {name}; get the file anew"
        )


def check_matched(
    file: Path, names: Sequence[str], unmatched: Sequence[str], model: str, trained_for: str, of: str = ""
) -> None:
    """An ``EngineError`` where a file holds nothing, or something that no weight of the model is for.

    ``of`` is the model that what does not match looks like, if that is known.
    """
    if not names:
        raise EngineError(f"the LoRA {file} holds no tensors; get the file anew")
    if not unmatched:
        return
    if len(unmatched) < len(names) and all(_TEXT_ENCODER.match(name) for name in unmatched):
        raise EngineError(
            f"the LoRA {file} changes a text encoder too ({_some(unmatched)}), and that of {model} stays as "
            "it is; use a LoRA without one"
        )
    guess = f", and are named as those of {of}" if of else ""
    raise EngineError(
        f"the LoRA {file} does not fit {model}: {_some(unmatched)} match no weight of it{guess}; "
        f"use a LoRA that was trained for {trained_for}"
    )


def _some(names: Sequence[str]) -> str:
    """The first names, those that differ in a number as one, and how many there are."""
    shown = folded(names).split(", ")
    more = f" and {len(shown) - _MOST_NAMED} more" if len(shown) > _MOST_NAMED else ""
    return ", ".join(shown[:_MOST_NAMED]) + more


def refuse_twice(file: Path, target: str, one: str, other: str) -> None:
    """The ``EngineError`` where two tensors of a file would be the same part of one change."""
    raise EngineError(
        f"the LoRA {file} holds two changes of {target} ({one} and {other}); the file is damaged: get it anew"
    )


def check_parts(
    file: Path, name: str, shape: Sequence[int], parts: Mapping[str, torch.Tensor], trained_for: str
) -> None:
    """An ``EngineError`` where the parts of one change do not go together, or not with the weight.

    ``parts`` are ``down`` (rank, columns) and ``up`` (rows, rank) with ``alpha``, or ``whole`` or ``bias``;
    ``shape`` is the weight's.
    """

    def refuse(what: str, remedy: str = "the file is damaged: get it anew") -> None:
        raise EngineError(f"the LoRA {file} {what}; {remedy}")

    if ("down" in parts) != ("up" in parts):
        refuse(f"has only one of two matrices for {name}")
    given = [kind for kind in ("down", "whole", "bias") if kind in parts]
    if not given:
        refuse(f"has a scale (alpha) and no matrices for {name}")
    if len(given) > 1:
        refuse(f"holds matrices and a whole change for {name}, of which one is read", "use a plain LoRA")
    if "alpha" in parts and parts["alpha"].numel() != 1:
        refuse(f"has {parts['alpha'].numel()} scales (alpha) for {name}, where one is read")
    if any(0 in tensor.shape for tensor in parts.values()):
        refuse(f"has rank 0 at {name}, so it changes nothing")
    for tensor in parts.values():
        _check_finite(file, name, tensor)
    if "down" in parts:
        down, up = parts["down"].flatten(1), parts["up"].flatten(1)
        if up.shape[1] != down.shape[0]:
            refuse(f"has matrices of rank {down.shape[0]} and {up.shape[1]} for {name}, where both need one")
        changed = (up.shape[0], down.shape[1])
    else:
        changed = tuple(parts[given[0]].shape)
    size, own = torch.Size(changed).numel(), torch.Size(shape).numel()
    if size != own:
        refuse(
            f"is for a model of another size: at {name} it changes {_sides(changed)}, "
            f"and the weight has {_sides(shape)}",
            f"use one trained for {trained_for}",
        )


def _sides(shape: Iterable[int]) -> str:
    return "x".join(map(str, shape)) or "one number"
