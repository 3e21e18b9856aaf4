"""The benchmark that builds whole reels on rented cards is tried here first, tiny and on the CPU."""

import json
import os
import subprocess
import sys

import pytest
import warm
from places import REPOSITORY

SCRIPT = REPOSITORY / "benchmarks/reel.py"


@pytest.mark.slow
def test_a_killed_reel_leaves_nobody_and_goes_on_at_the_saved_step(tmp_path):
    out = tmp_path / "out"
    command = [sys.executable, SCRIPT, "--dry", "--cards", "1", "--parts", "killed", "--out", out]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | warm.forked_ranks())
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads((out / "reel.json").read_text())["rows"]
    assert [row["part"] for row in rows] == ["model", "killed", "killed"], rows
    _, gone, resumed = rows
    assert "until nobody is on a card" in gone["what"]
    assert [shot["resumed_from"] > 0 for shot in resumed["renders"]] == [True, False]
    assert (out / "reel.md").read_text().count("\n| ") == len(rows) + 1
