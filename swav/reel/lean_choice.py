"""Which of thousands of jobs that are ready run next: the most urgent of each kind are looked at, not all.

Each time that a job has ended Snakemake weighs every job that could run against every other, so that a build
of twice as many shots took four times as long to choose. Jobs of a rule and an engine claim the same, so that
one that cannot run now keeps none back but its like.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from heapq import nlargest
from typing import Any

from swav.reel.lean_graph import WRITTEN_FOR

OF_A_KIND = 64
"""Jobs of a kind that are looked at: more than run at once."""


def choose_among_few() -> None:
    """Let the scheduler of this process look at few jobs at a time."""
    import snakemake
    from snakemake.scheduling.job_scheduler import JobScheduler

    if snakemake.__version__.startswith(WRITTEN_FOR) and not isinstance(JobScheduler.open_jobs, _Replaced):
        JobScheduler.open_jobs = _Replaced(_open)
        JobScheduler.remaining_jobs = _Replaced(_remaining(JobScheduler.remaining_jobs.fget))


class _Replaced(property):
    """A property of Snakemake's that is ours now."""


def most_urgent(jobs: Collection[Any], priority: Callable[[Any], float], cores: float) -> list[Any]:
    """The most urgent jobs of each kind; all of those of which there are few."""
    most = int(max(OF_A_KIND, 2 * cores))
    kinds = defaultdict(list)
    for job in jobs:
        kinds[_kind(job)].append(job)
    few = (nlargest(most, found, key=priority) if len(found) > most else found for found in kinds.values())
    return [job for found in few for job in found]


def _kind(job: Any) -> tuple[int, Any]:
    """Its rule and its engine; groups, which have neither, are one kind."""
    return id(getattr(job, "rule", None)), getattr(job, "wildcards_dict", {}).get("engine")


def _open(scheduler: Any) -> list[Any]:
    """``JobScheduler.open_jobs``."""
    dag = scheduler.workflow.dag
    ready = dag.ready_jobs
    if scheduler.dryrun or len(ready) <= OF_A_KIND:
        return list(ready)
    return most_urgent(ready, dag.priority, scheduler.global_resources.get("_cores", 1))


def _remaining(whole: Callable[[Any], list[Any]]) -> Callable[[Any], Sequence[Any]]:
    """``JobScheduler.remaining_jobs`` that goes through all jobs where somebody looks at them."""
    return lambda scheduler: _WhenAsked(lambda: whole(scheduler))


class _WhenAsked(Sequence):
    """A list that is made when something is asked of it."""

    def __init__(self, find: Callable[[], Iterable[Any]]):
        self._find = find

    @cached_property
    def _found(self) -> list[Any]:
        return list(self._find())

    def __getitem__(self, place: Any) -> Any:
        return self._found[place]

    def __len__(self) -> int:
        return len(self._found)
