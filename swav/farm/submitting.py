"""Submit a farm to Slurm, and remember what was submitted: what is under way is not submitted twice."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from swav.errors import Damaged, SwavError
from swav.farm.plan import Farm
from swav.farm.scripts import FARM, Site, arguments, scripts
from swav.files import plain_object, read_json, write_text
from swav.shown import shown

RECORD = "submitted.json"
_SECONDS = 60
"""For which an answer of Slurm is awaited."""
_TOKEN = re.compile("[0-9a-f]{16}")
_JOB = re.compile(r"(\d+)(?:;\S*)?")


@dataclass(frozen=True)
class Submitted:
    """A job that was submitted: its number in Slurm, its allocation, and the files that it is to make."""

    job: str
    name: str
    targets: tuple[str, ...]
    token: str = ""
    """Of its submission; see ``Site.token``."""


def lay_token(site: Site) -> None:
    """Lay down the token by which nodes know that they share this folder."""
    token = site.folder / site.token_path
    token.parent.mkdir(parents=True, exist_ok=True)
    token.touch()


def write(farm: Farm, site: Site, folder: Path) -> None:
    """Write all scripts into a folder. They look for the token, which is laid down apart."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in scripts(farm, site).items():
        file = folder / name
        file.write_bytes(os.fsencode(text))
        file.chmod(0o755)


def submit(farm: Farm, site: Site) -> list[Submitted]:
    """Write the scripts into the build folder and submit each after those that it waits for.

    The last waits for what was submitted before, too. Raises SwavError where Slurm is not here or refuses;
    what was submitted until then stays submitted, and is remembered.
    """
    folder = site.folder / site.build / FARM / f"{site.token}-jobs"
    write(farm, site, folder)
    record = Record(site.folder / site.build)
    earlier = under_way(record)
    ids: dict[str, str] = {}
    for job in farm.allocations:
        after = [ids[name] for name in job.after]
        if job.locks:
            after += [other.job for other in earlier]
        said = _run(arguments(job, site, str(folder / f"{job.name}.sbatch"), after), site.folder)
        found = _JOB.fullmatch(said.strip().splitlines()[-1] if said.strip() else "")
        if found is None:
            raise SwavError(
                f"sbatch answered {shown(said.strip() or 'nothing')} where a job's number was expected"
            )
        ids[job.name] = found[1]
        record.add(Submitted(found[1], job.name, job.targets, site.token))
    return [submitted for submitted in record.read() if submitted.job in ids.values()]


class Record:
    """What was submitted from a build folder."""

    def __init__(self, build: Path):
        self._folder = build / FARM
        self._file = self._folder / RECORD

    def read(self) -> list[Submitted]:
        """All of it, the oldest first."""
        try:
            jobs = read_json(self._file, plain_object)["jobs"]
            return [
                Submitted(job["job"], job["name"], tuple(job["targets"]), job.get("token", ""))
                for job in jobs
            ]
        except (FileNotFoundError, Damaged, KeyError, TypeError):
            return []

    def keep(self, jobs: Sequence[Submitted]) -> None:
        """These and no others."""
        write_text(self._file, json.dumps({"jobs": [vars(job) for job in jobs]}, indent=1) + "\n")

    def add(self, job: Submitted) -> None:
        """One more, written down before the next is submitted."""
        self.keep([*self.read(), job])

    def forget(self, tokens: Iterable[str]) -> None:
        """Remove what submissions left for their jobs, which have all ended: a token, and scripts."""
        for token in filter(_TOKEN.fullmatch, tokens):
            with suppress(OSError):
                (self._folder / token).unlink(missing_ok=True)
            shutil.rmtree(self._folder / f"{token}-jobs", ignore_errors=True)


def under_way(record: Record) -> list[Submitted]:
    """What was submitted and has not ended; the rest is forgotten. SwavError where Slurm does not answer."""
    known = record.read()
    if not known:
        return []
    alive = set(_run(["squeue", "--noheader", "--format=%A"], Path.cwd()).split())
    found = [job for job in known if job.job in alive]
    if found != known:
        record.keep(found)
        record.forget({job.token for job in known} - {job.token for job in found})
    return found


def _run(command: list[str], folder: Path) -> str:
    program = command[0]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=_SECONDS
        )
    except FileNotFoundError:
        raise SwavError(
            f"there is no {program} on this machine: type this where jobs are submitted, or write the "
            "scripts with --export FOLDER"
        ) from None
    except subprocess.TimeoutExpired:
        raise SwavError(
            f"{program} did not answer within {_SECONDS} s; try again when Slurm answers"
        ) from None
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise SwavError(
            f"{program} refused: {shown(said[-1] if said else f'exit status {done.returncode}', 200)}"
        )
    return done.stdout
