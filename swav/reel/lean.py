"""What is worked out for each job though nobody sees it: left undone, as films have thousands of jobs.

Snakemake has no setting for any of it. What is replaced is replaced only where it looks as it did when this
was written, and is left alone otherwise: then all is as exact, and slower. A test sees which is the case.
"""

import atexit
import gc
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from inspect import signature
from logging import INFO
from typing import Any, NamedTuple

LISTED = ("self", "indent", "printshellcmd")
"""The parameters of ``Job.log_info`` in the Snakemake for which ``_listed_by`` was written."""
_LOOK_AGAIN = "_schedule_reevalutation"


def keep_all() -> None:
    """Look for no garbage while modules, storyboard and graph are read: all of it stays until the end.

    The collector would look through it again and again: a sixth of a dry run of 1,500 shots.
    """
    gc.disable()
    atexit.register(_leave_all)


def _leave_all() -> None:
    """Look for none at the end either, which Python does several times: what is left goes with the process.

    A run in which something was made has frozen what it began with.
    """
    if not gc.isenabled():
        gc.freeze()


def collect_again() -> None:
    """Look for garbage from now on, and not among what is there: a build goes on for hours."""
    gc.freeze()
    gc.enable()


def spare_unseen(workflow: Any) -> None:
    """Let a dry run that only swav's logger hears format no command and claim nothing, and no run look for
    what no rule has: conda environments of jobs without one, folders that hold files of other jobs. A build
    looks at its jobs when one has ended.
    """
    from snakemake.dag import DAG
    from snakemake.jobs import Job
    from snakemake.scheduling.job_scheduler import JobScheduler

    if _hears_alone(workflow) and _takes(Job, "log_info", LISTED):
        Job.log_info = _listed_by(workflow.logger_manager.plugin_handlers)
    if workflow.output_settings.dryrun and _takes(JobScheduler, "_free_resources", ("self", "job")):
        JobScheduler._free_resources = _nothing
    look_again = getattr(JobScheduler, _LOOK_AGAIN, None)
    if _takes(JobScheduler, _LOOK_AGAIN, ("self", "delay")) and look_again.__module__ != __name__:
        setattr(JobScheduler, _LOOK_AGAIN, _where_jobs_wait(look_again))
    if _takes(DAG, "check_directory_outputs", ("self",)):
        DAG.check_directory_outputs = _nothing
    spec = Job.__dict__.get("conda_env_spec")
    if isinstance(spec, property) and not isinstance(spec, _SpecOfConda):
        Job.conda_env_spec = _SpecOfConda(spec.fget)


def _takes(owner: type, name: str, parameters: tuple[str, ...]) -> bool:
    return tuple(signature(getattr(owner, name, len)).parameters) == parameters


def _nothing(*_: Any) -> None:
    pass


def _where_jobs_wait(look_again: Callable[[Any, float], None]) -> Callable[[Any, float], None]:
    """Have a scheduler look at its jobs again in a second only where its limit keeps some of them back.

    Snakemake does it each time that it has looked, and again after that: every second it looks once more for
    each job that has ended so far, at all jobs that wait.
    """

    @wraps(look_again)
    def sparing(self: Any, delay: float) -> None:
        limiter = self.job_rate_limiter
        if limiter is None or delay != limiter.timespan or not limiter.get_free_jobs():
            look_again(self, delay)

    sparing.__module__ = __name__
    return sparing


def know_signatures(workflow: Any) -> None:
    """Tell Snakemake what parameters our functions have: it looks at the source of each for each job."""
    try:
        from snakemake.common import overwrite_function_params
        from snakemake.resources import Resource
    except ImportError:
        return
    if evaluate := getattr(Resource, "evaluate", None):
        overwrite_function_params(evaluate, _bound(evaluate))
    for rule in workflow.rules:
        for function in _functions(rule):
            if hasattr(function, "__dict__") and not hasattr(function, "__self__"):
                overwrite_function_params(function, signature(function).parameters)


def _bound(method: Any) -> dict[str, Any]:
    """The parameters of a method as those see it who have the object."""
    return dict(list(signature(method).parameters.items())[1:])


def _functions(rule: Any) -> Iterable[Any]:
    for item in [*rule.input, *rule.params]:
        flagged = getattr(item, "_file", item)
        function = getattr(flagged, "callable", None) or flagged
        if callable(function):
            yield function


def _hears_alone(workflow: Any) -> bool:
    """Whether this is a dry run that only swav's logger shows, and not every word was asked for."""
    settings, handlers = workflow.output_settings, workflow.logger_manager.plugin_handlers
    logger = workflow.logger_manager.logger
    ours = [type(handler).__module__ == "snakemake_logger_plugin_swav" for handler in handlers]
    others = len(logger.handlers) - 1  # all of ours are behind one
    seen = settings.verbose or settings.printshellcmds
    heard = logger.isEnabledFor(INFO) and ours and all(ours) and not others
    return bool(settings.dryrun and heard and not seen)


class _Listed(NamedTuple):
    """What swav's logger looks at of a job: a message only where that is the job's name."""

    rule_name: str
    rule_msg: str
    wildcards: Mapping[str, str]
    output: list[str]
    resources: Any


def _listed_by(handlers: Iterable[Any]) -> Callable[..., None]:
    """``Job.log_info`` that tells swav's loggers of a job without a record for each of them."""

    def listed(job: Any, indent: bool = False, printshellcmd: bool = True) -> None:
        wildcards, rule = job.wildcards_dict, job.rule
        named = "shot" in wildcards or "name" in wildcards
        claims = job.resources if "gpu" in set(rule.resources.keys()) else None
        told = _Listed(rule.name, "" if named else job.message, wildcards, list(job.output), claims)
        for handler in handlers:
            handler.list_job(told)

    return listed


class _SpecOfConda(property):
    """``Job.conda_env_spec`` that works out no parameters of a job whose rule names no environment."""

    def __get__(self, job: Any, owner: Any = None) -> Any:
        if job is not None and job.rule.conda_env is None:
            return None
        return super().__get__(job, owner)
