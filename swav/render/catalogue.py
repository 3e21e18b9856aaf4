"""Cards that one can buy or hire, by the names that ``nvidia-smi`` gives them: for forecasts without them.

Their speeds stand in ``swav.render.speeds``; here is what a driver would say of their memory.
"""

import re
from dataclasses import dataclass
from difflib import get_close_matches

from swav.errors import SwavError
from swav.render.hardware import MIB, Gpu, Hardware

MOST_CARDS = 64
DRIVER_MIB = 540
"""What a driver keeps of a card on which nothing runs: an RTX A6000 shows 48,600 of its 49,140 MiB free."""
HOST_BYTES_PER_CARD = 32 * 10**9
"""Host memory that is assumed where none is said: what workstations of this kind are sold with."""


@dataclass(frozen=True)
class Model:
    """A card for sale: ``memory.total`` in MiB and ``compute_cap``, as nvidia-smi reports them."""

    name: str
    mib: int
    capability: tuple[int, int]


MODELS = (
    Model("RTX 3090", 24_576, (8, 6)),
    Model("RTX 4080", 16_376, (8, 9)),
    Model("RTX 4090", 24_564, (8, 9)),
    Model("RTX 5080", 16_303, (12, 0)),
    Model("RTX 5090", 32_607, (12, 0)),
    Model("RTX A5000", 24_564, (8, 6)),
    Model("RTX A6000", 49_140, (8, 6)),
    Model("RTX 6000 Ada", 49_140, (8, 9)),
    Model("RTX PRO 6000", 97_887, (12, 0)),
    Model("A10", 23_028, (8, 6)),
    Model("A40", 46_068, (8, 6)),
    Model("A100 40GB", 40_960, (8, 0)),
    Model("A100 80GB", 81_920, (8, 0)),
    Model("L4", 23_034, (8, 9)),
    Model("L40S", 46_068, (8, 9)),
    Model("H100", 81_559, (9, 0)),
    Model("H100 PCIe", 81_559, (9, 0)),
    Model("H200", 143_771, (9, 0)),
    Model("B200", 183_359, (10, 0)),
)


def imagined(cards: str, host_gigabytes: float | None = None) -> Hardware:
    """A machine with cards such as ``4 x RTX A6000``, and nothing on them; more kinds after a ``+``.

    Host memory is what is free of it, in GB. Raises SwavError for what is no number of a known card.
    """
    found = [card for part in re.split(r"[,+]", cards) for card in _cards(part.strip(), cards)]
    if len(found) > MOST_CARDS:
        raise SwavError(f"--cards {cards!r}: forecasts are made for up to {MOST_CARDS} cards")
    host = HOST_BYTES_PER_CARD * len(found) if host_gigabytes is None else int(host_gigabytes * 1e9)
    return Hardware(tuple(found), host)


def _cards(part: str, said: str) -> list[Gpu]:
    match = re.fullmatch(
        r"(?:(\d{1,3})\s*(?:[x×*]\s*|\s))?([^\sx×*].*[^\sx×*]|[^\sx×*])", part, re.IGNORECASE
    )
    if match is None or (count := int(match[1] or 1)) == 0:
        raise SwavError(f'--cards {said!r}: write how many of which, such as "4 x RTX A6000"')
    model = _model(match[2])
    total = model.mib * MIB
    return [Gpu(f"NVIDIA {model.name}", total, total - DRIVER_MIB * MIB, model.capability)] * count


def _model(written: str) -> Model:
    """The card that is meant, by its name in full or by the part of it that no other card has."""
    words = _words(written)
    exact = [model for model in MODELS if _words(model.name) == words]
    near = exact or [model for model in MODELS if set(words) <= set(_words(model.name))]
    if len(near) == 1:
        return near[0]
    if near:
        names = " or ".join(model.name for model in near)
        raise SwavError(f"{written!r} may be more than one card; write {names}")
    known = ", ".join(model.name for model in MODELS)
    guess = get_close_matches(written, [model.name for model in MODELS], n=1, cutoff=0.7)
    meant = f"did you mean {guess[0]}? " if guess else ""
    raise SwavError(f"no card {written[:40]!r} is known; {meant}known are {known}")


def _words(name: str) -> tuple[str, ...]:
    """The words of a name, without its maker and line, letters and figures told apart from spelling."""
    plain = re.sub(r"(\d+)\s*gb\b", r"\1gb", name.lower().replace("-", " "))
    plain = re.sub(r"\brtx(?=a?\d)", "rtx ", plain)
    return tuple(word for word in plain.split() if word not in ("nvidia", "geforce", "rtx", "tesla"))
