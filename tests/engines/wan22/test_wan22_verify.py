"""Model folders as they lie on disks: strays are nobody's, stand-ins are named, damage is found."""

import hashlib
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from swav.cli import app
from swav.engines.wan22.fingerprint import fingerprint
from swav.engines.wan22.layout import recognise
from swav.errors import EngineError
from swav.weights.verify import verify

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 11361920418\n"
PAGE = "<html><body>404</body></html>"
STAND_INS = {
    "models_t5_umt5-xxl-enc-bf16.pth": (POINTER, PAGE),
    "Wan2.1_VAE.pth": (POINTER, PAGE),
    "google/umt5-xxl/tokenizer.json": (POINTER, PAGE),
    "google/umt5-xxl/spiece.model": (POINTER,),
}


@pytest.fixture
def folder(published, tmp_path):
    shutil.copytree(published / "original", tmp_path / "wan22")
    return tmp_path / "wan22"


def shards(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.safetensors"))


@pytest.mark.parametrize(
    "stray", ["._{}", ".{}.swp", ".DS_Store", "Thumbs.db", "._diffusion_pytorch_model.safetensors.index.json"]
)
def test_strays_are_nobodys_files(folder, stray):
    before = fingerprint(recognise(folder))
    for part in ("high_noise_model", "low_noise_model"):
        for shard in shards(folder / part):
            shard.with_name(stray.format(shard.name)).write_bytes(b"\0\5\x16\7" * 100)
    assert fingerprint(recognise(folder)) == before


@pytest.mark.parametrize(
    ("name", "content"), [(name, content) for name, contents in STAND_INS.items() for content in contents]
)
def test_what_a_download_left_in_a_files_place_is_named(folder, name, content):
    if not (folder / name).exists() and name.endswith("spiece.model"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(content)
    what = "is a git-lfs pointer" if content == POINTER else "is a web page under another name"
    with pytest.raises(EngineError, match=f"{name} {what}"):
        recognise(folder)
    shown = CliRunner().invoke(app, ["models", "show", "-C", f"models={folder.parent}"])
    assert what in shown.output


def note_digests(folder: Path) -> None:
    """What ``hf download`` notes of each file."""
    for file in [path for path in folder.rglob("*") if path.is_file()]:
        note = folder / ".cache/huggingface/download" / f"{file.relative_to(folder)}.metadata"
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(f"abc123\n{hashlib.sha256(file.read_bytes()).hexdigest()}\n1700000000.0\n")


def test_a_whole_model_is_as_published(folder):
    note_digests(folder)
    said = CliRunner().invoke(app, ["models", "verify", str(folder)])
    assert said.exit_code == 0 and said.output.endswith("read: as published.\n")


def test_without_published_digests_it_says_what_it_cannot_see(folder):
    said = CliRunner().invoke(app, ["models", "verify", str(folder)])
    assert said.exit_code == 0 and "keeps no published digests" in said.output


def test_a_zeroed_shard_is_found(folder):
    shard = shards(folder / "low_noise_model")[1]
    data = shard.read_bytes()
    header = 8 + int.from_bytes(data[:8], "little")
    shard.write_bytes(data[:header] + bytes(len(data) - header))
    (fault,) = verify(recognise(folder))
    assert fault.startswith(f"{shard} holds nothing but zeros in ")


def test_one_expert_under_both_names_is_found(folder):
    shutil.rmtree(folder / "low_noise_model")
    shutil.copytree(folder / "high_noise_model", folder / "low_noise_model")
    (fault,) = verify(recognise(folder))
    assert "hold the same weights" in fault


@pytest.mark.parametrize("cache", ["notes", "blobs"])
def test_swapped_experts_are_found_where_digests_are_known(folder, cache, tmp_path):
    if cache == "notes":
        note_digests(folder)
        (folder / "high_noise_model").rename(folder / "x")
        (folder / "low_noise_model").rename(folder / "high_noise_model")
        (folder / "x").rename(folder / "low_noise_model")
    else:  # the hub's cache: two links lead to one another's blobs, whose bytes were swapped by a restore
        blobs = tmp_path / "blobs"
        blobs.mkdir()
        high, low = shards(folder / "high_noise_model"), shards(folder / "low_noise_model")
        for file in (*high, *low):
            blob = blobs / hashlib.sha256(file.read_bytes()).hexdigest()
            file.rename(blob)
            file.symlink_to(blob)
        for one, other in zip(high, low, strict=True):
            first, second = one.read_bytes(), other.read_bytes()
            one.resolve().write_bytes(second)
            other.resolve().write_bytes(first)
    faults = verify(recognise(folder))
    assert len(faults) == 2 * len(shards(folder / "high_noise_model"))
    assert all("is not the published file of that name" in fault and len(fault) < 400 for fault in faults)


def test_one_flipped_bit_is_found_where_digests_are_known(folder):
    note_digests(folder)
    vae = folder / "Wan2.1_VAE.pth"
    data = bytearray(vae.read_bytes())
    data[len(data) // 2] ^= 1
    vae.write_bytes(data)
    assert [fault.split()[0] for fault in verify(recognise(folder))] == [str(vae)]
