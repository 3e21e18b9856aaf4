"""CogVideoX-5B: text to video, six seconds of 720x480 at eight frames a second (https://arxiv.org/abs/2408.06072)."""

from swav.diffusion.calibration import Measured
from swav.diffusion.recipe import Frames, Licence, ModelRecipe, sizes
from swav.engines._diffusion import DiffusionEngine

LICENCE = Licence(
    "CogVideoX License", "conditions", "free up to a million visits a month, after registration with Zhipu AI"
)

MODEL = ModelRecipe(
    name="cogvideox-5b",
    title="CogVideoX-5B",
    pipeline="CogVideoXPipeline",
    repository="zai-org/CogVideoX-5b",
    gigabytes=21,
    licence=LICENCE,
    sizes=(((720, 480),),),
    upright=False,
    multiple=16,  # Diffusers says 8, and 8 ends in an error of shapes
    published=sizes(5.57, 4.76, 0.22, hidden=3072, heads=48, layers=42, ffn=12288),
    measured=Measured(
        "NVIDIA H200", "2026-11-27", step=1.22, decode=0.83, step_memory=1.17, decode_memory=1.6
    ),
    frames=Frames(step=8, trained=49),
    rate=8,
    steps=50,
    guidance=6.0,
    passes="batch",
    tells={"transformer": {"patch_size_t": None}},  # CogVideoX 1.5 has one
    call={"use_dynamic_cfg": True},
    prompt_tokens=225,
    tiled=True,
    float32=(),
)

ENGINE = DiffusionEngine(MODEL)
