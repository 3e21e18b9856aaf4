"""A file of weights that was cut off is found by its own table of contents, whatever model it is of."""

import json
import re
import struct
from pathlib import Path

import pytest
import torch
import yaml

from swav import cli
from swav.config import Config
from swav.engines import Site
from swav.reel.workflow import read_reel
from swav.review.checkup import check_engines
from swav.review.model_folders import look
from swav.weights import intact
from swav.weights.intact import fault_in

TENSORS = {"a.weight": torch.arange(3000.0).reshape(50, 60), "b": torch.ones(20, dtype=torch.bfloat16)}


def safetensors(file: Path) -> None:
    entry = {"dtype": "F32", "shape": [50, 60], "data_offsets": [0, 12000]}
    header = json.dumps({"a.weight": entry}).encode()
    file.write_bytes(len(header).to_bytes(8, "little") + header + bytes(range(240)) * 50)


def gguf(file: Path) -> None:
    def word(text: str) -> bytes:
        return struct.pack("<Q", len(text)) + text.encode()

    said = word("general.name") + struct.pack("<I", 8) + word("T2V")
    entry = word("a.weight") + struct.pack("<I2QIQ", 2, 60, 50, 0, 0)
    table = b"GGUF" + struct.pack("<IQQ", 3, 1, 1) + said + entry
    file.write_bytes(table.ljust(-(-len(table) // 32) * 32, b"\0") + bytes(range(240)) * 50)


def archive(file: Path) -> None:
    torch.save(TENSORS, file)


def pickles(file: Path) -> None:
    torch.save(TENSORS, file, _use_new_zipfile_serialization=False)


def settings(file: Path) -> None:
    file.write_text(json.dumps({str(number): number for number in range(1000)}))


FILES = {
    "model.safetensors": safetensors,
    "model.gguf": gguf,
    "new.pth": archive,
    "pytorch_model.bin": archive,
    "new.pt": archive,
    "old.pth": pickles,
    "old.ckpt": pickles,
    "tokenizer.json": settings,
}
EXACT = ("model.safetensors", "model.gguf", "old.pth", "old.ckpt")
"""Which tables say how long the file was, wherever it was cut off behind them."""


def short(file: Path, by: int) -> None:
    file.write_bytes(file.read_bytes()[:-by])


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("share", [0.0001, 0.01, 0.2, 0.5, 0.97])
def test_what_was_cut_off_is_one_sentence_with_what_is_missing(tmp_path, name, share):
    file = tmp_path / name
    FILES[name](file)
    assert fault_in(file) == ""
    size = file.stat().st_size
    lost = max(1, int(size * share))
    short(file, lost)
    said = fault_in(file)
    assert said.startswith(str(file)) and said.endswith("; delete it and run the download again")
    assert "is cut off: it lacks " in said or ("header cannot be read" in said and share > 0.9)
    if name in EXACT and share < 0.9:
        assert f"it lacks {lost:,} of its {size:,} bytes" in said
    if told := re.search("its end, ([0-9,]+) bytes or more", said):
        assert share > 0.9 or lost - 2000 < int(told[1].replace(",", "")) <= lost


def test_of_an_archive_that_lost_its_end_it_is_said_how_much_at_least(tmp_path):
    archive(tmp_path / "a.pth")
    short(tmp_path / "a.pth", 8000)
    assert re.search("lacks its end, [67],[0-9]{3} bytes or more;", fault_in(tmp_path / "a.pth"))


@pytest.mark.parametrize("write", [archive, pickles, gguf, safetensors])
def test_what_lost_its_middle_is_found_too(tmp_path, write):
    suffix = {gguf: "gguf", safetensors: "safetensors"}.get(write, "pth")
    file = tmp_path / f"a.{suffix}"
    write(file)
    whole = file.read_bytes()
    file.write_bytes(whole[:5000] + whole[5700:])
    assert f"lacks 700 of its {len(whole):,} bytes" in fault_in(file)


def test_a_header_that_promises_less_is_said_too(tmp_path):
    file = tmp_path / "a.safetensors"
    safetensors(file)
    file.write_bytes(file.read_bytes() + b"more")
    assert "has 4 bytes more than its header lists; delete it" in fault_in(file)


def test_a_large_archive_is_known_by_its_end_alone(tmp_path, monkeypatch):
    """More than 4 GB, of which the disk holds nothing: only the records of large archives tell their size."""
    archive(tmp_path / "a.pth")
    end = tmp_path.joinpath("a.pth").read_bytes()[-98:]
    length, begins = struct.unpack_from("<2Q", end, 40)
    hole = 5 << 30
    directory = tmp_path.joinpath("a.pth").read_bytes()[begins : begins + length]
    large = end[:40] + struct.pack("<2Q", length, begins + hole) + end[56:64] + end[64:92]
    with (tmp_path / "large.pth").open("wb") as opened:
        opened.write(b"PK\3\4")
        opened.seek(begins + hole)
        opened.write(directory + large[:88] + b"\xff\xff\xff\xff" * 2 + end[96:])
    monkeypatch.setattr(intact, "LARGEST", 0)
    assert fault_in(tmp_path / "large.pth") == ""
    large = tmp_path / "large.pth"
    with large.open("r+b") as opened:
        opened.truncate(large.stat().st_size - 50)
    assert "is cut off" in fault_in(large)


@pytest.mark.parametrize(
    "content",
    [b"\x80", b"\x80x", b"\x80\x02]q\x00.", b"\x80\x02Nr\xff\xff\xff\x7f.", b"\x80\x02" + b"(" * 50_000],
)
def test_of_a_pickle_that_is_no_table_nothing_is_claimed(tmp_path, content):
    (tmp_path / "a.pth").write_bytes(content)
    assert fault_in(tmp_path / "a.pth") == ""


# --- every kind of model, wherever it is asked about


def torch_file(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    archive(file)


def xtts(home: Path) -> dict[str, Path]:
    for name in ("model.pth", "speakers_xtts.pth"):
        torch_file(home / "xtts" / name)
    (home / "xtts/config.json").write_text('{"model": "xtts"}')
    (home / "xtts/vocab.json").write_text('{"a": 1}')
    return {"xtts": home / "xtts"}


def musicgen(home: Path) -> dict[str, Path]:
    (home / "musicgen").mkdir(parents=True)
    safetensors(home / "musicgen/model.safetensors")
    (home / "musicgen/config.json").write_text('{"model_type": "musicgen"}')
    (home / "musicgen/tokenizer.json").write_text('{"a": 1}')
    return {"musicgen": home / "musicgen"}


def audiocraft(home: Path) -> dict[str, Path]:
    for name in ("state_dict.bin", "compression_state_dict.bin"):
        torch_file(home / "musicgen" / name)
    (home / "t5-base").mkdir()
    safetensors(home / "t5-base/model.safetensors")
    for name in ("config.json", "tokenizer.json"):
        (home / "t5-base" / name).write_text('{"model_type": "t5"}')
    return {"musicgen": home / "musicgen"}


def clip(home: Path) -> dict[str, Path]:
    (home / "clip").mkdir(parents=True)
    safetensors(home / "clip/model.safetensors")
    for name in ("config.json", "vocab.json", "merges.txt"):
        (home / "clip" / name).write_text('{"model_type": "clip"}')
    return {"CLIP": home / "clip"}


def dino(home: Path) -> dict[str, Path]:
    (home / "dino").mkdir(parents=True)
    safetensors(home / "dino/model.safetensors")
    (home / "dino/config.json").write_text('{"model_type": "dinov2"}')
    return {"DINO": home / "dino"}


def upscale(home: Path) -> dict[str, Path]:
    torch_file(home / "upscale/4x.pth")
    return {"finish": home / "upscale"}


def z_image(home: Path) -> dict[str, Path]:
    folder = home / "z-image"
    index = {"_class_name": "ZImagePipeline", "transformer": ["diffusers", "X"], "vae": ["diffusers", "X"]}
    for part in ("transformer", "vae"):
        (folder / part).mkdir(parents=True)
        safetensors(folder / part / "model.safetensors")
        (folder / part / "config.json").write_text("{}")
    (folder / "model_index.json").write_text(json.dumps(index))
    return {"z-image": folder}


INDEXES = ("config.json", "model_index.json")
"""Without these nobody can tell whose folder it is."""
MODELS = (xtts, musicgen, audiocraft, clip, dino, upscale, z_image)


def weights_of(home: Path) -> list[Path]:
    kinds = (".safetensors", ".pth", ".bin", ".json")
    return sorted(file for file in home.rglob("*") if file.suffix in kinds and file.stat().st_size > 3)


@pytest.mark.parametrize("model", MODELS)
def test_every_file_of_every_model_that_was_cut_off_is_named_wherever_it_is_asked_about(
    tmp_path, monkeypatch, model
):
    monkeypatch.chdir(tmp_path)
    home = Path("models")
    ((engine, folder),) = model(home).items()
    assert look(folder).fault is None
    for file in weights_of(home):
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) * 3 // 4])
        checked = [each for each in check_engines(Site(home, ("0",)), Path("build")) if each.engine == engine]
        lacks = [f"{lack.what}; {lack.mend}" for each in checked for lack in each.lacks]
        said = look(folder).fault
        assert said.startswith(f"{file} "), f"{file} is taken for whole"
        if file.name not in INDEXES:
            assert said.startswith(f"{file} is cut off: it lacks ") and said in lacks
        file.write_bytes(whole)
    assert look(folder).fault is None


BOARD = {
    "title": "A film",
    "size": "128x72",
    "voice": {"engine": "xtts"},
    "music": {"engine": "musicgen", "prompt": "calm"},
    "shots": [
        {"id": "a", "card": {"title": "One"}, "duration": 4, "narration": "The boats go out."},
    ],
}


def test_the_plan_says_it_in_the_same_words(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    home = Path("models")
    xtts(home), musicgen(home)
    Path("film.yaml").write_text(yaml.safe_dump(BOARD))
    Path("config.yaml").write_text("storyboard: film.yaml\ncards: 0\n")
    assert read_reel(Config.read({"storyboard": "film.yaml", "cards": 0})).cut.stand_ins == ()
    short(home / "xtts/model.pth", 9000)
    short(home / "musicgen/model.safetensors", 9000)
    monkeypatch.setattr("sys.argv", ["swav", "plan"])
    with pytest.raises(SystemExit):
        cli.main()
    said = " ".join(capsys.readouterr().out.split())
    for name in ("xtts", "musicgen"):
        assert look(home / name).fault in said
