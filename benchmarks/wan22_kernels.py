"""A pass beside its two kernels' own time, and passes of the lossy ways beside the exact one."""

from collections.abc import Iterator

import torch
import torch._dynamo
import wan22_models as models
from diffusers.models.attention_dispatch import dispatch_attention_fn
from torch import nn
from wan22_card import Card
from wan22_models import Scale, taken

from swav.diffusion import attention
from swav.diffusion.denoisers import prepared
from swav.diffusion.parallel import Team
from swav.diffusion.ways import table

_TEXT_TOKENS = 512


def kernels(card: Card) -> None:
    """What attention and the linear layers of a pass take when nothing is between them, and the whole pass.

    Each distinct kernel of a block is run alone, as often as a block and all layers have it.
    """
    scale = card.scale
    card.ours()
    for size in reversed(scale.sizes):
        attend = 0.0
        for keys in (_tokens(scale, size), _TEXT_TOKENS):
            attend += _seconds(scale, *_attention(card, _tokens(scale, size), keys))
        multiply = sum(_seconds(scale, *_linear(scale, *shape)) for shape in _linears(scale, size))
        layers = scale.expert["num_layers"]
        alone = layers * (attend + multiply)
        found = taken(scale, models.one_pass(scale, card.expert, size), times=2, warm_up=1)
        card.results.add(
            "kernels",
            f"{size} pass, over its two kernels alone",
            seconds=found.seconds,
            ratio=found.seconds / alone,
            attention_seconds=layers * attend,
            linear_seconds=layers * multiply,
            kernel=card.kernel,
        )


def ways(card: Card) -> None:
    """A pass by each lossy way that replaces a kernel, compiled, beside the exact one on the same weights."""
    scale, results = card.scale, card.results
    exact: dict[str, tuple[float, torch.Tensor]] = {}
    card.ours()
    for size in reversed(scale.sizes):
        found = taken(scale, models.one_pass(scale, card.expert, size), times=2, warm_up=1)
        exact[size] = found.seconds, found.result.float().cpu()
        results.add("lossy", f"{size} exact", seconds=found.seconds, reserved_gb=found.reserved_gb)
    card.free()
    for way in table().values():
        if way.replaces == "steps":
            continue
        if why := way.lacks(()):
            results.add("lossy", way.name, note=why)
            continue
        model = _by(card, way.name)
        for size in reversed(scale.sizes):
            found = taken(scale, models.one_pass(scale, model, size), times=2, warm_up=1)
            seconds, reference = exact[size]
            apart = (found.result.float().cpu() - reference).norm() / reference.norm()
            results.add(
                "lossy",
                f"{size} {way.name}",
                seconds=found.seconds,
                ratio=seconds / found.seconds,
                relative_difference=apart.item(),
                peak_gb=found.peak_gb,
                reserved_gb=found.reserved_gb,
            )
        del model
        models.empty(scale)


def _by(card: Card, way: str) -> nn.Module:
    """An expert that computes by a way, prepared as the engine does it: after it was filled, since random
    numbers cannot be drawn into weights of a byte."""
    torch._dynamo.reset()
    prepare = prepared(("blocks",), Team(card.scale.device), card.kernel, compiled=True, ways=[way])
    model = prepare(models.expert(card.scale))
    models.empty(card.scale)
    return model


def _seconds(scale: Scale, times: int, call) -> float:
    """Seconds of one block's calls of this kernel; few are timed together, so that launching hides."""
    rounds = 4

    def several() -> None:
        for _ in range(rounds):
            call()

    return times * taken(scale, several, times=3, warm_up=1).seconds / rounds


def _tokens(scale: Scale, size: str) -> int:
    width, height = scale.sizes[size]
    return ((scale.frames - 1) // 4 + 1) * (height // 16) * (width // 16)


def _attention(card: Card, queries: int, keys: int):
    """Attention of so many tokens to others, (batch, tokens, heads, width), by the kernel of takes."""
    scale, about = card.scale, card.scale.expert
    shape = (about["num_attention_heads"], about["attention_head_dim"])
    query, key, value = (
        torch.randn((1, tokens, *shape), device=scale.device, dtype=torch.bfloat16)
        for tokens in (queries, keys, keys)
    )
    backend = attention._BACKENDS[card.kernel]
    return 1, lambda: dispatch_attention_fn(query, key, value, backend=backend)


def _linears(scale: Scale, size: str) -> Iterator[tuple[int, int, int, int]]:
    """Tokens, in, out, and how often a block has it: self-attention's four, the queries and the output of
    attention to the text, its keys and values, and the two of the feed-forward network."""
    about, tokens = scale.expert, _tokens(scale, size)
    hidden = about["num_attention_heads"] * about["attention_head_dim"]
    yield tokens, hidden, hidden, 6
    yield _TEXT_TOKENS, hidden, hidden, 2
    yield tokens, hidden, about["ffn_dim"], 1
    yield tokens, about["ffn_dim"], hidden, 1


def _linear(scale: Scale, tokens: int, given: int, made: int, times: int):
    layer = nn.Linear(given, made, device=scale.device, dtype=torch.bfloat16).requires_grad_(False)
    values = torch.randn((tokens, given), device=scale.device, dtype=torch.bfloat16)
    return times, lambda: layer(values)
