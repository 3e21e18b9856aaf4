"""Once and for all: the experts in bfloat16, half the bytes, so that loading is twice as fast.

The original experts are float32 on disk and are rendered in bfloat16. The converted folder is a complete
model in the layout of Diffusers; rendering with it gives the same bits and keeps every take, because the
folder remembers the fingerprint of its original. A conversion that was interrupted goes on with the
first shard that is missing.
"""

import json
from pathlib import Path

from diffusers import UniPCMultistepScheduler

from swav.engines.wan22.fingerprint import fingerprint, own_fingerprint
from swav.engines.wan22.kinds import T2V
from swav.engines.wan22.layout import EXPERTS, ModelFolder, recognise
from swav.engines.wan22.reading import unread_expert, unread_text_encoder, unread_vae
from swav.engines.wan22.sampling import TRAINED_TIMESTEPS, Sampling
from swav.files import replacing, write_text
from swav.weights.contents import embedded_tokenizer
from swav.weights.convert import SHARD_BYTES, copy_small, write_origin, write_parts
from swav.weights.filling import Progress, Unread
from swav.weights.unigram import of_gguf


def convert(
    model: ModelFolder, target: Path, progress: Progress | None = None, shard_bytes: int = SHARD_BYTES
) -> ModelFolder:
    """Write ``model`` to the folder ``target`` with bfloat16 experts and text encoder, and return what
    was written.

    Needs ``shard_bytes`` of memory and 69 GB of disk; raises ``EngineError`` if the disk has not that
    much left.
    """
    origin = fingerprint(model)
    write_parts(_parts(model), target, origin, progress, shard_bytes)
    _complete(target, model)
    known = "" if model.notes else T2V.title
    write_origin(target, origin, own_fingerprint(recognise(target)), known)
    return recognise(target)


def converted_bytes(model: ModelFolder) -> int:
    """Bytes of a model's tensors once it is converted. Nothing is read but tables of contents."""
    return sum(parameter.nbytes for part in _parts(model).values() for parameter in part.model.parameters())


def _parts(model: ModelFolder) -> dict[str, Unread]:
    high, low = EXPERTS["diffusers"]
    return {
        high: unread_expert(model.high),
        low: unread_expert(model.low),
        "text_encoder": unread_text_encoder(model.text_encoder),
        "vae": unread_vae(model.vae),
    }


def _complete(target: Path, model: ModelFolder) -> None:
    """The small files; model_index.json last, because it makes the folder a model."""
    if model.tokenizer.suffix == ".gguf":
        write_text(target / "tokenizer" / "tokenizer.json", json.dumps(of_gguf(model.tokenizer).json()))
    elif model.tokenizer.is_file():
        with replacing(target / "tokenizer" / "spiece.model") as partial:
            partial.write_bytes(embedded_tokenizer(model.tokenizer))
    else:
        tokenizer = {file.name: file for file in model.tokenizer.iterdir() if file.is_file()}
        copy_small(tokenizer, target / "tokenizer")
    scheduler = UniPCMultistepScheduler(
        prediction_type="flow_prediction",
        use_flow_sigmas=True,
        num_train_timesteps=TRAINED_TIMESTEPS,
        flow_shift=Sampling().shift,
    )
    write_text(target / "scheduler" / "scheduler_config.json", scheduler.to_json_string())
    index = {
        "_class_name": "WanPipeline",
        "boundary_ratio": Sampling().boundary,
        "scheduler": ["diffusers", "UniPCMultistepScheduler"],
        "text_encoder": ["transformers", "UMT5EncoderModel"],
        "tokenizer": ["transformers", "T5TokenizerFast"],
        "transformer": ["diffusers", "WanTransformer3DModel"],
        "transformer_2": ["diffusers", "WanTransformer3DModel"],
        "vae": ["diffusers", "AutoencoderKLWan"],
    }
    write_text(target / "model_index.json", json.dumps(index, indent=2))
