"""Prompt adherence, with a tiny CLIP of random weights in the layout in which the real ones are published."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import CLIPConfig, CLIPModel, CLIPTextConfig, CLIPVisionConfig

from swav.quality.gauges.adherence import adherence, squared

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@cache
def _model() -> CLIPModel:
    torch.manual_seed(3)
    text = CLIPTextConfig(
        vocab_size=60, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=2,
        max_position_embeddings=16, bos_token_id=52, eos_token_id=53, pad_token_id=53,
    )  # fmt: skip
    vision = CLIPVisionConfig(
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=32,
        patch_size=8,
    )
    config = CLIPConfig(text_config=text.to_dict(), vision_config=vision.to_dict(), projection_dim=24)
    return CLIPModel(config).eval()


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder of models with one CLIP: config.json, model.safetensors and the tokeniser's two files."""
    folder = tmp_path / "clip-vit-tiny"
    _model().save_pretrained(folder)
    words = [*_LETTERS, *(f"{letter}</w>" for letter in _LETTERS), "<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({word: number for number, word in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    return tmp_path


def _frames(count: int = 3) -> list[tuple[int, np.ndarray]]:
    random = np.random.default_rng(1)
    return [(10 * number, random.integers(0, 256, (54, 96, 3), dtype=np.uint8)) for number in range(count)]


def test_value_is_the_mean_cosine_of_pictures_and_prompt(models):
    frames = _frames()
    found = adherence(frames, "a red boat", models)
    model = _model()
    ids = torch.tensor([[52, 26 + 0, *(_LETTERS.index(c) for c in "re"), 26 + 3, 1, 14, 0, 26 + 19, 53]])
    pixels = torch.from_numpy(np.stack([squared(picture, 32) for _, picture in frames]))
    with torch.inference_mode():
        text = model.get_text_features(input_ids=ids)
        seen = model.get_image_features(pixel_values=pixels)
    text, seen = (getattr(part, "pooler_output", part) for part in (text, seen))
    cosines = torch.nn.functional.cosine_similarity(seen, text)
    assert found["value"] == pytest.approx(float(cosines.mean()), abs=1e-4)
    assert found["model"] == "clip-vit-tiny"
    assert found["frames"] == [10 * int(place) for place in torch.argsort(cosines)]


def test_words_change_the_value_and_the_same_words_do_not(models):
    first, again, other = (adherence(_frames(), said, models) for said in ("boat", "boat", "zebra crossing"))
    assert first == again
    assert first["value"] != other["value"]


def test_a_long_prompt_is_read_to_the_models_length(models):
    assert -1 <= adherence(_frames(), "a very long sentence " * 40, models)["value"] <= 1


def test_a_picture_is_scaled_cut_and_normalised_as_clip_does():
    wide = np.zeros((60, 120, 3), np.uint8)
    wide[:, 40:80] = (255, 0, 0)
    seen = squared(wide, 30)
    assert seen.shape == (3, 30, 30) and seen.dtype == np.float32
    assert seen[0, 15, 15] == pytest.approx((1 - 0.48145466) / 0.26862954, abs=1e-3)
    assert seen[1, 15, 15] == pytest.approx(-0.4578275 / 0.26130258, abs=1e-3)
    assert seen[0, 15, 0] == pytest.approx(-0.48145466 / 0.26862954, abs=0.05)


def _without_a_weight(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    del weights["visual_projection.weight"]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


@pytest.mark.parametrize("spoil, said", [
    (lambda folder: (folder / "merges.txt").unlink(), "clip-vit-tiny lacks merges.txt"),
    (lambda folder: (folder / "model.safetensors").write_bytes(b"not weights"), "cannot be loaded"),
    (_without_a_weight, "1 of its weights are missing"),
    (lambda folder: (folder / "config.json").write_text('{"model_type": "bert"}'), "there is no CLIP model"),
    (lambda folder: (folder / "config.json").write_text("half a fi"), "there is no CLIP model"),
])  # fmt: skip
def test_a_folder_that_cannot_be_used_is_not_measured(models, spoil, said):
    spoil(models / "clip-vit-tiny")
    found = adherence(_frames(), "a boat", models)
    assert set(found) == {"missing"}
    assert said in found["missing"]


def test_nothing_to_compare_is_not_measured(models, tmp_path):
    assert set(adherence(_frames(), "  ", models)) == {"missing"}
    assert set(adherence([], "a boat", models)) == {"missing"}
    assert set(adherence(_frames(), "a boat", None)) == {"missing"}
    assert set(adherence(_frames(), "a boat", tmp_path / "nowhere")) == {"missing"}
