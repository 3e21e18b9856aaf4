"""Arithmetic that ends in the same bits on every processor that has AVX2, whatever else it has.

NumPy, OpenBLAS and OpenCV choose their code by the processor, and with AVX-512 they add in another order: a
panel drawn there differed in its last bits, and so did every file after it. They read what they are to leave
out when they are loaded, so it is said as soon as swav is. A build took as long with it. ONNX Runtime, which
speaks, listens and reads lettering, has no such switch.
"""

from collections.abc import MutableMapping
from functools import cache
from pathlib import Path

LEFT_OUT = {
    # The names of NumPy 2.1 to 2.3, and X86_V4 from 2.4 on; what one of them does not know it passes over.
    "NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR"
    " X86_V4",
    "OPENBLAS_CORETYPE": "Haswell",
    "OPENCV_CPU_DISABLE": "AVX512-SKX,AVX512-CNL,AVX512-CLX,AVX512-ICL,AVX512-COMMON",
}
"""What the libraries are told on a processor with AVX-512. OpenBLAS computes alike for Haswell and Zen."""
_ENOUGH = 1 << 14
"""Bytes of /proc/cpuinfo in which its first processor stands; the kernel computes the rest as it is read."""


@cache
def processor() -> frozenset[str]:
    """What the processor can, in Linux's words, such as ``avx2``; empty where nothing says it."""
    try:
        with Path("/proc/cpuinfo").open("rb") as opened:
            lines = opened.read(_ENOUGH).decode(errors="replace").splitlines()
    except OSError:
        return frozenset()
    flags = next((line for line in lines if line.startswith("flags")), "")
    return frozenset(flags.partition(":")[2].split())


def hold(environment: MutableMapping[str, str]) -> None:
    """Tell the libraries that are loaded from now on, and those of programs that are started. What somebody
    has said of it stays.
    """
    if "avx512f" in processor():
        for name, value in LEFT_OUT.items():
            environment.setdefault(name, value)
