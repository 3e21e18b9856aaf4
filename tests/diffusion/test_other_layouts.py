"""Models of Wan that are recipes, as their authors publish them and as single files: the same takes."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from eight_bits import scaled, write_gguf
from safetensors.torch import load_file, save_file
from test_pipelines import Studio
from tiny_pipelines import MAKERS
from tiny_wan22 import expert_to_original, umt5_to_original, vae_to_original, write_original_expert

from swav.diffusion import pipeline
from swav.engines import Site, engines
from swav.engines.wan22.newer_vae import DEVIATION, MEAN, newer_name
from swav.engines.wan22.reading import unread_expert
from swav.readiness import Recognised
from swav.weights.folder import Weights

NAMES = ("wan2.2-i2v", "wan2.2-ti2v")
TEXT = "models_t5_umt5-xxl-enc-bf16.pth"
BY_NEWER = [
    (r"^encoder\.down_blocks\.(\d)\.resnets\.(\d)\.", r"encoder.downsamples.\1.downsamples.\2."),
    (r"^encoder\.down_blocks\.(\d)\.downsampler\.", r"encoder.downsamples.\1.downsamples.2."),
    (r"^decoder\.up_blocks\.(\d)\.resnets\.(\d)\.", r"decoder.upsamples.\1.upsamples.\2."),
    (r"^decoder\.up_blocks\.(\d)\.upsampler\.", r"decoder.upsamples.\1.upsamples.3."),
    (r"\.mid_block\.resnets\.0\.", ".middle.0."),
    (r"\.mid_block\.attentions\.0\.", ".middle.1."),
    (r"\.mid_block\.resnets\.1\.", ".middle.2."),
    (r"\.norm1\.gamma", ".residual.0.gamma"),
    (r"(?<=\d)\.conv1\.", ".residual.2."),
    (r"\.norm2\.gamma", ".residual.3.gamma"),
    (r"(?<=\d)\.conv2\.", ".residual.6."),
    (r"\.conv_shortcut\.", ".shortcut."),
    (r"\.norm_out\.gamma", ".head.0.gamma"),
    (r"\.conv_out\.", ".head.2."),
    (r"\.conv_in\.", ".conv1."),
    (r"^quant_conv\.", "conv1."),
    (r"^post_quant_conv\.", "conv2."),
]
"""From Diffusers' names of the VAE of Wan 2.2 to those of Wan's own code (``vae2_2.py``)."""


def newer_vae_to_original(tensors: dict) -> dict:
    def renamed(name):
        for pattern, replacement in BY_NEWER:
            name = re.sub(pattern, replacement, name)
        return name

    made = {renamed(name): tensor for name, tensor in tensors.items()}
    assert {newer_name(name) for name in made} == set(tensors)
    return made


def plain(tensors: dict) -> dict:
    return {name: tensor.clone().contiguous() for name, tensor in tensors.items()}


def tiny(name: str):
    """Each as published: heads as wide as Wan's, the VAE with the numbers that stand in Wan's code."""
    torch.manual_seed(0)
    made = MAKERS[name]()
    if name == "wan2.2-ti2v":
        made.vae.register_to_config(latents_mean=list(MEAN), latents_std=list(DEVIATION))
    for part in ("transformer", "transformer_2"):
        if getattr(made, part) is not None:
            torch.manual_seed(len(part))
            config = dict(getattr(made, part).config) | {"attention_head_dim": 128, "num_attention_heads": 1}
            setattr(made, part, type(made.transformer).from_config(config))
            for name, weight in getattr(made, part).named_parameters():
                if name.endswith("bias"):  # trained ones are not zeros
                    torch.nn.init.normal_(weight, std=0.02)
    return made


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> dict[str, Path]:
    """Each model in the layout of Diffusers, of Wan's own code, and of ComfyUI."""
    root, homes = tmp_path_factory.mktemp("published"), {}
    for name in NAMES:
        made = tiny(name)
        made.save_pretrained(root / "diffusers" / name)
        own, comfy = root / "original" / name, root / "comfy" / name
        layers = made.text_encoder.config.num_layers
        text = plain(umt5_to_original(made.text_encoder.state_dict(), layers))
        vae = newer_vae_to_original if name == "wan2.2-ti2v" else vae_to_original
        vae, experts = plain(vae(made.vae.state_dict())), {"": made.transformer}
        if made.transformer_2 is not None:
            experts = {"high_noise": made.transformer, "low_noise": made.transformer_2}
        for stage, expert in experts.items():
            write_original_expert(expert, own / f"{stage}_model" if stage else own, 2)
            words = f"i2v_{stage}_14B" if stage else "ti2v_5B"
            file = comfy / f"diffusion_models/wan2.2_{words}_fp32.safetensors"
            file.parent.mkdir(parents=True, exist_ok=True)
            save_file(plain(expert_to_original(expert.state_dict())), file)
        torch.save(text, own / TEXT)
        torch.save(vae, own / ("Wan2.2_VAE.pth" if name == "wan2.2-ti2v" else "Wan2.1_VAE.pth"))
        made.tokenizer.save_pretrained(own / "google/umt5-xxl")
        for folder, tensors in (("text_encoders/umt5_xxl", text), ("vae/wan_vae", vae)):
            (comfy / folder).parent.mkdir()
            save_file(tensors, comfy / f"{folder}.safetensors")
        made.tokenizer.save_pretrained(comfy / "google/umt5-xxl")
    for layout in ("diffusers", "original", "comfy"):
        homes[layout] = root / layout
    return homes


@pytest.mark.parametrize("name", NAMES)
def test_a_take_is_the_same_from_every_layout(published, tmp_path, monkeypatch, name):
    made = {}
    for layout, home in published.items():
        (tmp_path / layout).mkdir()
        made[layout] = Studio(name, home, tmp_path / layout, monkeypatch).shoot()
    assert len({take["pixels_sha256"] for take in made.values()}) == 1
    assert len({take["fingerprint"] for take in made.values()}) == 3


@pytest.mark.parametrize("name", NAMES)
def test_each_layout_is_recognised_with_its_sizes(published, name):
    engine, sizes = engines()[name], []
    for layout, home in published.items():
        found = engine.recognise(home / name)
        called = {"comfy": "single files"}.get(layout, layout)
        known = Recognised(engine.model.title, called, "float32", found.fingerprint, found.bytes)
        assert replace(found, notes=()) == known
        # Of Wan 2.2 Fun the folder of Diffusers would look the same; Wan's own config.json names the model.
        assert len(found.notes) == (name == "wan2.2-i2v" and layout == "diffusers")
        sizes.append(engine.placed_as(home)[0])
        others = [each for each in engines().values() if each.name != name and hasattr(each, "model")]
        assert not any(each.recognise(home / name) for each in [*others, engines()["wan2.2"]])
    assert len({(each.hidden, each.layers, each.ffn, each.text.parameters) for each in sizes}) == 1
    assert len({each.denoisers[0].parameters for each in sizes}) == 1


EIGHT_BITS = {
    "fp8": lambda tensors, file: save_file(scaled(tensors, torch.float8_e4m3fn, "scale_weight", False), file),
    "int8": lambda tensors, file: save_file(scaled(tensors, torch.int8, "weight_scale", True), file),
    "GGUF": lambda tensors, file: write_gguf(plain(tensors), file.with_suffix(".gguf")),
}


@pytest.mark.parametrize(
    ("name", "kind"),
    [("wan2.2-i2v", "fp8"), ("wan2.2-i2v", "GGUF"), ("wan2.2-ti2v", "int8"), ("wan2.2-ti2v", "GGUF")],
)
def test_a_take_of_eight_bits_is_that_of_the_numbers_that_they_stand_for(
    published, tmp_path, monkeypatch, name, kind
):
    """Another model, with a fingerprint of its own: near the exact one, smaller on disk, not on the card."""
    pixels, made, seen, facts = pipeline._pixels, {}, {}, {}
    for which in ("exact", kind, "numbers"):
        home = tmp_path / which
        shutil.copytree(published["comfy"] / name, home / name)
        for file in (home / name / "diffusion_models").iterdir():
            exact = load_file(file)
            if which == "exact":
                continue
            file.unlink()
            EIGHT_BITS[kind](exact, file)
            (eight,) = file.parent.glob(f"{file.stem}.*")
            if which == "numbers":
                read = unread_expert(Weights((eight,)), torch.float32).fill("cpu").state_dict()
                eight.unlink()
                save_file(plain(expert_to_original(read)), file)
        frames = seen.setdefault(which, [])
        keep = lambda pictures, frames=frames: (frames.append(each) or each for each in pixels(pictures))  # noqa: E731
        monkeypatch.setattr(pipeline, "_pixels", keep)
        made[which] = Studio(name, home, tmp_path, monkeypatch).shoot()
        shutil.rmtree(tmp_path / "state")
        facts[which] = engines()[name].placed_as(home)[0].denoiser
    assert made[kind]["pixels_sha256"] == made["numbers"]["pixels_sha256"]
    assert len({take["fingerprint"] for take in made.values()}) == 3
    counts = [each.parameters for each in facts.values()]  # with the scales, of which there are few
    assert max(counts) < 1.01 * min(counts)
    assert facts[kind].file_bytes < 0.6 * facts["exact"].file_bytes
    off = np.abs(np.int16(seen[kind]) - np.int16(seen["exact"])).mean()
    print(f"{name} {kind}: {off:.3f} of 255")
    assert 0 < off < 2


def rename(home: Path, old: str, new: str) -> None:
    for file in list(home.rglob(f"*{old}*")):
        file.rename(file.with_name(file.name.replace(old, new)))


def title(home: Path, words: str) -> None:
    (home / "README.md").write_text(f"---\nlicense: apache-2.0\n---\n\n# {words}\n")


def broken(part: Path) -> None:
    shutil.rmtree(part) if part.is_dir() else part.unlink()
    part.symlink_to("gone")


POINTER = "version https://git-lfs.github.com/spec/v1"
SPOILT = [
    ("original", "wan2.2-i2v", lambda f: shutil.rmtree(f / "low_noise_model"), "without low_noise_model"),
    ("original", "wan2.2-i2v", lambda f: (f / "Wan2.1_VAE.pth").write_text(POINTER), "is a git-lfs pointer"),
    ("original", "wan2.2-ti2v", lambda f: (f / TEXT).unlink(), f"without {TEXT}"),
    ("original", "wan2.2-ti2v", lambda f: (f / "config.json").write_text("[]"), "holds a list where"),
    (
        "original",
        "wan2.2-ti2v",
        lambda f: next(f.glob("*-00001-*")).unlink(),
        "lacks diffusion_py",
    ),
    ("comfy", "wan2.2-i2v", lambda f: rename(f, "low_noise", "slow"), "put high or low into its name"),
    ("comfy", "wan2.2-i2v", lambda f: rename(f, "i2v", "fun_inp"), "Wan 2.2 Fun, which has the shapes"),
    ("original", "wan2.2-i2v", lambda f: title(f, "Wan2.2-Fun-A14B-InP"), "Wan 2.2 Fun, which has the"),
    ("diffusers", "wan2.2-i2v", lambda f: title(f, "Wan2.2-Fun-A14B-InP"), "Wan 2.2 Fun, which has the"),
    (
        "original",
        "wan2.2-ti2v",
        lambda f: broken(f / "Wan2.2_VAE.pth"),
        "VAE.pth is a link to a file that is",
    ),
    ("diffusers", "wan2.2-ti2v", lambda f: broken(f / "vae"), "/vae is a link to a file that is"),
    ("comfy", "wan2.2-ti2v", lambda f: shutil.rmtree(f / "vae"), "lacks its VAE; fetch what is missing"),
    ("comfy", "wan2.2-ti2v", lambda f: rename(f, "ti2v_5B", "x"), ""),
    ("comfy", "wan2.2-ti2v", lambda f: shutil.rmtree(f / "google"), "holds no tokenizer"),
]


@pytest.mark.parametrize(("layout", "name", "spoil", "sentence"), SPOILT, ids=range(len(SPOILT)))
def test_what_is_missing_damaged_or_another_model_is_one_sentence(
    published, tmp_path, layout, name, spoil, sentence
):
    shutil.copytree(published[layout] / name, tmp_path / name)
    spoil(tmp_path / name)
    engine = engines()[name]
    found, why = engine.recognise(tmp_path / name), engine.readiness(Site(tmp_path, ("0",))).why
    assert sentence in why and len(why.replace(str(tmp_path), "models")) < 300 and "\n" not in why
    if sentence:
        assert found is None or found.fault == why
    else:
        doubts = engine.readiness(Site(tmp_path, ("0",))).doubts
        assert "is taken for TI2V-5B" in found.notes[0] and found.notes == doubts


@pytest.mark.parametrize("layout", ["original", "diffusers"])
def test_the_hubs_cache_may_lie_one_level_up(published, tmp_path, layout):
    inner = tmp_path / "wan2.2-ti2v/models--Wan-AI--Wan2.2-TI2V-5B/snapshots/abc"
    shutil.copytree(published[layout] / "wan2.2-ti2v", inner)
    (tmp_path / "wan2.2-ti2v/models--other/snapshots/x").mkdir(parents=True)
    found = engines()["wan2.2-ti2v"].recognise(tmp_path / "wan2.2-ti2v")
    assert (found.fault, found.layout) == ("", layout)
