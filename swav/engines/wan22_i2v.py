"""Wan 2.2 I2V-A14B: a picture set in motion, or what lies between two, with experts of 14 billion parameters.

On Wan's own time grid Diffusers' pipeline gives what Wan's own code gives (Wan2.2,
``wan/configs/wan_i2v_A14B.py``); the last frame is Diffusers' addition.
"""

from swav.diffusion.calibration import Measured
from swav.diffusion.recipe import Frames, Licence, ModelRecipe, sizes
from swav.engines._diffusion import DiffusionEngine
from swav.engines.wan22 import NEGATIVE_PROMPT
from swav.engines.wan22.kinds import I2V
from swav.engines.wan22.layouts import WanLayouts

ENGINE = DiffusionEngine(
    ModelRecipe(
        name="wan2.2-i2v",
        title="Wan 2.2 I2V-A14B",
        pipeline="WanImageToVideoPipeline",
        repository="Wan-AI/Wan2.2-I2V-A14B-Diffusers",
        gigabytes=126,
        licence=Licence("Apache 2.0", "yes"),
        sizes=(((832, 480),), ((1280, 720),)),
        multiple=16,
        published=sizes(
            14.29, 5.68, 0.13, hidden=5120, heads=40, layers=40, ffn=13824, vae_width=96, experts=2
        ),
        measured=Measured(
            "NVIDIA H200", "2026-11-27", step=1.03, decode=0.97, step_memory=0.88, decode_memory=0.98
        ),
        frames=Frames(step=4, trained=81),
        rate=16,
        steps=40,
        guidance=3.5,
        passes="calls",
        reads=frozenset({"prompt", "first_frame", "last_frame"}),
        needs=frozenset({"first_frame"}),
        negative=NEGATIVE_PROMPT,
        prompt_tokens=511,
        tells={"transformer": {"in_channels": 36}},
        first_sigma=0.999,
        ulysses=True,
        masked=False,
        tiles=True,
        layouts=WanLayouts(I2V, "WanImageToVideoPipeline", "i2v"),
        lora_names="swav.engines.wan22.loras:named",
        work_gigabytes=14,
    )
)
