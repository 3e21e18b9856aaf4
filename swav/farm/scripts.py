"""The scripts of a farm: one for each allocation, run by bash on a node, and one that submits them.

Whatever a user may have named (folders, files, settings) is a word that ``shlex`` quoted, behind the first
command: Slurm reads ``#SBATCH`` lines up to there, also those inside of a quoted name. Directives hold
numbers alone.
"""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from swav.farm.obeying import VARIABLE
from swav.farm.plan import Allocation, Farm
from swav.shown import shown_path

BEFORE_END = 120
"""Seconds before the time limit at which Snakemake is interrupted, as by Ctrl-C."""
PATIENCE = 60
"""Seconds for which a node looks for the token: shared folders show a new file late."""
SUBMIT = "submit.sh"
FARM = "farm"
"""The folder of farms in the build folder."""


@dataclass(frozen=True)
class Site:
    """Where a film is built, the same on every node."""

    folder: Path
    """The project's folder, absolute."""
    python: str
    build: str
    config: tuple[str, ...]
    """``KEY=VALUE`` words for Snakemake."""
    token: str
    """Name of the file that only those see who share the folder."""
    snakefile: str = ""
    """Where the project has none of its own."""
    sheet: str = ""
    """The call sheet of what is made, whatever becomes of the storyboard meanwhile."""
    name: str = "film"
    """Of the jobs."""
    options: tuple[str, ...] = ()
    """Further words for sbatch."""

    @property
    def token_path(self) -> str:
        return f"{self.build}/{FARM}/{self.token}"


def script(job: Allocation, site: Site) -> str:
    """What one allocation runs."""
    return "\n".join([*_head(job), *guards(site), *_commands(job, site)]) + "\n"


def _head(job: Allocation) -> list[str]:
    directives = [
        "--nodes=1",
        *([f"--gpus={job.gpus}"] if job.gpus else []),
        f"--cpus-per-task={job.cores}",
        f"--mem={job.memory_mb}M",
        *([f"--time={limit(job.minutes)}"] if job.minutes else []),
        f"--signal=B:INT@{BEFORE_END}",
        "--requeue",
        "--open-mode=append",
    ]
    return [
        "#!/bin/bash",
        f"# {_about(job)}. Written by swav farm; {SUBMIT} beside it submits it.",
        *(f"#SBATCH {words}" for words in directives),
        "set -u",
    ]


def _about(job: Allocation) -> str:
    if not job.shots:
        return "What all renders need" if job.name == "prepare" else "The rest of the reel"
    return f"Renders {' '.join(job.shots)}"


def limit(minutes: float) -> int:
    """Minutes to ask of the cluster: half as much again as foretold, and half an hour."""
    return ceil(minutes * 1.5 + 30)


def guards(site: Site) -> list[str]:
    """Where the folder is not that of the machine that submitted, nothing is built."""
    folder = shown_path(site.folder)
    unseen = f"this node does not share the folder {folder}: build where all nodes see it under the same path"
    no_python = f"{shown_path(site.python)} is not on this node; install swav into the shared folder"
    token = _quoted(site.token_path)
    return [
        'refuse() { printf \'swav: %s: %s\\n\' "$(hostname)" "$1" >&2; exit 1; }',
        f"unseen={_quoted(unseen)}",
        f'cd -- {_quoted(site.folder)} 2>/dev/null || refuse "$unseen"',
        f"for ((waited = 0; waited < ${{SWAV_FARM_PATIENCE:-{PATIENCE}}}; waited++)); do",
        f"  [ -e {token} ] && break",
        "  sleep 1",
        "done",
        f'[ -e {token} ] || refuse "$unseen"',
        f"python={_quoted(site.python)}",
        f'[ -x "$python" ] || refuse {_quoted(no_python)}',
        f"export {VARIABLE}={_quoted(site.sheet)}",
    ]


def _commands(job: Allocation, site: Site) -> list[str]:
    """Snakemake, in the place of the script itself, so that signals reach it."""
    words = snakemake(job.targets, job, site)
    run = f'exec "$python" {shlex.join(words)}'
    if not job.locks:
        return [run]
    unlock = shlex.join([*_reading(site), "--unlock", *_config(site)])
    return [
        "# Started again after its node died: the lock is that of the dead.",
        f'if [ "${{SLURM_RESTART_COUNT:-0}}" -gt 0 ]; then "$python" {unlock}; fi',
        run,
    ]


def snakemake(targets: Sequence[str], job: Allocation, site: Site) -> list[str]:
    """The words of Snakemake's command behind the interpreter."""
    lock = [] if job.locks else ["--nolock"]
    return [*_reading(site), *targets, *lock, "--resources", f"gpu={job.gpus}", *_config(site)]


def _reading(site: Site) -> list[str]:
    return ["-P", "-m", "snakemake", *(["-s", site.snakefile] if site.snakefile else [])]


def _config(site: Site) -> list[str]:
    return ["--config", *site.config] if site.config else []


def arguments(job: Allocation, site: Site, script: str, after: Sequence[str] = ()) -> list[str]:
    """The command that submits a script, to begin when the jobs ``after`` have ended, well or badly."""
    logs = str(site.folder / site.build / FARM)
    named = [] if "\\" in logs else [f"--output={logs.replace('%', '%%')}/%x-%j.log"]
    wait = [f"--dependency=afterany:{':'.join(after)}"] if after else []
    name = f"--job-name={site.name}-{job.name}"
    return ["sbatch", "--parsable", name, *named, *site.options, *wait, script]


def submit_script(farm: Farm, site: Site) -> str:
    """What submits all scripts that lie beside it."""
    lines = [
        "#!/bin/bash",
        "# Submits the scripts beside it to Slurm, each after those that it waits for. Written by swav farm.",
        "set -euo pipefail",
        'here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)',
        'submit() { local id; id=$(sbatch --parsable "$@"); printf \'%s\\n\' "${id%%;*}"; }',
        f"cd -- {_quoted(site.folder)}",
    ]
    variables = {job.name: job.name.replace("-", "_") for job in farm.allocations}
    for job in farm.allocations:
        words = arguments(job, site, "")[2:-1]
        after = "".join(f':"${variables[name]}"' for name in job.after)
        wait = [f"--dependency=afterany{after}"] if after else []
        lines.append(
            f"{variables[job.name]}=$(submit {' '.join([shlex.join(words), *wait])} "
            f'"$here/{job.name}.sbatch")'
        )
    return (
        "\n".join([*lines, 'printf "%s\\n" ' + " ".join(f'"${name}"' for name in variables.values())]) + "\n"
    )


def scripts(farm: Farm, site: Site) -> Mapping[str, str]:
    """Every file of a farm, by its name."""
    return {f"{job.name}.sbatch": script(job, site) for job in farm.allocations} | {
        SUBMIT: submit_script(farm, site)
    }


def job_name(storyboard: str) -> str:
    """What its jobs are called: letters and digits of the storyboard's name."""
    return re.sub(r"[^A-Za-z0-9]+", "-", Path(storyboard).stem).strip("-")[:40] or "film"


def _quoted(word: object) -> str:
    return shlex.quote(str(word))
