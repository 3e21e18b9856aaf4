"""The published models of Wan 2.2, as their files are told from one another. Light: no torch."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

HEAD_WIDTH = 128
"""Of one attention head in every Wan model (Wan2.2, ``wan/configs``); no header tells it."""


@dataclass(frozen=True)
class Kind:
    """One published model (Wan2.2, ``wan/configs``)."""

    title: str
    short: str
    inputs: int
    """Channels that its transformers take in."""
    latents: int
    """Channels of its VAE's latents."""
    vae: str
    """The VAE's file in the original layout."""
    repository: str
    """Of the original layout."""
    gigabytes: int
    """Of its download."""
    home: str
    """The folder under ``models`` in which its engine looks."""
    named: re.Pattern
    """What a file is called that says to be this model."""
    experts: int = 2
    """Two, for high and for low noise, or one transformer for all."""
    others: Mapping[re.Pattern, str] = field(default_factory=dict)
    """Models of the same shapes that are not it, by a word of their names or of their settings."""

    @property
    def fetch(self) -> str:
        """What to do where it is not there, as the end of a sentence."""
        command = f"hf download {self.repository} --local-dir models/{self.home}"
        return f"fetch it, {self.gigabytes} GB, with `{command}`"

    @property
    def lookalikes(self) -> str:
        """What would look the same where nothing is written, in words."""
        return " or ".join([*self.others.values(), "a fine-tune"])

    def another(self, words: str) -> str:
        """Which of ``others`` such words, in small letters, are of; empty if none."""
        return next((name for word, name in self.others.items() if word.search(words)), "")

    @property
    def stages(self) -> tuple[str, ...]:
        """Its transformers, in the order in which they are read."""
        return ("high", "low") if self.experts == 2 else ("transformer",)


T2V = Kind(
    title="Wan 2.2 T2V-A14B",
    short="T2V-A14B",
    inputs=16,
    latents=16,
    vae="Wan2.1_VAE.pth",
    repository="Wan-AI/Wan2.2-T2V-A14B",
    gigabytes=118,
    home="wan22",
    named=re.compile(r"t2v|text[ _-]?(to|2)[ _-]?video"),
    others={re.compile("bernini|use_src_id_rotary_emb"): "Bernini-R"},
)
I2V = Kind(
    title="Wan 2.2 I2V-A14B",
    short="I2V-A14B",
    inputs=36,
    latents=16,
    vae="Wan2.1_VAE.pth",
    repository="Wan-AI/Wan2.2-I2V-A14B",
    gigabytes=126,
    home="wan2.2-i2v",
    named=re.compile(r"i2v|image[ _-]?(to|2)[ _-]?video"),
    others={re.compile(r"(?<![a-z])fun(?![a-z])"): "Wan 2.2 Fun"},
)
TI2V = Kind(
    title="Wan 2.2 TI2V-5B",
    short="TI2V-5B",
    inputs=48,
    latents=48,
    vae="Wan2.2_VAE.pth",
    repository="Wan-AI/Wan2.2-TI2V-5B",
    gigabytes=34,
    home="wan2.2-ti2v",
    named=re.compile(r"ti2v|(?<!\d)5b"),
    experts=1,
)
KINDS = (T2V, I2V, TI2V)


def by_inputs(inputs: int, alone: bool = False) -> str:
    """What a Wan transformer with so many inputs belongs to, in words; ``alone``: it is no expert."""
    known = {kind.inputs: kind.title for kind in KINDS}
    known[I2V.inputs] = f"the image-to-video model {I2V.title}"
    if alone:
        known |= {T2V.inputs: "Wan 2.1 T2V", I2V.inputs: "Wan 2.1 I2V"}
    return known.get(inputs, f"a Wan model with {inputs} inputs")
