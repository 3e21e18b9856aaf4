"""Full disks, folders that cannot be written, killed jobs and builds: one sentence each, nothing lost."""

import errno
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from places import REPOSITORY
from project import Project
from snakemake_logger_plugin_swav.failure import memory_kills, what_it_said
from waiting import PATIENCE, wait_for

from swav import faults
from swav.files import replacing, scratch
from swav.reel import building
from swav.reel.damage import mend_learnt

BOARD = {
    "title": "Faults",
    "size": "128x72",
    "fps": 12,
    "music": {"engine": "none"},
    "shots": [
        {"id": "a1", "duration": 1, "prompt": "a harbour at dawn", "overlay": [{"text": "Dawn"}]},
        {"id": "a2", "duration": 1, "card": {"title": "The end"}},
    ],
}
SNAKEMAKE = [sys.executable, "-m", "snakemake", "-s", str(REPOSITORY / "Snakefile")]


@pytest.fixture
def made(tmp_path):
    return Project(tmp_path / "film", BOARD)


def plainly(done):
    """What was said, which holds no traceback and no line that is longer than a sentence may be."""
    said = done.stdout + done.stderr
    assert "Traceback" not in said and "Error in file" not in said, said
    for line in said.splitlines():
        assert len(line) < 300, line
    return said


def apart(made, script, *arguments):
    """Run a script in a mount namespace of its own, in the project's folder."""
    words = " ".join(map(shlex.quote, [*SNAKEMAKE, *arguments]))
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", script.replace("SNAKEMAKE", words)],
        cwd=made.folder,
        env=made.environment(),
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("room", ["4k", "200k"])
def test_a_full_disk_is_one_sentence_and_with_room_the_film_is_finished(made, room):
    (made.folder / "build").mkdir()
    done = apart(
        made,
        f"mount -t tmpfs -o size={room} none build && SNAKEMAKE final.mp4; c=$?; cp -a build kept; exit $c",
    )
    assert done.returncode == 1
    assert re.search(r"^the disk that holds \S*build\S* is full; make room ", plainly(done), re.MULTILINE)
    (made.folder / "build").rmdir()
    (made.folder / "kept").rename(made.folder / "build")
    assert not list((made.folder / "build").rglob("*.partial*"))
    assert "deliver" in made.build() and made.pending() == []


@pytest.mark.parametrize("instead", ["file", "dangling link"])
def test_a_build_writes_nothing_that_nobody_could_write_down(tmp_path, instead):
    """Where the list of digests should lie; a link to a disk that is not mounted kept it off in silence."""
    (tmp_path / "build").mkdir()
    folder = tmp_path / "build" / "hash_list"
    folder.write_text("mine") if instead == "file" else folder.symlink_to("nowhere")
    with pytest.raises(OSError, match="hash_list") as refused:
        mend_learnt(str(tmp_path / "build"))
    assert "where a folder is needed; move it away" in faults.sentence(refused.value)


@pytest.mark.parametrize("arguments", [["final.mp4"], ["-n", "final.mp4"]], ids=["build", "dry run"])
@pytest.mark.parametrize("instead", ["file", "dangling link"])
def test_a_build_folder_that_is_none_is_named(made, instead, arguments):
    build = made.folder / "build"
    build.write_text("mine") if instead == "file" else build.symlink_to("nowhere")
    done = made.snakemake(*arguments)
    assert done.returncode == 1
    assert re.search(
        r"build.* (is|lies under) a file.*; move (it|that file) away, or name another folder", plainly(done)
    )
    assert build.read_text() == "mine" if instead == "file" else build.is_symlink()


def test_a_job_that_is_killed_says_so_and_names_its_log(made):
    """As the kernel or a person would, while it renders."""
    render_with_the_stub(made)
    build = subprocess.Popen(
        [*SNAKEMAKE, "final.mp4", "--resources", "gpu=1"],
        cwd=made.folder,
        env=made.environment(STUB_SECONDS=str(2 * PATIENCE)),
        stderr=subprocess.PIPE,
        text=True,
    )
    logs = made.folder / "build/logs/render"
    wait_for(lambda: any(log.stat().st_size for log in logs.rglob("*.log")), "no render began")
    os.kill(wait_for(lambda: job_of(build.pid, "scripts/shoot.py")), signal.SIGKILL)
    said = build.communicate(timeout=PATIENCE)[1]
    assert build.returncode == 1
    assert "the job was killed before it could say why" in said
    assert re.search(r"^failed: .*log: build/logs/render/\S+$", said, re.MULTILINE)
    assert "deliver" in made.build("--resources", "gpu=1")


def render_with_the_stub(made):
    made.config |= {"engine": "stub", "cards": 1}
    made.give_weights()
    made.save()


def job_of(parent, word):
    """A process under ``parent`` whose command line names a script: a job, without the shell around it."""
    for entry in Path("/proc").iterdir():
        try:
            if not entry.name.isdigit() or word not in (line := (entry / "cmdline").read_text()):
                continue
            if line.startswith(sys.executable) and above(int(entry.name), parent):
                return int(entry.name)
        except (OSError, ValueError):
            continue
    return None


def above(pid, parent):
    while pid > 1:
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        if pid == parent:
            return True
    return False


def test_a_lock_says_whether_a_build_is_alive(made, monkeypatch):
    monkeypatch.setenv("STUB_SECONDS", str(2 * PATIENCE))
    monkeypatch.chdir(made.folder)
    render_with_the_stub(made)
    build = subprocess.Popen(
        [*SNAKEMAKE, "final.mp4"], env=made.environment(), stderr=subprocess.DEVNULL, start_new_session=True
    )
    wait_for((made.folder / building.NOTE).exists, "no build began")
    second = made.snakemake("final.mp4")
    assert second.returncode == 1
    assert f"a build goes on in this folder (process {build.pid} on " in plainly(second)
    assert f"kill -INT {build.pid}" in second.stderr
    os.killpg(build.pid, signal.SIGKILL)  # and its jobs, which would go on for long
    build.wait()
    third = made.snakemake("final.mp4")
    assert third.returncode == 1
    assert f"a build in this folder was killed (process {build.pid} on " in plainly(third)
    assert "snakemake --unlock" in third.stderr
    assert made.snakemake("--unlock").returncode == 0
    monkeypatch.delenv("STUB_SECONDS")
    assert "deliver" in made.build("--config", "engine=animatic")
    assert not (made.folder / building.NOTE).exists()


@pytest.mark.parametrize("note", ["", "{", "[]", '{"pid": "x"}', '{"pid": 1}', "null"])
def test_a_note_that_cannot_be_read_is_no_note(note, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    building.NOTE.parent.mkdir()
    building.NOTE.write_text(note)
    assert building.why_locked().startswith("this folder is locked by a build, or by one that was killed;")
    building.done("build")


BACKGROUND = """
import signal
from swav.reel import building
signal.signal(signal.SIGINT, signal.SIG_IGN)  # as in the background of a script
building.hear_interrupts()
try:
    signal.raise_signal(signal.SIGINT)
    print("goes on", building.interrupted())
except KeyboardInterrupt:
    print("stops", building.interrupted())
"""


@pytest.mark.parametrize(("how", "said"), [("", "stops True\n"), ("--ctty", "goes on False\n")])
def test_a_build_in_the_background_hears_who_asks_it_to_stop_and_no_terminals_ctrl_c(how, said):
    """Without a terminal, as builds that the page starts, or with one, whose Ctrl-C is for others."""
    terminal = os.openpty()
    try:
        words = ["setsid", "--wait", *filter(None, [how]), sys.executable, "-c", BACKGROUND]
        done = subprocess.run(words, stdin=terminal[1], stdout=subprocess.PIPE, text=True)
    finally:
        for descriptor in terminal:
            os.close(descriptor)
    assert done.stdout == said


def test_a_number_that_came_again_is_another_process(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    building.announce("build", [])
    note = json.loads(building.NOTE.read_text())
    assert building.why_locked().startswith("a build goes on in this folder")
    building.NOTE.write_text(json.dumps(note | {"started": "1"}))
    assert building.why_locked().startswith("a build in this folder was killed")


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("[2026-11-26 10:00:00] began: shoot.py\n[2026-11-26 10:00:00] done\n", False),
        ("[2026-11-26 10:00:00] began: a\nr001: no such voice\n[2026-11-26 10:00:00] failed\n", False),
        ("[2026-11-26 10:00:00] began: a\n[2026-11-26 10:00:00] interrupted\n", False),
        ("[2026-11-26 10:00:00] began: shoot.py\n", True),
        ("[2026-11-26 10:00:00] began: shoot.py\nhalf a li", True),
    ],
)
def test_a_log_without_an_end_is_of_a_job_that_was_killed(end, said, tmp_path):
    log = tmp_path / "a.log"
    log.write_text(end)
    before = memory_kills()
    assert bool(what_it_said(log, False, before)) is said
    if said:
        assert "by somebody" in what_it_said(log, False, before)[-1]
        assert "memory ran out" in what_it_said(log, False, before - 1)[-1]


def test_every_error_of_the_system_is_a_sentence():
    """Whatever number the kernel answers with."""
    for code in errno.errorcode:
        said = faults.sentence(OSError(code, os.strerror(code), "build/takes/1f.mp4"))
        assert said.startswith("build/takes/1f.mp4") or "build/takes/1f.mp4 is full" in said, code
        assert ";" in said and len(said) < 300 and "Errno" not in said


@pytest.mark.parametrize("error", [KeyError("x"), ValueError("a\nb"), AssertionError()])
def test_a_fault_of_our_own_is_told_from_the_machine_s(error):
    assert faults.sentence(error) is None
    assert re.fullmatch(
        r"stopped by an error that nobody foresaw \(\w+: [^\n]+\); its traceback is in a\.log; please .*",
        faults.unforeseen(error, Path("a.log")),
    )


def test_names_in_a_sentence_are_printable_and_short():
    said = faults.sentence(OSError(errno.EACCES, "", "b/\x1b[2J" + "x" * 500))
    assert said.isprintable() and len(said) < 300


def test_room_is_looked_up_where_a_path_would_be(tmp_path):
    assert not faults.is_full(tmp_path / "not" / "yet" / "there")
    assert shutil.disk_usage(tmp_path).free > faults.ROOM


def test_a_project_that_cannot_be_written_is_looked_at_and_not_built(made):
    """Nothing is built yet, and Snakemake was never here: not even its own folder can be made."""
    read_only = "mount --bind . . && mount -o remount,ro,bind . && cd ../film && "
    swav = f"{shlex.quote(sys.executable)} -m swav"
    made.save()
    dry = apart(made, f"{read_only} SNAKEMAKE -n")
    assert dry.returncode == 0 and "deliver" in plainly(dry) and "jobs are pending" in dry.stderr
    for command in ("plan", "report", "check board.yaml", "takes a1"):
        assert apart(made, f"{read_only} {swav} {command}").returncode == 0, command
    build = apart(made, f"{read_only} SNAKEMAKE final.mp4")
    assert build.returncode == 1
    assert f"{made.folder} cannot be written, so nothing can be built here; snakemake -n, " in plainly(build)


def test_a_built_project_that_cannot_be_written_is_up_to_date(made):
    made.build()
    dry = apart(made, "mount --bind . . && mount -o remount,ro,bind . && cd ../film && SNAKEMAKE -n")
    assert dry.returncode == 0 and "Everything is up to date" in plainly(dry)


class LibsndfileError(RuntimeError):
    """As the library's own, which knows nothing but that the system refused."""

    code = 2


@pytest.mark.parametrize("freed", [False, True])
def test_a_disk_that_was_full_is_told_though_what_filled_it_is_gone(tmp_path, monkeypatch, freed):
    """Scratch files make way as the error passes, and other jobs' too: then there is room again."""
    room = iter([not freed, False, False])
    monkeypatch.setattr("swav.files.is_full", lambda place: Path(place).exists() and next(room))
    monkeypatch.setattr(faults, "is_full", lambda place: False)
    with pytest.raises((OSError, LibsndfileError)) as refused, scratch(tmp_path / "build") as aside:
        (aside / "played.wav").write_text("half")
        raise LibsndfileError
    assert not any((tmp_path / "build").iterdir())
    said = faults.sentence(refused.value, folder=tmp_path)
    assert re.search(r"the disk that holds .* (is|was) full[;,].*make room", said) and len(said) < 300


def test_a_file_that_cannot_be_written_is_named_as_people_know_it(tmp_path):
    taken = tmp_path / "film.mp4"
    with pytest.raises(PermissionError) as refused, replacing(taken) as beside:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(beside))
    assert refused.value.filename == str(taken)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_any_program_that_tells_of_a_full_disk_is_understood(code):
    assert faults.says_full(f"ffmpeg: av_interleaved_write_frame(): {os.strerror(code)}")
    assert not faults.says_full("Input/output error")
