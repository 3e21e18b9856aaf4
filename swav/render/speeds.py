"""How fast each kind of card is, by what its maker says."""

import re
from dataclasses import dataclass

from swav.render.hardware import Gpu


@dataclass(frozen=True)
class Speed:
    """A kind of card, from its maker's datasheet: dense bfloat16 with float32 accumulation in FLOP/s, memory
    bandwidth and the link to the host in bytes/s.
    """

    flops: float
    bandwidth: float
    host_link: float


PCIE_3, PCIE_4, PCIE_5 = 12e9, 24e9, 47e9
"""What page-locked copies reach of the 16, 32 and 64 GB/s of sixteen lanes. Measured: 46.9 GB/s, PCIe 5."""
H100 = Speed(989e12, 3.35e12, PCIE_5)
"""With HBM3, as it stands in servers."""
SPEEDS: tuple[tuple[str, Speed], ...] = (
    (r"G?B[23]00", Speed(2250e12, 8.0e12, PCIE_5)),
    (r"H200|GH200|H20\b", Speed(989e12, 4.8e12, PCIE_5)),
    (r"H100 PCIe", Speed(756e12, 2.0e12, PCIE_5)),
    (r"H100|H800", H100),
    (r"A100|A800", Speed(312e12, 1.94e12, PCIE_4)),
    (r"RTX PRO 6000", Speed(500e12, 1.79e12, PCIE_5)),
    (r"RTX 6000 Ada|L40S?", Speed(362e12, 0.86e12, PCIE_4)),
    (r"RTX A6000|A40\b", Speed(150e12, 0.70e12, PCIE_4)),
    (r"RTX A5000|A10\b", Speed(111e12, 0.60e12, PCIE_4)),
    (r"5090", Speed(209e12, 1.79e12, PCIE_5)),
    (r"5080|4080", Speed(110e12, 0.72e12, PCIE_4)),
    (r"4090", Speed(165e12, 1.01e12, PCIE_4)),
    (r"3090", Speed(71e12, 0.94e12, PCIE_4)),
    (r"\bL4\b", Speed(60e12, 0.30e12, PCIE_4)),
)
UNKNOWN = Speed(60e12, 0.40e12, PCIE_3)
"""A card of no known name is taken for a slow one; only its time is a guess, its memory is what it says."""


def speed_of(card: Gpu) -> Speed:
    """What the maker says of a card, by its name."""
    return next((speed for pattern, speed in SPEEDS if re.search(pattern, card.name)), UNKNOWN)
