"""``swav compare``: the build renders the exact take once, and tells the two apart frame by frame."""

import json

import pytest
from project import Project

from swav.cut.takes import read_record
from swav.render.client import stop_workers

BOARD = {
    "title": "Foxes",
    "size": "64x64",
    "fps": 16,
    "engine": "wan2.2",
    "steps": 3,
    "motion": "hold",
    "music": {"engine": "none"},
    "lossy": "fp8",
    "shots": [
        {"id": "s1", "prompt": "a red fox", "duration": 0.5},
        {"id": "s2", "prompt": "a red fox", "duration": 0.5, "lossy": []},
        {"id": "s3", "card": {"title": "End"}, "duration": 0.5},
    ],
}


@pytest.fixture
def project(site, models, tmp_path):
    made = Project(tmp_path / "reel", BOARD, {"cards": 1, "models": str(models)})
    yield made
    stop_workers(made.folder / "build")


def test_a_lossy_take_is_compared_with_the_exact_one(project):
    """One reel for all of it: a comparison from nothing, again from what is there, and of any two takes."""
    said = project.swav("compare", "s1", "--plan")
    assert said.returncode == 0 and "the exact take is rendered for it" in said.stderr
    assert not list(project.folder.glob("build/takes/*.mp4")), "a plan renders nothing"
    plan = " ".join(project.swav("plan").stdout.split())
    assert "1 shot is lossy (s1): swav compare SHOT renders the exact take, too, and says how like it" in plan

    done = project.swav("compare", "s1", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    takes = {take.stem: read_record(take) for take in project.folder.glob("build/takes/*.mp4")}
    assert set(takes) == set(found["takes"])
    lossy, exact = (takes[key]["recipe"] for key in found["takes"])
    assert lossy.pop("lossy") == found["lossy"] == {"fp8": 1}
    assert lossy == exact, "everything but the way"
    assert found["frames"] == 9 and 0.5 < found["ssim"]["least"] <= found["ssim"]["mean"] < 1
    assert found["psnr"]["least"] <= found["psnr"]["mean"] and 0 <= found["psnr"]["frame"] < 9
    (file,) = project.folder.glob("build/likeness/wan2.2/s1-*.json")
    assert json.loads(file.read_text()) == found

    assert "is lossy" not in project.swav("plan").stdout and "takes/" not in project.swav("gc").stdout

    again = project.swav("compare", "s1")
    assert "rendered for it" not in again.stderr and again.stdout.startswith(
        "s1, fp8 against the exact take, 9"
    )
    assert all(len(line) <= 80 for line in again.stdout.splitlines())
    two = project.swav("compare", found["takes"][0][:6], f"build/takes/{found['takes'][1]}.mp4", "--json")
    assert json.loads(two.stdout) == {name: found[name] for name in ("seconds", "frames", "ssim", "psnr")}
    assert "s2" not in [record["shot"] for record in takes.values()]

    for words, why in [
        (["s2"], "s2 is exact; give it `lossy:`"),
        (["s3"], "s3 is shown by card, which is exact"),
        (["nobody"], "there is no shot nobody in board.yaml; its shots are s1, s2, s3"),
        (["s1", "s2"], "s1: there is no such take"),
        (["a", "b", "c"], "name a shot"),
    ]:
        refused = project.swav("compare", *words)
        assert refused.returncode == 1 and why in refused.stderr and len(refused.stderr) < 300
