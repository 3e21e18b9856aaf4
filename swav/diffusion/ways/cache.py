"""Steps that are foretold from the last one that was computed: EasyCache (https://arxiv.org/abs/2507.02860)."""

from swav.diffusion.ways import Way

WAY = Way(
    name="cache",
    replaces="steps",
    words="a cache of steps (EasyCache, threshold 0.05)",
    code="swav.diffusion.ways._cache:StepCache",
)
