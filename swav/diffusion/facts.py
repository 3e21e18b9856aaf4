"""The sizes that decide what a render costs: those of a model's networks, and those of a shot."""

from dataclasses import dataclass, field, replace

from swav.diffusion.calibration import BORROWED, Calibration

BF16, FP32 = 2, 4


@dataclass(frozen=True)
class PartFacts:
    """One network by what it weighs. What streams or is gathered does so a block at a time."""

    parameters: int
    block: int = 0
    """Parameters of its largest block; 0 for a network that is taken as a whole."""
    blocks: int = 0
    """How many blocks it has, in all of its lists of blocks."""
    in_blocks: int = 0
    """Parameters of all blocks together; ``block`` times ``blocks`` if nothing is said."""
    file_bytes: int = 0
    """On disk, which may be twice what is computed with."""

    @property
    def in_all_blocks(self) -> int:
        return self.in_blocks or self.block * self.blocks

    @property
    def rest(self) -> int:
        """Parameters outside of the blocks, such as embeddings and the head."""
        return self.parameters - self.in_all_blocks


def doubled(part: PartFacts) -> PartFacts:
    """A network in float32, counted as the bfloat16 numbers that would take as much memory."""
    return replace(
        part, parameters=2 * part.parameters, block=2 * part.block, in_blocks=2 * part.in_all_blocks
    )


@dataclass(frozen=True)
class Divisions:
    """How a shot of a model may be divided over cards. What it does not allow is never planned."""

    guidance: bool = True
    """Two passes of a step at once, on two cards."""
    ulysses: bool = True
    """The tokens of a pass over cards."""
    shard: bool = True
    """The weights that denoise over cards, gathered block by block."""
    spread: bool = True
    """Decoding over cards, a strip of each picture each."""
    tiles: bool = True
    """Decoding in tiles. Where tiles are part of the picture, neither this nor ``spread``."""
    always_tiles: bool = False
    """Whether tiles are part of the picture, so that nothing else is done."""
    rereads: bool = True
    """Whether a part can be read from disk again, so that it need not wait in host memory."""
    streams_text: bool = True
    """Whether the text encoder can visit the card block by block."""
    kernels: bool = True
    """Whether its attention can be given another kernel than PyTorch's own."""
    compiles: bool = True
    """Whether its blocks can be compiled."""
    shards_text: bool = True
    """Whether the text encoder's weights are divided with those that denoise; else each card has it whole."""


@dataclass(frozen=True)
class Grid:
    """From pixels to tokens."""

    spatial: int = 8
    """Pixels to a latent, along each side."""
    temporal: int = 4
    """Frames to a latent, of which the first stands for the first frame alone."""
    patch: int = 2
    """Latents to a token, along each side."""

    @property
    def pixels(self) -> int:
        """Of a frame, to a token."""
        return (self.spatial * self.patch) ** 2

    def tokens(self, width: int, height: int, frames: int) -> int:
        """Tokens that self-attention runs over: 75,600 for 81 frames of 1280x720."""
        side = self.spatial * self.patch
        return ((frames - 1) // self.temporal + 1) * (height // side) * (width // side)


@dataclass(frozen=True)
class ModelFacts:
    """The networks of a model, and how its denoiser computes."""

    title: str
    """For sentences."""
    denoisers: tuple[PartFacts, ...]
    """Networks that denoise, one after the other; most models have one."""
    text: PartFacts
    """All text encoders together."""
    vae_bytes: int
    """Of the VAE, in the type in which it decodes."""
    hidden: int
    """Channels of a token in the denoiser."""
    heads: int
    layers: int
    ffn: int
    """Channels inside a feed-forward."""
    text_tokens: int = 512
    vae_width: int = 96
    """Channels of the VAE's widest pictures."""
    linear: int = 0
    """Multiplications of a token with weights in one pass; those of all blocks if nothing is said."""
    timed: bool = True
    """Whether seconds follow from its sizes, as those of transformers do."""
    work_bytes: int = 0
    """Of a phase beside the weights, at least: an allowance, where sizes do not tell."""
    batched: bool = False
    """Whether the two passes of a step are one over a batch of two, unless two cards make one each."""
    whole_in_host: bool = False
    """Whether each process brings all of the model into host memory first."""
    divisions: Divisions = field(default_factory=Divisions)
    ways: tuple[str, ...] = ()
    """Names of the lossy ways in which it computes: see ``swav.diffusion.ways``."""
    calibration: Calibration = BORROWED

    @property
    def denoiser(self) -> PartFacts:
        """The largest network that denoises."""
        return max(self.denoisers, key=lambda part: part.parameters)

    @property
    def all_denoisers(self) -> int:
        """Parameters of all of them."""
        return sum(part.parameters for part in self.denoisers)

    @property
    def multiplications(self) -> int:
        """Of one token with weights, in one pass."""
        return self.linear or self.denoiser.in_all_blocks


@dataclass(frozen=True)
class ShotFacts:
    """What a shot asks for, as far as cost goes. ``guided``: two passes a step instead of one."""

    width: int
    height: int
    frames: int
    steps: int = 40
    guided: bool = True
    grid: Grid = field(default_factory=Grid)
    shown: int = 0
    """Tokens of pictures that are drawn after, which stand beside the picture's own in every pass."""
    alone: int = 0
    """Passes of a step beside those of guidance."""

    @property
    def tokens(self) -> int:
        return self.grid.tokens(self.width, self.height, self.frames) + self.shown

    @property
    def pixels(self) -> int:
        return self.width * self.height

    @property
    def passes(self) -> int:
        return self.steps * (1 + self.guided + self.alone)
