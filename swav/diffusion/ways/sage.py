"""Attention whose scores are of int8: SageAttention (https://arxiv.org/abs/2410.02367)."""

from swav.diffusion.ways import Way

WAY = Way(
    name="sage",
    replaces="attention",
    words="attention by SageAttention (scores of int8)",
    code="swav.diffusion.ways._sage:use",
    package="sageattention",
    install="pip install sageattention",
)
