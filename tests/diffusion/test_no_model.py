"""The core serves any model, so it holds the name of none: what is one model's stands in its engine."""

import re

import pytest
from places import REPOSITORY

CORE = [
    file
    for package in ("weights", "diffusion", "render")
    for file in sorted((REPOSITORY / "swav" / package).rglob("*.py"))
]


def named(text: str) -> list[str]:
    """Names of models in a text, in words, in the names of classes and of functions.

    Not those of solvers: Diffusers calls some by the model that brought them, and any model may use them.
    Nor Flux where it is the scheduler of a cluster.
    """
    words = re.findall(r"[A-Za-z][A-Za-z0-9]*", re.sub(r"\w+Scheduler|FLUX_JOB_ID|LSF, Flux", "", text))
    return [word for word in words if any(_is_name(part) for part in re.findall(_PARTS, word))]


_PARTS = r"[A-Z]+[a-z]*[0-9]*|[a-z]+[A-Z]?[0-9]*"
_NAMES = {"wan", "wans", "umt", "cog", "cogvideo", "hunyuan", "ltx", "sdxl", "svd", "qwen", "mochi", "flux"}


def _is_name(part: str) -> bool:
    return part.rstrip("0123456789").lower() in _NAMES


@pytest.mark.parametrize("file", CORE, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_no_model_is_named(file):
    assert not named(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "Wan 2.2",
        "wan22",
        "WanTransformer3DModel",
        "convert_wan_vae",
        "umT5's",
        "CogVideoX",
        "HunyuanVideo-1.5",
        "LTX2",
    ],
)
def test_a_name_is_seen_however_it_is_written(text):
    assert named(text)


@pytest.mark.parametrize("text", ["wanted", "Wanted", "what one may want", "cognate", "swan", "latents"])
def test_a_word_is_no_name(text):
    assert not named(text)
