"""What a run decides and jobs on nodes obey: cut, claim, threads; only cards alone are the node's."""

import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest
import yaml
from project import Project

from swav.config import Config
from swav.errors import InputError, SwavError
from swav.reel import call_sheet
from swav.reel.call_sheet import call_sheet_of, submitted
from swav.reel.claims import claim_of
from swav.reel.films import Films
from swav.reel.workflow import open_reel

BOARD = {
    "title": "Sheet",
    "size": "128x72",
    "fps": 12,
    "engine": "stub",
    "music": {"engine": "none"},
    "shots": [
        {"id": f"s{number}", "prompt": f"a cat number {number}", "duration": 0.5} for number in range(3)
    ],
}


@pytest.fixture(autouse=True)
def head(monkeypatch):
    """A machine without cards, outside of every allocation."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    for name in ("SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "FLUX_JOB_ID", call_sheet.VARIABLE):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    made = Project(tmp_path_factory.mktemp("sheet") / "reel", BOARD, {"cluster": {"cards": "2 x H100"}})
    made.give_weights()
    return made


def opened(project, **settings):
    """What a Python says that knows the project's engine."""
    code = "import sys, json; sys.path.insert(0, 'plugins')\n" + settings.pop("code")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project.folder, env=project.environment(**settings), text=True,
        capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


SUBMIT = """
import yaml, os
from swav.reel.films import open_films
from swav.reel.call_sheet import call_sheet_of
films = open_films(yaml.safe_load(open('config.yaml')), gpu_limit=2)
sheet = call_sheet_of(films, films.main.config.cards, {"encoder": 3, "drawing": 3})
sheet.write()
print(sheet.path)
"""
OBEY = """
from swav.reel.call_sheet import submitted
films = submitted().obeyed()
main = films.main
print(json.dumps([main.cut.key, main.claim.of('stub'), list(main.claim.cards), main.claim.for_programs,
    [shot.engine for shot in main.cut.shots], main.weights]))
"""


def test_a_job_makes_what_was_submitted_whatever_was_edited_since(shared, tmp_path):
    project = shared.copied(tmp_path / "reel")
    path = opened(project, code=SUBMIT)
    before = opened(project, code=OBEY, SWAV_CALL_SHEET=path, CUDA_VISIBLE_DEVICES="")
    project.board["shots"][0]["prompt"] = "a dog"
    project.config["gpus_per_render"] = 1
    project.save()
    (project.folder / "models/stub.txt").unlink()
    now = opened(
        project,
        code=OBEY,
        SWAV_CALL_SHEET=path,
        CUDA_VISIBLE_DEVICES="1",
        SLURM_JOB_ID="7",
        PYTHONWARNINGS="ignore",
    )
    assert now == before.replace("2, [],", '2, ["1"],') and '"stub", "stub", "stub"' in now
    (project.folder / "board.yaml").unlink()
    assert opened(project, code=OBEY, SWAV_CALL_SHEET=path) == before, "not even a storyboard is needed"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda sheet: None, "did not reach"),
        (lambda sheet: str(sheet) + "x", "share the project's folder"),
        (lambda sheet: sheet.write_text("{") and str(sheet), "is damaged"),
        (lambda sheet: str(sheet), "is gone; build again"),
    ],
)
def test_a_job_without_its_sheet_says_so_in_a_sentence(tmp_path, monkeypatch, spoil, words):
    monkeypatch.chdir(tmp_path)
    project = Project(tmp_path / "reel", {**BOARD, "engine": "animatic"})
    with chdir(project.folder):
        reel = open_reel(yaml.safe_load((project.folder / "config.yaml").read_text()))
        sheet = call_sheet_of(Films(reel, {}), "auto", {})
        sheet.write()
        Path(reel.cut.path).unlink()
        said = spoil(project.folder / sheet.path)
        if said:
            monkeypatch.setenv(call_sheet.VARIABLE, said)
        with pytest.raises(SwavError, match=words) as refused:
            submitted().obeyed()
    assert len(str(refused.value)) < 300 and "\n" not in str(refused.value)


def test_a_head_without_cards_plans_for_the_nodes_and_builds_nothing_of_theirs(shared):
    done = shared.snakemake("-n", "final.mp4")
    said = done.stdout + done.stderr
    assert done.returncode == 0 and said.count("render ") >= 3 and "GPUs: 2" in said
    assert "no GPU here: 3 renders are planned for a node of the cluster" in said
    done = shared.snakemake("final.mp4")
    assert (
        done.returncode != 0 and "s0 ...: to be rendered by nodes of the cluster" in done.stdout + done.stderr
    )
    assert "Traceback" not in done.stdout + done.stderr
    shots = shared.plan()["shots"]
    assert [shot["engine"] for shot in shots] == ["stub"] * 3


def test_without_a_word_of_a_cluster_a_notice_counts_who_stands_in(shared):
    done = shared.snakemake("-n", "final.mp4", "--config", "cluster=")
    said = done.stdout + done.stderr
    assert (
        "no GPU here: the animatic stands in for 3 shots (s0, s1, s2)" in said and "cluster: {cards:" in said
    )
    (shared.folder / "models/stub.txt").rename(shared.folder / "models/away")
    try:
        done = shared.snakemake("-n", "final.mp4", "--config", "cluster=")
        assert "no GPU here" not in done.stdout + done.stderr, "without weights a card would not help"
    finally:
        (shared.folder / "models/away").rename(shared.folder / "models/stub.txt")


def test_cards_that_are_here_or_dealt_count_before_the_clusters(monkeypatch):
    config = Config(cluster={"cards": "4 x H100"})
    assert claim_of(config, None).cards == ("0", "1", "2", "3") and claim_of(config, None).node
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    assert claim_of(config, None).cards == () and not claim_of(config, None).node
    monkeypatch.delenv("SLURM_JOB_ID")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2")
    assert claim_of(config, None).cards == ("2",) and not claim_of(config, None).node


@pytest.mark.parametrize("cards", ["", "0 x H100", "H9000", "65 x H100", "{}", "4 x", "a" * 500])
def test_a_cluster_of_no_known_cards_is_a_sentence_with_its_place(tmp_path, cards):
    (tmp_path / "config.yaml").write_text(yaml.safe_dump({"cluster": {"cards": cards}}))
    with pytest.raises(InputError) as refused:
        Config.read({"cluster": {"cards": cards}}, tmp_path / "config.yaml")
    (fault,) = refused.value.faults
    assert fault.field == "cluster.cards" and fault.line == 2 and len(str(fault)) < 600
