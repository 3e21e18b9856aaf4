"""No name is read by a shell: clones in folders of any name, and names that the user gives."""

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml
from places import REPOSITORY
from project import Project

BOARD = {
    "title": "Names",
    "size": "128x72",
    "fps": 12,
    "music": {"engine": "none"},
    "shots": [{"id": "a", "card": {"title": "A"}, "duration": 0.5}],
}
NAMES = (
    "two words",
    "it's",
    'say "hi"',
    "a&touch proof&b",
    ")a(",
    "a;touch proof;b",
    "$HOME",
    "$(touch proof)`touch proof`",
    "a*b?[c]",
    "100%s",
    "#1 wow!!",
    "{x} {{y}}",
    "a|touch proof <in >proof",
    "back\\slash",
    "-n",
    "~",
    "a:b,c=d",
    "line\nbreak",
    "समुद्र 映画 צבע",
    "e\u0301\u200b",
    "l" * 180,
)
AT_ONCE = 7
"""Names in a clone's path: a clone is a cold start, and one letter is not quoted by another name's."""
PATHS = tuple(NAMES[first :: len(NAMES) // AT_ONCE] for first in range(len(NAMES) // AT_ONCE))
EVERYTHING = 'a b\'s "c" &(d);$HOME*100%#e!`f`{x}|<g>\\'


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """What a clone holds that a build needs, and the tiny storyboard."""
    folder = tmp_path_factory.mktemp("original")
    for part in ("swav", "rules", "scripts", "profiles"):
        shutil.copytree(REPOSITORY / part, folder / part)
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", folder / "swav"], check=True
    )  # once for all clones
    shutil.copy(REPOSITORY / "Snakefile", folder)
    (folder / "board.yaml").write_text(yaml.safe_dump(BOARD))
    (folder / "config.yaml").write_text(yaml.safe_dump({"storyboard": "board.yaml"}))
    return folder


def clone(original: Path, folder: Path) -> Path:
    """A clone with a virtual environment inside, as the README makes it; its packages are this Python's."""
    shutil.copytree(original, folder, copy_function=os.link)
    venv = folder / ".venv"
    packages = venv / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    packages.mkdir(parents=True)
    (venv / "bin").mkdir()
    (venv / "bin" / "python").symlink_to(Path(sys.base_prefix, "bin", Path(sys.executable).resolve().name))
    (venv / "pyvenv.cfg").write_text(f"home = {Path(sys.base_prefix, 'bin')}\n")
    (packages / "packages.pth").write_text(sysconfig.get_path("purelib") + "\n")
    for source in ("swav", "swav/console/snakemake_logger_plugin_swav"):
        (packages / Path(source).name).symlink_to(folder / source)
    return folder


def snakemake(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [str(folder / ".venv/bin/python"), "-m", "snakemake", *words]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        command, cwd=folder, env=env | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True
    )


@pytest.mark.parametrize("names", PATHS, ids=lambda names: ascii("/".join(names))[1:40])
def test_a_clone_in_folders_of_any_name_makes_its_takes(original, tmp_path, names):
    assert len(names) == AT_ONCE
    folder = clone(original, tmp_path.joinpath(*names))
    done = snakemake(folder, "--until", "draw")
    assert done.returncode == 0, done.stderr
    assert len(list(folder.glob("build/clips/card/a-*.mp4"))) == 1
    assert not list(tmp_path.rglob("proof*"))


def test_a_clone_in_a_folder_with_all_of_it_builds_a_reel_and_has_nothing_to_do_then(original, tmp_path):
    folder = clone(original, tmp_path / EVERYTHING)
    done = snakemake(folder)
    assert done.returncode == 0, done.stderr
    assert (folder / "final.mp4").stat().st_size > 0
    done = snakemake(folder)
    assert "nothing is pending" in done.stderr, done.stderr


@pytest.mark.parametrize("name", ["{0}", "{x,(}"])
def test_a_folder_that_snakemake_cannot_work_in_is_named_at_once(original, tmp_path, name):
    done = snakemake(clone(original, tmp_path / name), "-n")
    said = done.stderr.strip().splitlines()
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "rename the folder without { and }" in said[-1] and len(said[-1]) < 300 + len(str(tmp_path))


# --- what the configuration names


@pytest.mark.parametrize(
    "build", ["-x/b&echo ran>proof&x/a 'b' \"c\"", "#!/$(touch proof)", "`touch proof`;/ש 映画"]
)
def test_a_build_folder_may_have_any_name(tmp_path, build):
    project = Project(tmp_path / "reel", BOARD, {"build": build})
    done = project.snakemake("--until", "draw")
    assert done.returncode == 0, done.stderr
    assert len(list((project.folder / build).glob("clips/card/a-*.mp4"))) == 1
    assert not list(tmp_path.rglob("proof*"))


def test_models_storyboards_and_words_of_the_command_line_may_have_any_name(tmp_path):
    board = {**BOARD, "engine": "stub", "shots": [{"id": "a", "prompt": "a lantern", "duration": 0.5}]}
    project = Project(tmp_path / "reel", board, {"cards": ["0"]})
    hostile = "m&touch proof&$(touch proof)`touch proof`' \"m"
    project.give_weights()
    (project.folder / "models").rename(project.folder / hostile)
    (project.folder / "board.yaml").rename(project.folder / f"{hostile}.yaml")
    words = ("--config", f"models={hostile}", f"storyboard={hostile}.yaml")
    done = project.snakemake("--until", "render", "--resources", "gpu=1", *words)
    assert done.returncode == 0, done.stderr
    assert [render["shot"] for render in project.renders()] == ["a"]
    assert not list(tmp_path.rglob("proof*"))


@pytest.mark.parametrize("wheels", ["w & touch proof", "$(touch proof)'\"", "", "-w"])
def test_a_folder_of_wheels_reaches_its_job_as_one_word(tmp_path, wheels):
    target = "build/environments/xtts-0123456789ab/ready.json"
    config = {"wheels": wheels} if wheels else {}
    project = Project(tmp_path / "reel", BOARD, config)
    done = project.snakemake("-n", "-p", "--workflow-profile", "none", target)
    assert done.returncode == 0, done.stderr
    said = (done.stdout + done.stderr).partition("Shell command: ")[2]
    words = shlex.split(said[: said.index(target) + len(target)])
    assert [word for word in words if word.startswith("--wheels")] == (
        [f"--wheels={wheels}"] if wheels else []
    )
    assert words[-3:] == ["--", "xtts", target]
