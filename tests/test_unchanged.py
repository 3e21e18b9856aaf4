"""A file is held to its content while it is read: every way to replace it, at every moment."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from swav.errors import MediaError
from swav.hashes import content_digest
from swav.unchanged import SourceChanged, unchanged

RED, BLUE = b"red" * 100, b"blu" * 100


def settle(path: Path) -> None:
    """Let a file's last change lie so far back that the next has another time."""
    subprocess.run(["sync", path], check=False)
    time.sleep(0.02)


def rename_over(source: Path, content: bytes) -> None:
    other = source.with_name("other")
    other.write_bytes(content)
    other.replace(source)


def write_in_place(source: Path, content: bytes) -> None:
    with source.open("r+b") as file:
        file.write(content)


def write_in_place_and_set_the_date_back(source: Path, content: bytes) -> None:
    facts = source.stat()
    write_in_place(source, content)
    os.utime(source, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def cut_and_append(source: Path, content: bytes) -> None:
    with source.open("r+b") as file:
        file.truncate(0)
        file.write(content)


def switch_a_link(source: Path, content: bytes) -> None:
    other = source.with_name(f"other-{len(list(source.parent.iterdir()))}")
    other.write_bytes(content)
    link = source.with_name("link")
    link.symlink_to(other)
    link.replace(source)


def swap_the_folder(source: Path, content: bytes) -> None:
    folder = source.parent
    other = folder.with_name("folder of the other")
    other.mkdir()
    (other / source.name).write_bytes(content)
    folder.rename(folder.with_name(f"before-{time.monotonic_ns()}"))
    other.rename(folder)


IN_PLACE = [write_in_place, write_in_place_and_set_the_date_back, cut_and_append]
WAYS = [rename_over, switch_a_link, swap_the_folder, *IN_PLACE]


@pytest.fixture
def source(tmp_path) -> Path:
    folder = tmp_path / "material"
    folder.mkdir()
    path = folder / "in: put.mov"
    path.write_bytes(RED)
    settle(path)
    return path


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_another_content_before_the_job_is_refused(source, way):
    content = content_digest(source)
    way(source, BLUE)
    with pytest.raises(SourceChanged) as caught, unchanged(source, content):
        raise AssertionError("never read")
    assert str(caught.value).endswith("in: put.mov changed since the storyboard was read; build again")


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_content_that_was_put_back_before_the_job_is_read(source, way):
    content = content_digest(source)
    way(source, BLUE)
    way(source, RED)
    with unchanged(source, content) as path:
        assert path.read_bytes() == RED and path.name == source.name


@pytest.mark.parametrize("put_back", [False, True])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_what_is_read_is_the_content_of_the_key_or_nothing_is_kept(source, way, put_back):
    """Replaced while it is read: another file of its name is not seen, and one written to is refused."""
    content, read, refused = content_digest(source), b"", False
    try:
        with unchanged(source, content) as path:
            way(source, BLUE)
            read = path.read_bytes()
            if put_back:
                way(source, RED)
    except SourceChanged:
        refused = True
    assert refused if way in IN_PLACE else read == RED
    assert refused or read == RED


def test_an_error_of_the_reader_is_put_down_to_the_change(source):
    content = content_digest(source)
    with pytest.raises(SourceChanged, match="changed since"), unchanged(source, content) as path:
        write_in_place(source, BLUE)
        raise MediaError(f"{path} is damaged")


def test_an_error_of_the_reader_names_the_file_as_the_user_does(source):
    with pytest.raises(MediaError) as caught, unchanged(source, content_digest(source)) as path:
        raise MediaError(f"{path} is 0.00 s long; {path} is short")
    assert str(caught.value) == f"{source} is 0.00 s long; {source} is short"


def test_a_program_that_is_started_can_read_it(source):
    with unchanged(source, content_digest(source)) as path:
        assert subprocess.run(["cat", path], capture_output=True, check=True).stdout == RED


@pytest.mark.parametrize("kind", ["gone", "folder", "pipe", "forbidden name"])
def test_what_is_no_file_any_more_is_said(source, kind):
    content = content_digest(source)
    source.unlink()
    if kind == "folder":
        source.mkdir()
    elif kind == "pipe":
        os.mkfifo(source)
    name = Path("a\0b") if kind == "forbidden name" else source
    with pytest.raises(SourceChanged, match="put it back, or build again"), unchanged(name, content):
        raise AssertionError("never read")


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_nothing_is_left_behind(source, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = open_files()
    for _ in range(3):
        with unchanged(source, content_digest(source)):
            pass
    assert [entry.name for entry in tmp_path.iterdir()] == ["material"]
    assert open_files() == before
