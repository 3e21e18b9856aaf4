"""The hash list answers a few questions without reading all that it says, and says the same."""

import random
import shutil

import pytest

from swav import hashes
from swav.hashes import HashList


@pytest.fixture
def build(tmp_path):
    """Files that were written down, some of them twice, some gone, with names that JSON escapes."""
    build = tmp_path / "build"
    listed = HashList(build)
    listed.begin()
    names = [
        "takes/a.mp4",
        "takes/aa.mp4",
        "a.mp4",
        'say "a.mp4", b',
        "küste é.wav",
        "[a, 1]",
        "finals/x.mp4",
    ]
    for name in names:
        (build / name).parent.mkdir(parents=True, exist_ok=True)
        (build / name).write_text(f"bytes of {name}")
        listed.record(build / name)
    (build / "a.mp4").write_text("made twice")
    listed.record(build / "a.mp4")
    (build / "takes/aa.mp4").write_text("damaged")
    (build / "finals/x.mp4").unlink()
    (build / "new.mp4").write_text("nobody wrote it down")
    (build / "link.mp4").hardlink_to(build / "takes/a.mp4")
    return build


def asked(build, monkeypatch, few):
    monkeypatch.setattr(hashes, "_FEW", few)
    files = sorted(file for file in build.rglob("*") if file.is_file() and file.parent.name != hashes.FOLDER)
    files.append(build / "finals/x.mp4")
    random.Random(few).shuffle(files)
    listed = HashList(build)
    said = {str(file): (listed.state(file), listed.digests(file)) for file in files}
    return said, listed


@pytest.mark.parametrize("few", [0, 1, 3, 7, 100])
def test_few_questions_are_answered_as_many_are(build, monkeypatch, few):
    said, _ = asked(build, monkeypatch, few)
    whole, _ = asked(build, monkeypatch, 0)
    assert said == whole
    assert said[str(build / "takes/aa.mp4")][0] == "damaged" and len(said[str(build / "a.mp4")][1]) == 2
    assert {state for state, _ in said.values()} == {"whole", "damaged", "unknown", "missing"}


def test_a_line_that_is_no_longer_whole_says_nothing(build, monkeypatch):
    for file in (build / hashes.FOLDER).glob("*.jsonl"):
        file.write_bytes(file.read_bytes().replace(b'"takes/a.mp4", "', b'"takes/a.mp4", "0'))
    assert asked(build, monkeypatch, 100)[0][str(build / "takes/a.mp4")] == ("unknown", set())


def test_lines_that_one_of_two_lists_lost_are_found(build, monkeypatch):
    whole, _ = asked(build, monkeypatch, 0)
    (list_,) = (file for file in (build / hashes.FOLDER).glob("*.jsonl") if ".copy" not in file.name)
    list_.write_bytes(b"\n".join(list_.read_bytes().split(b"\n")[3:]))
    assert asked(build, monkeypatch, 100)[0] == whole


def test_what_is_written_down_meanwhile_is_known(build, monkeypatch):
    _, listed = asked(build, monkeypatch, 100)
    (build / "new.mp4").write_text("made now")
    listed.record(build / "new.mp4")
    assert listed.state(build / "new.mp4") == "whole"
    shutil.copyfile(build / "a.mp4", build / "new.mp4")
    assert listed.state(build / "new.mp4") == "damaged"


def test_few_questions_read_few_lines(build, monkeypatch):
    read = []
    monkeypatch.setattr(hashes, "_FEW", 100)
    monkeypatch.setattr(hashes, "_check", lambda text: read.append(text) or "")
    HashList(build).state(build / "takes/a.mp4")
    assert 0 < len(read) <= 4
