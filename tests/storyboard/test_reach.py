"""What a storyboard may read: the project's files, those of folders that are allowed, and no others."""

from pathlib import Path

import pytest
import yaml
from PIL import Image

from swav.config import Config
from swav.errors import InputError
from swav.storyboard import Reach, load

NAMES = {
    "absolute": lambda outside: str(outside),
    "above": lambda outside: f"../{outside.parent.name}/{outside.name}",
    "through a folder": lambda outside: f"media/../../{outside.parent.name}/{outside.name}",
    "up to the root": lambda outside: "../" * 40 + str(outside).lstrip("/"),
    "behind a link": lambda outside: f"link/../{outside.name}",
}


def boards(name: str):
    """Storyboards that name a file at each place where one can stand."""
    shot = {"id": "a", "prompt": "the sea", "duration": 1}
    base = {"title": "T", "shots": [shot]}
    yield {**base, "media": name}
    yield {**base, "voice": {"engine": "xtts", "reference": name}}
    yield {**base, "loras": [{"file": f"{name}.safetensors"}]}
    yield {**base, "shots": [{**shot, "loras": [{"file": f"{name}.safetensors"}]}]}
    yield {**base, "shots": [{**shot, "sound": {"file": name}}]}
    yield {**base, "shots": [{**shot, "footage": name and {"file": name}}]}
    yield {**base, "shots": [{"id": "a", "still": {"file": name}}]}
    yield {**base, "shots": [{**shot, "fallback": {"footage": {"file": name}}}]}
    yield {**base, "shots": [{**shot, "fallback": {"still": {"file": name}}}]}


@pytest.fixture
def outside(tmp_path, monkeypatch) -> Path:
    """A picture beside the project, in which the test runs."""
    project, other = tmp_path / "project", tmp_path / "other"
    (project / "media").mkdir(parents=True)
    (other / "inner").mkdir(parents=True)
    (project / "link").symlink_to(other / "inner")
    picture = other / "private.png"
    Image.new("RGB", (640, 360)).save(picture)
    monkeypatch.chdir(project)
    return picture


def opened(board: dict, *media_roots: str):
    Path("board.yaml").write_text(yaml.safe_dump(board))
    looked = []
    path = Path("board.yaml")
    try:
        return load(path, reach=Reach.of(path, media_roots), look=lambda file, use: looked.append(file))
    finally:
        assert not [file for file in looked if "private" in str(file)]


@pytest.mark.parametrize("way", NAMES)
def test_a_path_out_of_the_project_is_refused_wherever_it_stands(outside, way):
    for board in boards(NAMES[way](outside)):
        with pytest.raises(InputError, match="lies outside the project") as caught:
            opened(board)
        (line,) = str(caught.value).split("\n")
        assert "config.yaml: media_roots: [" in line and len(line) <= 300


def test_a_footage_list_is_held_to_the_same(outside):
    board = {"title": "T", "media": "media.csv", "shots": [{"id": "a", "prompt": "the sea"}]}
    Path("media.csv").write_text(f"shot,file\na,{outside}\n")
    with pytest.raises(InputError, match=r"media\.csv:2:3: file: private.png lies outside the project"):
        opened(board)


def still(file: str, *media_roots: str) -> str:
    path = Path("board.yaml")
    path.write_text(yaml.safe_dump({"title": "T", "shots": [{"id": "a", "still": {"file": file}}]}))
    return load(path, reach=Reach.of(path, media_roots)).board.shots[0].still.file


def test_one_line_of_configuration_allows_a_folder(outside):
    for root in (str(outside.parent), "../other", f"{outside.parent}/", str(outside.parent.parent)):
        assert still(str(outside), *Config.read({"media_roots": root}).media_roots) == str(outside)
        assert still("../other/private.png", *Config.read({"media_roots": [root]}).media_roots)
    with pytest.raises(InputError, match="lies outside the project"):
        still(str(outside), f"{outside.parent}-not", str(outside.parent / "inner"))


def test_what_lies_in_the_project_is_read_however_it_is_named(outside, tmp_path):
    """By relative and absolute names, through the user's links, and from the storyboard's own folder."""
    Image.new("RGB", (640, 360)).save("media/own.png")
    Image.new("RGB", (640, 360)).save("link/linked.png")
    for name in ("media/own.png", "./media/../media/own.png", str(Path("media/own.png").absolute())):
        assert still(name)
    assert still("link/linked.png") and still("link/../link/linked.png".replace("link/../", "media/../"))
    (tmp_path / "boards").mkdir()
    board = tmp_path / "boards/board.yaml"
    Image.new("RGB", (640, 360)).save(tmp_path / "boards/beside.png")
    for file in ("beside.png", "../project/media/own.png"):
        board.write_text(yaml.safe_dump({"title": "T", "shots": [{"id": "a", "still": {"file": file}}]}))
        assert load(board, reach=Reach.of(board))


def test_a_project_that_is_reached_through_a_link(outside, tmp_path, monkeypatch):
    Image.new("RGB", (640, 360)).save("media/own.png")
    (tmp_path / "shortcut").symlink_to(tmp_path / "project")
    monkeypatch.chdir(tmp_path / "shortcut")
    assert still(str(tmp_path / "shortcut/media/own.png")) and still(str(tmp_path / "project/media/own.png"))
