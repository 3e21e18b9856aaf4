"""Weights of both layouts become the models that Diffusers itself would load, in the memory of the result."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from diffusers import AutoencoderKLWan, WanPipeline, WanTransformer3DModel
from places import REPOSITORY
from safetensors.torch import load_file, save_file
from transformers import UMT5EncoderModel

from swav.engines.wan22.convert import convert
from swav.engines.wan22.fingerprint import CONVERT_AGAIN, fingerprint, own_fingerprint, rounds
from swav.engines.wan22.layout import recognise
from swav.engines.wan22.precise import is_kept
from swav.engines.wan22.reading import unread_expert, unread_text_encoder, unread_vae
from swav.errors import EngineError
from swav.review.model_folders import look
from swav.weights.fingerprint import ORIGIN
from swav.weights.headers import safetensors_header
from swav.weights.stored import folded


@pytest.fixture
def original(published, tmp_path):
    shutil.copytree(published / "original", tmp_path / "model")
    return tmp_path / "model"


def assert_same(model, reference) -> None:
    expected = dict(reference.named_parameters()) | dict(reference.named_buffers())
    found = dict(model.named_parameters()) | dict(model.named_buffers())
    assert found.keys() == expected.keys()
    for name, tensor in found.items():
        kept = torch.float32 if is_kept(name) else expected[name].dtype
        assert tensor.dtype == kept, name
        assert torch.equal(tensor.to(expected[name].dtype), expected[name]), name


@pytest.mark.parametrize("layout", ["original", "diffusers"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_experts_are_what_diffusers_loads(published, layout, dtype):
    """In bfloat16 with Diffusers' float32 islands, and the rotary tables in float32."""
    found = recognise(published / layout)
    for part, folder in ((found.high, "transformer"), (found.low, "transformer_2")):
        reference = WanTransformer3DModel.from_pretrained(
            published / "diffusers", subfolder=folder, torch_dtype=dtype
        )
        assert_same(unread_expert(part, dtype).fill("cpu"), reference)


@pytest.mark.parametrize("layout", ["original", "diffusers"])
def test_text_encoder_and_vae_are_what_the_libraries_load(published, layout):
    found, folder = recognise(published / layout), published / "diffusers"
    text = UMT5EncoderModel.from_pretrained(folder / "text_encoder", dtype=torch.bfloat16)
    encoder = unread_text_encoder(found.text_encoder).fill("cpu")
    assert_same(encoder, text)
    assert encoder.shared.weight is encoder.encoder.embed_tokens.weight, "the embedding is in memory once"
    vae = AutoencoderKLWan.from_pretrained(folder, subfolder="vae")
    assert_same(unread_vae(found.vae).fill("cpu"), vae)


def test_weights_are_aligned_and_progress_reaches_the_end(published):
    found, told = recognise(published / "original"), []
    model = unread_expert(found.high).fill("cpu", progress=lambda done, total: told.append((done, total)))
    assert all(parameter.data_ptr() % 64 == 0 for parameter in model.parameters())
    assert told[-1][0] == told[-1][1] == sum(4 * parameter.numel() for parameter in model.parameters())
    assert told == sorted(told)


def edit_shard(model: Path, change) -> None:
    """Rewrite the first shard of the high-noise expert as ``change`` leaves its tensors."""
    shard = recognise(model).high.files[0]
    tensors = load_file(shard)
    change(tensors)
    save_file(tensors, shard)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda t: t.pop("blocks.0.cross_attn.k.bias"), "lacks blocks.0.attn2.to_k.bias;"),
        (lambda t: t.update(surplus=torch.zeros(2)), "has the unknown surplus;"),
        (
            lambda t: t.update({"blocks.0.cross_attn.k.bias": torch.zeros(7)}),
            "blocks.0.attn2.to_k.bias (7,) for (48,);",
        ),
        (
            lambda t: [
                t.pop(f"blocks.{block}.cross_attn.k.bias")
                for block in (0, 1)
                if f"blocks.{block}.cross_attn.k.bias" in t
            ],
            "lacks blocks.",
        ),
    ],
)
def test_missing_extra_and_misshapen_tensors_are_named(original, change, what):
    edit_shard(original, change)
    with pytest.raises(EngineError) as refused:
        unread_expert(recognise(original).high)
    assert what in str(refused.value) and "high_noise_model" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_tensors_missing_from_the_pth_files_are_named(original):
    for name, gone, unread, ours in (
        ("Wan2.1_VAE.pth", "decoder.head.2.bias", lambda m: unread_vae(m.vae), "decoder.conv_out.bias"),
        (
            "models_t5_umt5-xxl-enc-bf16.pth",
            "blocks.1.norm2.weight",
            lambda m: unread_text_encoder(m.text_encoder),
            "encoder.block.1.layer.1.layer_norm.weight",
        ),
    ):
        tensors = torch.load(original / name, weights_only=True)
        tensors.pop(gone)
        torch.save(tensors, original / name)
        with pytest.raises(EngineError, match=ours):
            unread(recognise(original))


def test_a_tensor_that_tells_a_size_is_named_when_it_is_missing(original):
    shards = recognise(original).high.files
    for shard in shards:
        tensors = load_file(shard)
        if tensors.pop("patch_embedding.weight", None) is not None:
            save_file(tensors, shard)
    with pytest.raises(EngineError, match=r"patch_embedding\.weight"):
        unread_expert(recognise(original).high)


def test_a_pickle_that_runs_code_is_refused(original):
    import pickle

    class Malicious:
        def __reduce__(self):
            return (Path.touch, (original / "run",))

    (original / "Wan2.1_VAE.pth").write_bytes(pickle.dumps(Malicious(), protocol=2))
    with pytest.raises(EngineError, match="cannot be read as PyTorch weights"):
        unread_vae(recognise(original).vae)
    assert not (original / "run").exists()


def test_folded_names_lose_none():
    names = ["a.0.x", "a.1.x", "a.2.x", "a.4.x", "b.7.y", "c"]
    assert folded(names) == "a.{0-2,4}.x, b.7.y, c"


def test_a_converted_model_renders_the_same_and_keeps_its_fingerprint(published, tmp_path):
    found, target = recognise(published / "original"), tmp_path / "converted"
    converted = convert(found, target, shard_bytes=60_000)
    assert len(converted.high.files) > 3
    for part in ("high", "low"):
        read, again = (unread_expert(model.parts[part]).fill("cpu") for model in (found, converted))
        assert_same(again, read)
    assert_same(
        unread_text_encoder(converted.text_encoder).fill("cpu"),
        unread_text_encoder(found.text_encoder).fill("cpu"),
    )
    assert_same(unread_vae(converted.vae).fill("cpu"), unread_vae(found.vae).fill("cpu"))
    for file in converted.high.files:
        table, _ = safetensors_header(file)
        for name, entry in table.items():
            if name != "__metadata__":
                assert entry["dtype"] == ("F32" if is_kept(name) else "BF16"), name
    assert fingerprint(converted) == fingerprint(found) != own_fingerprint(converted)
    expert = WanTransformer3DModel.from_pretrained(
        target, subfolder="transformer", torch_dtype=torch.bfloat16
    )
    assert_same(unread_expert(found.high).fill("cpu"), expert)
    pipeline = WanPipeline.load_config(target)
    assert pipeline["boundary_ratio"] == 0.875


def test_a_converted_model_that_was_changed_has_its_own_fingerprint(published, tmp_path):
    found = recognise(published / "original")
    converted = convert(found, tmp_path / "converted")
    shard = converted.high.files[0]
    data = bytearray(shard.read_bytes())
    data[-1] ^= 1
    shard.write_bytes(data)
    assert fingerprint(converted) not in (fingerprint(found),)


def test_a_copy_of_before_that_rounds_the_head_is_another_model_until_it_is_converted_again(
    published, tmp_path
):
    """Its takes differ in their last bits: they get keys of their own, and a sentence says what to do."""
    found, target = recognise(published / "original"), tmp_path / "wan22"
    converted = convert(found, target)
    (shard,) = converted.high.files
    tensors = load_file(shard)
    rounded = {n: t.bfloat16() if n.startswith("proj_out") else t for n, t in tensors.items()}
    save_file(rounded, shard, metadata={"format": "pt", "origin": fingerprint(found)})
    before = recognise(target)
    (target / ORIGIN).write_text(json.dumps({"origin": fingerprint(found), "own": own_fingerprint(before)}))
    assert rounds(before) and fingerprint(before) == own_fingerprint(before) != fingerprint(found)
    (target / "README.md").write_text("# Wan2.2-T2V-A14B\n")  # or it might be another model of these shapes
    assert look(target).notes == (f"{target}: {CONVERT_AGAIN}",)
    again = convert(found, target)
    assert look(target).notes == ()
    assert not rounds(again) and fingerprint(again) == fingerprint(found)


def test_an_interrupted_conversion_goes_on_where_it_was(published, tmp_path):
    found, target = recognise(published / "original"), tmp_path / "converted"

    class Interrupted(Exception):
        pass

    def interrupt(done: int, total: int) -> None:
        if done > total / 3:
            raise Interrupted

    with pytest.raises(Interrupted):
        convert(found, target, interrupt, shard_bytes=60_000)
    with pytest.raises(EngineError):
        recognise(target)
    written = {file: file.stat().st_mtime_ns for file in target.rglob("*.safetensors")}
    cut_off = max(written, key=written.get)
    cut_off.write_bytes(cut_off.read_bytes()[:-8])
    converted = convert(found, target, shard_bytes=60_000)
    for file, time in written.items():
        assert (file.stat().st_mtime_ns == time) == (file != cut_off), file.name
    assert fingerprint(converted) == fingerprint(found)
    assert not list(target.rglob(".*partial*"))


MEASURE = """
import json, sys, threading, time
import torch
from pathlib import Path
from swav.weights.folder import Weights
from swav.engines.wan22.reading import unread_expert

def anonymous() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split("RssAnon:")[1].split()[0]) * 1024

folder = Path(sys.argv[1])
unread = unread_expert(Weights(tuple(sorted(folder.glob("*.safetensors"))), folder / "config.json"))
before = peak = anonymous()
def look(done, total):
    global peak
    peak = max(peak, anonymous())
model = unread.fill("cpu", progress=look)
result = sum(parameter.nbytes for parameter in model.parameters())
print(json.dumps({"peak": max(peak, anonymous()) - before, "result": result}))
"""


def test_reading_needs_the_memory_of_its_result(tmp_path):
    """160 MB of float32 on disk become 80 MB of bfloat16, with one buffer beside them."""
    from tiny_wan22 import tiny_transformer, write_original_expert

    sizes = {"num_attention_heads": 8, "attention_head_dim": 64, "ffn_dim": 2048, "num_layers": 9}
    write_original_expert(tiny_transformer(5, **sizes), tmp_path / "expert", shards=4)
    on_disk = sum(file.stat().st_size for file in (tmp_path / "expert").glob("*.safetensors"))
    ended = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path / "expert")],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    measured = json.loads(ended.stdout)
    assert on_disk > 150e6 and measured["result"] < 0.55 * on_disk
    assert measured["peak"] < measured["result"] + (50 << 20), "the result, a buffer of 32 MiB, and its copy"
