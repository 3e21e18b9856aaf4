"""A farm's template: read by the specification's own library, its scripts run by bash."""

import json
import subprocess
import sys

import pytest
from openjd.model import create_job, decode_job_template
from test_farm_scripts import FARM, HOSTILE, RENDER, ran, site_at
from waiting import PATIENCE
from worker_life import diary, folder, job, living  # noqa: F401  # a fixture

from swav.farm.openjd import MOST_TASKS, template
from swav.farm.plan import Allocation, Farm
from swav.farm.session import end_workers
from swav.farm.submitting import lay_token
from swav.farm.work import Unit
from swav.render.card_names import ALLOCATIONS, SESSION

STILL, WAN = ("z-image", "z", ()), ("wan2.2", "w", (("ink", 1.0, "both"),))


def read(farm, site):
    return decode_job_template(template=json.loads(template(farm, site)))


def unit(number, *loads):
    return Unit((f"s{number}",), (f"build/clips/x/s{number}.mp4",), loads, None)


def scripts(part):
    return {file.name: str(file.data) for file in part.script.embeddedFiles}


def run(text, tmp_path, *words):
    (tmp_path / "script").write_text(text)
    return subprocess.run(["bash", tmp_path / "script", *words], capture_output=True, text=True)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_a_word_for_the_farm_and_for_bash(name, tmp_path):
    site = site_at(tmp_path, name)
    lay_token(site)
    (step, reel) = create_job(job_template=read(FARM, site), job_parameter_values={}).steps
    done = run(scripts(step)["onRun"], tmp_path, "r001")
    assert (done.returncode, done.stderr) == (0, "")
    assert run(scripts(reel)["onRun"], tmp_path).returncode == 0
    (worker,) = step.stepEnvironments
    assert run(scripts(worker)["onEnter"], tmp_path).returncode == 0
    assert run(scripts(worker)["onExit"], tmp_path).returncode == 0
    config = f"storyboard={name}.yaml"
    assert ran(site) == [
        ["-P", "-m", "snakemake", RENDER.targets[0], "--nolock", "--resources", "gpu=4", "--config", config],
        ["-P", "-m", "snakemake", "final.mp4", "--resources", "gpu=0", "--config", config],
        ["-m", "swav.farm.session", "build"],
    ]
    assert not list(tmp_path.rglob("pwned"))


def test_a_step_for_each_load_a_task_for_each_unit_and_the_reel_after_them(tmp_path):
    chain = Unit(("s1", "s2"), ("a.mp4", "b.mp4"), (WAN,), None)
    jobs = [
        Allocation("prepare", ("build/samples/sea.mp4",), 0, 8, 6000),
        Allocation("render-1", (), 2, 8, 9000, (unit(0, STILL, WAN), chain), after=("prepare",)),
        Allocation("render-2", (), 2, 8, 9000, (unit(3, WAN),), after=("prepare",)),
        Allocation("reel", ("final.mp4",), 0, 8, 6000, after=("render-1", "render-2")),
    ]
    found = read(Farm(tuple(jobs), 2), site_at(tmp_path))
    _, both, wan, reel = found.steps
    assert [step.name for step in found.steps] == ["prepare", "render-1", "render-2", "reel"]
    assert [list(step.parameterSpace.taskParameterDefinitions[0].range) for step in (both, wan)] == [
        ["s0"],
        ["s1", "s3"],
    ]
    assert [wait.dependsOn for wait in reel.dependencies] == ["prepare", "render-1", "render-2"]
    assert [wait.dependsOn for wait in wan.dependencies] == ["prepare"]
    assert both.description == "z-image and wan2.2 + 1 LoRA"
    assert "a.mp4 b.mp4" in scripts(wan)["onRun"]


def test_no_step_has_more_tasks_than_the_specification_allows(tmp_path):
    units = tuple(unit(number, WAN) for number in range(MOST_TASKS + 5))
    farm = Farm(
        (Allocation("render-1", (), 1, 4, 9000, units), Allocation("reel", ("final.mp4",), 0, 8, 6000)), 1
    )
    steps = read(farm, site_at(tmp_path)).steps
    tasks = [len(step.parameterSpace.taskParameterDefinitions[0].range) for step in steps[:-1]]
    assert tasks == [MOST_TASKS, 5]


def test_a_session_is_an_allocation_of_its_own(tmp_path):
    """Two sessions on one host end each its own worker."""
    (worker,) = read(FARM, site_at(tmp_path)).steps[0].stepEnvironments
    assert dict(worker.variables) == {SESSION: "{{Session.WorkingDirectory}}"}
    assert SESSION in ALLOCATIONS


def test_workers_outlive_a_build_as_long_as_a_session_lasts(folder, monkeypatch):  # noqa: F811
    monkeypatch.setenv(SESSION, "a folder of the farm's")
    for name in ("a", "b"):
        assert job(folder, name).wait(PATIENCE) == 0
        assert end_workers(folder / "build") == []
    assert len(diary(folder, "load")) == 1
    subprocess.run([sys.executable, "-m", "swav.farm.session", folder / "build"], check=True)
    assert not living(folder)
