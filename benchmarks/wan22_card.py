"""The benchmarks of one card, in this process: passes, residency, memory caps, and both ends of a clip."""

import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch._dynamo
import wan22_models as models
from torch import nn
from wan22_models import GB, Scale, taken
from wan22_results import Results

from swav.diffusion import attention
from swav.diffusion.compiling import compile_blocks
from swav.diffusion.costs import forecast
from swav.diffusion.facts import ShotFacts
from swav.diffusion.placement import Placement
from swav.diffusion.plan import Plan
from swav.diffusion.residency import Parked, stream
from swav.diffusion.search import choose
from swav.engines.wan22 import FRAMES_PER_SECOND
from swav.engines.wan22.decode import decode
from swav.engines.wan22.sizes import PUBLISHED
from swav.engines.wan22.text import encode
from swav.media.writer import ClipWriter
from swav.render import hardware
from swav.render.hardware import Hardware
from swav.weights.memory import allocate

FULL_SIZES = {"480p": (832, 480), "720p": (1280, 720)}
FULL_FRAMES = 81
_HOST_BYTES = 128_000_000_000


class Card:
    """One card and what is on it: an expert that moves, in this order, from card to host to streamed."""

    def __init__(self, scale: Scale, results: Results):
        self.scale, self.results = scale, results
        self.kernel = attention.kernel_for(scale.device)
        self._expert: nn.Module | None = None
        self._parked: Parked | None = None
        self._streamed = self._compiled = False

    @property
    def expert(self) -> nn.Module:
        """One expert, first of all on the card."""
        if self._expert is None:
            built = taken(self.scale, lambda: models.expert(self.scale))
            self._expert = built.result
            self.results.add("build", "one expert with random weights", seconds=built.seconds)
        return self._expert

    @property
    def parked(self) -> Parked:
        """The same expert with its weights in page-locked host memory, ready to be brought."""
        if self._parked is None:
            moved = taken(self.scale, lambda: _to_host(self.expert, pinned=self.scale.on_gpu))
            self._parked = Parked(self.expert, self.scale.device)
            size = sum(weight.nbytes for weight in self.expert.parameters()) / GB
            self.results.add(
                "build", "expert to page-locked host memory", seconds=moved.seconds, size_gb=size
            )
        return self._parked

    def streamed(self) -> nn.Module:
        """The expert in host memory, its blocks visiting the card."""
        parked = self.parked
        parked.park()
        if not self._streamed:
            began = taken(self.scale, lambda: stream(self.expert, self.scale.device))
            self.results.add("build", "hooks for streaming", seconds=began.seconds)
            self._streamed = True
        return self.expert

    def ours(self) -> None:
        """The engine's own way, before any hook is set: the fastest kernel here, and compiled blocks."""
        torch._dynamo.reset()
        attention.use(self.kernel, self.expert)
        if not self._compiled:
            compile_blocks(self.expert.blocks)
        self._compiled = True

    def free(self) -> None:
        """Give the card's memory back."""
        self._expert = self._parked = None
        self._streamed = self._compiled = False
        models.empty(self.scale)


def passes(card: Card) -> None:
    """Diffusers' pass as it comes (default attention, eager) against ours (fastest kernel, compiled)."""
    scale, results, theirs = card.scale, card.results, {}
    for size in scale.sizes:
        call = models.one_pass(scale, card.expert, size)
        found = taken(scale, call, times=2 if size == "480p" else 1, warm_up=1)
        theirs[size] = found.seconds, found.result.float().cpu()
        told = foretold(card, size, "denoise", attention="native", compile=False)
        results.add("pass", f"{size} diffusers as it comes", **_figures(found), **told)
    attention.use(card.kernel, card.expert)
    found = taken(scale, models.one_pass(scale, card.expert, "720p"))
    told = foretold(card, "720p", "denoise", compile=False)
    results.add("pass", f"720p {card.kernel}, eager", **_figures(found), **told)
    card.ours()
    for size in reversed(scale.sizes):
        call = models.one_pass(scale, card.expert, size)
        first = taken(scale, call)
        found = taken(scale, call, times=2)
        seconds, reference = theirs[size]
        results.add(
            "pass",
            f"{size} ours: {card.kernel}, compiled",
            **_figures(found),
            **foretold(card, size, "denoise"),
            ratio=seconds / found.seconds,
            compile_seconds=first.seconds - found.seconds,
            relative_difference=_difference(found.result.float().cpu(), reference),
        )


def one_expert(card: Card) -> None:
    """One expert on the card at a time: what it costs to bring it, and the pass then."""
    scale, results = card.scale, card.results
    parked = card.parked
    card.ours()
    brought = taken(scale, parked.bring)
    size = sum(weight.nbytes for weight in parked.model.parameters()) / GB
    results.add(
        "one expert", "bring from host", seconds=brought.seconds, gb_per_second=size / brought.seconds
    )
    found = taken(scale, models.one_pass(scale, parked.model, "720p"), warm_up=1)
    results.add("one expert", "720p", **_figures(found), **foretold(card, "720p", "denoise"))
    parked.park()


def streamed(card: Card) -> None:
    """Blocks streamed from host memory; to be compared with the rows of ``pass``."""
    card.ours()
    model = card.streamed()
    for size in reversed(card.scale.sizes):
        found = taken(card.scale, models.one_pass(card.scale, model, size), times=2, warm_up=1)
        told = foretold(card, size, "denoise", residency="streamed")
        card.results.add("streamed", f"{size} {card.kernel}, compiled", **_figures(found), **told)


def capped(card: Card, cap_gb: float) -> None:
    """All of a 720p clip's parts, one after the other, where no more than ``cap_gb`` may be reserved.

    The parts follow the plan that ``swav.diffusion.placement`` makes for a card of that much memory.
    """
    scale, results = card.scale, card.results
    plan = _plan(card, cap_gb)
    placement, part = plan.placement, f"capped to {cap_gb:.0f} GB"
    streams, tiled = placement.residency == "streamed", placement.vae == "tiled"
    with models.capped(scale, cap_gb):
        card.ours()
        model = card.streamed() if streams else card.parked.bring()
        found = taken(scale, models.one_pass(scale, model, "720p"), times=1, warm_up=1)
        told = foretold(card, "720p", "denoise", residency=placement.residency)
        results.add(
            part, f"720p pass, {placement.residency}", **_figures(found), **told, plan=placement.plain()
        )
        if not streams:
            card.parked.park()
        found = _decoded(scale, "720p", torch.float32, tiled)
        told = foretold(card, "720p", "decode", vae=placement.vae, residency="streamed")
        results.add(part, f"720p decode, {_way(torch.float32, tiled)}", **_figures(found), **told)


def _plan(card: Card, cap_gb: float) -> Plan:
    """The placement for one such card of that much memory, in a machine with 128 GB."""
    total = int(cap_gb * GB)
    machine = Hardware((kind_of(card.scale, total),), _HOST_BYTES, kernels=frozenset({card.kernel, "native"}))
    return choose(machine, PUBLISHED, shot_of(FULL_SIZES["720p"]))


def kind_of(scale: Scale, total: int = 80_000_000_000) -> hardware.Gpu:
    """This card, or what a dry run plays, as placement sees it."""
    if not scale.on_gpu:
        return hardware.Gpu("NVIDIA H100 80GB HBM3", total, total, (9, 0))
    properties = torch.cuda.get_device_properties(scale.device)
    return hardware.Gpu(properties.name, total, total, (properties.major, properties.minor))


def shot_of(size: tuple[int, int]) -> ShotFacts:
    return ShotFacts(*size, FULL_FRAMES)


def foretold(card: Any, size: str, phase: str, **choices) -> dict:
    """What ``swav.diffusion.costs`` says of a phase at full size; of ``denoise``, one pass."""
    placement = Placement(**{"attention": card.kernel, "compile": True, "text": "disk", **choices})
    costs = forecast(placement, kind_of(card.scale), "unknown", PUBLISHED, shot_of(FULL_SIZES[size]))
    seconds = costs.pass_seconds if phase == "denoise" else costs.seconds[phase]
    return {"foretold_seconds": seconds, "foretold_gb": costs.bytes[phase] / GB}


def text(card: Card) -> None:
    """Two prompts through umT5-xxl, on the card and brought from host memory as between two shots."""
    scale, results = card.scale, card.results
    model = models.text_encoder(scale)
    prompts = [[*range(10, 130), 1], [*range(20, 146), 1]]

    def both() -> list[torch.Tensor]:
        return [encode(model, ids, scale.device).cpu() for ids in prompts]

    found = taken(scale, both, times=3, warm_up=1)
    told = foretold(card, "480p", "text", text="card")
    results.add("text", "two prompts, on the card", **_figures(found), **told)
    _to_host(model, pinned=scale.on_gpu)
    parked = Parked(model, scale.device)

    def visit() -> None:
        parked.bring()
        both()
        parked.park()

    found = taken(scale, visit, times=2, warm_up=1)
    told = foretold(card, "480p", "text", text="host")
    results.add("text", "two prompts, brought from host memory and parked", **_figures(found), **told)


def vae(card: Card) -> None:
    """Latents to RGB frames on the host."""
    for size in card.scale.sizes:
        for dtype in (torch.float32, torch.bfloat16):
            for tiled in (False, True):
                found = _decoded(card.scale, size, dtype, tiled)
                told = foretold(card, size, "decode", vae="tiled" if tiled else "whole")
                told = told if dtype == torch.float32 else {}
                card.results.add("decode", f"{size} {_way(dtype, tiled)}", **_figures(found), **told)


def writing(card: Card) -> None:
    """The mp4 of a clip: smooth pictures that pan, with grain, as film has it."""
    scale = card.scale
    for size, (width, height) in scale.sizes.items():
        frames = list(_film(width, height, scale.frames))
        with tempfile.TemporaryDirectory() as folder:
            found = taken(
                scale, lambda frames=frames, folder=folder: _write(Path(folder) / "clip.mp4", frames)
            )
            size_mb = (Path(folder) / "clip.mp4").stat().st_size / 1e6
        card.results.add("write", f"{size} mp4", seconds=found.seconds, size_mb=size_mb)


def _write(target: Path, frames: list[np.ndarray]) -> None:
    height, width, _ = frames[0].shape
    rate = Fraction(FRAMES_PER_SECOND)
    with ClipWriter(target, width=width, height=height, rate=rate, metadata={}) as clip:
        for frame in frames:
            clip.write(frame)


def _film(width: int, height: int, frames: int) -> Iterator[np.ndarray]:
    generator = torch.Generator("cpu").manual_seed(3)
    coarse = torch.rand((1, 3, height // 16, (width + 4 * frames) // 16 + 1), generator=generator) * 255
    wide = nn.functional.interpolate(coarse, size=(height, width + 4 * frames), mode="bicubic")[0]
    for number in range(frames):
        picture = wide[:, :, 4 * number : 4 * number + width]
        grain = torch.randn((1, height, width), generator=generator) * 2
        yield (picture + grain).clamp(0, 255).to(torch.uint8).permute(1, 2, 0).contiguous().numpy()


def _decoded(scale: Scale, size: str, dtype: torch.dtype, tiled: bool) -> models.Taken:
    model = models.vae(scale, dtype)
    noise = models.latents(scale, size)

    def call() -> int:
        return sum(1 for _ in decode(model, noise, tiled))

    return taken(scale, call, warm_up=1 if size == "480p" else 0)


def _to_host(model: nn.Module, pinned: bool) -> None:
    """Move the weights of a model to host memory, page-locked as the engine keeps them."""
    values = dict(model.named_parameters())
    allocate(model, torch.device("cpu"), pinned)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(values[name])


def _figures(found: models.Taken) -> dict:
    return {"seconds": found.seconds, "peak_gb": found.peak_gb, "reserved_gb": found.reserved_gb}


def _difference(ours: torch.Tensor, theirs: torch.Tensor) -> float:
    return ((ours - theirs).norm() / theirs.norm()).item()


def _way(dtype: torch.dtype, tiled: bool) -> str:
    return f"{'float32' if dtype == torch.float32 else 'bfloat16'} {'tiled' if tiled else 'whole'}"
