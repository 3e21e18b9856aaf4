"""Best of four for less than two: takes are looked at before they are whole, and only one of them goes on."""

import json

import pytest
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
    done = film.snakemake("final.mp4", *GPU)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr


def test_four_looks_and_the_rest_of_one_take(film):
    assert film.pending(*GPU).count("look_early r1") == 4
    built(film)
    assert steps(film) == [*LOOKS, (SEED + 2, 0, STEPS - AT)], "the best look goes on from where it was"
    assert sum(made for *_, made in steps(film)) <= 2.0 * STEPS
    (compared,) = (film.folder / "build/compared").glob("r1-*.json")
    found = json.loads(compared.read_text())
    assert found["order"] == [3, 4, 2, 1] and compared.with_suffix(".png").stat().st_size > 5_000
    assert film.build(*GPU) == []
