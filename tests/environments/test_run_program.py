"""Programs in an engine's environment: asked by a file, heard line by line, never left behind."""

import os
import re
import select
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from waiting import PATIENCE

from swav.environments.run import run_program
from swav.errors import EngineError

SAYING = """
import json, os, sys
def say(**said):
    print(json.dumps(said))
"""


@pytest.fixture
def play(tmp_path, monkeypatch):
    """Runs a program, given as source, with this Python; the folder for its request and log is its own."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))

    def run(source: str, request: dict | None = None, **options):
        program = tmp_path / "player.py"
        program.write_text(SAYING + source)
        return run_program(Path(sys.executable), program, request or {}, **options)

    return run


def left(tmp_path: Path) -> list[str]:
    return [path.suffix for path in (tmp_path / "temporary").iterdir()]


def test_a_program_is_asked_and_heard(play, tmp_path):
    heard = []
    done = play(
        """
request = json.load(open(sys.argv[1]))
print("Loading a model, says some library.")
print("{'not': 'json'}")
print(json.dumps({"loss": 3}))
say(progress=["load", 1, 2])
print("a warning", file=sys.stderr)
say(note="This voice may not be sold.")
say(made={"line": request["lines"][0]})
say(done={"lines": 1, "mode": os.stat(sys.argv[1]).st_mode & 0o777})
""",
        {"lines": ["वह जहाज़ है।"]},
        progress=lambda *step: heard.append(step),
        note=heard.append,
        made=heard.append,
    )
    assert done == {"lines": 1, "mode": 0o600}
    assert heard == [("load", 1, 2), "This voice may not be sold.", {"line": "वह जहाज़ है।"}]
    assert left(tmp_path) == []


def test_a_program_sees_its_cards_no_hub_and_nothing_of_ours(play, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1,2,3")
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    look = "say(done=dict(os.environ))"
    seen = play(look, cards=("2", "GPU-5f2a"))
    assert seen["CUDA_VISIBLE_DEVICES"] == "2,GPU-5f2a" and seen["OMP_NUM_THREADS"] == "3"
    assert seen["HF_HUB_OFFLINE"] == seen["TRANSFORMERS_OFFLINE"] == seen["COQUI_TOS_AGREED"] == "1"
    assert not {"PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX"} & seen.keys()
    assert play(look)["CUDA_VISIBLE_DEVICES"] == ""


def test_a_crash_after_the_last_word_harms_nobody(play, tmp_path):
    assert play("say(done={'lines': 2})\nsys.stdout.flush()\nos.kill(os.getpid(), 11)") == {"lines": 2}
    assert left(tmp_path) == []


def test_a_python_is_found_by_name_as_in_an_activated_environment(tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    program = tmp_path / "player.py"
    program.write_text(SAYING + "say(done={'python': sys.orig_argv[0]})")
    assert run_program(Path("python"), program, {}) == {"python": str(tmp_path / "bin" / "python")}


def test_what_a_program_cannot_do_is_its_own_sentence(play, tmp_path):
    with pytest.raises(EngineError, match=r"^there is no speaker named Bo; choose Ana$"):
        play("say(error='there is no speaker named Bo; choose Ana')\nsys.exit(1)")
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        ("print('much', file=sys.stderr)\nraise RuntimeError('no memory')", "RuntimeError: no memory"),
        ("os.kill(os.getpid(), 9)", "it was killed, by somebody or because memory ran out"),
        ("sys.exit(3)", "exit status 3"),
        ("sys.stdout.close()\nos._exit(0)", "exit status 0"),
    ],
)
def test_how_a_program_died_is_said_with_its_log(play, tmp_path, ending, reason):
    with pytest.raises(EngineError) as error:
        play(f"print('some library')\n{ending}")
    said = re.fullmatch(r"player ended before it was done \((.+)\); its log is (\S+)", str(error.value))
    assert said[1] == reason
    assert "printed: some library\n" in Path(said[2]).read_text()
    assert left(tmp_path) == [".log"]


def test_an_environment_that_is_not_made_is_said(tmp_path):
    with pytest.raises(EngineError, match="the environment is not made; see what is missing with"):
        run_program(tmp_path / "bin/python", tmp_path / "player.py", {})


LONG = """
import subprocess
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
say(made=[os.getpid(), child.pid])
import time
time.sleep(600)
"""


def ends(process: int) -> bool:
    """Whether a process ends; waits for it, for much longer than it takes."""
    try:
        waited = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([waited], [], [], PATIENCE)[0])
    finally:
        os.close(waited)


def test_an_interruption_ends_the_program_and_all_that_it_started(play, tmp_path):
    started = []

    def interrupted(processes: list[int]) -> None:
        started.extend(processes)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        play(LONG, made=interrupted)
    assert len(started) == 2 and all(ends(process) for process in started)
    assert left(tmp_path) == []


def test_what_a_dead_program_left_behind_keeps_nobody_waiting(play):
    orphan = "import subprocess\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    with pytest.raises(EngineError, match="it was killed, by somebody"):
        play(f"{orphan}os.kill(os.getpid(), 9)")


def test_a_program_dies_with_whoever_runs_it(tmp_path):
    program = tmp_path / "player.py"
    program.write_text(SAYING + LONG)
    runner = (
        "import sys; from pathlib import Path; from swav.environments.run import run_program; "
        "run_program(Path(sys.executable), Path(sys.argv[1]), {}, made=lambda pids: print(*pids, flush=True))"
    )
    command = [sys.executable, "-c", runner, program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        played, grandchild = map(int, parent.stdout.readline().split())
        parent.kill()
    assert ends(played)
    os.kill(grandchild, signal.SIGKILL)
