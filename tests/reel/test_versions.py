"""Versions of a film are built by real runs: what they share is made once, and each is what it says it is."""

import copy
import json
import re
import shutil
import subprocess
from contextlib import chdir
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import yaml
from places import REPOSITORY
from project import Project, jobs

from swav.cut.master import seen
from swav.cut.model import read_cut
from swav.provenance.reading import read_provenance
from swav.quality.reel import measure_reel
from swav.reel.stamp import stamped_keys
from swav.review.finals import keep_final, name_of

SHIPPED = yaml.safe_load((REPOSITORY / "storyboards" / "versions.yaml").read_text())
BOARD = SHIPPED | {
    "title": "The sea: ../a $(b)",
    "size": "256x144",
    "fps": 12,
    "engine": "stub",
    "on_fail": "warn",
    "voice": {"engine": "espeak", "speaker": "m1"},
    "music": {"engine": "none"},
    "translations": {"hi": SHIPPED["translations"]["hi"] | {"voice": {"speaker": "f1"}}},
    "deliver": SHIPPED["deliver"] | {"master": {"format": "dnxhr"}, "fr": {"language": "fr"}},
}
"""The film that ships, of few pixels, with quick makers, a master, and a language that nobody wrote."""
HINDI = ["speak tower", "listen", "caption", "lay_stems", "mix", "join", "admit", "deliver"]
HINDI += ["set_lettering tower", "segment tower", "transition tower", "draw end", "judge end", "segment end"]
"""All that another language makes anew: words that are said and read, and what shows them. No logo."""
HINDI_NAME = name_of(BOARD["translations"]["hi"]["title"], "final.hi.mp4")
TARGETS = ("final.hi.mp4", "final.hi-9x16.mp4", "final.hi-9x16.burned.mp4", "teaser.mp4", "final.master.mov")


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    """The film, then all of its versions in one run."""
    made = Project(tmp_path_factory.mktemp("films") / "reel", BOARD, {"cards": 1})
    shutil.copytree(REPOSITORY / "storyboards" / "versions", made.folder / "versions")
    made.give_weights()
    made.build("--resources", "gpu=1", "-c2")
    made.of_film = {file: (made.folder / file).stat().st_ino for file in ("final.mp4", "final.srt")}
    made.rendered = len(made.renders())
    made.dry = made.snakemake("-n", "final.hi.mp4", "--resources", "gpu=1")
    made.planned = made.plan()
    made.done = made.snakemake(*TARGETS, "--resources", "gpu=1", "-c2")
    assert made.done.returncode == 0, made.done.stdout + made.done.stderr
    return made


@pytest.fixture
def own(project, tmp_path) -> Project:
    """The same in a folder of its own, its hard links and dates included, for what builds or deletes."""
    made = copy.copy(project)
    made.folder, made.board = tmp_path / "reel", copy.deepcopy(BOARD)
    subprocess.run(["cp", "-a", project.folder, made.folder], check=True)
    return made


def test_another_language_speaks_and_letters_anew_and_renders_nothing(project):
    assert jobs(project.dry) == sorted(HINDI)
    assert "deliver        final.hi.mp4" in project.dry.stderr
    planned = {item["name"]: item for item in project.planned["deliveries"]}
    assert dict(planned["hi"]["adds"]) == {
        "take": 1,
        "line": 1,
        "lettering": 1,
        "segment": 2,
        "transition": 1,
    }
    assert planned["hi"]["gpu_minutes"] == 0
    assert planned["fr"]["fault"].startswith("deliver.fr.language: there is no translation into fr; ")
    assert dict(planned["9x16"]["adds"])["take"] == 2  # the card, and the shot that is made in this shape


def test_takes_are_shared_and_only_a_native_shot_is_rendered_again(project):
    assert project.rendered == 2
    assert sorted(take["shot"] for take in project.renders()) == ["boat", "boat", "tower"]
    for file, inode in project.of_film.items():
        assert (project.folder / file).stat().st_ino == inode  # nobody touched the film


def test_each_version_is_what_it_says(project):
    folder = project.folder
    with av.open(str(folder / "final.hi.mp4")) as film:
        assert [stream.language for stream in film.streams if stream.type != "data"] == ["und", "hin", "hin"]
    assert "जहाज़ों के लिए" in (folder / "final.hi.srt").read_text()
    with av.open(str(folder / "teaser.mp4")) as film:
        assert Fraction(film.streams.video[0].frames, 12) == 2
    assert (folder / "teaser.srt").read_text() == ""
    master = seen(folder / "final.master.mov")
    assert (master.codec, master.pixels, master.sound) == ("dnxhd", "yuv422p", "pcm_s24le")
    assert (master.width, master.height, master.frames) == (256, 144, 78)
    measured = measure_reel(folder / "final.master.mov", None)
    assert abs(measured["loudness"] + 23) <= 0.5 and measured["true_peak"] <= -1


@pytest.mark.parametrize("target", ("final.mp4", *TARGETS))
def test_each_is_signed_after_the_last_step_that_wrote_it(project, target):
    found = read_provenance(project.folder / target)
    assert (found.state, found.problem) == ("valid", "")
    assert {part["id"] for part in found.parts} >= {"tower", "boat", "tower logo 1"}


def test_subtitles_are_in_the_picture_of_the_version_that_they_are_of(project):
    soft, burned = project.folder / "final.hi-9x16.mp4", project.folder / "final.hi-9x16.burned.mp4"
    with av.open(str(soft)) as plain, av.open(str(burned)) as film:
        assert [stream.type for stream in film.streams if stream.type != "data"] == ["video", "audio"]
        pairs = zip(plain.decode(video=0), film.decode(video=0), strict=True)
        below = [np.abs(difference(*pair)[-20:]).max() > 60 for pair in pairs]
    assert any(below) and not below[0] and not below[-1]  # while the line of the tower is spoken
    assert stamped_keys(burned) == stamped_keys(soft) != set()


def difference(one, other) -> np.ndarray:
    return one.to_ndarray(format="gray").astype(int) - other.to_ndarray(format="gray")


def test_a_version_that_lacks_something_stops_itself_alone(project):
    for word in ("final.fr.mp4", "deliveries"):
        done = project.snakemake("-n", word)
        assert done.returncode == 1
        assert "deliver.fr.language: version fr: there is no translation into fr" in done.stdout + done.stderr
    checked = project.swav("check", "board.yaml")
    assert checked.returncode == 1 and checked.stdout.count("\n") == 1
    assert "Everything is up to date" in project.snakemake("-n", "final.mp4", *TARGETS).stderr


def test_finals_are_kept_under_numbers_with_what_changed(own):
    kept = sorted(file.name for file in (own.folder / "finals").iterdir())
    name = "The-sea-a-b"
    assert [file for file in kept if file.startswith(f"{name}-")] == [
        f"{name}-v01.json", f"{name}-v01.mp4", f"{name}-v01.txt"
    ]  # fmt: skip
    assert {f"{HINDI_NAME}-v01.mp4", f"{name}.master-v01.mov", f"{name}.teaser-v01.mp4"} <= set(kept)
    first = own.folder / f"finals/{name}-v01.mp4"
    assert first.stat().st_nlink > 1 and first.read_bytes() == (own.folder / "final.mp4").read_bytes()
    with chdir(own.folder):
        keep_final(read_cut("build/delivered.json"), Path("final.mp4"))
    assert not first.with_stem(f"{name}-v02").exists()  # the same film has the same number
    before = first.read_bytes()
    own.shot("tower")["overlay"][0]["text"] = "Sea"
    own.build("--resources", "gpu=1", "-c2")
    said = first.with_name(f"{name}-v02.txt").read_text()
    assert re.search(r"^Since v01:\n  tower  lettering: The last light -> Sea$", said, re.MULTILINE), said
    assert first.read_bytes() == before
    told = own.swav("changes", "v01", "2")
    assert "lettering: The last light -> Sea" in told.stdout
    assert own.swav("changes", "v09").stderr.startswith("swav: there is no v09 of this film in finals")
    assert "is no version" in own.swav("changes", "../x").stderr


def test_nothing_takes_finals_and_gc_takes_nothing_of_a_version(own):
    listed = json.loads(own.swav("gc", "--json").stdout)
    of_versions = [
        item["path"]
        for item in listed
        if any(f"/{kind}/" in item["path"] for kind in ("masters", "burned", "speech", "signed"))
    ]
    assert of_versions == []
    finals = sorted((own.folder / "finals").iterdir())
    done = own.snakemake("--delete-all-output", "final.mp4", "final.hi.mp4")
    assert done.returncode == 0 and not (own.folder / "final.mp4").exists()
    assert sorted((own.folder / "finals").iterdir()) == finals
