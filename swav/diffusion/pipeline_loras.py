"""LoRAs in a pipeline that was loaded: added to its networks, each change in float32 and rounded once.

Diffusers turns the names of each model's community into its own (``lora_state_dict`` of a pipeline's class).
What it would leave out without a word is refused here: what fits no weight, other kinds than plain LoRAs, and
numbers that are none.
"""

import re
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from diffusers import DiffusionPipeline
from torch import nn

from swav.diffusion.called import called
from swav.diffusion.pipeline_folder import DENOISERS
from swav.unchanged import unchanged
from swav.weights.lora_fit import OTHER_KINDS, check_alone
from swav.weights.loras import Lora, Spelling, add, fitting, read
from swav.weights.loras import merge as merge_one

_OLD = {".processor.to_out_lora.": ".to_out.0.lora.", ".lora_linear_layer.": ".lora."}
_OLD |= {f".processor.to_{which}_lora.": f".to_{which}.lora." for which in "qkv"}
"""Words of names that Diffusers itself wrote before 2024, and those of today."""
_OF_TEXT = re.compile(r"\.self_attn\.to_(q|k|v|out)_lora\.")
"""How it still names layers of text encoders."""
_ALPHA = re.compile(r"\.lora\.down\.weight\.alpha$")
"""How Diffusers names the scale of a module."""
_EXPERTS = {"transformer": "high", "transformer_2": "low"}


def examine(loras: Iterable[tuple[str, str, float, str]]) -> None:
    """Raise what ``merge`` would of files that are of use to no model, before one is loaded."""
    for path, content, _, _ in loras:
        with unchanged(path, content) as file:
            check_alone(file, read(file))


def merge(
    pipeline: DiffusionPipeline, loras: Iterable[tuple[str, str, float, str]], title: str, names: str = ""
) -> None:
    """Add LoRAs: path, sha256, weight, expert. Raises EngineError for one that does not fit, and
    SourceChanged for one that was replaced since its digest was taken.

    ``names``, ``package.module:function``, gives the ``Spelling`` of a model whose files are named in more
    ways than Diffusers knows.
    """
    spelling = called(names)(title) if names else Spelling(title, title, candidates=_candidates)
    with ExitStack() as held:
        for path, content, weight, expert in loras:
            lora = Lora(held.enter_context(unchanged(path, content)), weight, expert)
            if names:
                _merge_into_denoisers(pipeline, lora, spelling)
                continue
            for part, tensors in _by_part(pipeline, lora.file).items():
                network = getattr(pipeline, part)
                if _acts_on(pipeline, lora, part):
                    _add(lora, tensors, network, spelling)


def _merge_into_denoisers(pipeline: DiffusionPipeline, lora: Lora, spelling: Spelling) -> None:
    """Add what a file names by ``spelling``; where there is one network, every LoRA is for it."""
    parts = [name for name in _EXPERTS if getattr(pipeline, name, None) is not None]
    for part in parts:
        meant = lora if len(parts) == 2 else replace(lora, expert="both")
        merge_one([meant], getattr(pipeline, part), _EXPERTS[part], spelling)


def _candidates(module: str, own: str) -> Iterable[str]:
    """The parameter that a name means: CLIP's text encoders have ``text_model.`` before all, or have not."""
    bare = module.removeprefix("text_model.")
    return f"{module}.{own}", module, f"{bare}.{own}", f"text_model.{bare}.{own}"


def _by_part(pipeline: DiffusionPipeline, file: Path) -> dict[str, dict[str, torch.Tensor]]:
    """A file's tensors by the network that they change, under Diffusers' names."""
    networks = [name for name, part in pipeline.components.items() if isinstance(part, nn.Module)]
    first = next(name for name in DENOISERS if name in networks)
    found: dict[str, dict[str, torch.Tensor]] = {}
    for name, tensor in _renamed(pipeline, read(file)).items():
        part = next((each for each in networks if name.startswith(f"{each}.")), first)
        own = name.removeprefix(f"{part}.")
        for old, new in _OLD.items():
            own = own.replace(old, new)
        own = _OF_TEXT.sub(lambda m: f".self_attn.{m[1]}_proj.lora.", own)
        own = _ALPHA.sub(".alpha", own)
        found.setdefault(part, {})[own] = tensor
    if "transformer_2" in networks and "transformer_2" not in found and first in found:
        found["transformer_2"] = found[first]
    return found or {first: {}}


def _renamed(pipeline: DiffusionPipeline, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The tensors under Diffusers' names, scales (``alpha``) among them; as they are where it knows none."""
    if any(word in name for name in tensors for word in OTHER_KINDS) or not hasattr(
        pipeline, "lora_state_dict"
    ):
        return tensors
    unet = getattr(pipeline, "unet", None)
    known: dict[str, Any] = {} if unet is None else {"unet_config": unet.config}
    try:
        made = type(pipeline).lora_state_dict(dict(tensors), **known)
    except (KeyError, ValueError, IndexError, AttributeError, RuntimeError):
        return tensors  # what fits no weight is named by those who match names
    if not isinstance(made, tuple):
        return made
    alphas = {name: torch.tensor(float(n)) for name, n in (made[1] or {}).items()}
    return {**made[0], **alphas}


def _acts_on(pipeline: DiffusionPipeline, lora: Lora, part: str) -> bool:
    """Of two experts the first is for high noise; where there is one, every LoRA is for it."""
    two = getattr(pipeline, "transformer_2", None) is not None
    return not two or part not in _EXPERTS or lora.applies_to(_EXPERTS[part])


def _add(lora: Lora, tensors: dict[str, torch.Tensor], network: nn.Module, spelling: Spelling) -> None:
    parameters = dict(network.named_parameters())
    for name, parts in fitting(lora, tensors, network, spelling):
        add([(lora.weight, parts)], parameters[name].data, 0)
