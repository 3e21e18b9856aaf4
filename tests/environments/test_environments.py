"""Environments of engines: made whole or not at all, named by what is in them, and blind to each other."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from engine_environments import environment_python, environments_root
from places import REPOSITORY
from small_wheels import write_lock, write_wheel

from swav.environments import LOCKS, NAMES, environment, from_lock
from swav.environments.announce import Announcer
from swav.environments.conda import conda_file
from swav.environments.create import create
from swav.environments.lock import read_lock
from swav.environments.mend import mend
from swav.environments.process import surroundings
from swav.environments.run import run_program
from swav.errors import EngineError
from swav.locks import lock


@pytest.fixture
def aviary(tmp_path):
    """A lock of one package, and the folder of wheels that it comes from."""
    write_wheel(tmp_path / "wheels", "mockingbird")
    lock = write_lock(tmp_path / "aviary.txt", "# imports: mockingbird", "mockingbird==1.0")
    return from_lock(lock, tmp_path / "root"), tmp_path / "wheels"


@pytest.fixture
def no_network(monkeypatch):
    """pip without its user's configuration, and with an index at a port that nobody serves."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")


def said_by(made, source: str) -> str:
    return subprocess.run(
        [made.python, "-c", source], capture_output=True, text=True, check=True
    ).stdout.strip()


# What an environment is called.


def test_a_changed_lock_is_another_environment_and_a_changed_comment_is_not(tmp_path):
    def folder(*lines: str) -> Path:
        return from_lock(write_lock(tmp_path / "birds.txt", *lines), tmp_path).folder

    first = folder("# imports: wren", "wren==1.0")
    assert re.fullmatch(r"birds-[0-9a-f]{12}", first.name)
    assert folder("# A word about wrens.", "# imports: wren", "", "wren==1.0  # the small one") == first
    others = [
        folder("# imports: wren", "wren==1.1"),
        folder("# imports: wren", "wren==1.0", "robin==2.0"),
        folder("# imports: wren, wren.song", "wren==1.0"),
    ]
    assert len({first, *others}) == 4


def test_a_file_that_is_no_lock_is_refused_in_one_sentence(tmp_path):
    with pytest.raises(EngineError, match=r"empty.txt is no lock: it needs a package a line, and"):
        from_lock(write_lock(tmp_path / "empty.txt", "# imports: wren"), tmp_path)
    with pytest.raises(EngineError, match=r"gone.txt cannot be read \(No such file or directory\)"):
        from_lock(tmp_path / "gone.txt", tmp_path)
    with pytest.raises(
        EngineError, match="there is no environment named 'gone'; choose one of finish, musicgen, rife, xtts"
    ):
        environment("gone", tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_shipped_locks_pin_every_package_once(name):
    lines = read_lock(LOCKS / f"{name}.txt").requirements
    assert all(re.fullmatch(r"[\w.\-]+==[\w.+!]+", line) for line in lines), lines
    names = [_plain(line.partition("==")[0]) for line in lines]
    assert len(names) == len(set(names)) and "torch" in names


# How it is made.


def left_half_made(made) -> None:
    """A folder as an interruption leaves it; and then, a marker of one whose Python was removed."""
    rubbish = made.site_packages / "mockingbird.py"
    rubbish.parent.mkdir(parents=True)
    rubbish.write_text("SONG = 'half a twe")
    assert not made.ready
    made.python.parent.mkdir()
    made.python.symlink_to("/nowhere/python3")
    made.marker.write_text("{}")


def test_an_environment_is_made_once_and_says_what_is_in_it(aviary):
    made, wheels = aviary
    said = []
    left_half_made(made)
    assert not made.ready
    create(made, wheels=wheels, say=said.append)
    assert made.ready and said_by(made, "import mockingbird; print(mockingbird.SONG)") == "tweet"
    marker = json.loads(made.marker.read_text())
    assert marker["versions"]["mockingbird"] == "1.0" and marker["fingerprint"] == made.fingerprint
    assert marker["bytes"] > 1e4 and marker["seconds"] > 0
    assert "installing 1 package" in said and "checking" in said and said[-1].startswith("ready after ")
    assert [path.name for path in made.folder.parent.glob("[!.]*")] == [made.folder.name], "no log is left"

    before = made.marker.stat()
    create(made, wheels=wheels, say=said.append)
    assert made.marker.stat() == before and said[-1].startswith("ready after ")


def test_pip_is_retold_in_few_words():
    said = []
    announcer = Announcer(said.append, 3)
    for line in (
        "Looking in links: /wheels\n",
        "Collecting torch==2.13.0 (from -r requirements.txt (line 1))\n",
        "  Downloading https://my-host.example/w/torch-2.13.0-cp311-cp311-linux_x86_64.whl (916.3 MB)\n",
        "Collecting nvidia-cublas (from torch==2.13.0->-r requirements.txt (line 1))\n",
        "  Downloading nvidia_cublas-13.1.0.3-py3-none-manylinux_2_27_x86_64.whl (542.9 MB)\n",
        "  Downloading six-1.17.0-py2.py3-none-any.whl (11 kB)\n",
        "Installing collected packages: six, nvidia-cublas, torch\n",
    ):
        announcer.hear(line)
    assert said == [
        "torch 2.13.0 (1 of 3)",
        "fetching torch (916 MB)",
        "fetching nvidia_cublas (543 MB)",
        "installing 3 packages",
    ]


MAKE = """
import sys
from pathlib import Path
from swav.environments import from_lock
from swav.environments.announce import Announcer
from swav.environments.conda import conda_file
from swav.environments.create import create
lock, root, wheels = map(Path, sys.argv[1:])
create(from_lock(lock, root), wheels=wheels, say=lambda said: print(said, flush=True))
"""


def maker(made, wheels) -> subprocess.Popen:
    command = [sys.executable, "-c", MAKE, made.lock.file, made.folder.parent, wheels]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_what_was_killed_is_made_anew_and_once_though_two_begin(aviary):
    made, wheels = aviary
    killed = maker(made, wheels)
    killed.stdout.readline()  # its first word: it is at pip
    killed.kill()
    killed.communicate()
    assert made.folder.exists() and not made.ready

    with lock(made.folder.with_name(f".{made.folder.name}.lock"), wait=True):
        both = [maker(made, wheels) for _ in range(2)]
        for each in both:
            assert each.stdout.readline() == "waiting for another process that makes the same environment\n"
    said = [each.communicate()[0] for each in both]
    assert [each.returncode for each in both] == [0, 0] and made.ready
    assert sum("ready after" in each for each in said) == 1


@pytest.mark.parametrize("pip", ["ours", "its own"])
def test_nothing_of_ours_leaks_in(aviary, pip, tmp_path, monkeypatch):
    made, wheels = aviary
    if pip == "its own":  # where swav was installed by something else, and no pip is beside it
        monkeypatch.setattr("swav.environments.create.find_spec", lambda name: None)
    write_wheel(
        wheels, "mockingbird", code="import sys\nPATH = sys.path\nimport site\nUSER = site.ENABLE_USER_SITE\n"
    )
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "mockingbird.py").write_text("raise RuntimeError('ours was imported')")
    for name, value in {
        "PYTHONPATH": str(tmp_path / "ours"),
        "PYTHONHOME": "/nowhere",
        "VIRTUAL_ENV": str(tmp_path),
        "PIP_TARGET": str(tmp_path / "target"),
        "PIP_USER": "1",
    }.items():
        monkeypatch.setenv(name, value)
    create(made, wheels=wheels)
    installed = json.loads(made.marker.read_text())["versions"].keys()
    assert installed - {"setuptools"} == {"mockingbird"} | ({"pip"} if pip == "its own" else set())
    program = tmp_path / "look.py"
    program.write_text(
        "import json, sys, mockingbird\n"
        "print(json.dumps({'done': {'path': mockingbird.PATH, 'user': mockingbird.USER}}))"
    )
    seen = run_program(made.python, program, {})
    assert not [path for path in seen["path"] if path.startswith(str(tmp_path / "ours"))]
    assert not seen["user"] and str(tmp_path) not in [path.rstrip("/") for path in seen["path"]]


# What can go wrong.


def refused(made, **wheels) -> str:
    with pytest.raises(EngineError) as error:
        create(made, **wheels)
    assert not made.folder.exists(), "something half made was left"
    return str(error.value)


def test_without_network_the_command_that_fills_a_folder_of_wheels_is_said_and_works(
    aviary, no_network, tmp_path, monkeypatch
):
    made, _ = aviary
    said = refused(made)
    assert "pip reaches no index that has mockingbird==1.0; where there is no network, copy" in said
    assert said.endswith("and run `swav doctor --make aviary --wheels wheels`")

    # A machine that has a network: another folder, with the lock and an index that works.
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    away = tmp_path / "away"
    away.mkdir()
    (away / "aviary.txt").write_text(made.lock.file.read_text())
    command = shlex.split(re.search(r"run there `(.+?)`", said)[1])
    assert command[0] == f"python3.{sys.version_info.minor}"
    subprocess.run([sys.executable, *command[1:]], cwd=away, check=True, capture_output=True)
    monkeypatch.delenv("PIP_FIND_LINKS")
    create(made, wheels=away / "wheels")
    assert made.ready


def test_a_wheel_that_is_missing_from_the_folder_is_named(aviary, tmp_path):
    made, wheels = aviary
    (wheels / "mockingbird-1.0-py3-none-any.whl").unlink()
    said = refused(made, wheels=wheels)
    assert (
        f"{wheels} holds no wheel of mockingbird==1.0 for Python 3.{sys.version_info.minor} on Linux" in said
    )
    assert "pip wheel" in said and "\n" not in said
    assert "is no folder; give the one that holds the wheels" in refused(made, wheels=tmp_path / "nowhere")


def test_a_package_that_lacks_another_is_refused(aviary, monkeypatch):
    made, wheels = aviary
    write_wheel(wheels, "mockingbird", requires=("nest>=2",))
    monkeypatch.setenv("PIP_NO_DEPS", "1")  # as somebody's pip.conf may have it
    said = refused(made, wheels=wheels)
    assert "mockingbird 1.0 requires nest, which is not installed; look for no-deps in what `pip" in said


def test_what_cannot_be_imported_is_not_ready(tmp_path):
    write_wheel(tmp_path / "wheels", "mockingbird", code="import feathers\n")
    lock = write_lock(tmp_path / "aviary.txt", "# imports: mockingbird", "mockingbird==1.0")
    said = refused(from_lock(lock, tmp_path / "root"), wheels=tmp_path / "wheels")
    assert "what was installed cannot be imported (ModuleNotFoundError: No module named 'feathers')" in said
    log = Path(re.search(r"is in (\S+)$", said)[1])
    assert "Traceback" in log.read_text()


@pytest.fixture
def torchaudio(tmp_path):
    """A site-packages with torch for the processor; and torchaudio's compiled libraries, which want CUDA."""
    packages = tmp_path / "lib/python3.11/site-packages"
    for folder in ("torch/lib", "torchaudio/lib"):
        (packages / folder).mkdir(parents=True)
    compiled = [packages / "torchaudio/lib" / name for name in ("_torchaudio.abi3.so", "libtorchaudio.so")]
    for file in (*compiled, packages / "torchaudio/lib/keep.py"):
        file.touch()
    return packages, compiled


def test_torchaudio_is_mended_only_beside_a_torch_without_cuda(torchaudio):
    packages, compiled = torchaudio
    (packages / "torch/lib/libc10_cuda.so").touch()
    assert mend("xtts", packages) == [] and all(library.exists() for library in compiled)
    (packages / "torch/lib/libc10_cuda.so").unlink()
    assert mend("aviary", packages) == []
    assert mend("xtts", packages) == ["torch is built without CUDA: torchaudio's CUDA libraries were removed"]
    assert [file.name for file in (packages / "torchaudio/lib").iterdir()] == ["keep.py"]
    assert mend("xtts", packages) == []


# The same for conda. It could not be run: it fetches from its channels.

ENVS = REPOSITORY / "rules" / "envs"


@pytest.mark.parametrize("name", NAMES)
def test_conda_files_say_what_the_locks_say(name):
    lock = read_lock(LOCKS / f"{name}.txt")
    written = (ENVS / f"{name}.yaml").read_text()
    assert written == conda_file(lock), "run: python -m swav.environments.conda rules/envs"
    *conda, pip = yaml.safe_load(written)["dependencies"]
    assert conda == ["python=3.11", "pip"] and pip == {"pip": list(lock.requirements)}


def test_what_conda_made_is_mended_like_what_swav_made(torchaudio):
    packages, compiled = torchaudio
    script = ["sh", ENVS / "xtts.post-deploy.sh"]
    env = {"CONDA_PREFIX": str(packages.parents[2]), "PATH": os.environ["PATH"]}
    (packages / "torch/lib/libc10_cuda.so").touch()
    subprocess.run(script, env=env, check=True)
    assert all(library.exists() for library in compiled)
    (packages / "torch/lib/libc10_cuda.so").unlink()
    for _ in range(2):
        subprocess.run(script, env=env, check=True)
        assert [file.name for file in (packages / "torchaudio/lib").iterdir()] == ["keep.py"]


# The engines' own environments, as a build makes them.


OURS = """
import sys
import swav.cli, swav.reel.workflow, swav.speech.voices, swav.music, swav.titles.overlay, swav.media.ffmpeg
import av, cv2, numpy, onnxruntime, piper, soundfile, snakemake.api
assert not {"torch", "transformers", "TTS"} & sys.modules.keys(), "a framework entered"
"""


@pytest.mark.slow
def test_installing_every_engine_leaves_every_others_imports_working():
    pythons = {name: environment_python(name) for name in NAMES}
    for name, python in pythons.items():
        modules = read_lock(LOCKS / f"{name}.txt").imports
        subprocess.run([python, "-c", f"import {', '.join(modules)}"], env=surroundings(), check=True)
    subprocess.run([sys.executable, "-c", OURS], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_lock_names_all_that_is_installed(name):
    """Nothing is left to what an index offers on the day, but for what a CUDA torch brings along."""
    environment_python(name)
    made = environment(name, environments_root())
    locked = {_plain(line.partition("==")[0]) for line in made.lock.requirements}
    installed = {_plain(package) for package in json.loads(made.marker.read_text())["versions"]}
    brought = {package for package in installed if package.startswith(("nvidia-", "cuda-", "triton"))}
    assert installed - locked - brought <= {"pip", "setuptools"}


def _plain(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()
