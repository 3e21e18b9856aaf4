"""int8 times int8, summed in int32, which is exact: ``torch._int_mm``.

Compiled, what scales tokens before and sums after is part of the kernels beside it: Inductor tries its own
int8 kernel, with the scaling as its end, against cuBLAS.
"""

import torch


class Int8:
    """See ``_linears.Kind``."""

    dtype = torch.int8
    largest = 127.0

    def multiply(
        self, tokens: torch.Tensor, token_scale: torch.Tensor, weight: torch.Tensor, scale: torch.Tensor
    ) -> torch.Tensor:
        """In float32. The sums of int32 are the same on a card and on a CPU."""
        return torch._int_mm(tokens, weight.t()) * token_scale * scale
