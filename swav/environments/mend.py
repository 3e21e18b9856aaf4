"""Repairs that an environment needs after pip is done, where packages do not fit each other by themselves.

One function for each environment that needs any. Each looks before it acts and may run twice. A repair that
changes what runs raises ``swav.recipes.ENVIRONMENT``.
"""

from collections.abc import Callable, Mapping
from pathlib import Path


def mend(name: str, site_packages: Path) -> list[str]:
    """Apply the repairs of an environment; a sentence for each that was needed."""
    return _MENDS[name](site_packages) if name in _MENDS else []


def torchaudio_beside_torch_without_cuda(site_packages: Path) -> list[str]:
    """Remove torchaudio's compiled libraries where torch was built without CUDA.

    PyPI's last torchaudio (2.11.0) is linked against CUDA's libraries and cannot be imported beside a torch
    for the processor. XTTS uses only its Python parts, and torchaudio does without the compiled ones where
    they are absent. Where torch has CUDA, nothing is touched.
    """
    torch, audio = site_packages / "torch" / "lib", site_packages / "torchaudio" / "lib"
    if not torch.is_dir() or (torch / "libc10_cuda.so").exists():
        return []
    compiled = sorted([*audio.glob("_torchaudio*.so"), *audio.glob("libtorchaudio*.so")])
    for library in compiled:
        library.unlink()
    return ["torch is built without CUDA: torchaudio's CUDA libraries were removed"] if compiled else []


_MENDS: Mapping[str, Callable[[Path], list[str]]] = {"xtts": torchaudio_beside_torch_without_cuda}
