"""A build whose jobs find damage goes on by itself, in the same command; one that failed otherwise ends."""

import atexit
import inspect
import json
import os
import random
from pathlib import Path
from types import SimpleNamespace

import pytest
from damages import rot, same_content
from project import Project
from snakemake.scheduling.job_scheduler import JobScheduler

from swav.files import write_text
from swav.hashes import HashList
from swav.reel import again

BOARD = {
    "title": "On",
    "size": "128x72",
    "fps": 12,
    "music": {"engine": "none"},
    "shots": [{"id": "a", "duration": 1, "card": {"title": "The end"}}],
}
SENTENCE = "What was damaged is put away: the build goes on by itself, and makes it again."


def test_one_command_delivers_the_film_though_its_files_rot(tmp_path):
    film = Project(tmp_path / "film", BOARD)
    film.build()
    final, build = film.folder / "final.mp4", film.folder / "build"
    whole = tmp_path / "whole.mp4"
    final.rename(whole)
    rot(next(build.glob("reels/*.mp4")), random.Random(1))
    done = film.snakemake("final.mp4")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(SENTENCE) == 1 and "goes on from here" not in done.stderr
    assert done.stderr.count("is damaged; a build makes it again") == 1
    assert same_content(final, whole)
    assert film.pending() == []
    assert not (film.folder / ".snakemake/swav-build.json").exists(), "nobody builds here any more"
    began = [json.loads(file.read_text().splitlines()[0]) for file in (build / "events").glob("*.jsonl")]
    assert len({one["pid"] for one in began}) == 2, "the process that was started is the one that ends"


# -- what goes on, and what does not


@pytest.fixture
def build(tmp_path, monkeypatch):
    """A build folder in which a listed file is gone, and a way to ask whether a build goes on."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(again._Decision, "goes_on", False)
    monkeypatch.setattr("sys.argv", ["/usr/bin/snakemake", "final.mp4"])
    ended = []
    monkeypatch.setattr(atexit, "register", lambda *args: ended.append(args))
    HashList("build").begin()
    write_text("build/gone.png", "was whole")
    Path("build/gone.png").unlink()
    write_text("build/there.png", "is whole")

    def asked(*jobs, kill=None):
        again.go_on(SimpleNamespace(scheduler=SimpleNamespace(failed=jobs, _user_kill=kill)), "build")
        assert again.goes_on() == bool(ended)
        return ended

    return asked


def job(log="", reads=("build/there.png",)):
    Path("log.txt").write_text(log)
    write_text(
        name := f"{abs(hash(log))}.log",
        f"[2026-11-27 10:00:00] began: x\n{log}\n[2026-11-27 10:00:01] failed",
    )
    return SimpleNamespace(log=[name], input=reads)


DAMAGED = "[2026-11-27 10:00:00] damaged: build/gone.png"


def test_it_goes_on_where_all_that_failed_met_damage(build):
    ((become, environment),) = build(job(DAMAGED), job("it is gone", ["build/gone.png"]))
    assert become is again._become and environment["SWAV_WENT_ON"] == "1"
    assert "SWAV_CALL_SHEET" not in environment


@pytest.mark.parametrize(
    "jobs",
    [
        [],
        [("another fault", ["build/there.png"])],
        [(DAMAGED, ["build/there.png"]), ("another fault", ["build/there.png"])],
        [("it is gone", ["build/never-there.png"])],
        [("the text says that it is damaged: build/gone.png", ["build/there.png"])],
    ],
)
def test_it_ends_where_anything_else_failed(build, jobs):
    assert build(*(job(*each) for each in jobs)) == []


def test_it_stops_where_it_was_asked_to(build, monkeypatch):
    assert build(job(DAMAGED), kill="graceful") == []
    assert "_user_kill" in inspect.getsource(JobScheduler)
    monkeypatch.setattr(again, "interrupted", lambda: True)
    assert build(job(DAMAGED)) == []


def test_a_disk_that_fails_again_and_again_is_no_reason_to_go_on(build, monkeypatch):
    monkeypatch.setenv("SWAV_WENT_ON", str(again.MOST - 1))
    assert len(build(job(DAMAGED))) == 1
    monkeypatch.setenv("SWAV_WENT_ON", str(again.MOST))
    assert len(build(job(DAMAGED))) == 1


def test_who_called_snakemake_from_a_program_of_their_own_goes_on_themselves(build, monkeypatch):
    monkeypatch.setattr("sys.argv", ["/home/me/render.py"])
    assert build(job(DAMAGED)) == []


def test_it_becomes_the_same_command_once_all_else_has_ended(monkeypatch):
    happened = []
    monkeypatch.setattr(atexit, "_run_exitfuncs", lambda: happened.append("all else"))
    monkeypatch.setattr(os, "execve", lambda *words: happened.append(words))
    monkeypatch.setattr("sys.argv", ["snakemake", "final.mp4", "--cores", "2"])
    again._become({"A": "1"})
    program, words, environment = happened[1]
    assert happened[0] == "all else" and words[0] == program and environment == {"A": "1"}
    assert words[1:] == ["-P", "-m", "snakemake", "final.mp4", "--cores", "2"]
