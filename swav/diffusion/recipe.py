"""A model as data: all that a build has to know of one to make takes with it.

A recipe names a pipeline of Diffusers, which is used as it is, and states what its authors published of it:
sizes and lengths that exist, steps, guidance, licence. ``swav.engines._diffusion`` makes an engine of it, and
``pipeline`` runs it in a worker; neither knows any model. Light: no torch.
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any, Literal, Protocol

from swav.diffusion.calibration import Measured
from swav.diffusion.facts import FP32, Grid, ModelFacts, PartFacts
from swav.weights.folder import Model

Size = tuple[int, int]
Passes = Literal["one", "batch", "calls"]
"""How a step is guided: one pass of the network; one over a batch of two; two passes one after the other."""


_READ = ("prompt", "first_frame", "last_frame", "references")
"""What a model may work from, in the order in which it is told."""


@dataclass(frozen=True)
class Licence:
    """What the authors let one do with the weights and with the pictures."""

    name: str
    commercial: Literal["yes", "conditions", "no"]
    conditions: str = ""
    """Under which conditions it may be used for money, in a phrase."""
    gated: bool = False
    """Whether the download asks for an account that has agreed to it."""


@dataclass(frozen=True)
class Frames:
    """The lengths that a model can render: ``step`` k + 1 frames; with step 0, exactly ``trained``."""

    step: int
    trained: int
    """Of the longest clip that it was trained on."""
    longest: int = 0
    """Of the longest that is rendered; ``trained`` if nothing is said."""

    @property
    def most(self) -> int:
        return self.longest or self.trained

    def at_least(self, frames: int) -> int:
        """The shortest length that exists and has as many frames. It may be longer than ``most``."""
        if not self.step:
            return self.trained if frames <= self.trained else frames
        return self.step * ceil(Fraction(max(1, frames) - 1, self.step)) + 1


class Layouts(Protocol):
    """The layouts of a model beside that of Diffusers. Each raises ``EngineError`` for one that is not whole,
    ``AnotherModel`` where another model has that layout; what it returns is a ``PipelineFolder``."""

    def whole(self, root: Path) -> Model | None:
        """The model as its authors publish it; None where ``root`` has not that layout."""

    def scattered(self, root: Path) -> Model | None:
        """The model as files of any name under ``root``; None where none of it lies there."""

    def check_name(self, folder: Path, root: Path) -> None:
        """AnotherModel where what a folder, in which ``root`` was found, is called, or what is written
        there, says that it is another model of the same shapes."""

    def doubt(self, folder: Path, root: Path) -> str:
        """That nothing there says which of several models of the same shapes it is; empty where something
        does."""


def sizes(
    denoiser: float,
    text: float,
    vae: float,
    *,
    hidden: int,
    layers: int,
    ffn: int,
    heads: int = 1,
    vae_width: int = 128,
    experts: int = 1,
) -> ModelFacts:
    """Sizes as they are published: parameters in billions, the denoiser's in ``layers`` blocks, all encoders'
    together; ``experts`` denoisers of one size."""
    count = int(denoiser * 1e9)
    one = PartFacts(count, count // layers, layers, file_bytes=2 * count)
    return ModelFacts(
        title="",
        denoisers=(one,) * experts,
        text=PartFacts(int(text * 1e9), file_bytes=int(text * 2e9)),
        vae_bytes=int(vae * FP32 * 1e9),
        hidden=hidden,
        heads=heads,
        layers=layers,
        ffn=ffn,
        vae_width=vae_width,
    )


@dataclass(frozen=True)
class ModelRecipe:
    """One published model. Numbers are its authors' unless a comment says otherwise."""

    name: str
    """What a storyboard writes as ``engine``."""
    title: str
    pipeline: str
    """The class that model_index.json names, which is called for a prompt, or for the picture it needs."""
    repository: str
    gigabytes: float
    """Of the download, about."""
    licence: Licence
    sizes: tuple[tuple[Size, ...], ...]
    """Sizes that it was trained on, (longer side, shorter side): groups from small to large; those of a group
    differ in form."""
    multiple: int
    """Of which both sides must be a multiple, by trial; some pipelines ask for less and then crash."""
    steps: int
    guidance: float
    passes: Passes
    alone: int = 0
    """Passes of a step beside those, each of them a call of its own."""
    version: int = 1
    """Raised when the way of making takes changes, so that they should be made anew."""
    folder: str = ""
    """Of the weights, inside the folder of models; ``name`` if nothing is said."""
    download: str = ""
    """More words for ``hf download``, where not all of the repository is needed."""
    frames: Frames | None = None
    """None for what draws stills."""
    rate: int = 1
    """Frames a second that it was trained at."""
    from_frame: str = ""
    """The class that is called, with the same weights, where a shot has a first frame."""
    reads: frozenset[str] = frozenset({"prompt"})
    needs: frozenset[str] = frozenset()
    most_references: int | None = None
    """How many ``references`` it was shown beside a prompt, where it reads them."""
    reference_pixels: int = 0
    """Of each reference as the pipeline scales it, whatever its size; its tokens join the picture's own."""
    upright: bool = True
    """Whether it was trained on pictures that are higher than wide, too."""
    negative: str | None = ""
    """What is steered away from beside the storyboard's own words; None if it takes no negative prompt."""
    guidance_name: str = "guidance_scale"
    """The pipeline's argument; ``guider`` where it has a part for it."""
    prompt_tokens: int = 0
    """Tokens of a prompt that are read, marks not counted; 0 if it reads no prompt."""
    call: Mapping[str, Any] = field(default_factory=dict)
    """What else the pipeline is called with."""
    tells: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Values of a part's config.json that tell it from siblings, which model_index.json calls the same."""
    by_camera: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What else it is called with for a move of the camera."""
    first_sigma: float | None = None
    """Where the authors' own time grid begins, which then falls evenly to 0; None: the pipeline's grid."""
    tiled: bool = False
    """Whether the VAE works in tiles, whatever the card: it is part of the picture."""
    tiles: bool = False
    """Whether the VAE may work in tiles where a card has not the memory for whole pictures."""
    float32: tuple[str, ...] = ("vae",)
    """Parts that compute in float32; all others do in bfloat16."""
    grid: Grid = field(default_factory=Grid)
    """From pixels to tokens."""
    timed: bool = True
    """Whether seconds follow from its sizes, as those of transformers do; of networks that convolve none."""
    published: ModelFacts | None = None
    """Sizes of its networks as they are published, to plan with before they are here."""
    measured: Measured | None = None
    """What was seen of it on a card; None if nobody measured it."""
    loras: bool = True
    """Whether LoRAs are merged into it: whether Diffusers knows how its community names them."""
    lora_names: str = ""
    """``package.module:function`` that gives, of a title, how LoRA files name its networks, where Diffusers
    knows less of that."""
    shares: bool = True
    """Whether two cards that make a pass each are faster than one."""
    ulysses: bool = False
    """Whether Diffusers has a plan, that works, to divide each picture over cards."""
    masked: bool = True
    """Whether its attention has masks, so that only PyTorch's own kernel is right."""
    sound: bool = False
    """Whether it denoises sound beside the picture."""
    work_gigabytes: float = 6.0
    """Memory that a pass and decoding are given beside the weights, before one was seen to run out: an
    allowance, not a measurement."""
    layouts: Layouts | None = None
    """How else than for Diffusers its files may lie."""
    packages: tuple[str, ...] = ("torch", "diffusers", "transformers", "accelerate")

    @property
    def place(self) -> str:
        """The folder of the weights, inside the folder of models."""
        return self.folder or self.name

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes that model_index.json may name."""
        return tuple(filter(None, (self.pipeline, self.from_frame)))

    @property
    def divided(self) -> bool:
        """Whether two cards make the two passes of a step."""
        return self.shares and self.passes != "one"

    @property
    def most_cards(self) -> int | None:
        """Cards that one render has a use for; None: as many as there are."""
        return None if self.ulysses else 2 if self.divided else 1

    @property
    def download_said(self) -> str:
        """How much is to be fetched, and what it asks for, as a phrase."""
        gate = ", after `hf auth login` and consent to the licence" if self.licence.gated else ""
        return f"about {self.gigabytes:.0f} GB{gate}"

    @property
    def gives(self) -> str:
        """What it makes of what, and how much is to be fetched for it, as a phrase."""
        works = " and ".join(
            name.replace("_", " ")
            for name in _READ
            if name in self.needs or (name == "prompt" and name in self.reads)
        )
        largest = "x".join(map(str, self.sizes[-1][-1]))
        made = "stills" if self.frames is None else "clips"
        return f"{made} of {largest} from {works}, {self.gigabytes:.0f} GB"

    def instead(self, folder: Path) -> str:
        """What to do where another model lies in its folder."""
        return f"give {shlex.quote(folder.name)} another name, then {self.get_it(folder)}"

    def get_it(self, folder: Path) -> str:
        """The command that fetches the weights."""
        more = f" {self.download}" if self.download else ""
        return f"hf download {self.repository}{more} --local-dir {shlex.quote(str(folder))}"

    def size(self, width: int, height: int) -> Size:
        """The size to render for a reel, or a still, of that size; what follows scales and crops it.

        Of the smallest group whose shorter sides reach the reel's, the one nearest to its form. A reel of
        less than a quarter of the smallest, which nobody delivers but for a quick look, is rendered at its
        own size, below what the model was trained on.
        """
        smallest = min(long * short for group in self.sizes for long, short in group)
        if width * height * 4 < smallest:
            return self._rounded(width), self._rounded(height)
        group = next((g for g in self.sizes if max(s[1] for s in g) >= min(width, height)), self.sizes[-1])
        form = max(width, height) / min(width, height)
        if width < height and not self.upright:
            form = 1.0
        long, short = min(group, key=lambda size: abs(size[0] / size[1] - form))
        return (long, short) if width >= height or not self.upright else (short, long)

    def _rounded(self, side: int) -> int:
        return max(self.multiple, round(side / self.multiple) * self.multiple)

    def frames_for(self, seconds: Fraction) -> int:
        """The fewest frames that last as long, of the lengths that exist."""
        assert self.frames is not None
        return self.frames.at_least(ceil(seconds * self.rate))

    def pipeline_for(self, has_first_frame: bool) -> str:
        """The class that makes a take."""
        return self.from_frame if has_first_frame and self.from_frame else self.pipeline

    def negative_prompt(self, negative: str) -> str:
        """The authors' negative prompt, with the storyboard's own words after it."""
        return ", ".join(filter(str.strip, (self.negative or "", negative.strip()))) or self.negative or ""
