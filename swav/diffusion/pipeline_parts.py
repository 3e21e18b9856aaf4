"""A pipeline of Diffusers in memory: its parts, where they live, and in what they compute.

Networks compute in bfloat16, except those whose recipe says otherwise; what is between them, latents and
guidance above all, stays in float32. Each part has a door through which its inputs come in its own type, and
its results go out in float32; the door also brings the part to the card if it is elsewhere.
"""

import inspect
from collections.abc import Callable, Collection, Mapping
from functools import partial, update_wrapper
from pathlib import Path
from typing import Any

import diffusers
import torch
from diffusers import DiffusionPipeline
from diffusers.models.embeddings import TimestepEmbedding
from torch import nn

from swav.diffusion.called import called
from swav.diffusion.pipeline_folder import DENOISERS
from swav.diffusion.pipeline_guidance import mapped
from swav.diffusion.pipeline_processors import processors
from swav.diffusion.placement import Placement
from swav.diffusion.residency import stream
from swav.errors import EngineError

_ENCODERS = ("text_encoder", "image_encoder")
"""How the names of parts begin whose inputs are tokens, or pictures that the pipeline converts itself."""
_PICTURES = ("hidden_states", "sample", "pooled", "image_embeds")
"""In the names of a denoiser's arguments that it computes with. Times, positions and masks stay as they are:
a timestep of 999 is 1000 in bfloat16."""
_LISTS = ("x", "cap_feats")


def blocks_of(denoiser: nn.Module) -> list[nn.Module]:
    """The blocks of a network's own lists, such as ``transformer_blocks``: what is gathered at once where
    its weights are divided over cards. ``part_facts.lists_of`` tells the same by the names of tensors."""
    lists = (part for part in denoiser.children() if isinstance(part, nn.ModuleList) and len(part) > 1)
    return [block for each in lists for block in each]


class Visitor:
    """A part that waits in host memory and is on the card while it is needed."""

    def __init__(self, part: nn.Module, device: torch.device):
        self._device = device
        self._waiting = [(tensor, tensor.data) for tensor in (*part.parameters(), *part.buffers())]
        self._present = False

    def bring(self) -> None:
        """Copy it to the card, unless it is there."""
        if not self._present:
            for tensor, kept in self._waiting:
                tensor.data = kept.to(self._device, non_blocking=True)
            self._present = True

    def park(self) -> None:
        """Free the card's memory. Weights never change while rendering: nothing is copied back."""
        if self._present:
            for tensor, kept in self._waiting:
                tensor.data = kept
            self._present = False
            if self._device.type == "cuda":
                torch.cuda.empty_cache()


class Parts:
    """The parts of a pipeline on a card, where a placement has them.

    What decodes stays there. Denoisers stay, come one at a time, or are streamed; whatever reads prompts and
    pictures stays or comes. One part that comes is there at a time.
    """

    def __init__(self, pipeline: DiffusionPipeline, device: torch.device, placement: Placement):
        self.all = {n: part for n, part in pipeline.components.items() if isinstance(part, nn.Module)}
        self.denoisers = [self.all[name] for name in DENOISERS if name in self.all]
        self._visitors: dict[str, Visitor] = {}
        for name, part in self.all.items():
            denoises, stays = name in DENOISERS, placement.residency == "all"
            if denoises and placement.residency == "streamed":
                stream(part, device)
            elif name == "vae" or (stays if denoises else placement.text == "card"):
                part.to(device)
            else:
                self._visitors[name] = Visitor(part, device)

    def open(self, on_use: Callable[[str, str], None]) -> None:
        """Give every part its doors. ``on_use`` hears of each use: the part's name and the method's."""
        for name, part in self.all.items():
            methods = [m for m in ("encode", "decode") if name.endswith("vae") and hasattr(part, m)]
            for method in methods:
                setattr(part, method, self._door(name, part, method, getattr(part, method), on_use))
            if not methods:
                stand_before(part, partial(self._door, name, part, "forward", on_use=on_use))

        for denoiser in self.denoisers:
            for module in denoiser.modules():
                if isinstance(module, TimestepEmbedding):  # some are handed an exact time as it is
                    module.register_forward_pre_hook(_in_own_type)

    def _door(
        self, name: str, part: nn.Module, method: str, real: Callable, on_use: Callable[[str, str], None]
    ) -> Callable:
        takes_in = _convert_nothing if name.startswith(_ENCODERS) else _convert_all
        if name in DENOISERS:
            takes_in = _converting(part.forward)
        types = {parameter.dtype for parameter in part.parameters() if parameter.is_floating_point()}
        types = {dtype for dtype in types if dtype.itemsize > 1}  # nobody computes in float8
        dtype = types.pop() if len(types) == 1 else getattr(part, "dtype", torch.float32)

        def door(*given: Any, **named: Any) -> Any:
            on_use(name, method)
            self._bring(name)
            given, named = takes_in(given, named, dtype)
            made = real(*given, **named)
            return made if name.startswith(_ENCODERS) else mapped(made, _in_float32)

        return update_wrapper(door, real)

    def _bring(self, name: str) -> None:
        for other, visitor in self._visitors.items():
            if other != name:
                visitor.park()
        if name in self._visitors:
            self._visitors[name].bring()


def stand_before(part: nn.Module, door_of: Callable[[Callable], Callable]) -> None:
    """Let calls of a network go through what ``door_of`` makes of its own call.

    Not in the place of its ``forward``: once streaming knows the order of blocks, after the first pass on a
    card, Diffusers puts back the ``forward`` that it found.
    """
    base = type(part)
    door = door_of(partial(base.__call__, part))

    def call(self: nn.Module, *given: Any, **named: Any) -> Any:
        return door(*given, **named)

    part.__class__ = type(base.__name__, (base,), {"__call__": call, "__module__": base.__module__})


def _in_own_type(module: TimestepEmbedding, given: tuple) -> tuple:
    return tuple(_as(value, module.linear_1.weight.dtype) for value in given)


Conversion = Callable[[tuple, Mapping[str, Any], torch.dtype], tuple[tuple, dict[str, Any]]]


def _convert_nothing(given: tuple, named: Mapping[str, Any], dtype: torch.dtype) -> tuple[tuple, dict]:
    return given, dict(named)


def _convert_all(given: tuple, named: Mapping[str, Any], dtype: torch.dtype) -> tuple[tuple, dict]:
    return tuple(_as(x, dtype) for x in given), {name: _as(x, dtype) for name, x in named.items()}


def _converting(forward: Callable) -> Conversion:
    """Of a denoiser's arguments, those that it computes with."""
    names = list(inspect.signature(forward).parameters)

    def convert(given: tuple, named: Mapping[str, Any], dtype: torch.dtype) -> tuple[tuple, dict]:
        placed = [_as(x, dtype) if _computed_with(name) else x for name, x in zip(names, given, strict=False)]
        return tuple(placed), {
            name: _as(x, dtype) if _computed_with(name) else x for name, x in named.items()
        }

    return convert


def _computed_with(name: str) -> bool:
    return name in _LISTS or any(word in name for word in _PICTURES)


def _as(value: Any, dtype: torch.dtype) -> Any:
    if isinstance(value, list):
        return [_as(item, dtype) for item in value]
    return value.to(dtype) if torch.is_tensor(value) and value.is_floating_point() else value


def _in_float32(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.float() if tensor.is_floating_point() else tensor


# --- pipelines


def load(
    folder: Path, pipeline: str, dtype: torch.dtype, float32: Collection[str], variant: str | None
) -> DiffusionPipeline:
    """A pipeline from its folder, in host memory; ``float32`` names parts that are in float32.

    Only safetensors are read, and nothing is fetched.
    """
    kinds = {"default": dtype} | dict.fromkeys(float32, torch.float32)
    # A part that the folder does not have must not be named.
    there = {name for name in kinds if name == "default" or (folder / name).is_dir()}
    loaded = getattr(diffusers, pipeline).from_pretrained(
        str(folder),
        local_files_only=True,
        use_safetensors=True,
        variant=variant,
        dtype={name: kind for name, kind in kinds.items() if name in there},
        **processors(folder),
    )
    return _at_rest(loaded)


def assemble(assembler: str, folder: Path, dtype: torch.dtype, float32: Collection[str]) -> DiffusionPipeline:
    """A pipeline out of files in another layout, in host memory: ``package.module:function`` makes it."""
    return _at_rest(called(assembler)(folder, dtype, float32))


def _at_rest(loaded: DiffusionPipeline) -> DiffusionPipeline:
    loaded.set_progress_bar_config(disable=True)
    for part in loaded.components.values():
        if isinstance(part, nn.Module):
            part.eval().requires_grad_(False)
    return loaded


def of_class(pipeline: DiffusionPipeline, name: str) -> DiffusionPipeline:
    """The same parts and settings as a pipeline of another class."""
    kind = getattr(diffusers, name)
    if type(pipeline).__name__ == name:
        return pipeline
    has = {**dict(pipeline.config), **pipeline.components}
    wanted = [n for n in inspect.signature(kind.__init__).parameters if n in has]
    other = kind(**{n: has[n] for n in wanted})
    other.set_progress_bar_config(disable=True)
    return other


def settle(pipeline: DiffusionPipeline, device: torch.device) -> DiffusionPipeline:
    """Let a pipeline compute on ``device`` wherever its parts wait, and embed prompts in float32."""
    base = type(pipeline)
    settled = type(base.__name__, (base,), {"_execution_device": property(lambda self: device)})
    pipeline.__class__ = settled
    if hasattr(base, "encode_prompt"):
        real = pipeline.encode_prompt

        def encode_prompt(*given: Any, **named: Any) -> Any:
            return mapped(real(*given, **named), _in_float32)

        pipeline.encode_prompt = update_wrapper(encode_prompt, real)
    return pipeline


def guide(pipeline: DiffusionPipeline, name: str, guidance: float) -> dict[str, Any]:
    """Set the scale of guidance; the arguments that say it, where it is one."""
    if name != "guider":
        return {name: guidance}
    if not hasattr(pipeline, "guider"):
        raise EngineError(f"{type(pipeline).__name__} has no guider; fetch the whole model again")
    pipeline.guider = pipeline.guider.new(guidance_scale=guidance)
    return {}
