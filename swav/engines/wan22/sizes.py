"""The sizes of the model that is in a folder, for placement: read from config.json and the files' headers.

Light: no torch. Nothing of the published model is assumed where the folder says otherwise, so that a small
model is planned as a small one, and a converted one as what it is on disk.
"""

import re
from dataclasses import dataclass
from functools import cache
from math import prod
from pathlib import Path

from swav.diffusion.calibration import Calibration
from swav.diffusion.facts import FP32, ModelFacts, PartFacts
from swav.engines.wan22 import TEXT_TOKENS
from swav.engines.wan22.kinds import HEAD_WIDTH
from swav.engines.wan22.layout import ModelFolder, recognise
from swav.engines.wan22.umt5_names import umt5_name
from swav.errors import EngineError
from swav.weights.folder import Weights
from swav.weights.headers import read_json
from swav.weights.shapes import Shapes, shapes

TITLE = "Wan 2.2"
MEASURED = Calibration(
    "two H100 80 GB", "2026-11-23", "python benchmarks/wan22.py --out results", sum_states=1.7
)
"""The defaults of a calibration are what was measured of this model: docs/performance.md. The sum through all
blocks in float32: 34.8 GB instead of 33.5 on an H100, compiled, at 75,600 tokens."""


@dataclass(frozen=True)
class Sizes:
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
    def facts(self) -> ModelFacts:
        """What costs follow from."""
        return ModelFacts(
            title=TITLE,
            denoisers=(self.expert, self.expert),
            text=self.text,
            vae_bytes=self.vae_bytes,
            hidden=self.hidden,
            heads=self.heads,
            layers=self.layers,
            ffn=self.ffn,
            text_tokens=TEXT_TOKENS,
            vae_width=self.vae_width,
            # Of the two attentions, keys and values of the text do not grow with the clip.
            linear=self.layers * (6 * self.hidden**2 + 2 * self.hidden * self.ffn),
            calibration=MEASURED,
        )

    @property
    def expert(self) -> PartFacts:
        """One expert: 14.29 billion parameters. A block has two attentions of four matrices each, and the
        feed-forward; outside are embeddings of time, text and patches, and the head.
        """
        block = 8 * self.hidden**2 + 2 * self.hidden * self.ffn + 19 * self.hidden + self.ffn
        rest = 8 * self.hidden**2 + (self.text_width + 256 + 64 + 64 + 13) * self.hidden
        return PartFacts(self.layers * block + rest, block, self.layers, file_bytes=self.expert_file_bytes)

    @property
    def text(self) -> PartFacts:
        """The text encoder: 5.68 billion parameters, of which 1.05 billion are the embedding."""
        block = 4 * self.text_width * self.text_inner + 3 * self.text_width * self.text_ffn
        parameters = self.text_vocabulary * self.text_width + self.text_layers * block
        return PartFacts(parameters, block, self.text_layers, file_bytes=self.text_file_bytes)


PUBLISHED = Sizes().facts


def facts_in(folder: Path) -> ModelFacts:
    """Facts of the model in ``folder``; of the published one where no whole model is, so that a plan can be
    made before 118 GB are fetched.
    """
    return sizes_in(folder.resolve()).facts


@cache
def sizes_in(folder: Path) -> Sizes:
    """Sizes of the model in ``folder``, or of the published one."""
    try:
        return sizes_of(recognise(folder))
    except EngineError:
        return Sizes()


def sizes_of(model: ModelFolder) -> Sizes:
    """Sizes of both experts (they are alike), the text encoder and the VAE, in either published layout.

    Raises ``EngineError`` if a file does not state what every such model has.
    """
    try:
        return Sizes(
            **_expert_sizes(model.high),
            **_text_sizes(model.text_encoder),
            **_vae_sizes(model.vae),
            expert_file_bytes=model.high.bytes,
            text_file_bytes=model.text_encoder.bytes,
        )
    except KeyError as missing:
        raise EngineError(
            f"{model.root} does not state {missing} of its model; the download is incomplete: "
            "run the same download command again, it fetches only what is missing"
        ) from None


def _expert_sizes(expert: Weights) -> dict[str, int]:
    """From Wan's own ``config.json`` or from that of Diffusers; of a single file from its shapes."""
    if expert.config is None:
        stored = shapes(expert)
        hidden = stored["patch_embedding.weight"][0]
        ffn = stored.get("blocks.0.ffn.0.weight") or stored["blocks.0.ffn.net.0.proj.weight"]
        layers = _count_blocks(stored)
        return {"hidden": hidden, "heads": hidden // HEAD_WIDTH, "layers": layers, "ffn": ffn[0]}
    stated = read_json(expert.config)
    if "num_heads" in stated:
        hidden, heads = stated["dim"], stated["num_heads"]
    else:
        heads = stated["num_attention_heads"]
        hidden = heads * stated["attention_head_dim"]
    return {"hidden": hidden, "heads": heads, "layers": stated["num_layers"], "ffn": stated["ffn_dim"]}


def _text_sizes(encoder: Weights) -> dict[str, int]:
    """From umT5's ``config.json``, or, as the original layout has none, from the shapes of its tensors."""
    if encoder.config:
        stated = read_json(encoder.config)
        return {
            "text_width": stated["d_model"],
            "text_inner": stated["d_kv"] * stated["num_heads"],
            "text_vocabulary": stated["vocab_size"],
            "text_layers": stated["num_layers"],
            "text_ffn": stated["d_ff"],
        }
    stored = shapes(encoder)
    if not stored:
        return {}
    stored = {umt5_name(name): shape for name, shape in stored.items()}
    vocabulary, width = stored["shared.weight"]
    block = "encoder.block.0.layer."
    return {
        "text_width": width,
        "text_inner": stored[f"{block}0.SelfAttention.q.weight"][0],
        "text_vocabulary": vocabulary,
        "text_layers": len({name.split(".")[2] for name in stored if name.startswith("encoder.block.")}),
        "text_ffn": stored[f"{block}1.DenseReluDense.wi_0.weight"][0],
    }


def _count_blocks(stored: Shapes) -> int:
    return len({match[1] for name in stored if (match := re.match(r"blocks\.(\d+)\.", name))})


def _vae_sizes(vae: Weights) -> dict[str, int]:
    """Its width is the channels of its first layer; its bytes are counted as the engine holds it, float32."""
    stored = shapes(vae)
    if not stored:
        return {}
    first = stored.get("encoder.conv_in.weight") or stored["encoder.conv1.weight"]
    return {"vae_bytes": FP32 * sum(prod(shape) for shape in stored.values()), "vae_width": first[0]}
