"""Gates in a build: takes that fail are reshot, and edited limits judge again without rendering."""

import json

import av
import numpy as np
import pytest
from project import Project

from swav.cut.takes import take_path

GPU = ("--resources", "gpu=1")
SEED = 40


def board(*shots: str, **more) -> dict:
    return {
        "title": "Takes",
        "size": "256x144",
        "fps": 12,
        "seed": SEED,
        "engine": "stub",
        "music": {"engine": "none"},
        "shots": [{"id": shot, "prompt": f"A boat off {shot}", "duration": 1.5} for shot in shots],
        **more,
    }


@pytest.fixture
def project(tmp_path):
    def make(*shots: str, **more) -> Project:
        made = Project(tmp_path / "film", board(*shots, **more), {"cards": 1})
        made.give_weights()
        made.give_faults()
        return made

    return make


def seeds(project: Project) -> dict[str, list[int]]:
    """The seeds of the renders that were made, by shot."""
    found: dict[str, list[int]] = {}
    for render in project.renders():
        found.setdefault(render["shot"], []).append(render["seed"])
    return found


def verdict(project: Project, shot: str) -> dict:
    """The verdict on a shot that was judged last."""
    files = sorted(
        (project.folder / "build/verdicts").glob(f"{shot}-*.json"), key=lambda file: file.stat().st_mtime
    )
    return json.loads(files[-1].read_text())


def brightness(project: Project, name: str = "final.mp4") -> float:
    """Of the whole reel: 16 is black."""
    with av.open(str(project.folder / name)) as reel:
        return float(np.mean([frame.to_ndarray(format="gray").mean() for frame in reel.decode(video=0)]))


def test_the_third_take_is_in_the_cut_when_the_first_two_fail(project):
    film = project("r001", "r002", takes=4)
    film.give_faults(r001={SEED: "black", SEED + 1: "frozen"})
    film.save()
    done = film.snakemake("final.mp4", *GPU)
    assert done.returncode == 0, done.stderr
    assert seeds(film) == {"r001": [SEED, SEED + 1, SEED + 2], "r002": [SEED]}
    found = verdict(film, "r001")
    assert (found["chosen"], found["status"]) == (3, "pass")
    assert [take["status"] for take in found["takes"]] == ["fail", "fail", "pass"]
    assert len(list((film.folder / "build/takes").glob("*.mp4"))) == 4, "every take is kept"
    clip = next((film.folder / "build/clips/stub").glob("r001-*.mp4"))
    third = take_path(str(film.folder / "build"), found["takes"][2]["key"])
    assert clip.samefile(third) and brightness(film) > 80
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("r001: take 3 is in the cut; take 1 failed: ") and "take 2 failed: " in last
    assert film.build(*GPU) == [], "nothing is pending"

    report = film.swav("report")
    assert "3 of 3" in report.stdout and report.returncode == 0
    listed = film.swav("takes", "r001")
    assert "3 *" in listed.stdout and "frozen: " in listed.stdout, listed.stdout + listed.stderr
    assert (film.folder / "build/verdicts/r001-takes.png").stat().st_size > 5_000
    assert "Every file of the build is used" in film.swav("gc").stdout


def test_edited_limits_judge_again_and_render_none(project):
    film = project("r001", "r002", takes=2)
    film.give_faults(r001={SEED: "frozen"})
    film.build(*GPU)
    assert seeds(film) == {"r001": [SEED, SEED + 1], "r002": [SEED]}
    reel = next((film.folder / "build/reels").glob("*.quality.json"))
    measured = reel.stat().st_mtime_ns
    film.config["quality"] = {"flicker": [30, 60]}
    ran = film.build(*GPU)
    assert {"judge r001", "judge r002", "admit", "deliver"} <= set(ran)
    assert not [job for job in ran if job.startswith(("render", "draw"))]
    assert reel.stat().st_mtime_ns == measured, "the reel is not measured again either"
    assert seeds(film) == {"r001": [SEED, SEED + 1], "r002": [SEED]}

    film.config["quality"] = {"frozen": "off", "still": "off", "repeated": "off", "torn": "off"}
    film.build(*GPU)
    assert verdict(film, "r001")["chosen"] == 1, (
        "by these limits the first take passes, and it is still there"
    )
    assert seeds(film) == {"r001": [SEED, SEED + 1], "r002": [SEED]}


def test_a_shot_without_a_passing_take_stops_the_final_until_somebody_decides(project):
    film = project("r001", "r002", takes=2)
    film.build(*GPU)
    good = (film.folder / "final.mp4").read_bytes()
    film.give_faults(r001={SEED + 5: "black", SEED + 6: "black"})
    film.shot("r001")["seed"] = SEED + 5
    film.save()
    done = film.snakemake("final.mp4", *GPU)
    assert done.returncode == 1
    assert "r001: each of its 2 takes failed: " in done.stderr and "on_fail: warn" in done.stderr
    assert "Traceback" not in done.stderr
    assert (film.folder / "final.mp4").read_bytes() == good, "the reel that was delivered stays"
    renders = len(film.renders())
    assert "admit" in film.pending(*GPU), "it stays pending"

    film.shot("r001")["on_fail"] = "warn"
    film.save()
    warned = film.snakemake("final.mp4", *GPU)
    assert warned.returncode == 0, warned.stderr
    assert "r001: " in warned.stderr and "take 2 failed: " in warned.stderr
    assert len(film.renders()) == renders
    assert brightness(film) < 80


def test_a_still_or_the_animatic_stands_in_for_takes_that_fail(project):
    film = project("r001", "r002", on_fail="fallback")
    film.give_faults(r001={SEED: "black"}, r002={SEED: "black"})
    film.shot("r002")["fallback"] = {"still": {"file": "sample:harbour.png"}}
    film.save()
    done = film.snakemake("final.mp4", *GPU)
    assert done.returncode == 0, done.stderr
    assert [verdict(film, shot)["fallback"] for shot in ("r001", "r002")] == ["animatic", "still"]
    assert "r001: the animatic stands in; take 1 failed: " in done.stderr
    assert brightness(film) > 40 and film.build(*GPU) == []
    assert "Every file of the build is used" in film.swav("gc").stdout


def test_a_pinned_take_is_in_the_cut_whatever_is_found_of_it(project):
    film = project("r001", takes=3)
    film.give_faults(r001={SEED + 1: "black"})
    film.shot("r001")["take"] = 2
    film.build(*GPU)
    assert seeds(film) == {"r001": [SEED + 1]}
    assert verdict(film, "r001")["status"] == "fail" and brightness(film) < 30
    del film.shot("r001")["take"]
    film.build(*GPU)
    assert seeds(film) == {"r001": [SEED + 1, SEED]} and brightness(film) > 80
    film.shot("r001")["take"] = 2
    film.build(*GPU)
    assert len(film.renders()) == 2, "the pinned take is still there"


def test_a_take_that_is_gone_from_a_copied_build_is_told_apart_from_one_that_failed(project):
    film = project("r001", takes=2)
    film.give_faults(r001={SEED: "black"})
    film.build(*GPU)
    film.config["cards"] = 0
    assert film.build() == [], "a machine without cards shows the take that was chosen elsewhere"


def test_takes_of_an_unknown_shot_and_before_a_build(project):
    film = project("r001")
    film.save()
    assert "there is no shot r009" in film.swav("takes", "r009").stderr
    assert "not made" in film.swav("takes", "r001").stdout
    assert "pending" in film.swav("report").stdout
