"""The sizes of the model that is in a folder, for placement: read from config.json and the files' headers.

Light: no torch. Nothing of the published model is assumed where the folder says otherwise, so that a small
model is planned as a small one, and a converted one as what it is on disk.
"""

import re
from functools import cache
from math import prod
from pathlib import Path

from swav.diffusion.facts import FP32, ModelFacts
from swav.engines.wan22.layout import ModelFolder, recognise
from swav.errors import EngineError
from swav.weights.folder import Weights
from swav.weights.headers import read_json
from swav.weights.shapes import Shapes, shapes

PUBLISHED = ModelFacts()


def facts_in(folder: Path) -> ModelFacts:
    """Facts of the model in ``folder``; of the published one where no whole model is, so that a plan can be
    made before 118 GB are fetched.
    """
    return _facts_at(folder.resolve())


@cache
def _facts_at(folder: Path) -> ModelFacts:
    try:
        return facts_of(recognise(folder))
    except EngineError:
        return PUBLISHED


def facts_of(model: ModelFolder) -> ModelFacts:
    """Sizes of both experts (they are alike), the text encoder and the VAE, in either published layout.

    Raises ``EngineError`` if a file does not state what every such model has.
    """
    try:
        return ModelFacts(
            **_expert_sizes(model.high),
            **_text_sizes(model.text_encoder),
            **_vae_sizes(model.vae),
            expert_file_bytes=_stored(model.high),
            text_file_bytes=_stored(model.text_encoder),
        )
    except KeyError as missing:
        raise EngineError(
            f"{model.root} does not state {missing} of its model; the download is incomplete: "
            "run the same download command again, it fetches only what is missing"
        ) from None


def _stored(weights: Weights) -> int:
    return sum(file.stat().st_size for file in weights.files)


def _expert_sizes(expert: Weights) -> dict[str, int]:
    """From Wan's own ``config.json`` or from that of Diffusers."""
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
    vocabulary, width = stored["token_embedding.weight"]
    return {
        "text_width": width,
        "text_inner": stored["blocks.0.attn.q.weight"][0],
        "text_vocabulary": vocabulary,
        "text_layers": _count_blocks(stored),
        "text_ffn": stored["blocks.0.ffn.fc1.weight"][0],
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
