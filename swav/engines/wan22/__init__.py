"""Wan 2.2 T2V-A14B: text to video with two experts of 14 billion parameters each.

What any model needs stands in ``swav.weights`` and ``swav.diffusion``; here is what is Wan's. The modules
tell the story of a take in order: ``layout`` recognises the model folder, ``weights`` and ``reading`` bring
it into memory, ``loras`` changes it, ``precise`` lets it add up in float32, ``text`` turns words into
embeddings, ``samplings`` settles how a shot is drawn, ``sampling`` denoises by one of the ``solvers`` from
its own noise or that of ``philox``, ``decode`` makes the pixels, and ``engine`` ties them together.
``service`` offers it to the build, ``plans`` fits it to the cards by its ``sizes``, and ``renderer`` is what
a resident worker runs. This module, ``layout``, ``sizes``, ``fingerprint``, ``samplings``, ``philox``,
``plans`` and ``service`` are free of torch.
"""

FOLDER = "wan22"
"""Of the weights, inside the folder of models."""

FRAMES_PER_SECOND = 16
"""The rate that the model was trained at (Wan2.2, ``wan/configs/wan_t2v_A14B.py``: ``sample_fps``)."""

LONGEST_TRAINED = 81
"""Frames of the longest clip that the model was trained on; longer ones repeat themselves."""

TEXT_TOKENS = 512
"""Length of the text embedding, the rest of it being zeros (Wan2.2: ``text_len``)."""

NEGATIVE_PROMPT = (
    "色调艳丽，过曝，静态，细节模糊不清，字幕，风格，作品，画作，画面，静止，整体发灰，最差质量，低质量，"
    "JPEG压缩残留，丑陋的，残缺的，多余的手指，画得不好的手部，画得不好的脸部，畸形的，毁容的，形态畸形的肢体，"
    "手指融合，静止不动的画面，杂乱的背景，三条腿，背景人很多，倒着走"
)
"""What the authors of the model steer away from (Wan2.2, ``wan/configs/shared_config.py``:
``sample_neg_prompt``).
"""

from swav.engines.wan22.service import ENGINE  # noqa: E402 - it needs what stands above

__all__ = ["ENGINE", "FRAMES_PER_SECOND", "LONGEST_TRAINED", "NEGATIVE_PROMPT", "TEXT_TOKENS"]
