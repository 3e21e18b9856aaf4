"""Wan 2.2 TI2V-5B: text or a picture to video, five seconds of 1280x704 at 24 frames a second.

On Wan's own time grid Diffusers' pipeline gives what Wan's own code gives (Wan2.2,
``wan/configs/wan_ti2v_5B.py``).
"""

from swav.diffusion.calibration import Measured
from swav.diffusion.facts import Grid
from swav.diffusion.recipe import Frames, Licence, ModelRecipe, sizes
from swav.engines._diffusion import DiffusionEngine
from swav.engines.wan22 import NEGATIVE_PROMPT
from swav.engines.wan22.kinds import TI2V
from swav.engines.wan22.layouts import WanLayouts

ENGINE = DiffusionEngine(
    ModelRecipe(
        name="wan2.2-ti2v",
        title="Wan 2.2 TI2V-5B",
        pipeline="WanPipeline",
        from_frame="WanImageToVideoPipeline",
        repository="Wan-AI/Wan2.2-TI2V-5B-Diffusers",
        gigabytes=34,
        licence=Licence("Apache 2.0", "yes"),
        sizes=(((1280, 704),),),
        multiple=32,
        published=sizes(5.0, 5.68, 0.7, hidden=3072, heads=24, layers=30, ffn=14336, vae_width=64),
        measured=Measured(
            "NVIDIA H200", "2026-11-27", step=1.21, decode=1.38, step_memory=2.55, decode_memory=1.67
        ),
        grid=Grid(16, 4, 2),
        frames=Frames(step=4, trained=121),
        rate=24,
        steps=50,
        guidance=5.0,
        passes="calls",
        reads=frozenset({"prompt", "first_frame"}),
        negative=NEGATIVE_PROMPT,
        prompt_tokens=511,
        tells={"transformer": {"in_channels": 48}},
        first_sigma=0.999,
        ulysses=True,
        masked=False,
        tiles=True,
        layouts=WanLayouts(TI2V, "WanPipeline", "ti2v"),
        lora_names="swav.engines.wan22.loras:named",
        work_gigabytes=10,
    )
)
