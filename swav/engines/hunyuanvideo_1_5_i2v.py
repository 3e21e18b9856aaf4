"""HunyuanVideo 1.5 I2V: a picture set in motion, in the form and length of HunyuanVideo 1.5."""

from dataclasses import replace

from swav.diffusion.recipe import sizes
from swav.engines._diffusion import DiffusionEngine
from swav.engines.hunyuanvideo_1_5 import MODEL

ENGINE = DiffusionEngine(
    replace(
        MODEL,
        name="hunyuanvideo-1.5-i2v",
        title="HunyuanVideo 1.5 I2V",
        pipeline="HunyuanVideo15ImageToVideoPipeline",
        repository="hunyuanvideo-community/HunyuanVideo-1.5-480p_i2v",
        gigabytes=35,
        published=sizes(8.33, 7.72, 1.26, hidden=2048, heads=16, layers=54, ffn=8192),
        reads=frozenset({"prompt", "first_frame"}),
        needs=frozenset({"first_frame"}),
    )
)
