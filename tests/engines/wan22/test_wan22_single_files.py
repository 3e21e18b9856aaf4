"""Wan 2.2 as ComfyUI and GGUF repackage it: recognised by headers, read right, and every doubt said."""

import hashlib
import shutil

import pytest
import torch
from eight_bits import scaled, write_gguf
from safetensors.torch import save_file
from tiny_wan22 import (
    expert_to_original,
    tiny_pipeline,
    tiny_transformer,
    vae_to_original,
    write_tokenizer,
)

from swav.engines.wan22 import ENGINE
from swav.engines.wan22.fingerprint import fingerprint
from swav.engines.wan22.layout import recognise
from swav.engines.wan22.loras import Lora, changes
from swav.engines.wan22.reading import unread_expert, unread_text_encoder, unread_vae
from swav.engines.wan22.recognised import recognised
from swav.engines.wan22.sizes import sizes_of
from swav.engines.wan22.text import tokenizer
from swav.errors import EngineError
from swav.readiness import Site
from swav.review.model_folders import look
from swav.weights.folder import Weights
from swav.weights.verify import verify

HIGH = "diffusion_models/wan2.2_t2v_high_noise_14B.safetensors"
LOW = "diffusion_models/wan2.2_t2v_low_noise_14B.safetensors"
TEXT, VAE = "text_encoders/umt5_xxl_fp16.safetensors", "vae/wan_2.1_vae.safetensors"


POINTER = "version https://git-lfs.github.com/spec/v1"


def expert(seed: int):
    return tiny_transformer(seed, num_attention_heads=2, attention_head_dim=128, ffn_dim=512, num_layers=1)


@pytest.fixture(scope="module")
def comfy(tmp_path_factory):
    """ComfyUI's folders with fp16 files."""
    root = tmp_path_factory.mktemp("comfy") / "wan22"
    words = write_tokenizer(root.parent / "words")
    pipeline = tiny_pipeline(words)
    for name in (HIGH, TEXT, VAE):
        (root / name).parent.mkdir(parents=True)
    for name, seed in ((HIGH, 3), (LOW, 4)):
        tensors = {n: t.half().contiguous() for n, t in expert_to_original(expert(seed).state_dict()).items()}
        save_file({f"model.diffusion_model.{n}": t for n, t in tensors.items()}, root / name)
    whole = pipeline.text_encoder.state_dict()
    text = {n: t.half().clone() for n, t in whole.items() if "embed_tok" not in n}
    text["spiece_model"] = torch.tensor(list((words / "spiece.model").read_bytes()), dtype=torch.uint8)
    save_file(text, root / TEXT)
    vae = vae_to_original(pipeline.vae.state_dict())
    save_file({n: t.clone() for n, t in vae.items()}, root / VAE)
    return root


@pytest.fixture
def folder(comfy, tmp_path):
    return shutil.copytree(comfy, tmp_path / "wan22")


def refusal(folder) -> str:
    with pytest.raises(EngineError) as refused:
        recognise(folder)
    return str(refused.value)


def test_comfyuis_folders_are_a_whole_model(comfy, tmp_path):
    found = recognised(comfy, "wan22")
    assert (found.layout, found.precision, found.fault, found.notes) == ("single files", "float16", "", ())
    model = recognise(comfy)
    assert [part.files[0] for part in model.parts.values()] == [
        comfy / name for name in (HIGH, LOW, TEXT, VAE)
    ]
    facts = sizes_of(model)
    assert (facts.hidden, facts.heads, facts.layers, facts.ffn, facts.text_layers) == (256, 2, 1, 512, 2)
    words = write_tokenizer(tmp_path / "words")
    (words / "tokenizer.json").unlink()
    assert tokenizer(model.tokenizer)("a red fox") == tokenizer(words)("a red fox")
    unread_vae(model.vae).fill("cpu")
    unread_text_encoder(model.text_encoder).fill("cpu")
    read = dict(unread_expert(model.low, torch.float32).fill("cpu").named_parameters())
    assert all(torch.equal(read[n], t.half().float()) for n, t in expert(4).named_parameters())


def test_names_and_places_of_files_are_not_the_model(folder):
    before = fingerprint(recognise(folder))
    (folder / HIGH).rename(folder / "Wan2.2-T2V HighNoise.safetensors")
    (folder / LOW).rename(folder / "t2v_LOW.safetensors")
    (folder / TEXT).rename(folder / "text.safetensors")
    (folder / VAE).rename(folder / "v.safetensors")
    assert fingerprint(recognise(folder)) == before


ERRORS = {
    "fp8 by tensor": (lambda t: scaled(t, torch.float8_e4m3fn, "scale_weight", False), 0.04),
    "fp8 by row": (lambda t: scaled(t, torch.float8_e4m3fn, "weight_scale", True), 0.04),
    "int8 by row": (lambda t: scaled(t, torch.int8, "weight_scale", True), 0.01),
    "int8 rotated": (lambda t: scaled(t, torch.int8, "weight_scale", True, True), 0.015),
    "GGUF Q8_0": (None, 0.008),
}


@pytest.mark.parametrize("kind", ERRORS)
def test_eight_bits_are_read_as_what_they_stand_for(tmp_path, kind):
    made, most = ERRORS[kind]
    tensors = {n: t.contiguous() for n, t in expert_to_original(expert(3).state_dict()).items()}
    if made:
        save_file(made(tensors), file := tmp_path / "high.safetensors")
    else:
        write_gguf(tensors, file := tmp_path / "high.gguf")
    unread = unread_expert(Weights((file,)), torch.float32)
    read = dict(unread.fill("cpu").named_parameters())
    exact = {n: t for n, t in expert(3).named_parameters() if n.startswith("blocks") and t.ndim == 2}
    wrong, whole = (
        sum((t**2).sum() for t in values)
        for values in ([read[n] - t for n, t in exact.items()], exact.values())
    )
    error = (wrong / whole).sqrt().item()
    print(f"{kind}: {error:.4f}")
    assert 0.001 < error < most
    name = "blocks.0.attn1.to_q.weight"
    part = torch.empty(300)
    unread.source.tensors[name].read(1000, part)  # any run, not whole groups alone
    assert torch.allclose(part, read[name].flatten()[1000:1300], atol=1e-6)


def test_what_has_no_scale_or_another_format_is_refused_by_name(tmp_path):
    tensors = expert_to_original(expert(3).state_dict())
    made = scaled(tensors, torch.int8, "weight_scale", True)
    name, file = "blocks.0.ffn.0", tmp_path / "x.safetensors"
    nvfp4 = torch.tensor(list(b'{"format": "nvfp4"}'), dtype=torch.uint8)
    for change, sentence in (
        ({f"{name}.weight_scale": None, f"{name}.comfy_quant": None}, "in 8 bits without its scale"),
        ({f"{name}.comfy_quant": nvfp4}, "nvfp4"),
        ({f"{name}.weight_scale": torch.ones(3)}, "neither one number nor one a row"),
        ({"blocks.0.surprise": torch.ones(3)}, "has the unknown blocks.0.surprise"),
    ):
        save_file({n: t for n, t in (made | change).items() if t is not None}, file)
        with pytest.raises(EngineError, match=sentence):
            unread_expert(Weights((file,)))


CHANGES = {
    "no stage": (lambda f: (f / LOW).rename(f / "vae/wan_t2v.safetensors"), "put high or low"),
    "slow is not low": (lambda f: (f / LOW).rename(f / "vae/t2v_slow.safetensors"), "put high or low"),
    "no low": (
        lambda f: (f / LOW).unlink(),
        "lacks the low-noise expert; fetch what is missing",
    ),
    "two highs": (lambda f: shutil.copy(f / HIGH, f / "high_fp8.safetensors"), "2 files for one part"),
    "cut header": (lambda f: (f / LOW).write_bytes(b"\x90\x02"), "its header cannot be read"),
    "page": (lambda f: (f / VAE).write_text("<!DOCTYPE html><html>"), "is a web page"),
    "pointer": (
        lambda f: (f / LOW).write_text("version https://git-lfs.github.com/spec/v1"),
        "git-lfs pointer",
    ),
    "broken link": (
        lambda f: ((f / LOW).unlink(), (f / LOW).symlink_to("nowhere.safetensors")),
        "is a link to a file that is not there",
    ),
    "bernini": (
        lambda f: [(f / n).rename(f / n.replace("t2v", "bernini_r")) for n in (HIGH, LOW)],
        "Bernini-R, which has the shapes",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_missing_damaged_or_in_doubt_is_one_sentence(folder, change):
    CHANGES[change][0](folder)
    said = refusal(folder)
    assert CHANGES[change][1] in said and "118 GB" not in said and "\n" not in said


def test_what_is_not_sure_but_usable_is_said(folder):
    for name in (HIGH, LOW):
        (folder / name).rename(folder / name.replace("wan2.2_t2v", "my_merge"))
    (folder / HIGH).with_name("._x_high.safetensors").write_bytes(b"\0\5\x16\7")
    found = recognised(folder, "wan22")
    assert not found.fault and "is taken for T2V-A14B" in found.notes[0]


def test_swapped_experts_are_found_by_published_digests(folder):
    notes = folder / ".cache/huggingface/download"
    for name in (HIGH, LOW):
        (note := notes / f"{name}.metadata").parent.mkdir(parents=True, exist_ok=True)
        note.write_text(f"main\n{hashlib.sha256((folder / name).read_bytes()).hexdigest()}\n0\n")

    def found() -> list[str]:  # without the tiny model's biases of zeros
        return [fault for fault in verify(recognise(folder)) if "zeros" not in fault]

    assert found() == []
    (folder / HIGH).rename(folder / "x")
    (folder / LOW).rename(folder / HIGH)
    (folder / "x").rename(folder / LOW)
    said = found()
    assert LOW in said[0] and "is not the published file of that name but" in said[0]


def test_a_lora_is_added_before_the_weight_is_rounded(tmp_path):
    generator = torch.Generator().manual_seed(1)
    down, up = torch.randn(4, 256, generator=generator), torch.randn(256, 4, generator=generator) / 50
    module = "diffusion_model.blocks.0.self_attn.q"
    save_file(
        {f"{module}.lora_down.weight": down, f"{module}.lora_up.weight": up}, tmp_path / "lora.safetensors"
    )
    tensors = {n: t.contiguous() for n, t in expert_to_original(expert(3).state_dict()).items()}
    save_file(tensors, file := tmp_path / "high.safetensors")
    unread = unread_expert(Weights((file,)))
    loras = [Lora(tmp_path / "lora.safetensors", 0.7)]
    read = dict(unread.fill("cpu", changes=changes(loras, unread.model, "high")).named_parameters())
    exact = tensors["blocks.0.self_attn.q.weight"] + 0.7 * (up @ down)
    assert torch.equal(read["blocks.0.attn1.to_q.weight"], exact.bfloat16())


GGUF_NAMES = [
    ("encoder.block.", "enc.blk."),
    ("encoder.final_layer_norm", "enc.output_norm"),
    ("shared", "token_embd"),
    ("layer.0.SelfAttention.relative_attention_bias", "attn_rel_b"),
    ("layer.0.SelfAttention.", "attn_"),
    ("layer.0.layer_norm", "attn_norm"),
    ("layer.1.layer_norm", "ffn_norm"),
    ("layer.1.DenseReluDense.wi_0", "ffn_gate"),
    ("layer.1.DenseReluDense.wi_1", "ffn_up"),
    ("layer.1.DenseReluDense.wo", "ffn_down"),
]
"""As llama.cpp's converter calls what is in umT5 (``gguf-py/gguf/tensor_mapping.py``)."""


def tokenizer_said(words) -> dict:
    """What llama.cpp's converter writes of a sentencepiece model (``convert_hf_to_gguf.py``: ``T5Model``)."""
    from transformers.convert_slow_tokenizer import import_protobuf

    model = import_protobuf().ModelProto()
    model.ParseFromString((words / "spiece.model").read_bytes())
    tokens = {
        "model": "t5",
        "tokens": [piece.piece for piece in model.pieces],
        "scores": [piece.score for piece in model.pieces],
        "token_type": [piece.type for piece in model.pieces],
        "add_space_prefix": True,
        "remove_extra_whitespaces": True,
        "precompiled_charsmap": model.normalizer_spec.precompiled_charsmap,
        "eos_token_id": 1,
        "padding_token_id": 0,
        "unknown_token_id": 3,
    }
    return {"general.architecture": "t5encoder"} | {
        f"tokenizer.ggml.{name}": value for name, value in tokens.items()
    }


def gguf_text(folder, words):
    """The text encoder of ComfyUI's folders as GGUF, with its tokenizer; ``words`` holds the original."""
    whole = tiny_pipeline(words).text_encoder.float().state_dict()
    whole.pop("encoder.embed_tokens.weight", None)
    made = {}
    for name, tensor in whole.items():
        for ours, theirs in GGUF_NAMES:
            name = name.replace(ours, theirs)
        made[name] = tensor
    (folder / TEXT).unlink()
    file = folder / "text_encoders/umt5-xxl-encoder-F32.gguf"
    write_gguf(made, file, tokenizer_said(words))
    return file


TEXTS = ["a red fox", "Ａ full-width ＬＥＴＴＥＲ", "一只狐狸 ☃ ü", "two  spaces, a </s> mark", "\U0001f98a"]


def test_the_text_encoder_may_be_a_gguf_file_that_holds_its_tokenizer(folder, tmp_path):
    words = write_tokenizer(tmp_path / "words")
    file, half = gguf_text(folder, words), recognise(folder)
    assert half.text_encoder.files == (file,) and half.tokenizer == file
    read = dict(unread_text_encoder(half.text_encoder).fill("cpu").named_parameters())
    exact = tiny_pipeline(words).text_encoder.named_parameters()
    assert all(torch.equal(read[name], tensor) for name, tensor in exact)
    ours, published = tokenizer(file), tokenizer(words)
    assert [ours(text) for text in TEXTS] == [published(text) for text in TEXTS]
    assert sizes_of(half).text_layers == 2


def test_a_gguf_text_encoder_without_a_tokenizer_takes_the_one_beside_it(folder, tmp_path):
    words = write_tokenizer(tmp_path / "words")
    file = gguf_text(folder, words)
    content = file.read_bytes().replace(b"tokenizer.ggml.", b"tokenizer.lost.")
    file.write_bytes(content)
    assert "holds no tokenizer" in refusal(folder)
    shutil.copytree(words, folder / "google/umt5-xxl")
    assert recognise(folder).tokenizer == folder / "google/umt5-xxl"
    with pytest.raises(EngineError, match="holds no tokenizer; put"):
        tokenizer(file)


NO_MODEL = {
    "list": (lambda f: (f / "config.json").write_text("[1]"), "holds a list where"),
    "page": (lambda f: (f / "config.json").write_text("<!DOCTYPE html>"), "is a web page"),
    "pointer": (lambda f: (f / "config.json").write_text(POINTER), "is a git-lfs pointer"),
    "folder": (lambda f: ((f / "config.json").unlink(), (f / "config.json").mkdir()), "lacks config.json"),
    "index": (lambda f: (f / "x.safetensors.index.json").write_text('{"weight_map": 3}'), "names no shards"),
    "link": (
        lambda f: [(s.unlink(), s.symlink_to("gone")) for s in f.glob("*-00001-*.safetensors")],
        "-00001-of-00003.safetensors",
    ),
}


@pytest.mark.parametrize("change", NO_MODEL)
def test_a_published_folder_that_was_spoilt_is_one_sentence(published, tmp_path, change):
    shutil.copytree(published / "original", tmp_path / "wan22")
    NO_MODEL[change][0](tmp_path / "wan22/high_noise_model")
    said = refusal(tmp_path / "wan22")
    assert NO_MODEL[change][1] in said and "; " in said and "\n" not in said
    assert look(tmp_path / "wan22").fault == said
    assert ENGINE.readiness(Site(tmp_path)).why == said


def test_the_hubs_cache_is_looked_into(published, tmp_path):
    inner = tmp_path / "hub/models--Wan-AI--Wan2.2-T2V-A14B/snapshots/abc"
    shutil.copytree(published / "original", inner)
    assert recognise(tmp_path / "hub").root == inner
