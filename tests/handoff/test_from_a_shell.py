"""Timelines and shot lists that are none, given to the commands: one sentence each, nothing written."""

import pytest
from project import Project

BOARD = {"title": "T", "shots": [{"id": "a", "card": {"title": "A"}, "duration": 1}]}
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><xmeml>&b;</xmeml>'
FILES = {
    "a $(touch x) 'b'.edl": b"\xff\xfe\x00bad",
    "cut;%n.otio": b'{"OTIO_SCHEMA": "Timeline.1", "tracks": 7}',
    "c.xml": ENTITIES.encode(),
    "list.xlsx": b"PK\x03\x04",
    "list `x`.csv": b"\x00\x01\x02",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    made = Project(tmp_path_factory.mktemp("shell") / "reel", BOARD)
    for name, data in FILES.items():
        (made.folder / name).write_bytes(data)
    return made


@pytest.mark.parametrize(
    "words",
    [
        *(("conform", name, "--write") for name in (*FILES, "gone.edl", "..")),
        *(("import", name) for name in (*FILES, "gone.csv")),
        *(("export", name) for name in ("list.pdf", "board.yaml/x.csv")),
    ],
    ids=" ".join,
)
def test_what_is_no_edit_and_no_list_ends_in_a_sentence(project, words):
    before = {file: file.read_bytes() for file in project.folder.iterdir() if file.is_file()}
    done = project.swav(*words)
    said = done.stderr.strip() or done.stdout.strip()
    assert done.returncode != 0 and said and "Traceback" not in done.stdout + done.stderr
    assert len(said) < 300 and said.count("\n") == 0
    assert {file: file.read_bytes() for file in project.folder.iterdir() if file.is_file()} == before
