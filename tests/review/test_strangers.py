"""What lies in a folder of weights and is of no use: one sentence, the same wherever it is said."""

import json
import shlex
from pathlib import Path

import pytest

from swav.engines import Site, engines
from swav.review.checkup import check_engines
from swav.review.model_folders import folders, look

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
PAGE = "<!DOCTYPE html><html>404</html>"


def table(**tensors) -> bytes:
    """A safetensors file of such shapes."""
    entries, at = {}, 0
    for name, sides in tensors.items():
        size = 4
        for side in sides:
            size *= side
        entries[name.replace("__", ".")] = {"dtype": "F32", "shape": sides, "data_offsets": [at, at + size]}
        at += size
    said = json.dumps(entries).encode()
    return len(said).to_bytes(8, "little") + said + bytes(at)


def pipeline(kind: str, **configs) -> dict:
    """A whole tiny pipeline of one network in the layout of Diffusers."""
    index = {"_class_name": kind, "transformer": ["diffusers", "X"], "vae": ["diffusers", "X"]}
    files = {"model_index.json": json.dumps(index)}
    for part in ("transformer", "vae"):
        files[f"{part}/config.json"] = json.dumps(configs.get(part, {}))
        files[f"{part}/model.safetensors"] = table(a__weight=[2])
    return files


def lay(folder: Path, files: dict) -> Path:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


Z_IMAGE = pipeline("ZImagePipeline")
FLUX = pipeline("FluxPipeline")
WAN21 = pipeline("WanPipeline", transformer={"in_channels": 16})
FOLDERS = {
    "empty": ({}, "holds no files; remove it"),
    "macOS alone": ({"._model.safetensors": b"\0\5\x16\7", ".DS_Store": b"x"}, "holds no files; remove it"),
    "index page": (Z_IMAGE | {"model_index.json": PAGE}, "model_index.json is a web page"),
    "index pointer": (Z_IMAGE | {"model_index.json": POINTER}, "model_index.json is a git-lfs pointer"),
    "index list": (Z_IMAGE | {"model_index.json": "[]"}, "model_index.json holds a list where"),
    "config list": (
        {"config.json": "[1]", "model.safetensors": table(a=[1])},
        "config.json holds a list",
    ),
    "weights page": ({"model.safetensors": PAGE}, "model.safetensors is a web page"),
    "weights pointer": ({"x.gguf": POINTER}, "x.gguf is a git-lfs pointer"),
    "pickle pointer": ({"x.pth": POINTER}, "x.pth is a git-lfs pointer"),
    "cut off": ({"x.safetensors": table(a=[9])[:-3]}, "x.safetensors is cut off"),
    "another pipeline": (FLUX, "holds a FluxPipeline; no engine here renders with it"),
    "a relative": (WAN21, "holds a WanPipeline, which Wan 2.2 TI2V-5B are too"),
    "loras": (
        {"style.safetensors": table(x__lora_A__weight=[2, 2])},
        "holds LoRAs such as style",
    ),
    "raw": ({"transformers/mp_rank_00_model_states.pt": b"PK"}, "local-dir models/hunyuanvideo"),
    "sat": ({"transformer/1/mp_rank_00_model_states.pt": b"PK"}, "local-dir models/cogvideox-5b"),
    "one file": ({"sd_xl_base_1.0.safetensors": table(a=[1])}, "local-dir models/sdxl"),
    "one file inside": (
        {"unet/qwen_image_edit_fp8.safetensors": table(a=[1])},
        "local-dir models/qwen-image-edit",
    ),
    "unknown": ({"readme.md": "words", "x.bin": b"\1"}, "no model that an engine here knows, but 2 files"),
    "too deep": (
        {"a/speakers_xtts.pth": b"\x80", "a/config.json": "{}", "a/model.pth": b"\x80", "a/vocab.json": "{}"},
        "it/a holds XTTS v2, one level too deep; mv models/it/a models/xtts",
    ),
}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path("models")


@pytest.mark.parametrize("case", FOLDERS)
def test_a_folder_that_is_of_no_use_is_one_sentence_with_the_right_remedy(home, case):
    files, sentence = FOLDERS[case]
    lay(home / "it", files).mkdir(parents=True, exist_ok=True)
    found = look(home / "it")
    assert found.model is None and sentence in found.fault
    assert len(found.fault) < 300 and "\n" not in found.fault and "118 GB" not in found.fault


def test_a_broken_link_is_named(home):
    (home / "it").mkdir(parents=True)
    (home / "it/model.safetensors").symlink_to("gone")
    assert "it/model.safetensors is a link to a file that is not there" in look(home / "it").fault


SPOKEN = {"config.json": '{"model": "xtts"}', **dict.fromkeys(("model.pth", "speakers_xtts.pth"), "\x80x")}
SPOKEN["vocab.json"] = "{}"
PLAYED = {"config.json": '{"model_type": "musicgen"}', "tokenizer.json": "{}"}
PLAYED["model.safetensors"] = table(a=[2])
SOUNDS = {"xtts": (SPOKEN, "model.pth"), "musicgen": (PLAYED, "model.safetensors")}
INSTEAD = {
    "is a git-lfs pointer": lambda file: file.write_text(POINTER),
    "is a web page": lambda file: file.write_text(PAGE),
    "is empty": lambda file: file.write_text(""),
    "is a link to a file that is not there": lambda file: (file.unlink(), file.symlink_to("gone")),
}


@pytest.mark.parametrize("name", SOUNDS)
@pytest.mark.parametrize("sentence", INSTEAD)
def test_a_spoilt_model_that_speaks_or_plays_is_named_alike(home, name, sentence):
    files, weights = SOUNDS[name]
    files = {each: said.encode("latin-1") if isinstance(said, str) else said for each, said in files.items()}
    lay(home / name, files)
    (home / name / f"._{weights}").write_bytes(b"\0\5\x16\7")
    assert look(home / name).engine == name and not look(home / name).fault
    INSTEAD[sentence](home / name / weights)
    said = look(home / name).fault
    (found,) = (each for each in check_engines(Site(home, ("0",)), Path("build")) if each.engine == name)
    assert said.startswith(f"models/{name}/{weights} {sentence}") and len(said) < 300
    assert said in {f"{lack.what}; {lack.mend}" for lack in found.lacks}


@pytest.mark.parametrize("name", ["xtts", "musicgen", "wan22", "z-image", "mine"])
def test_a_link_in_the_place_of_a_model_is_named(home, name):
    home.mkdir()
    (home / name).symlink_to("gone")
    assert [str(each) for each in folders(home)] == [f"models/{name}"]
    said = f"models/{name} is a link to a file that is not there"
    assert look(home / name).fault.startswith(said)
    named = [
        each
        for each in check_engines(Site(home, ("0",)), Path("build"))
        if any(lack.what == said for lack in each.lacks)
    ]
    assert bool(named) == (name != "mine") and not any(each.absent for each in named)


SPOILT = [case for case in FOLDERS if case.startswith(("index", "another", "empty"))]


@pytest.mark.parametrize("case", SPOILT)
def test_doctor_and_plan_say_of_an_engines_own_folder_what_is_wrong(home, case):
    """And never only that it is to be fetched into a folder that is full."""
    lay(home / "z-image", FOLDERS[case][0]).mkdir(parents=True, exist_ok=True)
    site = Site(home, ("0",))
    why = engines()["z-image"].readiness(site).why
    lack = next(each for each in check_engines(site, Path("build")) if each.engine == "z-image").lacks[0]
    assert why.startswith(f"{lack.what}; {lack.mend}") or lack.mend in why
    assert "hf download" not in why or "give z-image another name, then hf download" in why
    if case.startswith("index"):
        assert look(home / "z-image").fault == why


@pytest.mark.parametrize("taken", [False, True])
def test_a_model_that_is_here_under_another_name_is_moved_and_not_fetched(home, taken):
    lay(home / "Z-Image Turbo", Z_IMAGE)
    if taken:
        lay(home / "z-image", FLUX)
    why = engines()["z-image"].readiness(Site(home, ("0",))).why
    move = f"mv {shlex.quote('models/Z-Image Turbo')} models/z-image"
    aside = "mv models/z-image models/z-image-other && " if taken else ""
    assert why.endswith(f"; {aside}{move}") and "hf download" not in why
