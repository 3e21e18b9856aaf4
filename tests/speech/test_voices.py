"""Who speaks a line: the same weights give the same keys, whichever run sees them first."""

import zipfile

from project import Project

from swav.config import Config
from swav.reel.workflow import read_reel
from swav.speech.voices.xtts import FILES, weights

BOARD = {
    "title": "Voices",
    "size": "128x72",
    "fps": 12,
    "voice": {"engine": "xtts"},
    "music": {"engine": "none"},
    "shots": [
        {"id": "a", "card": {"title": "One"}, "duration": 4, "narration": "The boats go out."},
        {"id": "b", "card": {"title": "Two"}, "duration": 4, "narration": "The boats come home."},
    ],
}


def test_the_first_line_has_the_same_key_in_the_run_that_first_sees_the_weights_and_in_the_next(
    tmp_path, monkeypatch
):
    film = Project(tmp_path / "film", BOARD, {"cards": 0})
    folder = film.folder / "models/xtts"
    folder.mkdir()
    for name in FILES:
        if name.endswith(".json"):
            (folder / name).write_text("{}")
        else:
            with zipfile.ZipFile(folder / name, "w") as archive:
                archive.writestr("data", name)
    assert not weights(film.folder / "models").problem
    monkeypatch.chdir(film.folder)
    first, second = (read_reel(Config.read(film.config)).cut.narrations() for _ in range(2))
    assert all("/xtts/" in line for line in first)
    assert first == second
