"""A voice and a player from other packages: the pages' own examples build a reel, and touch no other file."""

import json
import re
import sys
from pathlib import Path

import pytest
from places import REPOSITORY
from project import Project

from swav.music.music_engine import MusicEngine
from swav.plugins import discover
from swav.speech.voice_engine import VoiceEngine

FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
BOARD = {
    "title": "Whistles",
    "size": "128x72",
    "fps": 12,
    "voice": {"engine": "whistle", "speaker": "low"},
    "music": {"engine": "drone", "prompt": "calm"},
    "on_fail": "warn",  # nobody understands a whistle
    "shots": [{"id": "a", "card": {"title": "One"}, "duration": "auto", "narration": "The boats go out."}],
}


def install(page: str, plugins: Path) -> None:
    """Install the package that a page shows: its module, and the entry point of its pyproject.toml."""
    blocks = [
        text for kind, text in FENCE.findall((REPOSITORY / page).read_text()) if kind in ("python", "toml")
    ]
    code, project = blocks[-2:]
    name = re.search(r'name = "([\w-]+)"', project)[1]
    group, entry, value = re.search(r'entry-points\."([\w.]+)"\]\n(\w+) = "([\w.:]+)"', project).groups()
    about = plugins / f"{name.replace('-', '_')}-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[{group}]\n{entry} = {value}\n")
    (plugins / f"{value.partition(':')[0]}.py").write_text(code)


def test_the_voice_and_the_player_of_the_pages_build_a_reel(tmp_path):
    film = Project(tmp_path / "film", BOARD, {"cards": 0})
    for page in ("docs/speech.md", "docs/music.md"):
        install(page, film.folder / "plugins")
    film.save()
    check = film.swav("check", "board.yaml")
    assert check.stdout == "board.yaml: no faults\n" and not check.stderr
    doctor = {each["engine"]: each for each in json.loads(film.swav("doctor", "--json").stdout)["engines"]}
    assert doctor["whistle"]["ready"] and doctor["whistle"]["makes"] == "speech"
    assert doctor["drone"]["ready"] and doctor["drone"]["makes"] == "music"
    ran = film.build("--cores", "2")
    assert {"speak a", "compose"} <= set(ran)
    assert len(list((film.folder / "build/speech/whistle").glob("a-*.wav"))) == 1
    assert len(list((film.folder / "build/music/drone").glob("*.wav"))) == 1
    said = json.loads(film.swav("plan", "--json").stdout)["licences"]
    assert said == ["voice: Whistle, low, English (CC0)", "music: a drone (CC0)"]
    film.board["voice"]["speaker"] = "lo"
    film.save()
    refused = film.swav("check", "board.yaml").stdout
    assert "whistle has no English speaker named 'lo'" in refused and "low, high" in refused


@pytest.mark.parametrize(
    ("kind", "group", "field"),
    [(VoiceEngine, "swav.voices", "voice"), (MusicEngine, "swav.players", "music")],
)
@pytest.mark.parametrize(
    "code", ["import nothing_of_that_name", "ENGINE = 42", "def broken(:", "raise SystemExit"]
)
def test_a_broken_voice_or_player_is_named_and_refused_where_it_is_asked_for(
    tmp_path, kind, group, field, code, monkeypatch
):
    film = Project(tmp_path / "film", {**BOARD, "voice": {}, "music": {}} | {field: {"engine": "odd"}})
    about = film.folder / "plugins/odd_sound-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: odd-sound\nVersion: 1\n")
    (about / "entry_points.txt").write_text(f"[{group}]\nodd = odd_sound:ENGINE\n")
    (film.folder / "plugins/odd_sound.py").write_text(code)
    monkeypatch.syspath_prepend(str(film.folder / "plugins"))
    monkeypatch.delitem(sys.modules, "odd_sound", raising=False)
    monkeypatch.setattr("swav.plugins._DISCOVERED", [])  # no command of another test tells of these
    found = discover(group, kind, (), "NONE")
    assert not found.usable and "odd-sound" in found.broken["odd"]
    if code.startswith("import"):
        done = film.swav("check", "board.yaml")
        assert done.returncode == 1 and "Traceback" not in done.stderr
        assert f"{field}.engine: the package odd-sound offers 'odd'" in done.stdout
        assert "odd-sound" in done.stderr


def test_a_bed_and_a_line_are_keyed_by_the_recipe_of_who_makes_them():
    class Player(MusicEngine):
        name, title, licence = "toy", "a toy", "CC0"

        def compose(self, bed):
            return {}

    player = Player()
    assert player.identity("") == ["toy"] and player.identity("weights") == ["toy", 1, "weights"]
    player.recipe = 2
    assert player.identity("") == ["toy", 2, ""]
