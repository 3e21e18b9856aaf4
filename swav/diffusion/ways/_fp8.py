"""float8 times float8 by ``torch._scaled_mm``, with a scale for each token and each channel."""

import torch


class Fp8:
    """See ``_linears.Kind``."""

    dtype = torch.float8_e4m3fn
    largest = 448.0

    def multiply(
        self, tokens: torch.Tensor, token_scale: torch.Tensor, weight: torch.Tensor, scale: torch.Tensor
    ) -> torch.Tensor:
        """In bfloat16 on a card, whose kernel gives no other type here; in float32 elsewhere, where the same
        numbers are multiplied as float32."""
        if not tokens.is_cuda:
            return tokens.float() @ weight.float().t() * token_scale * scale
        return torch._scaled_mm(
            tokens,
            weight.t(),
            scale_a=token_scale,
            scale_b=scale[None],
            out_dtype=torch.bfloat16,
            use_fast_accum=True,
        )
