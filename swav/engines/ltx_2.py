"""LTX-2: text or a picture to video with sound, five seconds of 768x512 at 24 frames a second.

Steps and guidance are those of Diffusers' example; what else guides picture and sound, the pipeline's own.
"""

from swav.diffusion.calibration import Measured
from swav.diffusion.facts import Grid
from swav.diffusion.recipe import Frames, Licence, ModelRecipe, sizes
from swav.engines._diffusion import DiffusionEngine

ENGINE = DiffusionEngine(
    ModelRecipe(
        name="ltx-2",
        title="LTX-2",
        pipeline="LTX2Pipeline",
        from_frame="LTX2ImageToVideoPipeline",
        repository="Lightricks/LTX-2",
        download='--include model_index.json "*/*"',  # beside them lie the same weights for other programs
        gigabytes=67,
        licence=Licence(
            "LTX-2 Community License", "conditions", "under ten million dollars of revenue a year"
        ),
        sizes=(((768, 512),),),
        multiple=32,
        published=sizes(18.9, 13.5, 1.2, hidden=4096, heads=32, layers=48, ffn=16384, vae_width=16),
        measured=Measured(
            "NVIDIA H200",
            "2026-11-27",
            step=1.02,
            decode=0.74,
            step_memory=3.66,
            decode_memory=5.3,
            text_gigabytes=11.2,  # what all 49 layers of its encoder gave is kept
        ),
        grid=Grid(32, 8, 1),
        frames=Frames(step=8, trained=121),
        rate=24,
        steps=30,
        guidance=3.0,
        passes="batch",
        reads=frozenset({"prompt", "first_frame"}),
        alone=2,  # without parts of its attention, and with picture and sound apart
        negative="worst quality, inconsistent motion, blurry, jittery, distorted",
        prompt_tokens=1023,
        call={"frame_rate": 24.0},
        float32=(),
        loras=False,
        sound=True,
    )
)
