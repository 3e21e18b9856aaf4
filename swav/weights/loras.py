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
from swav.weights.filling import Change, own_rows
from swav.weights.intact import fault_in
from swav.weights.lora_fit import check_kind, check_matched, check_parts, pickled, refuse_twice

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


def _as_they_are(module: str, own: str) -> Iterable[str]:
    """The parameter ``own`` of a module whose name the file gives in full."""
    return f"{module}.{own}", module


def _like_none(names: Iterable[str]) -> str:
    return ""


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
    looks_like: Callable[[Iterable[str]], str] = _like_none
    """Which other model names of tensors look like; empty where nobody can tell."""


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
        said = pickled(file) or fault_in(file) or f"{file} cannot be read ({reason}); get it anew"
        raise EngineError(f"the LoRA {said}") from None


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
    tensors = read(lora.file)
    own = _of_part(tensors, part, spelling.prefixes)
    if tensors and not own:
        raise EngineError(
            f"the LoRA {lora.file} holds nothing for the {part}-noise expert, and is to act on it; "
            f"write expert: {'low' if part == 'high' else 'high'}"
        )
    return fitting(lora, own, model, spelling)


def fitting(
    lora: Lora, tensors: dict[str, torch.Tensor], model: nn.Module, spelling: Spelling
) -> list[tuple[str, dict[str, torch.Tensor]]]:
    """The same for tensors that were read; raises as ``check``."""
    parameters = dict(model.named_parameters())
    check_kind(lora.file, tensors)
    grouped, unmatched = _grouped(lora.file, tensors, parameters, spelling)
    of = spelling.looks_like(unmatched)
    check_matched(lora.file, list(tensors), unmatched, spelling.model, spelling.trained_for, of)
    for name, parts in grouped.items():
        check_parts(lora.file, name, parameters[name].shape, parts, spelling.trained_for)
    return list(grouped.items())


def _grouped(
    file: Path, tensors: dict[str, torch.Tensor], parameters: Mapping[str, nn.Parameter], spelling: Spelling
) -> tuple[dict[str, dict[str, torch.Tensor]], list[str]]:
    """The parts of each change by the parameter that it changes, and the names that fit no parameter."""
    changes: dict[str, dict[str, torch.Tensor]] = {}
    unmatched, known = [], {}
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
        elif (target, kind) in known:
            refuse_twice(file, target, known[target, kind], name)
        else:
            known[target, kind] = name
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
