"""Linear layers in int8, by datasheets twice as fast as bfloat16 on cards from Ampere on."""

from swav.diffusion.ways import Way

WAY = Way(
    name="int8",
    replaces="linears",
    words="linear layers in int8 (W8A8, a scale for each token and channel)",
    code="swav.diffusion.ways._int8:Int8",
)
