"""MusicGen at its full size with random weights: how long a bed takes to play, and in how much memory.

The sizes are those of facebook/musicgen-medium's config.json, with T5-base and the EnCodec of 32 kHz. What
is measured is swav's own loop, ``swav/programs/musicgen_model.py``. It needs torch and transformers (5.17
or newer), and what transformers requires (tokenizers, safetensors, huggingface-hub, regex, PyYAML,
packaging, tqdm, numpy). Random codes cost what music costs: every step goes through the same networks,
whatever is drawn.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1] / "swav" / "programs"))

PROMPT_TOKENS = 16
PRECISIONS = ("float16", "bfloat16", "float32")
FRAMES_PER_SECOND = 50


@dataclass(frozen=True)
class Sizes:
    """How large the networks are, and how long the stretches: seconds of sound."""

    text: dict[str, int]
    codec: dict[str, Any]
    decoder: dict[str, int]
    window: int
    context: int
    compared: int
    """New seconds with which precisions are compared."""


FULL = Sizes(
    text={"vocab_size": 32128, "d_model": 768, "d_kv": 64, "d_ff": 3072, "num_layers": 12, "num_heads": 12},
    codec={"hidden_size": 128, "num_filters": 64, "codebook_size": 2048, "target_bandwidths": [2.2]},
    decoder={
        "vocab_size": 2048,
        "hidden_size": 1536,
        "ffn_dim": 6144,
        "num_hidden_layers": 48,
        "num_attention_heads": 24,
    },
    window=30,
    context=10,
    compared=8,
)
TINY = Sizes(
    text={"vocab_size": 64, "d_model": 32, "d_kv": 16, "d_ff": 64, "num_layers": 2, "num_heads": 2},
    codec={"hidden_size": 16, "num_filters": 4, "codebook_size": 64, "target_bandwidths": [1.2]},
    decoder={
        "vocab_size": 64,
        "hidden_size": 64,
        "ffn_dim": 256,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
    },
    window=3,
    context=1,
    compared=1,
)


def measure_musicgen(out: Path, *, tiny: bool) -> dict[str, Any]:
    """Measure, on a card where there is one: a table of stretches, and what was measured.

    Rows say how many seconds of sound were made, in how many seconds, and the card's highest memory
    meanwhile. They are also written to ``out/musicgen.json`` as they come.
    """
    import torch
    import transformers

    sizes = TINY if tiny else FULL
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    began = time.perf_counter()
    with device:
        model = _model(sizes)
    _wait(device)
    result: dict[str, Any] = {
        "model": "tiny" if tiny else "MusicGen-medium (random weights), T5-base, EnCodec 32 kHz, mono",
        "weights": f"{sum(weight.numel() for weight in model.parameters()) / 1e9:.2f} billion",
        "seconds_to_make_weights": round(time.perf_counter() - began, 1),
        "transformers": transformers.__version__,
        "stretches": [],
    }
    out.mkdir(parents=True, exist_ok=True)
    for row in _rows(model, sizes, device):
        result["stretches"].append(row)
        (out / "musicgen.json").write_text(json.dumps(result, indent=1) + "\n")
    return result


def _model(sizes: Sizes):
    """A MusicGen of these sizes; its weights are drawn on the device where it is made."""
    import torch
    from transformers import (
        EncodecConfig,
        MusicgenConfig,
        MusicgenDecoderConfig,
        MusicgenForConditionalGeneration,
        T5Config,
    )

    codes = sizes.decoder["vocab_size"]
    config = MusicgenConfig(
        text_encoder=T5Config(**sizes.text),
        audio_encoder=EncodecConfig(
            **sizes.codec,
            sampling_rate=32000,
            upsampling_ratios=[8, 5, 4, 4],
            use_causal_conv=False,
            use_conv_shortcut=False,
        ),
        decoder=MusicgenDecoderConfig(
            **sizes.decoder, num_codebooks=4, pad_token_id=codes, bos_token_id=codes
        ),
    )
    torch.manual_seed(1)
    return MusicgenForConditionalGeneration._from_config(config)


def _rows(model, sizes: Sizes, device) -> Iterator[dict[str, Any]]:
    import torch
    from musicgen_model import continued, meaning, ready, sound

    def words(prompts, **_):
        return {"input_ids": torch.arange(1, PROMPT_TOKENS + 1)[None]}

    codes = torch.zeros((4, 0), dtype=torch.int64)
    context = sizes.context * FRAMES_PER_SECOND
    for precision in PRECISIONS:
        player = ready(model, words, device, getattr(torch, precision))
        taken = partial(_taken, device, precision)
        text = meaning(player, "")
        continued(player, text, codes[:, :0], 10, 1)  # warm up: kernels are chosen at first use
        if precision == PRECISIONS[0]:
            codes, row = taken("a window", sizes.window, _play, player, text, codes, sizes.window)
            yield row
            new = sizes.window - sizes.context
            yield taken("a continuation", new, _play, player, text, codes[:, -context:], new)[1]
            sound(player, codes[:, :FRAMES_PER_SECOND])
            yield _taken(device, "float32", "codes to sound", sizes.window, sound, player, codes)[1]
        new = sizes.compared
        yield taken(f"a continuation of {new} s", new, _play, player, text, codes[:, -context:], new)[1]


def _play(player, text, known, seconds: int):
    from musicgen_model import continued

    return continued(player, text, known, seconds * FRAMES_PER_SECOND, 7)


def _taken(device, precision: str, name: str, seconds: int, call: Callable, *given) -> tuple[Any, dict]:
    """What a call gives, and a row about it."""
    import torch

    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    _wait(device)
    began = time.perf_counter()
    result = call(*given)
    _wait(device)
    took = time.perf_counter() - began
    row = {"stretch": name, "precision": precision, "sound": f"{seconds} s", "took": f"{took:.2f} s"}
    row["seconds_per_second"] = round(took / seconds, 3)
    if device.type == "cuda":
        row["peak"] = f"{torch.cuda.max_memory_allocated() / 1e9:.2f} GB"
        row["reserved"] = f"{torch.cuda.max_memory_reserved() / 1e9:.2f} GB"
    return result, row


def _wait(device) -> None:
    import torch

    if device.type == "cuda":
        torch.cuda.synchronize()
