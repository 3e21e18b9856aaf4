"""The sizes of any model, read from its config.json and from the headers of its files, for placement.

Light: no torch, and no weight is read. Lists of blocks are given by name, as the model's class has them.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from swav.diffusion.calibration import BORROWED, Calibration
from swav.diffusion.facts import FP32, Divisions, ModelFacts, PartFacts, doubled
from swav.weights.folder import Weights
from swav.weights.headers import read_json
from swav.weights.shapes import Shapes, shapes

EVERY_WAY = Divisions()
_HEADS = ("num_attention_heads", "num_heads", "n_heads")
_WIDEST = ("decoder_base_dim", "block_out_channels", "base_dim")
"""Where a VAE says how many channels its widest pictures have."""


def lists_of(parts: Sequence[Weights], nested: bool) -> tuple[str, ...]:
    """Names of lists of blocks, by the names of tensors: what stands before a first number, where there is
    more than one, and none is left out, as in ``time_embedding.0`` and ``time_embedding.2`` with a function
    between them. ``nested``: lists inside of other modules too, such as ``encoder.block``.
    """
    numbers: dict[str, set[str]] = defaultdict(set)
    for weights in parts:
        for name in shapes(weights):
            if match := re.match(r"(.*?)\.(\d+)\.", name):
                numbers[match[1]].add(match[2])
    whole = {n for n, seen in numbers.items() if nested or seen == set(map(str, range(len(seen))))}
    return tuple(sorted(n for n in whole if len(numbers[n]) > 1 and (nested or "." not in n)))


def part_facts(weights: Weights, lists: Sequence[str] = ()) -> PartFacts:
    """One network whose blocks stand in ``lists``, such as ``transformer_blocks`` or ``encoder.block``."""
    sizes = {name: prod(shape) for name, shape in shapes(weights).items()}
    blocks: dict[str, int] = defaultdict(int)
    for name, size in sizes.items():
        if block := _block(name, lists):
            blocks[block] += size
    return PartFacts(
        parameters=sum(sizes.values()),
        block=max(blocks.values(), default=0),
        blocks=len(blocks),
        in_blocks=sum(blocks.values()),
        file_bytes=weights.bytes,
    )


def together(parts: Sequence[PartFacts]) -> PartFacts:
    """Several networks that are needed at once, such as two text encoders."""
    return PartFacts(
        parameters=sum(part.parameters for part in parts),
        block=max((part.block for part in parts), default=0),
        blocks=sum(part.blocks for part in parts),
        in_blocks=sum(part.in_all_blocks for part in parts),
        file_bytes=sum(part.file_bytes for part in parts),
    )


def model_facts(
    title: str,
    denoisers: Sequence[Weights],
    lists: Sequence[str],
    text: Sequence[Weights],
    text_lists: Sequence[str],
    vae: Weights | None,
    text_tokens: int,
    divisions: Divisions = EVERY_WAY,
    calibration: Calibration = BORROWED,
    precise: Sequence[bool] = (),
) -> ModelFacts:
    """What costs follow from. ``precise`` says of each text encoder whether it computes in float32.

    EngineError if a header cannot be read.
    """
    largest = max(denoisers, key=lambda weights: weights.bytes)
    stored = shapes(largest)
    stated = read_json(largest.config) if largest.config else {}
    decoder = read_json(vae.config) if vae and vae.config else {}
    parts = tuple(part_facts(weights, lists) for weights in denoisers)
    encoders = [part_facts(weights, text_lists) for weights in text]
    exact = [*precise, *[False] * (len(encoders) - len(precise))]
    return ModelFacts(
        title=title,
        denoisers=parts,
        text=together([doubled(p) if twice else p for p, twice in zip(encoders, exact, strict=True)]),
        vae_bytes=FP32 * part_facts(vae).parameters if vae else 0,
        hidden=_hidden(stored, lists),
        heads=next((stated[name] for name in _HEADS if isinstance(stated.get(name), int)), 1),
        layers=max(part.blocks for part in parts),
        ffn=_widest(stored, lists),
        text_tokens=text_tokens,
        vae_width=_width(decoder),
        divisions=divisions,
        calibration=calibration,
    )


def _block(name: str, lists: Sequence[str]) -> str:
    """The block that a tensor belongs to, such as ``transformer_blocks.3``; empty where to none."""
    match = re.match(rf"({'|'.join(map(re.escape, lists))})\.(\d+)\.", name) if lists else None
    return f"{match[1]}.{match[2]}" if match else ""


def _matrices(stored: Shapes, lists: Sequence[str]) -> list[tuple[int, ...]]:
    return [shape for name, shape in stored.items() if len(shape) == 2 and _block(name, lists)]


def _hidden(stored: Shapes, lists: Sequence[str]) -> int:
    """Channels of a token: what most matrices of the blocks take in."""
    counted = Counter(shape[1] for shape in _matrices(stored, lists))
    return counted.most_common(1)[0][0] if counted else 0


def _widest(stored: Shapes, lists: Sequence[str]) -> int:
    """Channels inside a feed-forward: the most that a matrix of the blocks takes in."""
    return max((shape[1] for shape in _matrices(stored, lists)), default=0)


def _width(stated: Mapping[str, Any]) -> int:
    """Channels for each pixel: a VAE that first lays a patch of pixels together has fewer places for them."""
    patch = stated.get("patch_size")
    places = patch**2 if isinstance(patch, int) and patch > 0 else 1
    for name in _WIDEST:
        value = stated.get(name)
        if isinstance(value, list) and value and isinstance(value[0], int):
            return value[0] // places or 1
        if isinstance(value, int):
            return value // places or 1
    return BORROWED.vae_width
