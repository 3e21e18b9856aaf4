"""``snakemake b`` makes one shot, as a file that plays, and nothing of the rest of the film."""

import copy

import av
import numpy as np
import pytest
from project import Project, jobs

FADE = {"type": "fade", "duration": 0.5}
B = {
    "id": "b",
    "card": {"title": "B"},
    "duration": "auto",
    "narration": "Sea.",
    "overlay": [{"text": "Below", "style": "caption"}],
    "transition": FADE,
}
MIX = {"id": "mix", "card": {"title": "C"}, "duration": 1}
WHOLE = {
    "title": "Alone",
    "size": "640x480",
    "fps": 12,
    "voice": {"engine": "espeak"},
    "shots": [{"id": "a", "prompt": "a boat at sea", "duration": 1, "transition": FADE}, B, MIX],
}
"""A film that can be made."""
FAULTY = WHOLE | {
    "music": {"engine": "organ"},
    "shots": [
        {"id": "a", "footage": {"file": "broken.mp4"}, "duration": 1, "transition": FADE},
        {"id": "gone", "footage": {"file": "gone.mp4"}},
        {"id": "odd", "prompt": "sea", "engine": "nobody", "seed": "five"},
        B,
        MIX,
    ],
}
"""The same shots among others of which none can be made or opened."""


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    """One shot asked for by its id."""
    made = Project(tmp_path_factory.mktemp("alone") / "reel", FAULTY)
    (made.folder / "broken.mp4").write_bytes(b"no film")
    made.done = made.snakemake("b")
    assert made.done.returncode == 0, made.done.stderr
    return made


def of(project: Project, board: dict) -> Project:
    """The project with that storyboard."""
    project.board = copy.deepcopy(board)
    project.save()
    return project


def played(project: Project, shot: str) -> tuple[av.VideoStream, np.ndarray]:
    with av.open(str(project.folder / f"build/shots/{shot}.mp4")) as film:
        sound = np.concatenate([frame.to_ndarray() for frame in film.decode(audio=0)], axis=1)
        return film.streams.video[0].codec_context, sound


def test_it_makes_nothing_but_the_shot_with_its_lettering_and_its_line(project):
    assert jobs(project.done) == ["b build", "draw b", "set_lettering b", "shot b", "speak b"]
    assert not (project.folder / "final.mp4").exists()
    assert "passed over for what was asked" in project.done.stderr, "that the film has faults is said"
    with av.open(str(next(project.folder.glob("build/shots/b-*.mp4")))) as film:
        assert film.metadata["description"].startswith("Pictures by engine - card: b. Narration")


def test_nothing_is_pending_then(project):
    assert "nothing is pending" in of(project, FAULTY).snakemake("b").stderr
    assert "nothing is pending" in project.snakemake("-n", "b").stderr


def test_a_preview_is_small_and_shows_the_same_take(project):
    takes = {take: take.stat().st_mtime_ns for take in project.folder.glob("build/takes/*.mp4")}
    of(project, FAULTY).snakemake("b")
    picture, sound = played(project, "b")
    assert (picture.width, picture.height) == (640, 480)
    assert np.abs(sound).max() > 0.05, "the line is heard"
    done = project.snakemake("b", "--config", "preview=true")
    assert jobs(done) == ["b build", "set_lettering b", "shot b"]
    picture, _ = played(project, "b")
    assert (picture.width, picture.height) == (480, 360)
    assert {take: take.stat().st_mtime_ns for take in project.folder.glob("build/takes/*.mp4")} == takes
    kept = {path.name for path in project.folder.glob("build/shots/*")}
    assert "b.mp4" in kept and len(kept) == 3, "two sizes, and the name by which people find the last one"


def test_the_film_finds_the_take_and_the_line(project):
    pending = of(project, WHOLE).pending()
    assert {"draw a", "draw mix", "segment b", "transition b"} <= set(pending)
    assert not {"draw b", "speak b", "set_lettering b"} & set(pending)


def test_a_shot_that_is_named_as_a_rule_has_another_target(project):
    done = of(project, FAULTY).snakemake("-n", "shot_mix")
    assert jobs(done) == ["draw mix", "shot mix"]


@pytest.mark.parametrize("target", ["final.mp4", "gone", ""])
def test_what_uses_a_faulty_shot_stops(project, target):
    done = of(project, FAULTY).snakemake("-n", *target.split())
    assert done.returncode == 1
    said = [line for line in done.stderr.splitlines() if line.startswith("board.yaml:")]
    named = {"a": ["broken.mp4"], "gone": ["gone.mp4"], "odd": ["nobody", "five"]}
    every = [*named["a"], *named["gone"], *named["odd"], "organ"]
    for name in every:
        assert any(name in line for line in said) == (name in named.get(target, every)), name


def test_a_rule_is_no_shot_though_a_shot_has_its_name(project):
    board = WHOLE | {"shots": [*WHOLE["shots"], MIX | {"id": "all"}, MIX | {"id": "shot_mix"}]}
    pending = jobs(of(project, board).snakemake("-n", "all"))
    assert {"draw a", "draw mix", "deliver"} <= set(pending), "the film, not the shot"
    assert jobs(project.snakemake("-n", "shot_mix"))[0] == "draw shot_mix"
    assert jobs(project.snakemake("-n", "shot_shot_mix"))[0] == "draw mix"
