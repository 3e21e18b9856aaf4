"""LoRA files, merged into a network's weights when it is loaded.

A LoRA stores, for a weight W, two thin matrices whose product is added to it: W + factor x alpha / rank
x B A (https://arxiv.org/abs/2106.09685). Merged, it costs nothing while rendering; to take it out, the
network is loaded again. Files come under the names of Diffusers and PEFT, of a model's own code
(``diffusion_model.``) and of kohya's scripts (``lora_unet_``, with underscores or dots after it), their
matrices called ``lora_A``/``lora_B``, ``lora_down``/``lora_up`` or ``lora.down``/``lora.up``, with or without
the name that PEFT gives an adapter.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from math import prod
from pathlib import Path
from typing import Literal

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from swav.errors import EngineError
from swav.hashes import content_digest
from swav.media.disguise import disguise
from swav.weights.filling import Change, own_rows
from swav.weights.stored import folded

_PREFIXES = ("base_model.model.", "model.diffusion_model.", "diffusion_model.", "transformer.", "model.")
_ADAPTER = r"(?:\.[A-Za-z0-9_-]+)?"
"""The name that PEFT gives an adapter, such as ``default``: it stands before ``weight``."""
_SUFFIX = re.compile(
    r"(?P<module>.+?)\.(?:"
    rf"(?P<down>(?:lora_A|lora_down|lora\.down){_ADAPTER}\.weight)"
    rf"|(?P<up>(?:lora_B|lora_up|lora\.up){_ADAPTER}\.weight)"
    rf"|(?P<bias>lora_B{_ADAPTER}\.bias|diff_b)"
    r"|(?P<modulation>diff_m)|(?P<whole>diff)|(?P<alpha>alpha))"
)
OTHER_KINDS = {
    "dora_scale": "DoRA",
    "lokr_": "LoKr",
    "hada_": "LoHa",
    "lora_mid": "LoRA for convolutions",
    "oft_": "OFT",
}
"""Ways to change a model that are no plain LoRA, by what stands in their tensors' names."""


def _as_they_are(module: str, own: str) -> Iterable[str]:
    """The parameter ``own`` of a module whose name the file gives in full."""
    return f"{module}.{own}", module


@dataclass(frozen=True)
class Spelling:
    """How LoRA files name the networks of a model, and what is said of one that does not fit it."""

    model: str
    """For sentences, such as the model's title."""
    trained_for: str
    """What a LoRA that fits was trained for."""
    candidates: Callable[[str, str], Iterable[str]] = _as_they_are
    """Parameters that a module's name without prefix, and ``weight`` or ``bias``, may mean, best first."""
    prefixes: Mapping[str, str] = field(default_factory=dict)
    """By part, the prefix of its own set of tensors, where one file may hold several; other parts have the
    rest."""


@dataclass(frozen=True)
class Lora:
    """A LoRA file, how strongly it acts, and on which of two experts, where a model has two."""

    file: Path
    weight: float = 1.0
    expert: Literal["high", "low", "both"] = "both"

    def applies_to(self, part: str) -> bool:
        return self.expert in (part, "both")

    @property
    def identity(self) -> tuple[str, float, str]:
        """What the take's key covers: the file's content, not its name."""
        return content_digest(self.file), self.weight, self.expert


def changes(loras: Iterable[Lora], model: nn.Module, part: str, spelling: Spelling) -> dict[str, Change]:
    """What all that apply to one part add, by parameter, for ``Unread.fill``; raises as ``check``."""
    found: dict[str, list[tuple[float, dict[str, torch.Tensor]]]] = {}
    for lora in loras:
        if lora.applies_to(part):
            for name, parts in _changes(lora, model, part, spelling):
                found.setdefault(name, []).append((lora.weight, parts))
    return {name: partial(add, added) for name, added in found.items()}


def merge(loras: Iterable[Lora], model: nn.Module, part: str, spelling: Spelling) -> None:
    """Add to weights that are there already, in place; raises what ``check`` raises."""
    parameters = dict(model.named_parameters())
    for name, change in changes(loras, model, part, spelling).items():
        change(*own_rows(parameters[name]))


def check(loras: Iterable[Lora], model: nn.Module, part: str, spelling: Spelling) -> None:
    """An ``EngineError`` names what does not fit; no weight is touched, ``model`` may be on ``meta``."""
    for lora in loras:
        if lora.applies_to(part):
            _changes(lora, model, part, spelling)


def read(file: Path) -> dict[str, torch.Tensor]:
    """All tensors of a file; an ``EngineError`` says what it is where it holds none."""
    try:
        return load_file(file)
    except (SafetensorError, OSError) as reason:
        if disguised := disguise(file):
            raise EngineError(f"the LoRA {file} {disguised}") from None
        raise EngineError(
            f"the LoRA {file} cannot be read as safetensors ({reason}); check the file"
        ) from None


def _of_part(
    tensors: dict[str, torch.Tensor], part: str, prefixes: Mapping[str, str]
) -> dict[str, torch.Tensor]:
    """The tensors for one part: a file may hold one set for all, or one for each."""
    own = prefixes.get(part)
    if own and (named := {name: value for name, value in tensors.items() if name.startswith(own)}):
        return {name.removeprefix(own): value for name, value in named.items()}
    others = tuple(prefix for prefix in prefixes.values() if prefix != own)
    return {name: value for name, value in tensors.items() if not name.startswith(others)}


def _changes(
    lora: Lora, model: nn.Module, part: str, spelling: Spelling
) -> list[tuple[str, dict[str, torch.Tensor]]]:
    """Which parameters a LoRA changes, each with the parts of its change."""
    return fitting(lora, _of_part(read(lora.file), part, spelling.prefixes), model, spelling)


def fitting(
    lora: Lora, tensors: dict[str, torch.Tensor], model: nn.Module, spelling: Spelling
) -> list[tuple[str, dict[str, torch.Tensor]]]:
    """The same for tensors that were read; raises as ``check``."""
    parameters = dict(model.named_parameters())
    grouped, unmatched = _grouped(tensors, parameters, spelling)
    if kind := next(
        (kind for part, kind in OTHER_KINDS.items() if any(part in name for name in tensors)), ""
    ):
        raise EngineError(
            f"the LoRA {lora.file} is a {kind}, a kind that is not read here; "
            "use a plain LoRA, or convert it to one with the tool that made it"
        )
    if unmatched or not grouped:
        what = folded(unmatched) if unmatched else "its tensors"
        raise EngineError(
            f"the LoRA {lora.file} does not fit {spelling.model}: {what} match no weight of it; "
            f"use a LoRA that was trained for {spelling.trained_for}"
        )
    for name, parts in grouped.items():
        _check_sizes(lora, name, parameters[name], parts, spelling)
    return list(grouped.items())


def _check_sizes(
    lora: Lora, name: str, parameter: nn.Parameter, parts: dict[str, torch.Tensor], spelling: Spelling
) -> None:
    if ("down" in parts) != ("up" in parts):
        raise EngineError(
            f"the LoRA {lora.file} has only one of two matrices for {name}; the file is damaged"
        )
    if "down" in parts:
        down, up = parts["down"].flatten(1), parts["up"].flatten(1)
        size = up.shape[0] * down.shape[1] if up.shape[1] == down.shape[0] else 0
    else:
        size = parts["bias" if "bias" in parts else "whole"].numel()
    if "down" in parts and 0 in (*parts["down"].shape, *parts["up"].shape):
        raise EngineError(
            f"the LoRA {lora.file} has rank 0 at {name}, so it changes nothing; the file is damaged"
        )
    if not all(tensor.float().isfinite().all() for tensor in parts.values()):
        raise EngineError(
            f"the LoRA {lora.file} holds numbers that are none (NaN or infinite) at {name}; get the file anew"
        )
    if size != parameter.numel():
        raise EngineError(
            f"the LoRA {lora.file} is for a model of another size at {name}; "
            f"use one trained for {spelling.trained_for}"
        )


def _grouped(
    tensors: dict[str, torch.Tensor], parameters: Mapping[str, nn.Parameter], spelling: Spelling
) -> tuple[dict[str, dict[str, torch.Tensor]], list[str]]:
    """The parts of each change by the parameter that it changes, and the names that fit no parameter."""
    changes: dict[str, dict[str, torch.Tensor]] = {}
    unmatched = []
    for name, tensor in tensors.items():
        match = _SUFFIX.fullmatch(name)
        kind = match.lastgroup if match else ""
        module = match["module"] if match else ""
        if kind == "modulation":
            kind, module = "whole", f"{module}.modulation"
        module, own = _without_prefix(module), "bias" if kind == "bias" else "weight"
        meant = spelling.candidates(module, own) if match else ()
        target = next((candidate for candidate in meant if candidate in parameters), None)
        if target is None:
            unmatched.append(name)
        else:
            changes.setdefault(target, {})[kind] = tensor
    return changes, unmatched


@torch.no_grad()
def add(added: list[tuple[float, dict[str, torch.Tensor]]], own: torch.Tensor, first: int) -> None:
    """Add the rows of every change that begin with element ``first``, in float32, to rows of any type."""
    exact = own.float()
    for weight, parts in added:
        exact = exact + weight * _change(parts, exact, first)
    own.copy_(exact)


def _change(parts: dict[str, torch.Tensor], own: torch.Tensor, first: int) -> torch.Tensor:
    """Those rows of one change, in float32."""
    start = first // max(1, prod(own.shape[1:]))
    rows = slice(start, start + own.shape[0])
    if "down" in parts:
        down, up = (parts[side].flatten(1).to(own.device, torch.float32) for side in ("down", "up"))
        scale = parts["alpha"].item() / down.shape[0] if "alpha" in parts else 1.0
        change = (up[rows] @ down) * scale
    else:
        change = parts["bias" if "bias" in parts else "whole"].to(own.device, torch.float32)[rows]
    return change.view(own.shape)


def _without_prefix(module: str) -> str:
    """A module's name without what its writer puts before all of them."""
    for prefix in _PREFIXES:
        module = module.removeprefix(prefix)
    return module
