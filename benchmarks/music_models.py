"""MusicGen at its full size with random weights: how long a bed takes to play, and in how much memory.

The sizes are those of facebook/musicgen-medium's config.json, with T5-base and the EnCodec of 32 kHz. What
is measured is swav's own loop, ``swav/programs/musicgen_model.py``, with its CUDA graph and without. It
needs torch and transformers (5.17 or newer), and what transformers requires (tokenizers, safetensors,
huggingface-hub, regex, PyYAML, packaging, tqdm, numpy). Random codes cost what music costs: every step goes
through the same networks, whatever is drawn.

It takes a minute or two of a card, and at most LIMIT seconds: what would not fit is left out, and its row
says so. A measurement that fails is a row with the reason, and the others follow.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1] / "swav" / "programs"))

PROMPT_TOKENS = 16
FRAMES_PER_SECOND = 50
LIMIT, SHARE = 150, 50
"""Seconds for everything, and for one row at most."""
FIRST_USE = "first use"
"""Kernels are loaded and a graph is captured: how long that takes says nothing of what comes after."""


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
    short: int
    """New seconds with which a graph is compared with none."""


@dataclass(frozen=True)
class Stretch:
    """What is played and timed: ``new`` seconds after ``known`` ones."""

    name: str
    new: int
    known: int
    precision: str
    graph: bool


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
    short=2,
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
    short=1,
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
        "notes": [],
        "stretches": [],
    }
    out.mkdir(parents=True, exist_ok=True)
    for row in _rows(model, sizes, device, result, began + LIMIT):
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


def _stretches(sizes: Sizes) -> list[Stretch]:
    """What is measured, in this order; the first of each kind makes room for a whole window."""
    first = (FIRST_USE, 1, sizes.window - 1)
    short = (f"a continuation of {sizes.short} s", sizes.short, sizes.context)
    compared = (f"a continuation of {sizes.compared} s", sizes.compared, sizes.context)
    new = sizes.window - sizes.context
    return [
        Stretch(*first, "float16", graph=True),
        Stretch(*short, "float16", graph=True),
        Stretch(*compared, "float16", graph=True),
        Stretch("a window", sizes.window, 0, "float16", graph=True),
        Stretch("a continuation", new, sizes.context, "float16", graph=True),
        Stretch(*first, "float16", graph=False),
        Stretch(*short, "float16", graph=False),
        Stretch(*first, "float32", graph=True),
        Stretch(*compared, "float32", graph=True),
    ]


def _rows(model, sizes: Sizes, device, result: dict[str, Any], end: float) -> Iterator[dict[str, Any]]:
    """A row for each stretch, and for codes that become sound; ``result`` is told what else was seen."""
    composer, kind, speed, played = None, None, {}, {}
    for stretch in _stretches(sizes):
        steps = stretch.new * FRAMES_PER_SECOND
        expected = steps / speed.get((stretch.precision, stretch.graph), steps)
        row = {"stretch": stretch.name, "precision": stretch.precision, "sound": f"{stretch.new} s"}
        if expected > min(SHARE, end - time.perf_counter()):
            yield row | {"left_out": f"it would take {expected:.0f} s"}
            continue
        try:
            if kind != (stretch.precision, stretch.graph):
                if composer is not None:
                    composer.steps.release()
                composer, kind = _composer(model, device, stretch, result["notes"]), None
            codes, found = _timed(device, stretch.new, _play, composer, stretch)
            kind = (stretch.precision, stretch.graph)
        except Exception as fault:  # the others are still worth their figures
            yield row | {"failed": _said(fault)}
            continue
        if stretch.name != FIRST_USE:
            speed[kind] = found["steps_per_second"]
        played[stretch.name, stretch.precision, stretch.graph] = codes
        yield row | {"graph": "yes" if composer.steps.graphed else "no"} | found
    result["same_codes_with_and_without_graph"] = _agreement(played)
    row = {"stretch": "codes to sound", "precision": "float32", "sound": f"{sizes.window} s"}
    try:
        composer.steps.release()
        yield row | _sound(composer, device, sizes.window)
    except Exception as fault:
        yield row | {"failed": _said(fault)}


def _composer(model, device, stretch: Stretch, notes: list[str]):
    import torch
    from musicgen_model import ready

    def words(prompts, **_):
        return {"input_ids": torch.arange(1, PROMPT_TOKENS + 1)[None]}

    composer = ready(model, words, device, getattr(torch, stretch.precision), notes.append)
    composer.steps.graphed = composer.steps.graphed and stretch.graph
    return composer


def _play(composer, stretch: Stretch):
    """Play a stretch after random codes: its own codes, and how many steps that took."""
    from musicgen_model import continued, meaning

    counted = []
    codes = continued(
        composer,
        meaning(composer, ""),
        _some_codes(composer, stretch.known),
        stretch.new * FRAMES_PER_SECOND,
        seed=7,
        step=lambda done, total: counted.append(done),
    )
    return codes, len(counted)


def _some_codes(composer, seconds: int):
    import torch

    shape = (composer.codebooks, seconds * FRAMES_PER_SECOND)
    codes = composer.model.decoder.config.vocab_size
    return torch.randint(0, codes, shape, generator=torch.Generator().manual_seed(3))


def _agreement(played: dict) -> str:
    """Whether what was played with a graph is what was played without, where both are there."""
    agreed = [
        bool((codes == played[name, precision, False]).all())
        for (name, precision, graph), codes in played.items()
        if graph and (name, precision, False) in played
    ]
    return f"{sum(agreed)} of {len(agreed)} stretches"


def _sound(composer, device, seconds: int) -> dict[str, Any]:
    from musicgen_model import sound

    sound(composer, _some_codes(composer, 1))  # kernels are chosen at first use
    return _timed(device, seconds, lambda: (sound(composer, _some_codes(composer, seconds)), 0))[1]


def _timed(device, seconds: int, call: Callable, *given) -> tuple[Any, dict[str, Any]]:
    """What a call gives, beside its number of steps; and how long it took, in how much memory."""
    import torch

    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    _wait(device)
    began = time.perf_counter()
    given_back, steps = call(*given)
    _wait(device)
    took = time.perf_counter() - began
    found: dict[str, Any] = {"took": f"{took:.2f} s", "seconds_per_second": round(took / seconds, 3)}
    if steps:
        found["steps_per_second"] = round(steps / took, 1)
    if device.type == "cuda":
        found["peak"] = f"{torch.cuda.max_memory_allocated() / 1e9:.2f} GB"
        found["reserved"] = f"{torch.cuda.max_memory_reserved() / 1e9:.2f} GB"
    return given_back, found


def _said(fault: Exception) -> str:
    from musicgen_model import first_line

    return f"{type(fault).__name__}: {first_line(fault)}"


def _wait(device) -> None:
    import torch

    if device.type == "cuda":
        torch.cuda.synchronize()
