"""HunyuanVideo: text to video, five seconds of 1280x720 at 24 frames a second (https://arxiv.org/abs/2412.03603).

Its guidance is an input of the network, so that a step is one pass, and there is no negative prompt.
"""

from swav.diffusion.calibration import Measured
from swav.diffusion.recipe import Frames, Licence, ModelRecipe, sizes
from swav.engines._diffusion import DiffusionEngine

LICENCE = Licence(
    "Tencent Hunyuan Community License",
    "conditions",
    "not in the EU, the United Kingdom and South Korea; under 100 million users a month",
)

ENGINE = DiffusionEngine(
    ModelRecipe(
        name="hunyuanvideo",
        title="HunyuanVideo",
        pipeline="HunyuanVideoPipeline",
        repository="hunyuanvideo-community/HunyuanVideo",
        gigabytes=42,
        licence=LICENCE,
        sizes=(((960, 544),), ((1280, 720),)),
        multiple=16,
        published=sizes(12.82, 7.63, 0.25, hidden=3072, heads=24, layers=60, ffn=15360),
        measured=Measured(
            "NVIDIA H200", "2026-11-27", step=0.96, decode=1.01, step_memory=1.82, decode_memory=0.97
        ),
        frames=Frames(step=4, trained=129),
        rate=24,
        steps=50,
        guidance=6.0,
        passes="one",
        negative=None,
        prompt_tokens=256,
        tiled=True,
        float32=(),
        work_gigabytes=16,
    )
)
