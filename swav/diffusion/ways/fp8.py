"""Linear layers in float8, by datasheets twice as fast as bfloat16 on cards from Ada on."""

from swav.diffusion.ways import Way

WAY = Way(
    name="fp8",
    replaces="linears",
    words="linear layers in float8 (e4m3, a scale for each token and channel)",
    code="swav.diffusion.ways._fp8:Fp8",
    capability=(8, 9),
)
