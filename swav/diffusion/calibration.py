"""What cannot be derived from a model's sizes and was measured: one value, with where it comes from.

The defaults stand for a transformer of 14 billion parameters, its VAE and its text encoder, on the *first*
and the *second* card of docs/performance.md, two H100 80 GB with torch 2.11. The second is 3 to 6 %
slower; numbers lie between the two. A model that nobody measured borrows them, which its plan says, and
gets a wider margin.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from swav.render.hardware import Kernel


def _fixed(values: dict) -> Mapping:
    return field(default_factory=lambda: MappingProxyType(values))


@dataclass(frozen=True)
class Calibration:
    """Measured constants. Bytes are of bfloat16 networks and a float32 VAE."""

    card: str = ""
    """On what it was measured; empty where nobody measured this model."""
    date: str = ""
    command: str = ""
    """What measures it."""
    matrix_part: float = 0.79
    """Of a card's FLOP/s in linear layers. First card: 1.84e15 FLOP of a 720p pass in 2.27 s, which is 0.81;
    the second's whole passes are 3 to 5 % longer."""
    attention_part: Mapping[tuple[int, Kernel], float] = _fixed(
        {(9, "flash3"): 0.705, (9, "cudnn"): 0.582, (9, "native"): 0.572, (9, "flash2"): 0.363}
    )
    """Of a Hopper card's FLOP/s in self-attention over 75,600 tokens. First card: 716, 590 and 368 TFLOP/s
    for the kernels, and for PyTorch's default, which there is cuDNN's, the 1.5 s by which its 720p pass is
    longer. All are taken down by 2.5 % towards the second card: a 720p pass took 9.27 s on the first and
    9.81 s on it.
    """
    attention_elsewhere: float = 0.64
    """The same on other cards, FlashAttention 2 being made for Ampere: it gives the published seconds of one
    A100 (2,735.7) within 3 %."""
    pointwise_bytes: Mapping[bool, float] = _fixed({True: 18.3e6 / (40 * 5120), False: 73.0e6 / (40 * 5120)})
    """Memory traffic of norms, rotations and gates per token, layer and channel of a pass: compiled,
    eager. Measured: 0.46 s and 1.84 s of a 720p pass of 40 layers with 5,120 channels at 3.0 TB/s, of
    which the card's datasheet says 3.35.
    """
    eager_states: float = 11.3
    """Hidden states in bfloat16 that live at once in an eager block of Diffusers'. Both cards: 37.4 GB at
    75,600 tokens."""
    sum_states: float = 0.0
    """As much more memory, eager or compiled, as a sum through all blocks takes that is kept in float32."""
    exchange_states: float = 9.0
    """The same around Ulysses' exchange: input, norm, query, key and value, each once sent and received."""
    vae_width: int = 96
    """Channels of the VAE that was measured. Memory and traffic of another follow its channels."""
    vae_bytes_per_pixel: float = 23_100
    """float32, whole frames, beside the weights. First card: 10.0 GB at 832x480 and 22.3 GB at 1280x720;
    second: 9.6 and 21.4 GB."""
    decoded_at_once: int = 4
    """Frames that are decoded together there: of a still it is one, with that part of the memory."""
    vae_seconds_per_pixel: float = 103e-9
    """Per pixel of each frame, on an H100. 81 frames of 1280x720 on the first card:
    7.63 s, on the second: 7.70 and 7.89 s."""
    tile_pixels: int = 256 * 256
    tile_overlap: float = (256 / 192) ** 2
    """Tiles have 256 pixels every 192 (diffusers' VAEs)."""
    tiled_slower: float = 1.9
    """Second card: 6.7 instead of 3.3 s at 832x480, 14.1 and 14.7 instead of 7.7 s at 1280x720."""
    spread_reach: float = 4
    """Latents that a strip's features reach beyond it on a side where it has a neighbour: 13, 6, 2.5 and 0.9
    at the four resolutions of the decoder, weighted by the multiplications of each."""
    spread_all: float = 0.01
    """Of the decoder's work, what each rank does for the whole picture: its layers up to the middle block.
    Both counted with torch's FlopCounterMode: 0.54 of the work on two ranks and 0.31 to 0.33 on four.
    """
    text_work_bytes: int = 350_000_000
    """Second card: 0.32 GB beside the weights."""
    text_part: float = 0.08
    """Of a card's FLOP/s, for two prompts of 512 tokens. Second card: 0.144 s."""
    reserved: Mapping[str, float] = _fixed(
        {"text": 1.0, "eager": 1.57, "compiled": 1.62, "whole": 1.4, "spread": 1.4, "tiled": 1.5}
    )
    """What the allocator reserves for each byte of working memory: free pieces between tensors. No less than
    the second card's figures: 6.6 and 13.2 GB for 3.9 and 8.8 in use (eager passes of 832x480 and 1280x720),
    4.1 and 8.8 for 2.3 and 4.9 (compiled), 12.9 for 9.1 (decoding 832x480 in the worker), 29.5 for 20.9
    (1280x720), 3.8 and 6.4 for 2.0 and 4.2 (in tiles)."""

    @property
    def measured(self) -> bool:
        """Whether it is this model's own."""
        return bool(self.card)

    @property
    def tiled_copies(self) -> float:
        """Of the clip's pixels in float32 when tiles are joined: the tiles, their rows, the whole, and it
        clamped. Second card: 4.74 GB at 1280x720."""
        return self.tile_overlap + 3


BORROWED = Calibration()
"""For a model that nobody measured."""


@dataclass(frozen=True)
class Measured:
    """What was seen of a model on a card, as parts of what would be foretold with ``BORROWED``.

    ``benchmarks/models.py`` measures it, at the model's largest size and longest clip.
    """

    card: str
    date: str
    step: float
    """Times the seconds of a pass."""
    decode: float
    """Times those of decoding."""
    step_memory: float
    """Times what a pass reserves beside the weights."""
    decode_memory: float
    """Times what decoding does."""
    text_gigabytes: float = BORROWED.text_work_bytes / 1e9
    """What encoding the prompt, and the pictures that it speaks of, reserves beside the weights."""

    def calibration(self) -> Calibration:
        """The constants with which the same is foretold as was measured."""
        named = {"eager": self.step_memory, "compiled": self.step_memory}
        reserved = {
            name: part * named.get(name, self.decode_memory) for name, part in BORROWED.reserved.items()
        }
        return replace(
            BORROWED,
            card=self.card,
            date=self.date,
            command="python benchmarks/models.py --out results",
            matrix_part=BORROWED.matrix_part / self.step,
            attention_part={kind: part / self.step for kind, part in BORROWED.attention_part.items()},
            attention_elsewhere=BORROWED.attention_elsewhere / self.step,
            pointwise_bytes={how: many * self.step for how, many in BORROWED.pointwise_bytes.items()},
            vae_seconds_per_pixel=BORROWED.vae_seconds_per_pixel * self.decode,
            text_work_bytes=int(self.text_gigabytes * 1e9),
            reserved=reserved | {"text": BORROWED.reserved["text"]},
        )
