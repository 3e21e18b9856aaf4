"""Tables of contents that somebody may have made up: a sentence, little memory, and nothing is run."""

import io
import json
import pickle
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from swav.errors import EngineError
from swav.weights.folder import Weights
from swav.weights.headers import safetensors_header, safetensors_size
from swav.weights.shapes import shapes

GOOD = {"a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}


def entry(**changes) -> dict:
    return {"a": GOOD["a"] | changes}


HEADERS = {
    "a list": "[]",
    "a number": "42",
    "nothing": "null",
    "words": '"words"',
    "no JSON": "{",
    "nested 100,000 deep": '{"a":' + "[" * 100_000 + "]" * 100_000 + "}",
    "nested in metadata": '{"__metadata__":' + '{"x":' * 100_000 + "1" + "}" * 100_001,
    "an entry that is a list": json.dumps({"a": []}),
    "an entry without a shape": json.dumps({"a": {"dtype": "F32", "data_offsets": [0, 4]}}),
    "an entry without offsets": json.dumps({"a": {"dtype": "F32", "shape": [1]}}),
    "negative offsets": json.dumps(entry(data_offsets=[-24, 0])),
    "offsets backwards": json.dumps(entry(data_offsets=[24, 0])),
    "one offset": json.dumps(entry(data_offsets=[0])),
    "offsets in words": json.dumps(entry(data_offsets=["0", "24"])),
    "offsets in fractions": json.dumps(entry(data_offsets=[0, 24.5])),
    "offsets that are switches": json.dumps(entry(data_offsets=[False, True])),
    "a negative side": json.dumps(entry(shape=[-2, -3])),
    "a side in words": json.dumps(entry(shape=["2"])),
    "a shape that is a number": json.dumps(entry(shape=6)),
    "a type that is a number": json.dumps(entry(dtype=1)),
    "a hole": json.dumps(GOOD | {"b": {"dtype": "F32", "shape": [1], "data_offsets": [28, 32]}}),
    "an overlap": json.dumps(GOOD | {"b": {"dtype": "F32", "shape": [1], "data_offsets": [20, 24]}}),
    "the same stretch twice": json.dumps(GOOD | {"b": GOOD["a"]}),
}


def safetensors(folder: Path, header: str, length: int | None = None) -> Path:
    file = folder / "model.safetensors"
    data = header.encode()
    file.write_bytes((len(data) if length is None else length).to_bytes(8, "little") + data + bytes(24))
    return file


@pytest.mark.parametrize("kind", HEADERS)
def test_a_header_that_cannot_be_is_refused(tmp_path, kind):
    file = safetensors(tmp_path, HEADERS[kind])
    for read in (safetensors_header, safetensors_size, lambda file: shapes(Weights((file,)))):
        with pytest.raises(EngineError, match="no whole safetensors file") as caught:
            read(file)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("length", [0, 1, 10**7, 2**40, 2**63, 2**64 - 1])
def test_a_header_of_another_length_takes_no_memory(tmp_path, length):
    file = safetensors(tmp_path, json.dumps(GOOD), length)
    tracemalloc.start()
    with pytest.raises(EngineError, match="no whole safetensors file"):
        safetensors_header(file)
    assert tracemalloc.get_traced_memory()[1] < 20 << 20
    tracemalloc.stop()


def test_a_good_header_is_read(tmp_path):
    file = safetensors(tmp_path, json.dumps(GOOD | {"__metadata__": {"format": "pt"}}))
    assert safetensors_size(file) == file.stat().st_size and shapes(Weights((file,))) == {"a": (2, 3)}


class Runs:
    """Pickles as a call."""

    def __reduce__(self):
        return (Path.touch, (Path("ran"),))


PICKLES = {
    "no pickle": b"words",
    "cut off": pickle.dumps({"a": 1})[:-3],
    "empty": b"",
    "a table of 2^31 places": b"\x80\x02Nr\xff\xff\xff\x7f.",
    "words of 2^31 bytes": b"\x80\x04\x8d" + (2**31).to_bytes(8, "little") + b"x.",
    "a stack that is empty": b"\x80\x02000.",
    "another protocol": b"\x80\xff.",
    "deep": b"\x80\x02" + b"(" * 50_000 + b"l" * 50_000 + b".",
    "four million lists": b"\x80\x02" + b"]" * 4_000_000 + b".",
}


def archive(folder: Path, contents: bytes, name: str = "archive/data.pkl") -> Path:
    file = folder / "model.pth"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(name, contents)
    return file


@pytest.mark.parametrize("kind", PICKLES)
def test_a_table_that_cannot_be_read_is_a_sentence_or_nothing(tmp_path, kind):
    file = archive(tmp_path, PICKLES[kind])
    tracemalloc.start()
    try:
        assert shapes(Weights((file,))) == {}
    except EngineError as error:
        assert "table of contents" in str(error) and "\n" not in str(error)
    assert tracemalloc.get_traced_memory()[1] < 40 << 20
    tracemalloc.stop()


def test_a_table_that_inflates_is_not_unpacked(tmp_path):
    """0.4 MB on disk that would take 400 MB."""
    file = archive(tmp_path, bytes(400 << 20))
    assert file.stat().st_size < 1 << 20
    tracemalloc.start()
    with pytest.raises(EngineError, match="of more than 1 MB, which is no model's"):
        shapes(Weights((file,)))
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()


def test_nothing_that_a_table_names_is_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert shapes(Weights((archive(tmp_path, pickle.dumps({"a": Runs()})),))) == {}
    assert not Path("ran").exists()


@pytest.mark.parametrize("content", [b"PK", b"PK\x05\x06" + bytes(18), b"PK\x05\x06" + b"\xff" * 18, b""])
def test_an_archive_that_is_none(tmp_path, content):
    file = tmp_path / "model.pth"
    file.write_bytes(content)
    try:
        assert shapes(Weights((file,))) == {}
    except EngineError as error:
        assert "\n" not in str(error)


def test_only_shapes_of_a_table_are_taken_for_shapes(tmp_path):
    odd = [(-1, 2), ("2",), (True, 2), (1.5,), [2, 3], ((2,), 3), None, "ab", {}]
    table = {"a": (2, 3), "": (), 5: (1,), **{f"odd {n}": shape for n, shape in enumerate(odd)}}
    assert shapes(Weights((archive(tmp_path, pickle.dumps(table)),))) == {"a": (2, 3), "": ()}


def test_what_torch_saves_is_read(tmp_path):
    import torch

    buffer = io.BytesIO()
    torch.save({"a": torch.zeros(2, 3), "b": torch.nn.Parameter(torch.zeros(4))}, buffer)
    file = tmp_path / "model.pth"
    file.write_bytes(buffer.getvalue())
    assert shapes(Weights((file,))) == {"a": (2, 3), "b": (4,)}
