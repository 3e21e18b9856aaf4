"""The benchmark that runs on rented cards is tried here first, tiny and on the CPU, by the same code."""

import json
import os

import pytest
import warm
from places import REPOSITORY

SCRIPT = REPOSITORY / "benchmarks/wan22.py"
PARTS = "pass,one-expert,cap-large,streamed,cap-small,text,decode,write,reading"


def measured(out, *words):
    """The rows of a trial with these options."""
    words = [str(SCRIPT), "--dry", "--out", str(out), *words]
    done = warm.run_with_torch(words, env=os.environ | warm.forked_ranks())
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads((out / "wan22.json").read_text())["rows"]


@pytest.mark.slow
def test_every_part_on_one_card_measures_something(tmp_path):
    rows = measured(tmp_path, "--parts", PARTS)
    assert not [row for row in rows if row["what"] in ("failed", "left out")]
    parts = {row["part"] for row in rows}
    assert parts >= {
        "pass",
        "one expert",
        "streamed",
        "capped to 24 GB",
        "text",
        "decode",
        "write",
        "reading",
    }
    same = [row["relative_difference"] for row in rows if "relative_difference" in row]
    assert len(same) == 2
    assert max(same) <= 0.02
    table = (tmp_path / "wan22.md").read_text()
    assert table.count("\n| ") == len(rows) + 1


def test_a_whole_take_is_measured_beside_its_forecast(tmp_path):
    rows = {row["what"]: row for row in measured(tmp_path, "--parts", "clip,best-of-four")}
    phases = [rows[name] for name in ("text", "denoise", "decode and write")]
    take = next(row for name, row in rows.items() if name.endswith("a whole take, from request to file"))
    assert take["warm"], "the request that was given up left the worker ready"
    assert take["seconds"] > sum(phase["seconds"] for phase in phases) > 0
    assert all(row["seconds_ratio"] > 0 and row["reserved_ratio"] > 0 for row in (*phases, take))
    best = next(row for name, row in rows.items() if ": four takes to step" in name)
    assert best["same_bits"] and best["resumed_from"] == 1 and best["of_a_take"] > 0


def test_a_part_that_there_is_no_time_for_is_named(tmp_path):
    rows = measured(tmp_path, "--parts", "pass", "--minutes", "0")
    assert [(row["part"], row["what"]) for row in rows] == [("pass", "left out")]
