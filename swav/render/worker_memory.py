"""What PyTorch says when memory ran out, in one short sentence: which card, how much more, who holds it.

Standard library only. PyTorch's own text gives binary units, numbers cards as the process sees them, and ends
in advice that does not help here.
"""

import os
import re

_SIZE = r"([\d.]+) (bytes|[KMGT]iB)"
_NEEDED = re.compile(rf"Tried to allocate {_SIZE}")
_CARD = re.compile(rf"GPU (\d+) has a total capacity of {_SIZE} of which {_SIZE} is free")
_OTHER = re.compile(rf"Process \d+ has {_SIZE} memory in use")
_BYTES = {"bytes": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}


def memory_ran_out(error: Exception) -> str:
    """The sentence, without an end, such as "memory ran out on GPU 3 (0.67 GB more were needed; 84.8 of
    85.0 GB were in use, 13.9 GB of them by other processes)".

    GB are 10^9 bytes, as everywhere in swav; the card is the one that ``CUDA_VISIBLE_DEVICES`` names.
    """
    text = " ".join(str(error).split())
    needed, card = _NEEDED.search(text), _CARD.search(text)
    if not needed:
        first = text.partition(". ")[0].removesuffix(".")
        return f"memory ran out ({type(error).__name__}{': ' if first else ''}{first})"
    facts = [f"{_gb(*needed.groups()):.2f} GB more were needed"]
    if not card:
        return f"memory ran out ({facts[0]})"
    number, total, total_unit, free, free_unit = card.groups()
    capacity = _gb(total, total_unit)
    facts.append(f"{capacity - _gb(free, free_unit):.1f} of {capacity:.1f} GB were in use")
    others = sum(_gb(*held) for held in _OTHER.findall(text))
    by_others = f", {others:.1f} GB of them by other processes" if others else ""
    return f"memory ran out on GPU {_name(int(number))} ({'; '.join(facts)}{by_others})"


def _gb(number: str, unit: str) -> float:
    return float(number) * _BYTES[unit] / 1e9


def _name(number: int) -> str:
    """The card as the machine knows it."""
    visible = [card for card in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if card]
    return visible[number] if number < len(visible) else str(number)
