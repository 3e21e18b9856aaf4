"""Wan 2.2 as one object: loaded once onto the cards, then asked for take after take.

Every rank of a team makes the same calls with the same arguments; rank 0 alone gets pixels.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import diffusers
import numpy as np
import torch
import transformers

from swav.diffusion import attention, resume
from swav.diffusion.denoisers import Denoisers, Placed, prepared
from swav.diffusion.parallel import Degrees, Team, join
from swav.diffusion.phases import Phases
from swav.diffusion.quiet import hush
from swav.diffusion.ways import named, recipe_of
from swav.engines.wan22 import LONGEST_TRAINED, NEGATIVE_PROMPT
from swav.engines.wan22.decode import decode
from swav.engines.wan22.encoder import TextEncoder, TextHome
from swav.engines.wan22.fingerprint import fingerprint
from swav.engines.wan22.layout import ModelFolder, recognise
from swav.engines.wan22.loras import SPELLING, Lora
from swav.engines.wan22.precise import keep_precision
from swav.engines.wan22.reading import unread_expert, unread_vae
from swav.engines.wan22.sampling import Sampling, Stage, Step, denoise, noise
from swav.engines.wan22.spread import can_spread, decode_together
from swav.errors import EngineError

Notice = Callable[[str], None]
BLOCKS = ("blocks",)
"""Lists of blocks of an expert."""


@dataclass(frozen=True)
class Setup:
    """Where and how the model lives; nothing here but ``ways`` changes the picture by more than rounding.

    ``experts``: both on each card, one at a time, or streamed through it from host memory.
    ``host_copies``: with one at a time, whether the other expert waits in host memory (29 GB each) or is
    read from disk again. ``text``: whether the text encoder stays on the card, in host memory or on disk
    between prompts, or streams from host memory. ``vae``: whether rank 0 decodes a picture whole or in tiles,
    or each rank a strip of it.
    """

    device: Literal["cuda", "cpu"] = "cuda"
    dtype: Literal["bfloat16", "float32"] = "bfloat16"
    degrees: Degrees = field(default_factory=Degrees)
    experts: Literal["all", "one", "streamed"] = "all"
    host_copies: bool = True
    text: TextHome = "disk"
    kernel: attention.Kernel | Literal["auto"] = "auto"
    compiled: bool = False
    vae_dtype: Literal["bfloat16", "float32"] = "float32"
    vae: Literal["whole", "tiled", "spread"] = "whole"
    ways: tuple[str, ...] = ()
    """Lossy ways (``swav.diffusion.ways``), which do change the picture."""

    def __post_init__(self) -> None:
        if self.degrees.sharded and self.experts != "all":
            raise EngineError(
                "sharded weights are all on the cards already; shard with experts: all, or do not shard"
            )


@dataclass(frozen=True)
class TakeSpec:
    """One take: everything that decides its picture, but for the model and its LoRAs."""

    prompt: str
    negative: str = NEGATIVE_PROMPT
    width: int = 1280
    height: int = 720
    frames: int = LONGEST_TRAINED
    seed: int = 0
    sampling: Sampling = field(default_factory=Sampling)
    noise: int = 0
    """Blocks of the card that the noise is drawn like; 0: by the CPU's generator."""


@dataclass(frozen=True)
class Progress:
    """``done`` of ``total`` in a phase: bytes for ``load``, steps for ``denoise``, frames for ``decode``."""

    phase: Literal["load", "text", "denoise", "decode"]
    done: int
    total: int


OnProgress = Callable[[Progress], None]


@dataclass
class Rendering:
    """A take as it comes: ``frames`` yields (height, width, 3) RGB uint8, on rank 0 only.

    ``latents``, (1, 16, (frames - 1) / 4 + 1, height / 8, width / 8) in float32, are the same on all ranks.
    ``report`` is complete when the frames are exhausted: seconds per phase, peak bytes per card and phase,
    the step that the render resumed from, the kernel and the software versions.
    """

    frames: Iterator[np.ndarray]
    latents: torch.Tensor
    report: dict[str, Any]


class Wan22:
    """Wan 2.2 T2V-A14B on the cards of this process, ready to render."""

    def __init__(
        self,
        folder: Path | str,
        setup: Setup = Setup(),
        loras: Iterable[Lora] = (),
        embeddings: Path | None = None,
        on_progress: OnProgress | None = None,
    ):
        """Load the model in ``folder``. ``embeddings`` is a folder that keeps encoded prompts between builds.

        Raises ``EngineError`` if the folder holds another model, a file is damaged or a LoRA does not fit.
        """
        hush()
        self.setup = setup
        self.files: ModelFolder = recognise(folder)
        self.fingerprint = fingerprint(self.files)
        self.team: Team = join(setup.degrees, setup.device)
        self.device, self.dtype = self.team.device, getattr(torch, setup.dtype)
        self.kernel = attention.kernel_for(self.device) if setup.kernel == "auto" else setup.kernel
        self.loading = Phases(self.device)
        with self.loading.of("load"):
            self.experts = self._experts(loras, on_progress)
            self.vae = unread_vae(self.files.vae, getattr(torch, setup.vae_dtype)).fill(self.device)
        self.text = TextEncoder(self.files, self.fingerprint, self.team, setup.text, self.dtype, embeddings)

    def render(
        self,
        spec: TakeSpec,
        state: Path | None = None,
        state_every: int = 5,
        on_progress: OnProgress | None = None,
        notice: Notice = lambda sentence: None,
        show: Callable[[Callable[[], torch.Tensor]], None] = lambda estimate: None,
        look_at: int = 0,
    ) -> Rendering:
        """Make one take. ``state`` is the file that remembers the denoising every ``state_every`` steps.

        With ``look_at`` it stops after that step: what it yields is the picture as it would be by then, and a
        render of the same take goes on from ``state``.
        The file is removed by the caller once the take is safe. An exception from ``on_progress`` ends
        the render. ``show`` is handed after each step, on rank 0, what tells how the take would look by now.
        """
        latents = noise(spec.width, spec.height, spec.frames, spec.seed, spec.noise)
        self.setup.degrees.check_tokens(spec.width, spec.height, spec.frames)
        identity = self.identity(spec)
        self.team.agree(identity)
        phases, tell = Phases(self.device), on_progress or (lambda progress: None)
        with phases.of("text"):
            positive, negative = self.text.embed((spec.prompt, spec.negative))
            tell(Progress("text", 2, 2))
        saved = self.team.share(
            resume.load(state, identity, notice) if state and self.team.rank == 0 else None
        )
        saved, seen, keeps = resume.for_look(saved, _done(saved), look_at)

        def on_step(step: Step) -> None:
            if self.device.type == "cuda":
                torch.cuda.synchronize(self.device)
            nonlocal seen
            last = look_at or step.total
            if step.done == look_at:
                seen = step.picture()
            keep = keeps and (step.done % state_every == 0 or step.done == last)
            if state and keep and self.team.rank == 0:
                look = seen.cpu() if step.done == look_at else None
                resume.save(state, identity, {**step.state(), resume.LOOK: look})
            if self.team.rank == 0:
                show(step.picture)
            tell(Progress("denoise", step.done, last))

        def expert(stage: Stage):
            phases.begin(stage)
            return self.experts(stage)

        with phases.of(None):
            latents = denoise(
                expert,
                spec.sampling,
                positive.to(self.device, self.dtype),
                negative.to(self.device, self.dtype),
                latents.to(self.device),
                state=saved,
                until=look_at,
                on_step=on_step,
                guidance_group=self.team.guidance_group,
                ways=self.setup.ways,
            )
        self.experts.rest()
        report = self._report(saved)
        report["peak_bytes"] = self.team.collect(phases.peak_bytes)
        if look_at:
            latents = seen.to(self.device)
        return Rendering(self._frames(spec, latents, phases, tell, report), latents, report)

    def use_loras(self, loras: Iterable[Lora]) -> None:
        """Change to other LoRAs: nothing if they are the same, else the experts are read again, in place.

        Raises ``EngineError`` if one does not fit, with the model as it was.
        """
        self.experts.use_loras(loras)

    def forget_loras(self) -> None:
        """Take no LoRA for merged: a file changed while it was read, and the experts are to be read again."""
        self.experts.forget_loras()

    def identity(self, spec: TakeSpec) -> str:
        """What a saved state belongs to: the take, the model, its LoRAs, the precision and the software."""
        parts = [asdict(spec), self.fingerprint, self.experts.identities, self.setup.dtype]
        parts += [recipe_of(named(self.setup.ways))] if self.setup.ways else []
        return hashlib.sha256(json.dumps([*parts, _versions()], sort_keys=True).encode()).hexdigest()

    def _frames(
        self, spec: TakeSpec, latents, phases: Phases, tell: OnProgress, report: dict
    ) -> Iterator[np.ndarray]:
        with phases.of("decode"), closing(self._decoded(latents)) as frames:
            for number, frame in enumerate(frames, 1):
                tell(Progress("decode", number, spec.frames))
                yield frame
        report["seconds"] = phases.seconds
        if self._spreads(latents):
            report["peak_bytes"] = self.team.collect(phases.peak_bytes)
        else:
            report["peak_bytes"][self.team.rank] = phases.peak_bytes

    def _spreads(self, latents: torch.Tensor) -> bool:
        return self.setup.vae == "spread" and can_spread(latents, self.setup.degrees.processes)

    def _decoded(self, latents: torch.Tensor) -> Iterator[np.ndarray]:
        """Frames, on rank 0. Only a VAE that is spread has work for the others."""
        if self._spreads(latents):
            yield from decode_together(self.vae, latents, self.team)
        elif self.team.rank == 0:
            yield from decode(self.vae, latents, self.setup.vae == "tiled")

    def _report(self, saved: dict | None) -> dict[str, Any]:
        return {
            "model": str(self.files.root),
            "fingerprint": self.fingerprint,
            "layout": self.files.layout,
            "setup": asdict(self.setup),
            "kernel": self.kernel,
            "load": {"seconds": self.loading.seconds["load"], "bytes": self.files.bytes},
            "resumed_from": _done(saved),
            "versions": _versions(),
        }

    def _experts(self, loras: Iterable[Lora], on_progress: OnProgress | None) -> Denoisers:
        how, ways = self.setup.compiled, self.setup.ways
        prepare = prepared(BLOCKS, self.team, self.kernel, how, change=keep_precision, ways=ways)
        unread = {
            "high": unread_expert(self.files.high, self.dtype, prepare),
            "low": unread_expert(self.files.low, self.dtype, prepare),
        }
        return Denoisers(
            unread,
            Placed(self.device, self.setup.experts, self.setup.host_copies),
            SPELLING,
            loras,
            on_progress and (lambda done, total: on_progress(Progress("load", done, total))),
        )


def _done(saved: dict[str, Any] | None) -> int:
    """Steps that a saved state has behind it."""
    return saved["scheduler"]["_step_index"] if saved else 0


def _versions() -> dict[str, str]:
    return {module.__name__: module.__version__ for module in (torch, diffusers, transformers)}
