"""Two builds that share a build folder: the one takes nothing away that the other may be reading."""

import json
import multiprocessing
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from places import REPOSITORY, TESTS
from project import Project
from waiting import PATIENCE

from swav.cut.model import read_cut
from swav.cut.takes import keep, making, take_path
from swav.errors import Damaged
from swav.files import write_json
from swav.hashes import HashList
from swav.reel import building
from swav.reel.putting_away import put_away
from swav.review.unused import KEPT_KINDS, unused, used_by_builds

BOARD = {
    "title": "Two",
    "size": "128x72",
    "fps": 12,
    "engine": "animatic",
    "voice": {"engine": "espeak"},
    "music": {"engine": "none"},
    "shots": [
        {
            "id": "a1",
            "duration": 1,
            "prompt": "a harbour at dawn",
            "transition": "wipe",
            "narration": "Noon.",
        },
        {"id": "a2", "duration": 1, "card": {"title": "The end"}, "sound": [{"file": "bell.wav"}]},
    ],
}
CONFIG = {"delivery": {"preset": "ultrafast"}, "speech_quality": {"words": "off"}}
SNAKEMAKE = ["-s", str(REPOSITORY / "Snakefile"), "final.mp4", "--cores", "2"]


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Two projects of one film and one build folder, of which nothing is built."""
    top = tmp_path_factory.mktemp("two")
    return [_project(top / name, top / "build") for name in ("one", "other")]


def _project(folder, build):
    project = Project(folder, BOARD, {**CONFIG, "build": str(build)})
    ring(folder / "bell.wav", 440)
    return project


def ring(file, pitch):
    soundfile.write(file, 0.1 * np.sin(np.arange(24000) * pitch * 2 * np.pi / 48000), 48000)


def build_after(project, first, *arguments):
    """Build; when it is known what to do, run a command of the shell in the project's folder before."""
    done = subprocess.run(
        [sys.executable, str(TESTS / "other_build_first.py"), first, *SNAKEMAKE, *arguments],
        cwd=project.folder,
        env=project.environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    return done.returncode, done.stdout + done.stderr


def identities(build):
    """Which file each is that a build made under a key."""
    kinds = set(KEPT_KINDS) - {"review"}
    files = (file for kind in kinds for file in Path(build, kind).rglob("*") if file.is_file())
    return {str(file): file.stat().st_ino for file in files}


@pytest.fixture(scope="module")
def built(two):
    """Both at once: what the first build said that let the other one build before it, and its files then."""
    one, other = two
    build, there = one.config["build"], one.folder / "there.txt"
    words = shlex.join([sys.executable, "-m", "snakemake", *SNAKEMAKE])
    first = f"(cd {other.folder} && {words}) && find {build} -type f -printf '%i %p\\n' > {there}"
    status, said = build_after(one, first)
    assert status == 0, said
    made = {name: int(number) for number, name in map(str.split, there.read_text().splitlines())}
    return said, made, identities(build)


def test_what_another_build_made_meanwhile_is_left_and_used(two, built):
    one, other = two
    said, made, now = built
    assert "taken away" not in said and "Traceback" not in said, said
    assert len(now) > 20 and {name: made.get(name) for name in now} == now
    assert (one.folder / "final.srt").read_bytes() == (other.folder / "final.srt").read_bytes()
    assert one.pending() == other.pending() == []


def test_what_a_build_uses_that_goes_on_is_not_tidied_up(two, built, monkeypatch):
    _, other = two
    build = other.config["build"]
    monkeypatch.chdir(other.folder)
    cut = max(Path(build, "cuts").iterdir())
    building.announce(build, [str(cut)])
    monkeypatch.chdir(other.folder.parent)
    assert Path("build").samefile(build)
    used = {item.path for item in unused("build", [])} - {item.path for item in _unused_beside_builds()}
    assert len(used) > 20 and Path("build", Path(read_cut(cut).shots[0].clip).relative_to(build)) in used
    note = next(Path("build/building").iterdir())
    note.write_text(json.dumps(json.loads(note.read_text()) | {"started": "1"}))
    assert len(_unused_beside_builds()) == len(unused("build", [])), "that build was killed"
    note.unlink()


def _unused_beside_builds():
    return unused("build", [], used_by_builds("build"))


def test_what_is_made_anew_stays_until_then_and_a_job_that_fails_takes_nothing_away(two, built):
    project, build = two[0], two[0].config["build"]
    before = identities(build)
    swap = "cp bell.wav kept && head -c 9999 kept > bell.wav"
    status, said = build_after(project, swap, "-R", "judge", "lay_stems")
    assert status == 1 and "bell.wav changed since the storyboard was read" in said, said
    after = identities(build)
    assert "taken away" not in said and before.keys() == after.keys()
    anew = {Path(file).relative_to(build).parts[0] for file in before if after[file] != before[file]}
    assert "verdicts" in anew and not anew & {"stems", "takes", "segments"}
    (project.folder / "kept").replace(project.folder / "bell.wav")


def test_a_damaged_file_that_another_build_made_again_is_not_put_away(tmp_path):
    file = tmp_path / "build" / "verdicts" / "a-0123456789ab.json"
    HashList(tmp_path / "build").begin()
    write_json(file, {"whole": True})
    file.write_text("{")
    found = Damaged(file)
    write_json(file, {"whole": True})  # by the other build
    for is_damaged in (None, found.means):
        assert put_away(file, str(tmp_path / "build"), is_damaged) == "another build has made it again"
    assert json.loads(file.read_text()) == {"whole": True}
    file.write_text("{")
    assert "it is made again" in put_away(file, str(tmp_path / "build")) and not file.exists()


def _make(folder, asked, said):
    asked.wait()
    take = take_path(folder, "0123456789ab")
    with making(take, lambda: said.put("waiting")):
        if not take.exists():
            with keep(take) as (clip, _):
                clip.write_text("a take")
            said.put("made")


def test_of_builds_that_want_the_same_take_one_makes_it_and_the_others_wait(tmp_path):
    context = multiprocessing.get_context("fork")
    asked, said = context.Event(), context.Queue()
    makers = [context.Process(target=_make, args=(str(tmp_path), asked, said)) for _ in range(4)]
    for maker in makers:  # before the lock, which a fork would hold as well
        maker.start()
    with making(take_path(str(tmp_path), "0123456789ab")):
        asked.set()
        assert [said.get(timeout=PATIENCE) for _ in makers] == ["waiting"] * 4
    for maker in makers:
        maker.join(PATIENCE)
    assert said.get(timeout=PATIENCE) == "made" and said.empty()
    assert sorted(path.name for path in (tmp_path / "takes").iterdir()) == [
        "0123456789ab.json",
        "0123456789ab.mp4",
    ]
