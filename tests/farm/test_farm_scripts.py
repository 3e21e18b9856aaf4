"""The scripts of a farm as bash and Slurm read them: whatever the user named, a word stays a word."""

import os
import subprocess

import pytest

from swav.farm.plan import Allocation, Farm
from swav.farm.scripts import Site, arguments, job_name, limit, script, submit_script
from swav.farm.submitting import lay_token, write
from swav.farm.work import Unit

HOSTILE = (
    "two words",
    "it's",
    'say "hi"',
    "$(touch pwned)`touch pwned`",
    "a;touch pwned;b|c&d",
    "$HOME ~ * ? [a] #x !!",
    "back\\slash 100%j %%",
    "line\n#SBATCH --gpus=64\ntouch pwned\n",
    "{{Task.File.onRun}} {{{x}}}",
    "-n",
    "समुद्र צבע e\u0301",
    "\x1b[31m\u202e",
)
UNIT = Unit(("r001",), ("build/clips/wan2.2/r001-000000000000.mp4",), (("wan2.2", "w", ()),), 20.0)
RENDER = Allocation("render-1", UNIT.targets, 4, 16, 130_000, (UNIT,), 21.25)
REEL = Allocation("reel", ("final.mp4",), 0, 8, 6000, after=("render-1",))
FARM = Farm((RENDER, REEL), 4)

PYTHON = """#!/bin/bash
# Writes its arguments down, in the place of Python.
printf '%s\\0' "$@" >>ran
printf '\\0' >>ran
"""
SBATCH = """#!/bin/bash
# sbatch where there is no Slurm: its options into a file, the script run at once.
printf '%s\\0' "$@" >>"$SAID"; printf '\\0' >>"$SAID"
echo >>"$SAID.count"; echo "$((100 + $(wc -l <"$SAID.count")));cluster"
bash -- "${@: -1}" </dev/null >>"$SAID.log" 2>&1
"""


def site_at(folder, name="x", **facts):
    """A project in a folder of that name, whose Python only says what it was told."""
    project = folder / name.replace("/", "_").strip("\0")
    project.mkdir()
    python = project / "python it's"
    python.write_text(PYTHON)
    python.chmod(0o755)
    return Site(project, str(python), "build", (f"storyboard={name}.yaml",), "0" * 16, **facts)


def run(text, **environment):
    told = os.environ | {"SWAV_FARM_PATIENCE": "1"} | environment
    return subprocess.run(["bash"], input=os.fsencode(text), capture_output=True, env=told)


def ran(site):
    return calls(site.folder / "ran")


def calls(file):
    """The words of each call that a stand-in wrote down."""
    return [call.split("\0") for call in file.read_text().removesuffix("\0\0").split("\0\0")]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_a_word(name, tmp_path):
    site = site_at(tmp_path, name, options=(f"--comment={name}",))
    lay_token(site)
    for text in (script(RENDER, site), submit_script(FARM, site)):
        assert subprocess.run(["bash", "-n"], input=os.fsencode(text)).returncode == 0
    done = run(script(RENDER, site))
    assert (done.returncode, done.stderr) == (0, b"")
    options = ["--nolock", "--resources", "gpu=4", "--config", f"storyboard={name}.yaml"]
    assert ran(site) == [["-P", "-m", "snakemake", *UNIT.targets, *options]]
    assert not list(tmp_path.rglob("pwned"))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_directive_holds_numbers_alone(name, tmp_path):
    """Slurm reads directives up to the first command, which stands before every name."""
    lines = script(RENDER, site_at(tmp_path, name, options=(name,))).split("\n")
    head = lines[: lines.index("set -u")]
    assert head == [
        "#!/bin/bash",
        "# Renders r001. Written by swav farm; submit.sh beside it submits it.",
        "#SBATCH --nodes=1",
        "#SBATCH --gpus=4",
        "#SBATCH --cpus-per-task=16",
        "#SBATCH --mem=130000M",
        f"#SBATCH --time={limit(21.25)}",
        "#SBATCH --signal=B:INT@120",
        "#SBATCH --requeue",
        "#SBATCH --open-mode=append",
    ]


@pytest.mark.parametrize("name", HOSTILE)
def test_the_submitting_script_says_what_swav_would(name, tmp_path):
    site = site_at(tmp_path, name, options=(f"--comment={name}", "--partition=film"))
    folder = tmp_path / "scripts of it's"
    lay_token(site)
    write(FARM, site, folder)
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "sbatch").write_text(SBATCH)
    (tools / "sbatch").chmod(0o755)
    said = tmp_path / "said"
    environment = {"PATH": f"{tools}:{os.environ['PATH']}", "SAID": str(said)}
    done = subprocess.run(
        ["bash", folder / "submit.sh"], env=os.environ | environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "101\n102\n"), done.stderr
    assert calls(said) == [
        arguments(RENDER, site, str(folder / "render-1.sbatch"))[1:],
        arguments(REEL, site, str(folder / "reel.sbatch"), ["101"])[1:],
    ]
    assert [words[3] for words in ran(site)] == [UNIT.targets[0], "final.mp4"]


def test_a_node_without_the_folder_refuses_in_one_sentence(tmp_path):
    site = site_at(tmp_path)
    lay_token(site)
    (site.folder / site.token_path).unlink()  # a copy of the folder, not the folder
    copy = run(script(RENDER, site))
    site.folder.rename(tmp_path / "gone")
    gone = run(script(RENDER, site))
    for done in (copy, gone):
        assert done.returncode == 1
        assert done.stderr.count(b"\n") == 1
        assert b"does not share the folder" in done.stderr
    assert not (tmp_path / "gone/ran").exists()


def test_a_node_without_swav_refuses_in_one_sentence(tmp_path):
    site = site_at(tmp_path)
    lay_token(site)
    (site.folder / "python it's").unlink()
    done = run(script(RENDER, site))
    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
    assert b"is not on this node" in done.stderr


def test_only_what_holds_the_lock_breaks_it_and_only_where_it_was_started_again(tmp_path):
    site = site_at(tmp_path)
    lay_token(site)
    for job in (RENDER, REEL):
        run(script(job, site), SLURM_RESTART_COUNT="0")
        run(script(job, site), SLURM_RESTART_COUNT="1")
    assert ["--unlock" in words for words in ran(site)] == [False, False, False, True, False]
    assert ["--nolock" in words for words in ran(site)] == [True, True, False, False, False]


def test_signals_reach_snakemake_itself(tmp_path):
    """The script becomes Snakemake: nothing stands between it and Slurm."""
    assert script(RENDER, site_at(tmp_path)).splitlines()[-1].startswith('exec "$python" -P -m snakemake ')


@pytest.mark.parametrize(
    ("storyboard", "name"),
    [("storyboards/film.yaml", "film"), ("a b;c\n.yaml", "a-b-c"), ("समुद्र.yaml", "film"), ("-x.yaml", "x")],
)
def test_a_job_is_called_by_letters_and_digits(storyboard, name):
    assert job_name(storyboard) == name
