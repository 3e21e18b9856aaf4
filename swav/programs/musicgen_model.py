"""A MusicGen that can go on playing: text and the codes so far in, codes and sound out.

MusicGen (Copet et al., "Simple and Controllable Music Generation", NeurIPS 2023) is a decoder over the
codes of EnCodec: 50 frames a second of 4 codes each (8 for stereo, left and right in turn), codebook k
written k frames later than the first (the paper's delay pattern), steered by a text through T5 and
classifier-free guidance.

transformers holds the networks. The sampling loop is our own: ``generate`` there takes sound to continue
from, which means encoding what was just decoded, and gives sound back, so that nothing but sound could be
kept.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import torch
from _program import Refusal, card_is_lent, first_line
from musicgen_steps import TO_DRAW, Steps

PACE = 25
"""Columns after which the processor waits for the card: what it counts should be there, and it runs ahead."""

LEAD, AFTER, FADE = 100, 16, 10
"""When codes become sound, stretches overlap: EnCodec's LSTM hears LEAD before a stretch, its convolutions
AFTER it, and two stretches are crossfaded over FADE around their seam. In frames of 20 ms."""


@dataclass(frozen=True)
class Composer:
    """A model on its device, ready to play."""

    model: torch.nn.Module
    """A ``MusicgenForConditionalGeneration``; only its decoder is in ``precision``, the rest in float32."""
    tokenizer: Callable
    device: torch.device
    steps: Steps
    """The decoder at work. It keeps memory for the next window, until it is told to ``release`` it."""

    @property
    def precision(self) -> str:
        return str(self.model.decoder.dtype).removeprefix("torch.")

    @property
    def codebooks(self) -> int:
        """Codes in a frame, of all channels together."""
        return self.model.decoder.config.num_codebooks

    @property
    def channels(self) -> int:
        return self.model.decoder.config.audio_channels

    @property
    def sample_rate(self) -> int:
        return self.model.config.audio_encoder.sampling_rate

    @property
    def hop(self) -> int:
        """Samples in a frame."""
        return self.model.config.audio_encoder.hop_length


def choose_device() -> tuple[torch.device, torch.dtype]:
    """A card where one is lent, with half precision as audiocraft has it; else the processor, in single."""
    if card_is_lent() and torch.cuda.is_available():
        return torch.device("cuda"), torch.float16
    return torch.device("cpu"), torch.float32


def load(
    folder: Path,
    text_encoder: Path | None,
    device: torch.device,
    precision: torch.dtype,
    note: Callable[[str], None] = lambda sentence: None,
) -> Composer:
    """The model of a folder, in transformers' layout or in audiocraft's own.

    ``text_encoder`` is a folder that holds t5-base, which audiocraft's layout lacks. ``note`` hears what is
    not as it should be, and no fault. Raises Refusal.
    """
    import musicgen_audiocraft
    from transformers import AutoTokenizer

    if (folder / "config.json").is_file():
        model, words = _load_transformers(folder), folder
    elif musicgen_audiocraft.recognised(folder):
        model, words = musicgen_audiocraft.assembled(folder, text_encoder), text_encoder
    else:
        raise Refusal(f"{folder} holds no MusicGen: neither config.json nor state_dict.bin is there")
    try:
        tokenizer = AutoTokenizer.from_pretrained(words, local_files_only=True)
    except Exception as fault:  # tokenizers, sentencepiece and json share no base
        raise Refusal(
            f"the tokenizer in {words} cannot be read ({first_line(fault)}); copy it anew"
        ) from fault
    return ready(model, tokenizer, device, precision, note)


def ready(
    model: torch.nn.Module,
    tokenizer: Callable,
    device: torch.device,
    precision: torch.dtype,
    note: Callable[[str], None] = lambda sentence: None,
) -> Composer:
    """Put a model on a device. T5 and EnCodec stay in float32: both are small, and T5 overflows in half."""
    model.requires_grad_(False).train(False).to(device)
    model.decoder.to(precision)
    return Composer(model, tokenizer, device, Steps(model.decoder, device.type == "cuda", note))


def _load_transformers(folder: Path) -> torch.nn.Module:
    from transformers import MusicgenForConditionalGeneration

    try:
        model, report = MusicgenForConditionalGeneration.from_pretrained(
            folder, local_files_only=True, dtype=torch.float32, weights_only=True, output_loading_info=True
        )
    except Exception as fault:  # safetensors', pickle's, json's and transformers' own share no base
        raise Refusal(f"{folder} cannot be read as MusicGen ({first_line(fault)}); copy it anew") from fault
    # What is missing would be filled with noise, and said only in a warning.
    if report["missing_keys"] or report["mismatched_keys"]:
        absent = sorted(str(key) for key in [*report["missing_keys"], *report["mismatched_keys"]])
        raise Refusal(f"the weights in {folder} lack {absent[0]} ({len(absent)} in all); copy them anew")
    return model


@torch.no_grad()
def meaning(composer: Composer, prompt: str) -> torch.Tensor:
    """What the decoder attends to: the text, and nothing; shape (2, tokens, width), in its precision.

    The second half, zeros, is what guidance leads away from.
    """
    model = composer.model
    words = composer.tokenizer([prompt], return_tensors="pt", truncation=True, max_length=512)
    states = model.text_encoder(input_ids=words["input_ids"].to(composer.device)).last_hidden_state
    if hasattr(model, "enc_to_dec_proj"):
        states = model.enc_to_dec_proj(states)
    return torch.cat([states, torch.zeros_like(states)]).to(model.decoder.dtype)


@torch.no_grad()
def continued(
    composer: Composer,
    text: torch.Tensor,
    context: torch.Tensor,
    frames: int,
    seed: int | None,
    step: Callable[[int, int], None] = lambda done, total: None,
) -> torch.Tensor:
    """Play on: ``frames`` new frames after ``context``, int64, shape (codebooks, frames), on the processor.

    ``text`` comes from ``meaning``, ``context`` has shape (codebooks, any number of frames, 0 too).
    ``seed`` decides what is drawn; None takes the likeliest code each time. ``step`` hears how many of how
    many columns of codes are there. Raises Refusal where the weights give no numbers.
    """
    codebooks, known, total = composer.codebooks, context.shape[1], context.shape[1] + frames
    delays = torch.arange(codebooks) // composer.channels
    # Frame t of codebook k stands in column 1 + t + delay of k; column 0 and all that no frame fills is
    # padding.
    columns = 1 + total + int(delays.max())
    time = torch.arange(columns)[None, :] - 1 - delays[:, None]
    grid = torch.full((codebooks, columns), composer.model.decoder.config.pad_token_id)
    grid[(time >= known) & (time < total)] = TO_DRAW
    told = (time >= 0) & (time < known)
    if known:
        grid[told] = context.gather(1, time.clamp(0, known - 1))[told]
    chance = None if seed is None else torch.Generator(composer.device).manual_seed(seed)
    workspace = composer.steps.begin(text, grid.to(composer.device), known)
    new = columns - 1 - known
    for done in range(1, new + 1):
        composer.steps.step(chance)
        if composer.device.type == "cuda" and done % PACE == 0:
            torch.cuda.synchronize()
        step(done, new)
    played = workspace.grid()
    if played is None:
        raise Refusal(f"MusicGen's weights give no numbers in {composer.precision}; copy them anew")
    return played.cpu().gather(1, torch.arange(known, total)[None, :] + 1 + delays[:, None])


@torch.no_grad()
def sound(composer: Composer, codes: torch.Tensor) -> torch.Tensor:
    """What codes of shape (codebooks, frames) sound like: float32, shape (frames * hop, channels)."""
    # Stereo is two mono programmes for EnCodec: the codes of left and right stand in turn.
    parts = torch.stack([codes[channel :: composer.channels] for channel in range(composer.channels)])
    played = composer.model.audio_encoder.decode(parts[None].to(composer.device), [None]).audio_values
    return played[:, 0].T.float().cpu()


def blocks(composer: Composer, codes: torch.Tensor, stretch: int) -> Iterator[torch.Tensor]:
    """The sound of codes in blocks, float32, shape (samples, channels): an hour needs no more than a window.

    Stretches of ``stretch`` frames are decoded with LEAD and AFTER frames around them and crossfaded where
    they meet. Both sides of a seam come from the same codes, so they are the same sound but for what the
    network has not heard; gains that sum to 1 leave it as it is.
    """
    total, hop, half = codes.shape[1], composer.hop, FADE // 2
    seams = [*range(0, max(1, total - stretch // 2), stretch), total]
    rise = ((torch.arange(2 * half * hop) + 0.5) / (2 * half * hop))[:, None]
    leaving = None
    for begin, end in pairwise(seams):
        first, last = max(0, begin - LEAD), min(total, end + AFTER)
        played = sound(composer, codes[:, first:last])
        start = 0 if begin == 0 else begin - half
        stop = total if end == total else end + half
        block = played[(start - first) * hop : (stop - first) * hop]
        if leaving is not None:
            block[: len(rise)] = leaving * (1 - rise) + block[: len(rise)] * rise
        leaving = None if end == total else block[-len(rise) :].clone()
        yield block if end == total else block[: -len(rise)]
