"""XTTS and MusicGen in a build: environments that their rules make, and one load for all lines."""

import json
import subprocess

import pytest
from engine_environments import environment_python, environments_root
from places import REPOSITORY, TESTS
from project import Project

from swav.environments import environment

BOARD = {
    "title": "Voices",
    "size": "128x72",
    "fps": 12,
    "voice": {"engine": "xtts", "speaker": "Daisy Studious"},
    "music": {"engine": "musicgen", "moods": [{"prompt": "calm piano"}, {"from": 3, "prompt": "fast drums"}]},
    "shots": [
        {"id": "a", "card": {"title": "One"}, "duration": 4, "narration": "The boats go out."},
        {"id": "b", "card": {"title": "Two"}, "duration": 4, "narration": "The boats come home."},
    ],
}
LOOSE = {"speech_quality": {"words": "off", "silent": "off", "clipped": "off"}}
"""Tiny random weights speak no words."""


@pytest.fixture
def film(tmp_path) -> Project:
    made = Project(tmp_path / "film", BOARD, {"cards": 0, **LOOSE})
    made.save()
    return made


def write_weights(film: Project, name: str) -> None:
    """A tiny checkpoint in the published layout under models/, written by its own environment."""
    python, target = environment_python(name), film.folder / "models" / name
    if name == "xtts":
        subprocess.run([python, TESTS / "tiny_xtts.py", target], check=True, capture_output=True)
    else:
        written = film.folder / "tiny"
        subprocess.run(
            [python, TESTS / "tiny_musicgen.py", written, REPOSITORY],
            check=True,
            capture_output=True,
        )
        (written / "musicgen").rename(target)


def built(film: Project) -> list[str]:
    return film.build(SWAV_ENVIRONMENTS=str(environments_root()))


def test_a_laptop_without_weights_speaks_and_plays_all_the_same(film):
    done = film.snakemake("-n", "final.mp4")
    assert "voice: kokoro stands in for xtts: no XTTS v2 weights" in done.stderr
    assert "music: sampled instruments stand in for musicgen: " in done.stderr
    assert "speak          a  kokoro" in done.stderr and "make_environment" not in done.stderr


@pytest.mark.slow
def test_weights_bring_the_engines_whose_environments_their_rules_make_and_an_edited_line_is_one_line(film):
    for name in ("xtts", "musicgen"):
        write_weights(film, name)
        assert environment(name, environments_root()).ready
    elsewhere = film.folder / "elsewhere"
    listed = film.snakemake("-n", "final.mp4", SWAV_ENVIRONMENTS=str(elsewhere)).stderr
    assert "make_environment xtts" in listed and "make_environment musicgen" in listed
    assert not elsewhere.exists(), "a dry run makes nothing"
    ran = built(film)
    assert {"speak_in_environment a", "speak_in_environment b", "compose_in_environment"} <= set(ran)
    speech = sorted((film.folder / "build/speech/xtts").glob("*.wav"))
    assert len(speech) == 2 and len(list((film.folder / "build/music/musicgen").glob("*.wav"))) == 1
    stems = json.loads(next((film.folder / "build/stems").glob("*/stems.json")).read_text())
    assert set(stems["stems"]) == {"dialogue", "music"}
    assert built(film) == []
    records = [*(film.folder / "build/spoken").glob("*.json"), *(film.folder / "build/music").rglob("*.json")]
    assert len(records) == 3
    assert all("licence" in json.loads(record.read_text()) for record in records)
    gc = film.swav("gc").stdout
    assert "build/spoken" not in gc and "build/music" not in gc and "build/heard" not in gc, gc

    film.shot("b")["narration"] = "The boats are late."
    assert built(film) == sorted(
        ["speak_in_environment b", "listen", "caption", "lay_stems", "mix", "join", "admit", "deliver"]
    )
