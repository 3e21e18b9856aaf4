"""A film as an OpenJobDescription template (specification 2023-09), for farms such as AWS Deadline Cloud.

A step for each set of loads, and a task for each unit of renders. The farm decides which host takes which
task; a session on a host runs the tasks of a step one after the other, and its environment is the life of the
resident worker: loaded for the first task, ended with the session.

https://github.com/OpenJobDescription/openjd-specifications/wiki/2023-09-Template-Schemas
"""

import json
import re
import shlex
from collections.abc import Sequence
from typing import Any

from swav.farm.plan import PREPARE, REEL, Allocation, Farm, load_words
from swav.farm.scripts import Site, guards, snakemake
from swav.farm.work import Unit
from swav.reel.loads import Load
from swav.render.card_names import SESSION

SPECIFICATION = "jobtemplate-2023-09"
MOST_TASKS = 1024
"""Values of a task parameter, by the specification."""


def template(farm: Farm, site: Site) -> str:
    """The template as JSON."""
    steps: list[dict[str, Any]] = []
    first = [job for job in farm.allocations if job.name == PREPARE]
    steps += [_plain(job, site) for job in first]
    waits = [PREPARE] if first else []
    for number, (loads, units) in enumerate(_by_load(farm.renders), 1):
        steps.append(_rendering(f"render-{number}", loads, units, farm.renders[0], site, waits))
    rendered = [step["name"] for step in steps]
    steps += [_plain(job, site, rendered) for job in farm.allocations if job.name == REEL]
    return (
        json.dumps({"specificationVersion": SPECIFICATION, "name": site.name, "steps": steps}, indent=1)
        + "\n"
    )


def _by_load(jobs: Sequence[Allocation]) -> list[tuple[tuple[Load, ...], list[Unit]]]:
    """Units by their loads, at most as many at a time as a step may have tasks."""
    found: dict[tuple[Load, ...], list[Unit]] = {}
    for job in jobs:
        for unit in job.units:
            found.setdefault(unit.loads, []).append(unit)
    return [
        (loads, units[begin : begin + MOST_TASKS])
        for loads, units in found.items()
        for begin in range(0, len(units), MOST_TASKS)
    ]


def _rendering(
    name: str, loads: Sequence[Load], units: Sequence[Unit], job: Allocation, site: Site, waits: Sequence[str]
) -> dict[str, Any]:
    by_task = {unit.shots[0]: unit for unit in units}
    cases = [
        f'{shlex.quote(task)}) exec "$python" {shlex.join(snakemake(unit.targets, job, site))} ;;'
        for task, unit in by_task.items()
    ]
    run = [*guards(site), 'case "$1" in', *cases, "esac", 'refuse "there is no such task"']
    end = [*guards(site), f'exec "$python" -m swav.farm.session {shlex.quote(site.build)}']
    return _step(name, waits, job, " and ".join(map(load_words, loads))) | {
        "parameterSpace": {
            "taskParameterDefinitions": [{"name": "Unit", "type": "STRING", "range": list(by_task)}]
        },
        "stepEnvironments": [
            {
                "name": "worker",
                "description": "The resident worker: loaded for the first task, ended with the session.",
                "variables": {SESSION: "{{Session.WorkingDirectory}}"},
                "script": _script(onEnter=guards(site), onExit=end),
            }
        ],
        "script": _script(onRun=run, arguments=["{{Task.Param.Unit}}"]),
    }


def _plain(job: Allocation, site: Site, waits: Sequence[str] = ()) -> dict[str, Any]:
    """A step of one task."""
    words = shlex.join(snakemake(job.targets, job, site))
    run = [*guards(site), f'exec "$python" {words}']
    return _step(job.name, waits, job, "") | {"script": _script(onRun=run)}


def _step(name: str, waits: Sequence[str], job: Allocation, about: str) -> dict[str, Any]:
    gpus = [{"name": "amount.worker.gpu", "min": job.gpus}] if job.gpus else []
    return {
        "name": name,
        **({"description": about} if about else {}),
        **({"dependencies": [{"dependsOn": other} for other in waits]} if waits else {}),
        "hostRequirements": {
            "amounts": [
                {"name": "amount.worker.vcpu", "min": job.cores},
                {"name": "amount.worker.memory", "min": job.memory_mb},
                *gpus,
            ],
            "attributes": [{"name": "attr.worker.os.family", "anyOf": ["linux"]}],
        },
    }


def _script(arguments: Sequence[str] = (), **actions: Sequence[str]) -> dict[str, Any]:
    """Actions by name, each a script that bash reads from a file of the session."""
    prefix = "Task" if "onRun" in actions else "Env"
    return {
        "embeddedFiles": [
            {"name": name, "type": "TEXT", "data": _unbraced("\n".join(["set -u", *lines]) + "\n")}
            for name, lines in actions.items()
        ],
        "actions": {
            name: {"command": "bash", "args": [f"{{{{{prefix}.File.{name}}}}}", *arguments]}
            for name in actions
        },
    }


def _unbraced(text: str) -> str:
    """A script without ``{{`` and ``}}``, between which a template has expressions: a name that has them
    stands in quotes, which end and begin again between the braces.
    """
    return re.sub(r"([{}])(?=\1)", r"\1''", text)
