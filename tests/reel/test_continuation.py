"""Shots that go on from one another: rendered in order, and again only where the frame between is another."""

import json
import re

import numpy as np
import pytest
from project import Project, jobs

from swav.reel.continuing import difference, shown_at

WALKER = '''
"""An engine whose clips end in the colour that is the last word of their prompt."""
import json
from pathlib import Path
import numpy as np
from PIL import Image
import stub_engine
from swav.keys import digest
from swav.media.writer import ClipWriter

COLOURS = {"red": (200, 20, 20), "blue": (20, 20, 200), "green": (20, 180, 20)}


class Walker(stub_engine.Stub):
    name = "walker"
    designed = True
    reads = frozenset({"prompt", "first_frame", "last_frame"})

    def recipe(self, request, model):
        pictures = [picture and picture.identity() for picture in (request.first_frame, request.last_frame)]
        return super().recipe(request, model) | {"engine": "walker", "pictures": pictures}

    def shoot(self, job):
        request, seen = job.request, ""
        if request.first_frame:
            means = np.asarray(Image.open(request.first_frame.path)).mean(axis=(0, 1))
            seen = min(COLOURS, key=lambda name: abs(np.subtract(COLOURS[name], means)).sum())
        own = [int(digest(request.prompt)[place:place + 2], 16) for place in (0, 2, 4)]
        with ClipWriter(job.clip, width=request.width, height=request.height, rate=request.rate,
                        metadata=dict(job.metadata)) as clip:
            for number in range(job.frames):
                colour = COLOURS[request.prompt.split()[-1]] if number >= job.frames - 2 else own
                clip.write(np.full((request.height, request.width, 3), colour, np.uint8))
        with open("renders.jsonl", "a") as log:
            log.write(json.dumps({"shot": request.shot, "saw": seen}) + "\\n")
        return {}


WALKER = Walker()
'''


def shot(name: str, words: str, **more) -> dict:
    return {"id": name, "prompt": words, "duration": 0.5, "prepare": False, "camera": "static", **more}


BOARD = {
    "title": "One walk",
    "size": "128x72",
    "fps": 12,
    "engine": "walker",
    "music": {"engine": "none"},
    "shots": [
        shot("a", "a gate, then red"),
        shot("b", "a lane, then blue", **{"from": "a"}),
        shot("c", "a stair, then green", **{"from": "b"}),
        shot("d", "the sea, then red"),
    ],
}
PICTURES = re.compile(r"^(hand_over|draw|render|segment|join|deliver)\b")


@pytest.fixture
def project(tmp_path) -> Project:
    project = Project(tmp_path / "reel", BOARD, {"cards": 1, "gpus_per_render": 1})
    plugins = project.folder / "plugins"
    (plugins / "walker_engine.py").write_text(WALKER)
    (plugins / "stub_engine-1.dist-info" / "entry_points.txt").write_text(
        "[swav.engines]\nstub = stub_engine:ENGINE\nwalker = walker_engine:WALKER\n"
    )
    project.give_weights()
    return project


def rendered(project: Project, *arguments: str) -> list[tuple[str, str]]:
    """The shots that a build renders, with what each saw first."""
    log = project.folder / "renders.jsonl"
    log.unlink(missing_ok=True)
    project.build("--resources", "gpu=1", *arguments)
    return [(item["shot"], item["saw"]) for item in project.renders()]


def pending(project: Project) -> list[str]:
    return [job for job in project.pending("--resources", "gpu=1") if PICTURES.match(job)]


def test_a_shot_is_rendered_again_only_where_the_frame_that_it_goes_on_from_is_another(project):
    assert sorted(rendered(project)) == [("a", ""), ("b", "red"), ("c", "blue"), ("d", "")]
    assert pending(project) == []

    # Another take of a that ends as before: nobody knows that yet, so the plan names who may follow.
    project.shot("a")["prompt"] = "a door, then red"
    assert [job for job in pending(project) if "render" in job] == ["render a", "render b", "render c"]
    assert project.plan()["shots"][1]["why"] == "a is made anew, and this shot goes on from it"
    said = " ".join(project.swav("plan").stdout.split())
    assert "2 shots follow a (b, c)" in said, said
    assert rendered(project) == [("a", "")], "the frame is within the threshold"
    assert pending(project) == []
    records = [json.loads(file.read_text()) for file in project.folder.glob("build/handed/*.json")]
    assert sorted(item["shot"] for item in records) == ["a", "a", "b", "b"]

    # It ends otherwise: b is rendered from the new frame, and ends as before, so that c stays.
    project.shot("a")["prompt"] = "a door, then green"
    assert sorted(rendered(project)) == [("a", ""), ("b", "green")]
    # Another motion of b alone, asked for by its id, and c, whose frame is another.
    project.shot("b")["prompt"] = "a lane, then red"
    project.save()
    done = project.snakemake("c", "--resources", "gpu=1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert {"render b", "render c"} <= set(jobs(done)) and "render a" not in jobs(done)
    assert rendered(project) == []
    # A shot that is held stays as it is, whatever is edited of it or of the shot that it goes on from.
    project.shot("b")["hold"] = True
    project.shot("a")["prompt"], project.shot("b")["prompt"] = "a hall, then blue", "a river, then red"
    project.shot("b")["duration"] = 0.75
    assert rendered(project) == [("a", "")]
    assert pending(project) == []
    held = project.plan()["shots"][1]
    assert held["state"] == "ready" and held["seconds"] == 0.5
    against = "held against prompt: lane -> river; a is made anew, and this shot goes on from it; length "
    assert held["why"] == f"{against}0.5 s -> 0.75 s"
    assert against in " ".join(project.swav("plan").stdout.split()) + " "
    del project.shot("b")["hold"]
    assert [job for job in pending(project) if job.startswith("render")] == ["render b", "render c"]
    project.shot("b")["duration"] = 0.5
    # Back to what there was: every take is in the store.
    project.shot("a")["prompt"], project.shot("b")["prompt"] = "a gate, then red", "a lane, then blue"
    assert rendered(project) == []

    # Without the weights nothing is rendered from a panel.
    (project.folder / "models" / "stub.txt").unlink()
    project.shot("a")["prompt"] = "a harbour, then red"
    whys = [shot["why"] for shot in project.plan()["shots"]]
    assert "stands in for walker" in whys[0] and "stands in" in whys[1]


def test_frames_are_apart_by_what_changes_most():
    grey = np.full((72, 128, 3), 90, np.uint8)
    boat = grey.copy()
    boat[60:70, 110:124] = 200
    grain = np.clip(grey + np.random.default_rng(1).normal(0, 4, grey.shape), 0, 255).astype(np.uint8)
    assert difference(grey, grey) == 0
    assert difference(grey, grain) < 4 < 40 < difference(grey, boat)
    assert difference(grey, np.full((144, 256, 3), 93, np.uint8)) == pytest.approx(3)


@pytest.mark.parametrize(
    ("number", "of_take", "of_reel", "frame"),
    [(0, 16, 24, 0), (23, 16, 24, 15), (5, 12, 12, 5), (11, 24, 12, 22), (119, 16, 24, 79)],
)
def test_the_frame_that_is_handed_over_is_the_one_that_is_seen_last(number, of_take, of_reel, frame):
    assert shown_at(number, of_take, of_reel) == frame


def test_a_shot_that_was_never_rendered_has_nothing_to_hold(project):
    project.shot("b")["hold"] = True
    project.save()
    sentence = (
        "1 shot is held that has no take yet (b): the animatic shows it; to have it rendered, remove hold"
    )
    assert sentence in project.swav("check").stdout
    waits = [shot for shot in project.plan()["shots"] if "stands in" in shot["why"]]
    assert [(shot["shot"], shot["why"].removeprefix("not made yet; ")) for shot in waits] == [
        ("b", "stands in for walker: there is no take of it to hold"),
        ("c", "stands in for walker: the last frame of b is only the animatic's yet"),
    ]
    assert sentence in " ".join(project.swav("plan").stdout.split())
