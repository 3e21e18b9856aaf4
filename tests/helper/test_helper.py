"""The helper: jobs in forks of a process that has imported what they want, as good as own processes."""

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from places import REPOSITORY
from waiting import PATIENCE, children_of, running, wait_for

from swav.helper import client, hiring, shared
from swav.helper.hiring import VARIABLE, Helper
from swav.reel import likely

ALL_OF_IT = """
import json, os, sys
print(json.dumps([sys.argv, os.getcwd(), dict(os.environ), sys.path, sys.stdin.read(), __name__, __file__]))
print("says", file=sys.stderr)
"""
ENDINGS = {
    "nothing more": ("print('done')", 0),
    "a number": ("import sys; sys.exit(3)", 3),
    "a sentence": ("import sys; sys.exit('the disk is full')", 1),
    "an error": ("raise ValueError('a bug')", 1),
    "at once": ("import os; os._exit(7)", 7),
    "killed": ("import os; os.kill(os.getpid(), 9)", -9),
    "terminated": ("import os; os.kill(os.getpid(), 15)", -15),
    "a crash": ("import os; os.abort()", -6),
    "interrupted": ("import os, signal; os.kill(os.getpid(), signal.SIGINT)", -2),
    "what was registered": ("import atexit; atexit.register(print, 'registered')", 0),
    "a thread": ("import threading; threading.Timer(0.2, print, ['late']).start()", 0),
    "no end of line": ("import sys; sys.stdout.write('half')", 0),
}
WAITS = """
import os, subprocess, sys, time
child = subprocess.Popen(["sleep", "300"])
try:
    print(os.getpid(), child.pid, flush=True)
    time.sleep(300)
except KeyboardInterrupt:
    child.kill()
    sys.exit(130)
"""


@pytest.fixture
def helper(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    made = Helper(wanted=True)
    made.start()
    yield made
    made.stop()


def script(folder, text):
    file = folder / "job of mine.py"
    file.write_text(text)
    return [sys.executable, str(file)]


def run(words, **more):
    return subprocess.run(words, capture_output=True, text=True, input="typed", timeout=PATIENCE, **more)


def start(helper, words):
    return subprocess.Popen(helper.words(words), stdout=subprocess.PIPE, text=True)


def is_forked(helper, folder):
    """Whether jobs are forks of the helper now, and no processes of their own."""
    asked = script(folder, "import os; print(os.getppid())")
    return run(helper.words(asked)).stdout.split() == [str(helper._process.pid)]


def test_a_job_finds_what_a_process_of_its_own_would_find(helper, tmp_path):
    words = [*script(tmp_path, ALL_OF_IT), "--shot", "a b;c $x", ""]
    more = {"cwd": tmp_path, "env": os.environ | {"OF_A_JOB": "ñ\n'", "PYTHONPATH": str(tmp_path)}}
    plain, forked = run(words, **more), run(helper.words(words), **more)
    assert is_forked(helper, tmp_path)
    found, expected = json.loads(forked.stdout), json.loads(plain.stdout)
    assert Path(found[2].pop(shared.VARIABLE)) == Path(helper.socket).parent
    assert found == expected
    assert forked.stderr == plain.stderr == "says\n"


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_job_ends_as_a_process_of_its_own_would_end(helper, tmp_path, ending):
    text, status = ENDINGS[ending]
    words = script(tmp_path, text)
    plain, forked = run(words), run(helper.words(words))
    assert (forked.returncode, forked.stdout) == (plain.returncode, plain.stdout)
    assert forked.returncode == status
    assert forked.stderr.splitlines()[-1:] == plain.stderr.splitlines()[-1:]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_for_the_client_ends_the_job_and_all_of_it(helper, tmp_path, number):
    client = start(helper, script(tmp_path, WAITS))
    processes = [int(word) for word in client.stdout.readline().split()]
    client.send_signal(number)
    assert client.wait(PATIENCE) == (130 if number == signal.SIGINT else -number)
    wait_for(lambda: not any(map(running, processes)), "a process outlived its client")
    assert is_forked(helper, tmp_path)


def test_a_helper_that_is_killed_takes_its_jobs_along_and_the_next_does_without(helper, tmp_path):
    client = start(helper, script(tmp_path, WAITS))
    job, child = map(int, client.stdout.readline().split())
    helper._process.kill()
    assert client.wait(PATIENCE) == -signal.SIGKILL
    wait_for(lambda: not running(job), "a job outlived the helper")
    os.kill(child, signal.SIGKILL)
    assert run(helper.words(script(tmp_path, "print('alone')"))).stdout == "alone\n"


SLOW_FORK = """
import os, sys, time
from swav.helper import server
make_session = os.setsid
def slowly():
    time.sleep(0.5)
    make_session()
os.setsid = slowly
server.main(sys.argv[1], int(sys.argv[2]))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_that_comes_when_a_job_has_hardly_begun_ends_it(tmp_path, number):
    """The fork is there and has no group of its own yet, and no ear for signals."""
    (tmp_path / "server.py").write_text(SLOW_FORK)
    door = tmp_path / "helper" / "door"
    door.parent.mkdir(mode=0o700)
    given = {name: value for name, value in os.environ.items() if name != VARIABLE}
    with hiring.start(
        str(door), [str(tmp_path / "server.py")], given | {"PYTHONPATH": str(REPOSITORY)}
    ) as server:
        words = [sys.executable, "-I", "-S", client.__file__, str(door)]
        words += script(tmp_path, f"open({str(tmp_path / 'ran')!r}, 'w')")
        asking = subprocess.Popen(words, env=given, stderr=subprocess.DEVNULL)
        (job,) = wait_for(lambda: children_of(server.pid), "no job began")
        asking.send_signal(number)
        assert asking.wait(PATIENCE) == -number
        wait_for(lambda: not running(job), "the job went on without its client")
        server.stdin.close()
    assert not (tmp_path / "ran").exists()


def test_a_build_that_is_killed_leaves_no_helper_and_its_jobs_end_their_work(tmp_path):
    """As without a helper: Snakemake's jobs go on when it is killed."""
    go = tmp_path / "go"
    text = f"""
import sys, time
from pathlib import Path
sys.stdout.write("1\\n")
sys.stdout.flush()
until = time.monotonic() + {PATIENCE}
while not Path({str(go)!r}).exists() and time.monotonic() < until:
    time.sleep(0.02)
print(2)
"""
    work = script(tmp_path, text)
    build = f"""
import subprocess, sys, time
from swav.helper.hiring import Helper
helper = Helper(wanted=True)
helper.start()
job = subprocess.Popen(helper.words({work}))
sys.stdout.write(f"{{helper._process.pid}} {{helper.socket}}\\n")  # at once: the job writes there as well
sys.stdout.flush()
time.sleep(300)
"""
    builder = subprocess.Popen([sys.executable, "-c", build], stdout=subprocess.PIPE, text=True)
    lines = {builder.stdout.readline() for _ in range(2)}
    pid, path = next(line for line in lines if line != "1\n").split()
    builder.kill()
    builder.wait()
    go.touch()
    assert builder.stdout.read() == "2\n"
    wait_for(lambda: not running(int(pid)), "the helper stayed")
    wait_for(lambda: not Path(path).parent.exists(), "the helper's folder stayed")


def test_nobody_else_can_enter_and_nothing_stays(helper, tmp_path):
    folder = Path(helper.socket).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert is_forked(helper, tmp_path)
    helper.stop()
    assert not folder.exists()
    assert run(helper.words(script(tmp_path, "print('alone')"))).stdout == "alone\n"


@pytest.mark.parametrize("more", [{"LC_ALL": "POSIX"}, {"PYTHONUTF8": "0"}, {"MALLOC_PERTURB_": "7"}])
def test_what_begins_otherwise_is_a_process_of_its_own(helper, tmp_path, more):
    asked = script(tmp_path, "import os; print(os.getppid())")
    assert run(helper.words(asked), env=os.environ | more).stdout.split() != [str(helper._process.pid)]


def test_what_a_job_imports_is_there_for_the_next_but_for_what_no_fork_takes_along(helper, tmp_path):
    """A module of another package is not imported, nor one of swav's that wants it."""
    (tmp_path / "stranger.py").write_text("import threading\n")
    text = (
        "import sys\nprint(*({'numpy', 'swav.speech.pace', 'onnxruntime', 'stranger', "
        "'swav.speech.voices.kokoro.synthesis'} & set(sys.modules)))\n"
        "import numpy, stranger, swav.speech.pace, swav.speech.voices.kokoro.synthesis"
    )
    words = helper.words(script(tmp_path, text))
    assert [run(words).stdout.split() and sorted(run(words).stdout.split()) for _ in range(2)][1] == [
        "numpy",
        "swav.speech.pace",
    ]
    assert is_forked(helper, tmp_path)


def test_what_a_build_will_want_is_imported_while_nobody_asks(monkeypatch, tmp_path):
    """All of it: nothing of that is refused before a fork."""
    monkeypatch.delenv(VARIABLE, raising=False)
    helper = Helper(wanted=True, likely=likely.MODULES)
    helper.start()
    try:
        asked = helper.words(script(tmp_path, f"import sys; print({set(likely.MODULES)} - set(sys.modules))"))
        wait_for(lambda: run(asked).stdout.strip() == "set()", "not all of it was imported")
        assert is_forked(helper, tmp_path)
        process = helper._process
        helper.start()
        assert helper._process is process, "it is there"
    finally:
        helper.stop()


def test_it_can_be_switched_off(monkeypatch):
    monkeypatch.setenv(VARIABLE, "off")
    helper = Helper(wanted=True)
    helper.start()
    assert helper.words(["python", "x.py"]) == ["python", "x.py"] and helper._process is None
    monkeypatch.delenv(VARIABLE)
    assert Helper(wanted=False).words(["python", "x.py"]) == ["python", "x.py"]


def test_what_builds_left_that_were_killed_with_their_helpers_goes_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)
    gone = subprocess.Popen(["true"])
    gone.wait()
    alive = Helper(wanted=True)
    alive.start()
    for name in (f"swav-helper-{gone.pid}-0", f"swav-helper-{gone.pid}-1", f"swav-helper-{gone.pid}-2"):
        (tmp_path / name).mkdir()
    (tmp_path / f"swav-helper-{gone.pid}-1" / "door").touch()
    (tmp_path / f"swav-helper-{gone.pid}-1" / f"{shared.PREFIX}kokoro.onnx.17").touch()
    (tmp_path / f"swav-helper-{gone.pid}-2" / "notes.txt").touch()
    (tmp_path / "swav-helper-mine").mkdir()
    other = Helper(wanted=True)
    other.start()
    kept = {path.name for path in tmp_path.iterdir()}
    assert kept == {
        Path(alive.socket).parent.name,
        Path(other.socket).parent.name,
        f"swav-helper-{gone.pid}-2",
        "swav-helper-mine",
    }
    for helper in (alive, other):
        helper.stop()
