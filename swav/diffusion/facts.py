"""The sizes that decide what a render costs: those of Wan 2.2's networks, and those of a shot."""

from dataclasses import dataclass

BF16, FP32 = 2, 4


@dataclass(frozen=True)
class ModelFacts:
    """The sizes of a model of Wan 2.2's make. The defaults are those of Wan 2.2 T2V-A14B (its config.json,
    and google/umt5-xxl's).
    """

    hidden: int = 5120
    heads: int = 40
    layers: int = 40
    ffn: int = 13824
    text_width: int = 4096
    text_inner: int = 4096
    """Of the text encoder's attention: heads times the width of one."""
    text_tokens: int = 512
    text_vocabulary: int = 256_384
    text_layers: int = 24
    text_ffn: int = 10_240
    vae_bytes: int = 508_000_000
    """float32, the size of vae/diffusion_pytorch_model.safetensors."""
    vae_width: int = 96
    """Channels of the VAE's widest pictures."""
    expert_file_bytes: int = 57_154_000_000
    """One expert as it is on disk; float32 as published, half of it after ``swav models convert``."""
    text_file_bytes: int = 11_362_000_000

    @property
    def block(self) -> int:
        """Parameters of one transformer block: two attentions of four matrices each, and the feed-forward."""
        return 8 * self.hidden**2 + 2 * self.hidden * self.ffn + 19 * self.hidden + self.ffn

    @property
    def rest(self) -> int:
        """Parameters outside of the blocks: embeddings of time, text and patches, and the head."""
        return 8 * self.hidden**2 + (self.text_width + 256 + 64 + 64 + 13) * self.hidden

    @property
    def expert(self) -> int:
        """Parameters of one expert: 14.29 billion."""
        return self.layers * self.block + self.rest

    @property
    def text_block(self) -> int:
        return 4 * self.text_width * self.text_inner + 3 * self.text_width * self.text_ffn

    @property
    def text_embedding(self) -> int:
        return self.text_vocabulary * self.text_width

    @property
    def text(self) -> int:
        """Parameters of the text encoder: 5.68 billion."""
        return self.text_embedding + self.text_layers * self.text_block


@dataclass(frozen=True)
class ShotFacts:
    """What a shot asks for, as far as cost goes. ``guided``: two passes a step instead of one."""

    width: int
    height: int
    frames: int
    steps: int = 40
    guided: bool = True

    @property
    def tokens(self) -> int:
        """One for 4 frames of 16 x 16 pixels, the first frame alone: 75,600 for 81 frames of 1280x720."""
        return ((self.frames - 1) // 4 + 1) * (self.height // 16) * (self.width // 16)

    @property
    def pixels(self) -> int:
        return self.width * self.height

    @property
    def passes(self) -> int:
        return self.steps * (1 + self.guided)
