"""``swav farm``: who renders what on a cluster, and the jobs that do it."""

import secrets
import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from swav.cli.options import Overrides, Storyboard, configuration, settings
from swav.cli.screen import columns, say
from swav.cut.earlier import earlier
from swav.errors import SwavError
from swav.farm.obeying import lay_out
from swav.farm.openjd import template
from swav.farm.plan import REEL, Allocation, Farm, farm_of, load_words
from swav.farm.scripts import Site, job_name
from swav.farm.submitting import Record, Submitted, lay_token, submit, under_way, write
from swav.files import write_text
from swav.reel.claims import check_engines, check_gpus
from swav.reel.read_only import is_read_only, refusal
from swav.reel.workflow import Reel, open_reel, read_reel
from swav.review.forecast import crew_of
from swav.review.notices import for_the_cluster, without_cards
from swav.review.plan import plan
from swav.review.plan_words import common_sentences, duration, everything_is_ready, moment, named
from swav.review.wording import counted
from swav.shown import shown_path

OPENJD = "openjd"
OPENJD_FILE = "film.openjd.json"

Allocations = Annotated[
    int,
    typer.Option("--allocations", min=1, max=1000, metavar="N", help="Allocations that render side by side."),
]
Cards = Annotated[int, typer.Option("--gpus", min=1, max=64, metavar="N", help="GPUs of each of them.")]
Submit = Annotated[bool, typer.Option("--submit", help="Submit the jobs to Slurm.")]
Export = Annotated[
    str | None,
    typer.Option(
        metavar="FOLDER",
        help=f"Write the scripts into a folder, to change them; {OPENJD}: an OpenJobDescription template.",
    ),
]
Options = Annotated[
    str,
    typer.Option(
        "--sbatch", metavar="WORDS", help='Further options of sbatch: "--partition=film --time=8:00:00".'
    ),
]


def farm(
    storyboard: Storyboard = None,
    allocations: Allocations = 1,
    gpus: Cards = 1,
    submitting: Submit = False,
    export: Export = None,
    options: Options = "",
    config: Overrides = None,
) -> None:
    """Divide the pending renders over allocations of a cluster. Shows who renders what; --submit does it."""
    if submitting and export:
        raise SwavError("--submit or --export: choose one; submit.sh in the folder submits what is exported")
    reel = _read(storyboard, config, gpus, doing=submitting or bool(export))
    before = _under_way(reel, asks=submitting)
    found = plan(reel.cut, crew=crew_of(reel.config, reel.claim), before=earlier(reel.cut))
    taken = {target for job in before for target in job.targets}
    made = farm_of(
        reel, found, allocations=allocations, gpus=gpus, taken=taken, ready=everything_is_ready(found)
    )
    console = Console()
    if made.allocations:
        console.print(table(made, datetime.now(), reel.cut.title))
    say(console, [*common_sentences(found), *_notices(made, reel, before, allocations)])
    if not made.allocations:
        say(console, ["Nothing is left to submit."])
        return
    site = _site(reel, [*(config or []), f"storyboard={reel.config.storyboard}"], options)
    say(console, [_carried_out(made, site, reel, submitting, export)])


def _read(storyboard: Path | None, config: Sequence[str] | None, gpus: int, doing: bool) -> Reel:
    """The reel; opened as a build opens it where something is to be submitted."""
    reel = read_reel(settings(config, storyboard), gpus)
    check_engines(reel.cut)
    check_gpus(reel.cut, reel.claim)
    if reel.claim.node and len(reel.claim.node.cards) < gpus:
        has = counted(len(reel.claim.node.cards), "card")
        raise SwavError(
            f"--gpus {gpus}: a node has {has} (cluster: in config.yaml), and an allocation is one node"
        )
    if not doing:
        return reel
    if is_read_only(reel.cut.build):
        raise SwavError(refusal(reel.cut.build))
    return open_reel({**configuration(config), "storyboard": reel.config.storyboard}, gpu_limit=gpus)


def _carried_out(made: Farm, site: Site, reel: Reel, submitting: bool, export: str | None) -> str:
    """Do what was asked for; what was done, or could be."""
    if not (submitting or export):
        return "Nothing was submitted: --submit does it, --export FOLDER writes the scripts."
    lay_token(site)
    site = replace(site, sheet=lay_out(reel))
    if export == OPENJD:
        write_text(Path(OPENJD_FILE), template(made, site))
        return f"{OPENJD_FILE} is an OpenJobDescription template; submit it with your farm's own tool."
    if export:
        write(made, site, Path(export))
        return f"The scripts are in {shown_path(export)}; submit.sh there submits them."
    numbers = ", ".join(f"{job.name} is {job.job}" for job in submit(made, site))
    return f"Submitted: {numbers}. The same command again takes what is missing then."


def table(farm: Farm, now: datetime, title: str) -> Table:
    """A line for each allocation."""
    drawn = columns(title, job="left", GPUs="right", load="rest", shots="rest", takes="right", ends="left")
    for job in farm.allocations:
        drawn.add_row(
            job.name,
            str(job.gpus) if job.gpus else "",
            Text(", ".join(map(load_words, job.loads))),
            Text(_about(job)),
            _takes(job),
            _ends(job, farm, now),
        )
    return drawn


def _about(job: Allocation) -> str:
    if job.shots:
        count = f"{len(job.shots)}: " if len(job.shots) > 1 else ""
        return count + named(job.shots)
    return "the rest of the reel" if job.name == REEL else "what several of them need"


def _takes(job: Allocation) -> str:
    return "" if not job.shots else "?" if job.minutes is None else duration(job.minutes)


def _ends(job: Allocation, farm: Farm, now: datetime) -> str:
    """When it would end if all began now."""
    if job.name == REEL:
        return "after them" if job.after else ""
    return "" if job.minutes is None else moment(now + timedelta(minutes=job.minutes), now)


def _notices(made: Farm, reel: Reel, before: Sequence[Submitted], asked: int) -> list[str]:
    said = [*without_cards(reel), *for_the_cluster(reel)]
    if before:
        one = len(before) == 1
        numbers = named([job.job for job in before])
        said.append(
            f"{'job' if one else 'jobs'} {numbers} {'was' if one else 'were'} submitted before and "
            f"{'has' if one else 'have'} not ended{': ' + named(made.waiting) if made.waiting else ''}"
        )
    if made.renders and len(made.renders) < asked:
        said.append(f"{counted(len(made.renders), 'allocation')} will do: there is no more to divide")
    unknown = [job.name for job in made.renders if job.minutes is None]
    if unknown:
        said.append("?: how long that takes is not known, since no take of its kind was made here yet")
    return said


def _under_way(reel: Reel, asks: bool) -> list[Submitted]:
    """What was submitted before and has not ended; where nothing is to be submitted, Slurm may be away."""
    try:
        return under_way(Record(Path(reel.cut.build)))
    except SwavError:
        if asks:
            raise
        return []


def _site(reel: Reel, config: Sequence[str], options: str) -> Site:
    here = Path("Snakefile").is_file()
    try:
        words = tuple(shlex.split(options))
    except ValueError as error:
        raise SwavError(f"--sbatch: {error}: quote each option as in a shell") from None
    return Site(
        folder=Path.cwd(),
        python=sys.executable,
        build=reel.cut.build,
        config=tuple(config),
        token=secrets.token_hex(8),
        snakefile="" if here else str(Path(__file__).resolve().parents[2] / "Snakefile"),
        name=job_name(reel.config.storyboard),
        options=words,
    )
