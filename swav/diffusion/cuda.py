"""What a worker asks of CUDA, and what a take's record says of it; the same for every model."""

from pathlib import Path

import torch

from swav.errors import EngineError

_DRIVER = Path("/sys/module/nvidia/version")


def require(device: str) -> None:
    """EngineError where ``device`` is CUDA and PyTorch finds none."""
    if device == "cuda" and not torch.cuda.is_available():
        raise EngineError(
            "PyTorch finds no CUDA device; install its CUDA build and a driver that fits it, "
            "or build with --config engine=animatic"
        )


def versions(device: str) -> dict[str, str]:
    """Versions of what lies under PyTorch, and the card; nothing on a processor."""
    if device != "cuda":
        return {}
    return {
        "cuda": torch.version.cuda or "",
        "driver": _DRIVER.read_text().strip() if _DRIVER.exists() else "",
        "card": torch.cuda.get_device_name(),
    }
