"""A placement with what it will cost: compared when one is chosen, shown before anything is loaded."""

from dataclasses import dataclass

from swav.diffusion.costs import Forecast
from swav.diffusion.placement import Placement

CONTEXT_BYTES = 600_000_000
"""What CUDA, cuBLAS and cuDNN take of a card beside PyTorch's allocator. Measured: 0.5 GB on an H100."""
COLLECTIVE_BYTES = 500_000_000
"""NCCL's buffers, where several processes work together."""
MARGIN = 1.04
"""A placement is admitted if this many times what it is foretold to reserve are free."""
HOST_PART = 0.95
"""Of the free host memory, what a render may take."""


@dataclass(frozen=True)
class Plan:
    """A placement, what it will cost, and sentences that the user should know."""

    placement: Placement
    forecast: Forecast
    notes: tuple[str, ...] = ()

    @property
    def peak_bytes_per_card(self) -> int:
        """What PyTorch will reserve at most; the CUDA context comes on top."""
        return self.forecast.peak_bytes

    @property
    def host_bytes(self) -> int:
        """Host memory of all processes."""
        return self.forecast.host_bytes

    @property
    def needed_bytes(self) -> int:
        """Free memory that a card must have for the plan to be admitted."""
        together = COLLECTIVE_BYTES if self.placement.processes > 1 else 0
        return int(self.peak_bytes_per_card * MARGIN) + CONTEXT_BYTES + together

    @property
    def needed_host_bytes(self) -> int:
        """Free host memory that there must be."""
        return int(self.host_bytes / HOST_PART)

    @property
    def seconds(self) -> float:
        """Of one take, in a worker that is loaded and compiled."""
        return self.forecast.total_seconds
