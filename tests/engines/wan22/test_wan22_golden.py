"""Takes of Wan 2.2 that were made once are found again: their keys, written down.

A key that changes here means that every team renders its takes anew, half an hour of GPU each. Where that is
meant, a recipe number was raised, and ``python tests/engines/wan22/test_wan22_golden.py`` writes them anew.
The model is one of headers and a few bytes, the same with every release of every library.
"""

import hashlib
import json
import sys
import zipfile
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import pytest

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from places import DATA
from wan22_site import request

from swav import keys
from swav.diffusion.placement import Placement
from swav.engines import LoraFile
from swav.engines.wan22 import plans
from swav.engines.wan22.fingerprint import fingerprint, own_fingerprint
from swav.engines.wan22.layout import recognise
from swav.engines.wan22.service import ENGINE
from swav.keys import Length

GOLDEN = DATA / "golden_wan22.json"
EXPERTS = {"original": ("high_noise_model", "low_noise_model"), "diffusers": ("transformer", "transformer_2")}
CONFIGS = {
    "original": {"in_dim": 16, "dim": 48, "num_heads": 4, "num_layers": 2, "ffn_dim": 64, "eps": 1e-6},
    "diffusers": {"in_channels": 16, "num_attention_heads": 4, "attention_head_dim": 12, "num_layers": 2},
}
REQUESTS = {
    "plain": {},
    "no steps said": {"steps": None},
    "negative": {"negative": "rain"},
    "guidance": {"guidance": 7.0},
    "no guidance": {"guidance": 1.0},
    "full size": {"width": 1920, "height": 1080},
    "upright": {"width": 480, "height": 854},
    "ten seconds": {"length": Length(frames=240)},
    "another rate": {"rate": Fraction(30000, 1001), "length": Length(frames=50)},
    "follows its line": {
        "length": Length(narration="n1", lead=Fraction(1, 4), breath=Fraction(3, 4), least=13)
    },
    "lora": {"loras": (LoraFile("a.safetensors", "c0ffee", 0.5, "high"),)},
    "camera and wanted": {"camera": "push", "wanted": "wan2.2"},
}
PLACEMENTS = {
    "one card": Placement(),
    "streamed": Placement(residency="streamed", text="streamed", vae="tiled", attention="cudnn"),
    "four cards": Placement(2, 2, fsdp=4, residency="all", text="card", vae="spread", compile=True),
}


def write_model(root: Path, layout: str) -> Path:
    """A folder that passes for a Wan 2.2: whole headers, and bytes that a digest gives."""
    for expert in EXPERTS[layout]:
        for number in (1, 2):
            name = f"diffusion_pytorch_model-{number:05d}-of-00002.safetensors"
            write_safetensors(root / expert / name, {f"blocks.{number}.weight": 4000})
        write_json(root / expert / "config.json", CONFIGS[layout])
    if layout == "original":
        for name in ("models_t5_umt5-xxl-enc-bf16.pth", "Wan2.1_VAE.pth"):
            with zipfile.ZipFile(root / name, "w") as archive:
                archive.writestr(zipfile.ZipInfo("weights/data/0", (2026, 1, 1, 0, 0, 0)), drawn(name, 9000))
    else:
        write_safetensors(root / "text_encoder/model.safetensors", {"shared.weight": 900})
        write_safetensors(root / "vae/diffusion_pytorch_model.safetensors", {"conv.weight": 700})
        for part in ("text_encoder", "vae"):
            write_json(root / part / "config.json", {"part": part})
        write_json(root / "model_index.json", {"_class_name": "WanPipeline"})
    tokenizer = root / ("google/umt5-xxl" if layout == "original" else "tokenizer")
    write_json(tokenizer / "tokenizer.json", {"model": "Unigram"})
    (tokenizer / "spiece.model").write_bytes(drawn("spiece", 500))
    return root


def write_json(file: Path, value: dict) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value))


def write_safetensors(file: Path, elements: dict[str, int]) -> None:
    """float32 tensors of one dimension."""
    header, at = {}, 0
    for name, count in elements.items():
        header[name] = {"dtype": "F32", "shape": [count], "data_offsets": [at, at + 4 * count]}
        at += 4 * count
    text = json.dumps(header).encode()
    file.parent.mkdir(parents=True, exist_ok=True)
    where = f"{file.parent.name}/{file.name}"
    file.write_bytes(len(text).to_bytes(8, "little") + text + drawn(where, at))


def drawn(seed: str, size: int) -> bytes:
    return hashlib.shake_256(seed.encode()).digest(size)


def light(folder: Path) -> dict:
    """What is known without torch."""
    found: dict = {"fingerprints": {}, "takes": {}, "choices": {}}
    for layout in EXPERTS:
        model = recognise(write_model(folder / layout, layout))
        found["fingerprints"][layout] = [fingerprint(model), own_fingerprint(model)]
    (model_id, _) = found["fingerprints"]["original"]
    found["takes"] = {
        name: keys.take_key(ENGINE.recipe(request(**changes), model_id)) for name, changes in REQUESTS.items()
    }
    takes = list(found["takes"].values())[:3]
    found["choices"] = {
        "three takes": keys.choice_key(takes=takes, limits={"black": [0, 0.1]}, fallback=""),
        "with a stand-in": keys.choice_key(takes=takes[:1], limits={}, fallback="animatic"),
    }
    found["forms"] = {
        name: [form.width, form.height, str(form.rate), form.frames]
        for name, changes in REQUESTS.items()
        if request(**changes).length.known
        for form in [ENGINE.form(request(**changes))]
    }
    found["failed plans"] = [plans.MEMORY, {name: keys.digest(p.plain()) for name, p in PLACEMENTS.items()}]
    return found


def heavy(folder: Path) -> dict:
    """What is decided where torch is: names of embeddings, whose a state is, and what a copy is called."""
    import torch
    from tiny_wan22 import write_original

    from swav.engines.wan22 import engine
    from swav.engines.wan22.convert import convert
    from swav.engines.wan22.engine import TakeSpec
    from swav.engines.wan22.sampling import Sampling
    from swav.engines.wan22.text import EmbeddingCache

    cache = EmbeddingCache(folder, "fingerprint", torch.bfloat16)
    embeddings = {text: cache._file(text).name for text in ("a red fox", "a  red&amp;blue\nfox", "一只狐狸")}
    wan = object.__new__(engine.Wan22)
    wan.fingerprint, wan.experts = "fingerprint", SimpleNamespace(identities=[("c0ffee", 0.5, "high")])
    wan.setup = engine.Setup(device="cpu", dtype="bfloat16")
    jobs = {
        "defaults": TakeSpec("a red fox"),
        "small": TakeSpec("a red fox", "rain", 64, 64, 9, 5, Sampling(12, 12.0, 7.0, 5.0)),
    }
    states = {name: wan.identity(job) for name, job in jobs.items()}
    converted = convert(
        recognise(write_original(folder / "tiny/wan22") and folder / "tiny/wan22"),
        folder / "converted",
        shard_bytes=100_000,
    )
    files = sorted(path.relative_to(converted.root) for path in converted.root.rglob("*") if path.is_file())
    indexes = {
        str(file.relative_to(converted.root)): keys.digest(json.loads(file.read_text())["weight_map"])
        for file in converted.root.rglob("*.index.json")
    }
    return {
        "embeddings": embeddings,
        "jobs": {name: asdict(job) for name, job in jobs.items()},
        "states": states,
        "converted": [str(file) for file in files],
        "converted tensors": dict(sorted(indexes.items())),
        "converted index": json.loads((converted.root / "model_index.json").read_text()),
    }


def test_takes_keep_their_keys(tmp_path):
    assert light(tmp_path) == {name: value for name, value in golden().items() if name not in HEAVY}


def test_embeddings_states_and_copies_keep_their_names(tmp_path, monkeypatch):
    same_versions(monkeypatch.setattr)
    assert heavy(tmp_path) == {name: value for name, value in golden().items() if name in HEAVY}


HEAVY = ("embeddings", "jobs", "states", "converted", "converted tensors", "converted index")


def same_versions(put) -> None:
    """A state belongs to the versions of the libraries too; those that are installed do not matter here."""
    from swav.engines.wan22 import engine

    put(engine, "_versions", lambda: {"torch": "1", "diffusers": "2", "transformers": "3"})


def golden() -> dict:
    return json.loads(GOLDEN.read_text())


@pytest.mark.parametrize("layout", EXPERTS)
def test_a_fingerprint_covers_the_files_and_not_where_they_lie(tmp_path, layout):
    (before, _), file = golden()["fingerprints"][layout], tmp_path / "elsewhere" / EXPERTS[layout][1]
    write_model(tmp_path / "elsewhere", layout)
    assert fingerprint(recognise(tmp_path / "elsewhere")) == before
    (file / "config.json").write_text(json.dumps({**CONFIGS[layout], "eps": 1e-5}))
    assert fingerprint(recognise(tmp_path / "elsewhere")) != before


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    same_versions(setattr)
    with TemporaryDirectory() as temporary:
        found = light(Path(temporary) / "light") | heavy(Path(temporary) / "heavy")
    GOLDEN.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
