"""The same film, byte for byte, whether jobs are forks of the helper or processes of their own."""

import os
import subprocess
import sys

from places import REPOSITORY
from project import Project
from waiting import wait_for

from swav.helper.hiring import OFF, VARIABLE

BOARD = {
    "title": "Twice",
    "size": "128x72",
    "fps": 12,
    "seed": 3,
    "engine": "animatic",
    "music": {"prompt": "calm strings"},
    "shots": [
        {
            "id": "a",
            "duration": 1.5,
            "prompt": "A harbour at dawn",
            "overlay": {"text": "नौसेना", "style": "title"},
            "transition": {"type": "fade", "duration": 0.5},
        },
        {"id": "b", "duration": 1, "still": {"file": "sample:harbour.png"}},
    ],
}


def made(project):
    """The bytes of all that the film is made of, and of the reel; no two signatures are alike."""
    build = project.folder / "build"
    kept = (file for file in sorted(build.rglob("*.*")) if file.parent.name != "signed")
    files = {str(file.relative_to(build)): file for file in kept}
    return {name: files[name].read_bytes() for name in files if name.endswith((".mp4", ".png", ".wav"))}


def test_forks_make_the_same_bytes(tmp_path):
    forked, alone = Project(tmp_path / "forked", BOARD), Project(tmp_path / "alone", BOARD)
    assert forked.build() == alone.build(**{VARIABLE: OFF})
    assert len(made(alone)) >= 8 and any("reels" in name for name in made(alone))
    assert made(forked) == made(alone)


def test_a_helper_that_came_before_it_was_known_that_nothing_is_run_leaves_with_snakemake(tmp_path):
    """It comes when the film is found stale, and a view of the film is no build."""
    project, places = Project(tmp_path / "film", BOARD), tmp_path / "places"
    places.mkdir()
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    told = {"env": environment | {"TMPDIR": str(places)}, "capture_output": True, "text": True}
    program = WATCHED.format(helpers=str(tmp_path / "helpers"))
    watched = [sys.executable, "-c", program, "-s", str(REPOSITORY / "Snakefile"), "--summary"]
    done = subprocess.run(watched, cwd=project.folder, **told)
    assert not done.returncode and "output_file" in done.stdout, done.stderr
    assert len((tmp_path / "helpers").read_text().split()) == 1, "one came"
    wait_for(lambda: not list(places.glob("swav-helper-*")), "it left nothing")


WATCHED = """
import sys
from swav.helper import hiring
start = hiring.start
def watched(*given, **more):
    with open({helpers!r}, "a") as out:
        out.write("helper\\n")
    return start(*given, **more)
hiring.start = watched
from snakemake.cli import main
main()
"""
