"""``snakemake b`` makes one shot, as a file that plays, and nothing of the rest of the film."""

import av
import numpy as np
import pytest
from project import Project, jobs

FADE = {"type": "fade", "duration": 0.5}
BOARD = {
    "title": "Alone",
    "size": "640x480",
    "fps": 12,
    "voice": {"engine": "espeak"},
    "shots": [
        {
            "id": "a",
            "footage": {"file": "broken.mp4"},
            "duration": 1,
            "transition": FADE,
        },
        {
            "id": "b",
            "card": {"title": "B"},
            "duration": "auto",
            "narration": "Sea.",
            "overlay": [{"text": "Below", "style": "caption"}],
            "transition": FADE,
        },
        {"id": "mix", "card": {"title": "C"}, "duration": 1},
    ],
}


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    """One shot asked for by its id, in a film whose other shots cannot be made or opened."""
    made = Project(tmp_path_factory.mktemp("alone") / "reel", BOARD)
    (made.folder / "broken.mp4").write_bytes(b"no film")
    made.done = made.snakemake("b")
    assert made.done.returncode == 0, made.done.stderr
    return made


def played(project: Project, shot: str) -> tuple[av.VideoStream, np.ndarray]:
    with av.open(str(project.folder / f"build/shots/{shot}.mp4")) as film:
        sound = np.concatenate([frame.to_ndarray() for frame in film.decode(audio=0)], axis=1)
        return film.streams.video[0].codec_context, sound


def test_it_makes_nothing_but_the_shot_with_its_lettering_and_its_line(project):
    assert jobs(project.done) == ["b build", "draw b", "set_lettering b", "shot b", "speak b"]
    picture, sound = played(project, "b")
    assert (picture.width, picture.height) == (640, 480)
    assert np.abs(sound).max() > 0.05, "the line is heard"
    assert not (project.folder / "final.mp4").exists()


def test_nothing_is_pending_then(project):
    assert "nothing is pending" in project.snakemake("b").stderr


def test_a_preview_is_small_and_shows_the_same_take(project):
    takes = {take: take.stat().st_mtime_ns for take in project.folder.glob("build/takes/*.mp4")}
    done = project.snakemake("b", "--config", "preview=true")
    assert jobs(done) == ["b build", "set_lettering b", "shot b"]
    picture, _ = played(project, "b")
    assert (picture.width, picture.height) == (480, 360)
    assert {take: take.stat().st_mtime_ns for take in project.folder.glob("build/takes/*.mp4")} == takes


def test_the_film_finds_the_take_and_the_line(project):
    (project.folder / "broken.mp4").unlink()
    project.board["shots"][0] = {**BOARD["shots"][0], "prompt": "a boat at sea"}
    pending = project.pending()
    assert {"draw a", "draw mix", "segment b", "transition b"} <= set(pending)
    assert not {"draw b", "speak b", "set_lettering b"} & set(pending)
    project.board["shots"][0] = BOARD["shots"][0]


def test_a_shot_that_is_named_as_a_rule_has_another_target(project):
    project.save()
    done = project.snakemake("-n", "shot_mix")
    assert done.returncode == 1 and "broken.mp4" in done.stderr, "the film is opened: no id was typed"


def test_only_that_shot_stays_in_the_build_folder(project):
    kept = {path.name for path in project.folder.glob("build/shots/*")}
    assert "b.mp4" in kept and len(kept) == 3, "two sizes, and the name by which people find the last one"
