"""The cut of a build is read once for all of its jobs, as long as nobody writes to it."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from waiting import PATIENCE

from swav.config import Config
from swav.cut import kept
from swav.cut.kept import keep_cut, kept_cut
from swav.errors import Damaged
from swav.helper.hiring import VARIABLE, Helper
from swav.reel.workflow import read_reel

BOARD = {
    "title": "Kept",
    "size": "128x72",
    "fps": 12,
    "shots": [{"id": "a", "card": {"title": "A"}, "duration": 2}],
}
JOB = """
import sys
from pathlib import Path
from swav.cut import kept
was = len(kept._kept)
print(was, kept.kept_cut(Path(sys.argv[1].partition("=")[2])).title)
"""


@pytest.fixture
def file(tmp_path, monkeypatch) -> Path:
    """The file of a cut, in a folder in which a build works."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(kept, "_kept", {})
    return cut_of(BOARD)


def cut_of(board: dict) -> Path:
    Path("board.yaml").write_text(yaml.safe_dump(board))
    cut = read_reel(Config.read({"storyboard": "board.yaml"})).cut
    cut.save()
    return Path(cut.path)


def test_a_cut_that_is_kept_is_read_once(file):
    keep_cut(file)
    assert kept_cut(file) is kept_cut(file.absolute())
    keep_cut(file)
    assert len(kept._kept) == 1


def test_a_cut_that_was_written_to_is_read_again(file):
    keep_cut(file)
    other = cut_of(BOARD | {"title": "Another"})
    file.write_bytes(other.read_bytes())
    assert kept_cut(file).title == "Another"
    file.write_text("damaged")
    with pytest.raises(Damaged):
        kept_cut(file)
    file.unlink()
    with pytest.raises(FileNotFoundError):
        kept_cut(file)


@pytest.mark.parametrize("text", ["damaged", None])
def test_a_cut_that_cannot_be_read_is_left_to_its_job(file, text):
    file.write_text(text) if text else file.unlink()
    keep_cut(file)
    assert not kept._kept


def test_forks_of_the_helper_have_the_cut_that_their_words_name(file, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    Path("job.py").write_text(JOB)
    helper = Helper(wanted=True)
    helper.start()
    try:
        words = helper.words([sys.executable, "job.py", f"--cut={file}"])
        said = [
            subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE).stdout for _ in range(3)
        ]
    finally:
        helper.stop()
    assert said == ["0 Kept\n", "1 Kept\n", "1 Kept\n"]
