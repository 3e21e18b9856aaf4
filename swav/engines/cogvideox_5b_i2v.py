"""CogVideoX-5B-I2V: a picture set in motion, in the form and length of CogVideoX-5B."""

from dataclasses import replace

from swav.engines._diffusion import DiffusionEngine
from swav.engines.cogvideox_5b import MODEL

ENGINE = DiffusionEngine(
    replace(
        MODEL,
        name="cogvideox-5b-i2v",
        title="CogVideoX-5B-I2V",
        pipeline="CogVideoXImageToVideoPipeline",
        repository="zai-org/CogVideoX-5b-I2V",
        reads=frozenset({"prompt", "first_frame"}),
        needs=frozenset({"first_frame"}),
    )
)
