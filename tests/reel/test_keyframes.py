"""Pictures first: keyframes are drawn, shown on a sheet, approved, and only then is a clip rendered."""

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image
from project import Project, jobs

STILL_ENGINES = '''
"""A painter that draws one picture, and an engine that begins with one."""
import json
from pathlib import Path
import numpy as np
from PIL import Image
import stub_engine
from swav.keys import digest


class Painter(stub_engine.Stub):
    name = "painter"
    draws_stills = True
    reads = frozenset({"prompt", "references"})
    designed = True

    def recipe(self, request, model):
        return {"engine": "painter", "model": model, "prompt": request.prompt, "seed": request.seed,
                "references": [picture.identity() for picture in request.references]}

    def shoot(self, job):
        seed = int(digest(job.request.prompt)[:4], 16) + job.request.seed
        pixels = stub_engine.pattern(0, job.request.height, job.request.width, seed)
        Image.fromarray(pixels).save(job.clip)
        return {}


class Mover(stub_engine.Stub):
    name = "mover"
    reads = frozenset({"prompt", "first_frame", "last_frame"})
    needs = frozenset({"first_frame"})

    def recipe(self, request, model):
        pictures = [picture and picture.identity() for picture in (request.first_frame, request.last_frame)]
        return super().recipe(request, model) | {"engine": "mover", "pictures": pictures}

    def shoot(self, job):
        assert Image.open(job.request.first_frame.path).size
        return super().shoot(job)


class Sketcher(Painter):
    name = "sketcher"
    designed = False

    def recipe(self, request, model):
        return super().recipe(request, model) | {"engine": "sketcher"}

    def shoot(self, job):
        if job.request.seed % 10:
            return super().shoot(job)
        Image.fromarray(np.zeros((job.request.height, job.request.width, 3), np.uint8)).save(job.clip)
        return {}


class Zoomer(Mover):
    name = "zoomer"
    designed = False


PAINTER, MOVER, SKETCHER, ZOOMER = Painter(), Mover(), Sketcher(), Zoomer()
'''
BOARD = {
    "title": "Pictures first",
    "size": "128x72",
    "fps": 12,
    "engine": "stub",
    "cast": {"meera": {"look": "a woman in an indigo sari", "references": ["meera.png"]}},
    "music": {"engine": "none"},
    "shots": [
        {
            "id": "a",
            "prompt": "she lifts the lantern, slow push in, soft light",
            "keyframe": {"prompt": "@meera with a lantern on a quay, soft light"},
            "duration": 0.5,
        },
        {
            "id": "b",
            "prompt": "the boat drifts, slow push in, soft light",
            "keyframe": {"file": "boat.png"},
            "duration": 0.5,
        },
        {
            "id": "c",
            "prompt": "the lamp goes out, slow push in, soft light",
            "keyframe": {"prompt": "a lamp in a window, soft light"},
            "end": {"prompt": "a dark window, soft light"},
            "duration": 0.5,
        },
    ],
}
PICTURES = re.compile(r"^(keyframe|draw|render|segment|join|deliver)\b")


def picture(file: Path, colour: tuple[int, int, int]) -> None:
    Image.fromarray(np.full((90, 160, 3), colour, np.uint8)).save(file)


def made(project: Project, target: str = "final.mp4", *more: str) -> list[str]:
    """The jobs of a build that make pictures."""
    project.save()
    done = project.snakemake(target, "--resources", "gpu=2", *more)
    assert done.returncode == 0, done.stdout + done.stderr
    return [job for job in jobs(done) if PICTURES.match(job)]


def wanted(project: Project) -> list[str]:
    """The jobs that a dry run lists and that make pictures."""
    return [job for job in project.pending("--resources", "gpu=2") if PICTURES.match(job)]


@pytest.fixture
def project(tmp_path) -> Project:
    project = Project(tmp_path / "reel", BOARD, {"cards": 2, "gpus_per_render": 2, "approve": "stills"})
    plugins = project.folder / "plugins"
    (plugins / "still_engines.py").write_text(STILL_ENGINES)
    (plugins / "stub_engine-1.dist-info" / "entry_points.txt").write_text(
        "[swav.engines]\nstub = stub_engine:ENGINE\npainter = still_engines:PAINTER\n"
        "mover = still_engines:MOVER\nsketcher = still_engines:SKETCHER\n"
        "zoomer = still_engines:ZOOMER\n"
    )
    project.give_weights()
    picture(project.folder / "boat.png", (30, 90, 160))
    picture(project.folder / "meera.png", (60, 60, 120))
    return project


def engines(project: Project) -> dict[str, str]:
    return {shot["shot"]: f"{shot['engine']} {shot['state']}" for shot in project.plan()["shots"]}


def test_stills_are_drawn_two_of_three_are_approved_and_two_clips_are_rendered(project):
    """What docs/staleness.md says of keyframes, in one project from its first still to its last edit."""
    assert made(project, "stills") == ["keyframe a", "keyframe c", "keyframe c"]
    sheet = Image.open(project.folder / "build/stills/stills.png")
    assert sheet.size == (1754, 1240)
    assert (project.folder / "build/stills/stills.pdf").read_bytes().startswith(b"%PDF")
    assert not project.renders(), "no clip is rendered for stills"

    done = project.swav("approve", "a", "b", "--by", "director", "--note", "yes")
    assert done.stdout == "2 pictures approved: board.approved.yaml\n", done.stderr
    listed = yaml.safe_load((project.folder / "board.approved.yaml").read_text())["approved"]
    assert [(item["shot"], item["by"], item["note"]) for item in listed] == [
        ("a", "director", "yes"),
        ("b", "director", "yes"),
    ]
    assert listed[1]["content"] == hashlib.sha256((project.folder / "boat.png").read_bytes()).hexdigest()
    waits = project.snakemake("-n", "final.mp4", "--resources", "gpu=2")
    assert "1 shot waits for a picture (c): the animatic shows it; look: snakemake stills" in waits.stderr
    assert made(project) == [
        *("deliver", "draw c", "join", "render a", "render b"),
        *("segment a", "segment b", "segment c"),
    ]
    assert engines(project) == {"a": "mover ready", "b": "mover ready", "c": "animatic ready"}
    assert [shot["why"] for shot in project.plan()["shots"]][2] == (
        "stands in for mover: its keyframe and end wait for approval"
    )

    # Another motion prompt draws no picture anew, and asks nobody again.
    project.shot("a")["prompt"] = "she lowers the lantern, slow push in, soft light"
    assert wanted(project) == ["deliver", "join", "render a", "segment a"]
    project.shot("a")["prompt"] = BOARD["shots"][0]["prompt"]
    # Another prompt of a keyframe draws it, and nothing is rendered before it is approved.
    project.shot("a")["keyframe"]["prompt"] = "a man with a lantern on a quay, soft light"
    assert wanted(project) == ["deliver", "draw a", "join", "keyframe a", "segment a"]
    # A new portrait makes stale exactly the shots she is in.
    project.shot("a")["keyframe"]["prompt"] = BOARD["shots"][0]["keyframe"]["prompt"]
    picture(project.folder / "meera.png", (120, 60, 60))
    assert wanted(project) == ["deliver", "draw a", "join", "keyframe a", "segment a"]
    assert project.plan()["shots"][0]["why"].startswith(
        "engine mover -> animatic; cast meera: portrait changed"
    )
    assert "1 keyframe to draw" in project.swav("plan").stdout
    picture(project.folder / "meera.png", (60, 60, 120))
    # The old words bring back the picture, its approval and its clip.
    project.shot("a")["keyframe"]["prompt"] = BOARD["shots"][0]["keyframe"]["prompt"]
    assert wanted(project) == []
    assert "build/drawn" not in project.swav("gc", "--json").stdout
    assert project.swav("approve", "--withdraw", "b").stdout.startswith("1 picture withdrawn")
    assert engines(project)["b"] == "mover ready", "what was rendered is shown"
    # Another picture makes exactly its shot stale, and has to be approved.
    picture(project.folder / "boat.png", (160, 90, 30))
    assert project.plan()["shots"][1]["why"].endswith("stands in for mover: its keyframe waits for approval")
    project.swav("approve", "b")
    assert project.plan()["shots"][1]["why"] == "keyframe: boat.png was changed"
    assert wanted(project) == ["deliver", "join", "render b", "segment b"]


def test_without_weights_a_panel_stands_in_and_nobody_pays_for_a_clip_of_it(project):
    (project.folder / "models" / "stub.txt").unlink()
    project.config["approve"] = "none"
    assert [job for job in wanted(project) if job[0] in "kr"] == ["keyframe a", "keyframe c", "keyframe c"]
    said = project.swav("approve", "a")
    assert said.returncode == 1 and "there is nothing to approve" in said.stderr


def test_takes_of_a_keyframe_are_drawn_until_one_passes_and_a_bad_one_is_not_set_in_motion(project):
    """The sketcher draws black pictures of every tenth seed."""
    drawn = {"prompt": "a lamp in a window, soft light", "engine": "sketcher", "seed": 10}
    project.board["shots"] = [
        {**BOARD["shots"][0], "keyframe": {**drawn, "takes": 3}},
        {**BOARD["shots"][1], "engine": "zoomer", "keyframe": {**drawn, "prompt": "a dark sea"}},
    ]
    project.config["approve"] = "none"
    project.save()
    assert [shot["why"] for shot in project.plan()["shots"]] == [
        "not made yet; stands in for mover: its keyframe is not chosen among its takes yet",
        "not made yet",
    ]
    done = project.snakemake("stills", "--resources", "gpu=2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "keyframe, take 1: " in done.stderr and "keyframe, take 2: " not in done.stderr, done.stderr
    pictures = sorted(project.folder.glob("build/drawn/*.png"))
    assert len(pictures) == 3, "two takes of a, one of b"
    before = {file: file.read_bytes() for file in pictures}

    # A picture that failed is not set in motion, unless somebody says that it is right.
    failed = project.snakemake("final.mp4", "--resources", "gpu=2")
    assert failed.returncode != 0
    assert "its keyframe failed: " in failed.stderr and "approve it (swav approve b)" in failed.stderr
    assert [item["shot"] for item in project.renders()] == ["a"]
    project.board["shots"][1]["on_fail"] = "warn"
    assert "render b" in made(project)
    # A pinned take is the picture, whatever the gates say; what was drawn is not drawn again.
    project.shot("a")["keyframe"] = {**drawn, "take": 2}
    assert wanted(project) == []
    project.shot("a")["keyframe"] = {**drawn, "take": 3}
    assert wanted(project) == ["deliver", "join", "keyframe a", "render a", "segment a"]
    assert {file: file.read_bytes() for file in pictures} == before
