"""``swav farm`` as it is typed: what it shows, what it submits, what it does not submit twice."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from project import Project
from test_farm_scripts import calls

BOARD = {
    "title": "Workers $(touch pwned) of the sea",
    "size": "128x72",
    "fps": 12,
    "engine": "stub",
    "music": {"engine": "none"},
    "shots": [{"id": f"s{n}", "prompt": f"a cat {n}", "duration": 0.5} for n in range(7)]
    + [{"id": "s7", "prompt": "it goes on", "from": "s5", "duration": 0.5}]
    + [
        {"id": f"k{n}", "prompt": f"a harbour {n}", "keyframe": "sample:harbour.png", "duration": 0.5}
        for n in range(2)
    ],
}
SBATCH = """#!/bin/bash
[ -e refuse ] && {{ echo 'sbatch: error: invalid partition' >&2; exit 1; }}
printf '%s\\0' "$@" >>{said}; printf '\\0' >>{said}
echo >>{said}.count; echo "$((100 + $(wc -l <{said}.count)))"
"""
SQUEUE = "#!/bin/bash\ncat alive\n"


@pytest.fixture
def project(tmp_path):
    made = Project(tmp_path / "reel", BOARD, {"cards": 2, "gpus_per_render": 1})
    engine = made.folder / "plugins/stub_engine.py"
    engine.write_text(
        engine.read_text().replace("gpu = True", 'gpu, reads = True, {"prompt", "first_frame"}')
    )
    made.give_weights()
    tools = made.folder / "tools"
    tools.mkdir()
    for name, text in {"sbatch": SBATCH.format(said="said"), "squeue": SQUEUE}.items():
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    (made.folder / "alive").write_text("")
    return made


def farm(project, *words, path=None, code=0, width=80):
    project.save()
    path = path or f"{project.folder / 'tools'}:{os.environ['PATH']}"
    told = project._run(["-m", "swav", "farm", "board.yaml", *words], PATH=path, COLUMNS=str(width))
    assert told.returncode == code, told.stdout + told.stderr
    return told.stdout + told.stderr


def rows(said):
    """Lines of the table: job and shots."""
    return dict(re.findall(r"^((?:render-\d+|prepare|reel)\b) +(.*?) *$", said, re.MULTILINE))


def test_it_shows_who_renders_what_on_eighty_columns_and_writes_nothing(project):
    said = farm(project, "--allocations", "3", "--gpus", "1")
    assert max(len(line) for line in said.splitlines() if re.match("job|render|reel| ", line)) <= 80
    shots = {job: re.sub(r".*\d: |  .*", "", words).split(", ") for job, words in rows(said).items()}
    assert list(shots) == ["prepare", "render-1", "render-2", "render-3", "reel"]
    rendered = [shot for job in ("render-1", "render-2", "render-3") for shot in shots[job]]
    assert sorted(rendered) == sorted(shot["id"] for shot in BOARD["shots"])
    assert any({"s5", "s7"} <= set(of_job) for of_job in shots.values()), "what goes on stays together"
    assert not (project.folder / "build/farm").exists()


def test_what_was_submitted_is_not_submitted_twice(project):
    told = farm(project, "--allocations", "2", "--gpus", "1", "--submit", "--sbatch", "--partition=film")
    assert "prepare is 101, render-1 is 102, render-2 is 103, reel is 104" in " ".join(told.split())
    submitted = calls(project.folder / "said")
    waits = [[word for word in words if word.startswith("--dependency")] for words in submitted]
    one, two = ["--dependency=afterany:101"], ["--dependency=afterany:101:102:103"]
    assert waits == [[], one, one, two]
    assert all("--partition=film" in words for words in submitted)
    assert not list(project.folder.rglob("pwned"))

    (project.folder / "alive").write_text("7\n101\n102\n103\n104\n")
    told = farm(project, "--allocations", "2", "--gpus", "1", "--submit")
    assert "Nothing is left to submit." in told
    assert len(calls(project.folder / "said")) == 4

    (project.folder / "alive").write_text("103\n104\n")  # the first ended, badly: nothing is there
    farm(project, "--allocations", "2", "--gpus", "1", "--submit")
    record = json.loads((project.folder / "build/farm/submitted.json").read_text())["jobs"]
    made = {job["job"]: set(job["targets"]) for job in record}
    assert not made["103"] & set().union(*(made[job] for job in made if job not in ("103", "104")))
    again = ":".join(sorted(made.keys() - {"103", "104", max(made)}))
    assert f"--dependency=afterany:{again}:103:104" in calls(project.folder / "said")[-1]

    tokens = {job["token"] for job in record}
    assert len(tokens) == 2 and left(project) == tokens | {f"{token}-jobs" for token in tokens}
    (project.folder / "alive").write_text(f"{max(made)}\n")  # of the second time
    farm(project, "--allocations", "2", "--gpus", "1")
    (second,) = {job["token"] for job in record if job["job"] == max(made)}
    assert left(project) == {second, f"{second}-jobs"}, "what no job needs any more is gone"


def left(project):
    """What submissions have laid down for their jobs."""
    names = [file.name for file in (project.folder / "build/farm").iterdir()]
    return {name for name in names if re.fullmatch("[0-9a-f]{16}(-jobs)?", name)}


def test_a_refusal_of_slurm_is_one_sentence_and_what_was_submitted_is_remembered(project):
    told = farm(project, "--submit", path="/nowhere", code=1)
    assert told.splitlines()[-1].startswith("swav: there is no sbatch on this machine")
    (project.folder / "refuse").touch()
    told = farm(project, "--submit", code=1)
    assert told.splitlines()[-1] == "swav: sbatch refused: sbatch: error: invalid partition"


def test_the_scripts_of_a_real_film_are_bash(project):
    told = farm(project, "--allocations", "2", "--export", "to change")
    assert "The scripts are in to change" in told
    scripts = sorted(file.name for file in (project.folder / "to change").iterdir())
    assert scripts == ["prepare.sbatch", "reel.sbatch", "render-1.sbatch", "render-2.sbatch", "submit.sh"]
    assert subprocess.run(["bash", "-n", *(project.folder / "to change").iterdir()]).returncode == 0


def test_what_was_submitted_is_made_whatever_becomes_of_the_storyboard(project):
    """The scripts run by bash, as by Slurm; the reel's first, which finds nothing to join then."""
    project.board["shots"] = BOARD["shots"][:1]
    farm(project, "--submit")
    project.shot("s0")["prompt"] = "a dog"
    project.save()
    scripts = {Path(words[-1]).stem: words[-1] for words in calls(project.folder / "said")}

    def run(job):
        told = project.environment(OMP_NUM_THREADS="2")
        return subprocess.run(["bash", scripts[job]], env=told, cwd="/", capture_output=True, text=True)

    early = run("reel")
    assert early.returncode == 1
    assert early.stderr.splitlines()[-1].startswith("s0: not rendered; the logs in build/farm say why")
    assert not (project.folder / "final.mp4").exists()
    for job in ("render-1", "reel"):
        done = run(job)
        assert done.returncode == 0, done.stdout + done.stderr
    assert [render["shot"] for render in project.renders()] == ["s0"]
    assert (project.folder / "final.mp4").exists()
    assert "render s0" in project.pending(), "the edit waits for the next"
    assert not list((project.folder / ".snakemake/locks").glob("*"))


def test_what_is_exported_is_not_submitted(project):
    assert "choose one" in farm(project, "--submit", "--export", "there", code=1)
    assert not (project.folder / "build/farm").exists()


def test_an_allocation_is_no_larger_than_a_node(project):
    project.config |= {"cards": 0, "cluster": {"cards": "2 x H100"}}
    told = farm(project, "--gpus", "3", code=1)
    assert told.splitlines()[-1].startswith("swav: --gpus 3: a node has 2 cards")
    assert list(rows(farm(project, "--gpus", "2"))) == ["render-1", "reel"]
