"""How LoRA files for Wan 2.2 name its weights: as Diffusers does, as Wan itself, and as kohya's scripts."""

import re
from collections.abc import Iterable
from dataclasses import replace

from diffusers.loaders.single_file_utils import convert_wan_transformer_to_diffusers
from torch import nn

from swav.engines._lora_names import looks_like
from swav.engines.wan22.sampling import Stage
from swav.weights import loras as merging
from swav.weights.filling import Change
from swav.weights.loras import Lora, Spelling

__all__ = ["SPELLING", "Lora", "changes", "check", "merge", "named"]


def changes(loras: Iterable[Lora], model: nn.Module, stage: Stage) -> dict[str, Change]:
    """What all that apply to one expert add to it while it is filled; raises what ``check`` raises."""
    return merging.changes(loras, model, stage, SPELLING)


def merge(loras: Iterable[Lora], model: nn.Module, stage: Stage) -> None:
    """Add to one expert's weights, in place, all that apply to it; raises what ``check`` raises."""
    merging.merge(loras, model, stage, SPELLING)


def check(loras: Iterable[Lora], model: nn.Module, stage: Stage) -> None:
    """An ``EngineError`` names what does not fit; no weight is touched, ``model`` may be on ``meta``."""
    merging.check(loras, model, stage, SPELLING)


def _candidates(module: str, own: str) -> Iterable[str]:
    """The parameter that a module's name means, whichever naming it follows."""
    module = _dotted(module)
    (converted,) = convert_wan_transformer_to_diffusers({f"{module}.{own}": None})
    return f"{module}.{own}", module, converted, converted.removesuffix(f".{own}")


def _dotted(module: str) -> str:
    """kohya's names have underscores for dots, all or some: ``lora_unet_blocks_0_self_attn_q`` and
    ``lora_unet_blocks_0.self_attn.q`` -> ``blocks.0.self_attn.q``.
    """
    if not module.startswith("lora_unet_"):
        return module
    module = module.removeprefix("lora_unet_")
    module = re.sub(r"^blocks_(\d+)[_.](self_attn|cross_attn|ffn)[_.]", r"blocks.\1.\2.", module)
    return re.sub(r"^(head|time_embedding|text_embedding|time_projection)_", r"\1.", module)


SPELLING = Spelling(
    "Wan 2.2 A14B", "Wan T2V 14B", _candidates, prefixes={"low": "transformer_2."}, looks_like=looks_like
)


def named(title: str) -> Spelling:
    """The same of another model of Wan 2.2."""
    return replace(SPELLING, model=title, trained_for=title)
