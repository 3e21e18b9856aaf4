"""What makes PyTorch's products end in the same bits in every process that the tests compare."""

from pathlib import Path

CPU = Path("/proc/cpuinfo")
PRODUCTS = {"MKL_CBWR": "AVX512,STRICT"} if CPU.exists() and " avx512f " in CPU.read_text() else {}
"""Variables for processes that compute with PyTorch, read at their first product.

Bits then do not depend on where factors lie in memory (MKL, "Conditional Numerical Reproducibility"), which
they do with AVX-512 and do not up to AVX2. For no other process: Whisper has MKL of its own, and hears other
words with that.
"""
