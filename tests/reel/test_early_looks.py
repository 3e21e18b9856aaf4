"""Best of four for less than two: takes are looked at before they are whole, and only one of them goes on."""

import json

import pytest
from page_server import Page
from project import Project

GPU = ("--resources", "gpu=1")
SEED, STEPS, AT = 40, 40, 13


@pytest.fixture
def film(tmp_path) -> Project:
    made = Project(
        tmp_path / "film",
        {
            "title": "Looks",
            "size": "256x144",
            "fps": 12,
            "seed": SEED,
            "steps": STEPS,
            "engine": "stub",
            "takes": 4,
            "look_at": AT,
            "music": {"engine": "none"},
            "shots": [{"id": "r1", "prompt": "A boat off r1", "duration": 1.5}],
        },
        {"cards": 1, "provenance": {"sign": False}},
    )
    made.give_weights()
    made.give_faults(r1={SEED: "black", SEED + 1: "frozen"})
    made.save()
    return made


def steps(film: Project) -> list[tuple[int, int, int]]:
    """Of each render: its seed, the step after which it was looked at (0: whole), and the steps that it made;
    looks in the order of their seeds, then takes in that of time."""
    found = [(item["seed"], item["look_at"], item["steps"]) for item in film.renders()]
    return sorted(item for item in found if item[1]) + [item for item in found if not item[1]]


LOOKS = [(SEED + number, AT, AT) for number in range(4)]


def built(film: Project) -> str:
    film.save()
    done = film.snakemake("final.mp4", *GPU)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr


def test_four_looks_and_the_rest_of_one_take(film):
    (film.folder / "estimate.txt").write_text("3")
    (planned,) = film.plan()["shots"]
    assert planned["minutes"] == pytest.approx((4 * (AT * 3 + 6) + (STEPS - AT) * 3 + 6) / 60, abs=0.01)
    assert "the best of 4 takes at step 13" in planned["why"]
    built(film)
    assert steps(film) == [*LOOKS, (SEED + 2, 0, STEPS - AT)], "the best look goes on from where it was"
    assert sum(made for *_, made in steps(film)) <= 2.0 * STEPS
    (compared,) = (film.folder / "build/compared").glob("r1-*.json")
    found = json.loads(compared.read_text())
    assert found["order"] == [3, 4, 1, 2]
    assert [take["status"] for take in found["takes"]][:2] == ["fail", "fail"]
    assert compared.with_suffix(".png").stat().st_size > 5_000
    assert film.pending(*GPU) == []
    chosen = found["takes"][2]["key"]
    assert (film.folder / f"build/takes/{chosen}.mp4").exists(), "under the key that it has without looks"

    film.board["look_at"] = 20
    built(film)
    farther = [(SEED, 20, 7), (SEED + 1, 20, 7), (SEED + 2, 20, 20), (SEED + 3, 20, 7)]
    assert steps(film) == [*sorted([*LOOKS, *farther]), (SEED + 2, 0, STEPS - AT)], (
        "looks go on from the states of those before, and the take that is made is the best again"
    )
    unused = {item["path"] for item in json.loads(film.swav("gc", "--json").stdout)}
    assert len([path for path in unused if "/state/" in path]) == 3, "of the takes that were not chosen"
    assert film.swav("gc", "--remove").returncode == 0
    assert not list((film.folder / "build/state").rglob("step")) and film.pending(*GPU) == []

    film.shot("r1")["prompt"] = "A raft off r1"
    assert film.pending(*GPU).count("look_early r1") == 4
    film.shot("r1")["look_at"] = 0
    assert "look_early r1" not in film.pending(*GPU)


def test_damage_is_named_and_mended_and_no_step_is_made_again(film):
    film.save()
    assert film.snakemake("final.mp4", "--until", "look_early", *GPU).returncode == 0
    build = film.folder / "build"

    def hurt(pattern: str) -> str:
        file = min(build.glob(pattern))
        file.write_bytes(file.read_bytes()[:-9] + bytes(9))
        return file.name

    assert hurt("early/*/r1-*.mp4") in built(film), "before it was compared"
    whole = {file: file.read_bytes() for name in ("reels", "takes") for file in build.glob(f"{name}/*.mp4")}
    looks = ("early/*/r1-*.mp4", "compared/r1-*.json", "compared/r1-*.png", "takes/*.at-*.quality.json")
    for pattern in looks:
        name = hurt(pattern)
        for file in [*build.glob("verdicts/*"), *build.glob("reels/*.mp4"), film.folder / "final.mp4"]:
            file.unlink()
        assert name in built(film), pattern
    assert film.pending(*GPU) == []
    assert [item for item in steps(film) if item[2]] == [*LOOKS, (SEED + 2, 0, STEPS - AT)]
    assert all(file.read_bytes() == data for file, data in whole.items())


def test_people_choose_where_they_approve_takes(film):
    film.config["approve"] = "takes"
    film.save()
    assert "4 takes are made to step 13, for somebody to choose" in film.plan()["shots"][0]["why"]
    done = film.snakemake("final.mp4", *GPU)
    (sheet,) = (film.folder / "build/compared").glob("r1-*.png")
    said = next(line for line in done.stderr.splitlines() if "is not delivered" in line)
    assert done.returncode == 1 and len(said) < 300, done.stderr
    assert sheet.name in said and "swav approve r1 --take N" in said
    assert steps(film) == LOOKS and not (film.folder / "final.mp4").exists()
    assert "swav approve r1 --take 2" in film.swav("approve", "r1").stderr
    assert "has takes 1 to 4, and no take 5" in film.swav("approve", "r1", "--take", "5").stderr
    listed = film.swav("takes", "r1").stdout
    assert listed.count("to step 13") == 4 and "black: " in listed
    page = Page(film)
    try:
        shown = page.get("/api/shot/r1").plain["takes"][:4]  # then the animatic's
        assert [take["name"] for take in shown] == [f"take {number} to step 13" for number in range(1, 5)]
        assert [take["status"] for take in shown] == ["fail", "fail", "pass", "pass"]
        assert page.get(f"/media/{shown[3]['media']}").headers["content-type"] == "video/mp4"
        assert page.post("/api/say", {"kind": "approve", "shot": "r1", "take": shown[3]["key"]}).status == 200
    finally:
        page.close()
    built(film)
    assert steps(film) == [*LOOKS, (SEED + 3, 0, STEPS - AT)]
    assert film.pending(*GPU) == []
    film.shot("r1")["take"] = 4
    assert film.pending(*GPU) == [], "it is the same take, by number or by approval"
