"""A graph of thousands of jobs: what Snakemake works out for each job and file of it, and no film needs.

Snakemake keeps a list of names, a dictionary of flags and two copies of its path for every file of every job,
asks for the dates of files that are ``ancient``, and names the log and the benchmark of every job three times
before any runs. Each function here replaces a method by one that answers the same, in the Snakemake for which
it was written; where something is asked that films do not ask (stored files, checkpoints, modules), what was
replaced answers. A later Snakemake is left as it is. A test compares the jobs and reasons with and without.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from functools import wraps
from os.path import lexists
from types import MappingProxyType
from typing import Any

WRITTEN_FOR = "9.27."
"""Begins the version of the Snakemake whose methods are replaced."""
_NOTHING: frozenset[Any] = frozenset()
_ANCIENT = "_swav_reads_ancient_files_alone"
_NEAR = "_swav_rules_of_a_folder"
_OVERRIDABLE = ("index", "sort")
"""The names of a list's methods that an item of a rule's input may have."""


def spare_graph() -> None:
    """Build the graph of this process with what a film needs of it."""
    import snakemake
    from snakemake.dag import DAG
    from snakemake.io import IOCache, _IOFile
    from snakemake.iocontainers import AttributeGuard, Namedlist
    from snakemake.jobs import Job
    from snakemake.output_index import OutputIndex
    from snakemake.rules import Rule

    if not snakemake.__version__.startswith(WRITTEN_FOR) or hasattr(Rule.expand_input, "__wrapped__"):
        return
    for name in _OVERRIDABLE:
        setattr(Namedlist, name, AttributeGuard(name))
    Namedlist._allowed_overrides = list(_OVERRIDABLE)
    Namedlist._names = MappingProxyType({})
    Namedlist._set_name = _with_names_of_its_own(Namedlist._set_name)
    Namedlist.__init__ = _few_attributes(Namedlist.__init__)
    _IOFile.is_storage = property(_is_stored)
    _IOFile.is_ancient = property(_is_ancient)
    _IOFile.exists = _listed_there(_IOFile.exists)
    _IOFile.inventory = _listed_once(_IOFile.inventory)
    IOCache.mtime_inventory = _no_dates
    Job.__init__ = _few_sets(Job.__init__)
    Job.output_mintime = property(_oldest(Job.output_mintime.fget))
    Job.missing_output = _missing(Job.missing_output)
    Job.check_protected_output = _protected
    Job.group = property(_alone(Job.group.fget), Job.group.fset)
    Job.is_valid = _valid_as_its_rule(Job.is_valid)
    DAG.cache_job = _known_by_output(DAG.cache_job)
    OutputIndex.match = _by_folder
    Rule.get_wildcards = _matched(Rule.get_wildcards)
    Rule.expand_output = _plain_outputs(Rule.expand_output)
    Rule.expand_input = _shared_inputs(Rule.expand_input)


# --- lists and files


def _few_attributes(whole: Callable[..., None]) -> Callable[..., None]:
    """``Namedlist.__init__`` that leaves to its class what most lists have alike: guards, and no names."""
    from snakemake.iocontainers import Namedlist

    @wraps(whole)
    def begin(
        self: Any,
        toclone: Iterable[Any] | None = None,
        fromdict: Mapping[str, Any] | None = None,
        plainstr: bool = False,
        strip_constraints: bool = False,
        custom_map: Callable[[Any], Any] | None = None,
    ) -> None:
        if plainstr or strip_constraints or custom_map is not None:
            whole(self, toclone, fromdict, plainstr, strip_constraints, custom_map)
            return
        list.__init__(self, () if toclone is None else toclone)
        if isinstance(toclone, Namedlist):
            self._take_names(toclone._get_names())
        for name, item in (fromdict or {}).items():
            self.append(item)
            self._add_name(name)

    return begin


def _with_names_of_its_own(whole: Callable[..., None]) -> Callable[..., None]:
    """``Namedlist._set_name`` for a list that had no names so far."""

    @wraps(whole)
    def set_name(self: Any, name: str, index: int, end: int | None = None) -> None:
        if "_names" not in self.__dict__:
            self._names = {}
        whole(self, name, index, end)

    return set_name


def _is_stored(file: Any) -> bool:
    path = file._file
    return type(path) is not str and bool(getattr(path, "flags", {}).get("storage_object"))


def _is_ancient(file: Any) -> bool:
    path = file._file
    return type(path) is not str and bool(getattr(path, "flags", {}).get("ancient"))


def _plain_outputs(whole: Callable[..., Any]) -> Callable[..., Any]:
    """``Rule.expand_output`` of outputs without flags: a file is no annotated copy of its path."""
    from snakemake.io import _IOFile
    from snakemake.io import apply_wildcards as fill
    from snakemake.iocontainers import OutputFiles

    @wraps(whole)
    def expand_output(self: Any, wildcards: Mapping[str, Any]) -> Any:
        paths = [fill(pattern._file, wildcards) for pattern in self.output if not pattern.flags]
        if len(paths) < len(self.output) or any("<" in path for path in paths):  # path variables
            return whole(self, wildcards)
        files = OutputFiles(_file(_IOFile, path, self) for path in paths)
        files._take_names(self.output._get_names())
        for file in files:
            file.check()
        return files, dict(zip(files, self.output, strict=True))

    return expand_output


def _file(kind: type, path: str, rule: Any) -> Any:
    """What ``IOFile`` makes of a path without path variables and a slash at its end."""
    file = str.__new__(kind, path)
    file._is_callable, file._file, file.rule = False, path, rule
    file._regex = file._wildcard_constraints = None
    return file


def _listed_there(whole: Callable[..., Any]) -> Callable[..., Any]:
    """``_IOFile.exists`` where the file's folder was listed, which nearly all are."""

    @wraps(whole)
    async def exists(self: Any) -> bool:
        cache, parent = self.rule.workflow.iocache, self.rpartition("/")[0]
        if cache.active and parent in cache.exists_local.has_inventory and not self.is_storage:
            return cache.exists_local.get(self, False)
        return await whole(self)

    return exists


def _listed_once(whole: Callable[..., Any]) -> Callable[..., Any]:
    """``_IOFile.inventory`` that goes round the loop of events for a folder, not for each of its files.

    A folder that is not there is listed too, with nothing in it: none of its files is looked for.
    """

    @wraps(whole)
    async def inventory(self: Any) -> None:
        cache, folder = self.rule.workflow.iocache, self.rpartition("/")[0]
        if self.is_storage or folder not in cache.exists_local.has_inventory:
            await whole(self)
            if folder and cache.active and not self.is_storage and not lexists(folder):
                cache.exists_local.has_inventory.add(folder)

    return inventory


# --- dates


async def _no_dates(self: Any, jobs: Iterable[Any], n_workers: int = 8) -> None:
    """``IOCache.mtime_inventory``: dates are read where they are asked for, of ``ancient`` files never."""


def _oldest(whole: Callable[..., Any]) -> Callable[..., Any]:
    """``Job.output_mintime``: no date where none of what a job reads is compared with it."""

    @wraps(whole)
    async def oldest(self: Any) -> float | None:
        return None if _reads_ancient_files_alone(self.rule) else await whole(self)

    return oldest


def _missing(whole: Callable[..., Any]) -> Callable[..., Any]:
    """``Job.missing_output`` of outputs that are files: asked whether they are there, and nothing else."""

    @wraps(whole)
    async def missing(self: Any, requested: Iterable[Any]) -> AsyncIterator[Any]:
        if any(file.flags for file in self.output):
            async for file in whole(self, requested):
                yield file
            return
        for file in requested:
            if not await file.exists():
                yield file

    return missing


async def _protected(self: Any) -> None:
    """``Job.check_protected_output`` without a task for each file."""
    from snakemake.exceptions import ProtectedOutputException

    if found := [file for file in self.output if await file.protected()]:
        raise ProtectedOutputException(self, found)


# --- jobs


def _alone(whole: Callable[..., Any]) -> Callable[..., Any]:
    """``Job.group`` where no rule names one, and nobody else did."""

    @wraps(whole)
    def group(self: Any) -> Any:
        named = self._group or self.rule._group or self.rule.workflow.group_settings.overwrite_groups
        return whole(self) if named else None

    return group


def _few_sets(whole: Callable[..., None]) -> Callable[..., None]:
    """``Job.__init__`` that keeps no set of its own where there is nothing in it."""
    sets = ("temp_output", "protected_output", "touch_output", "pipe_or_service_output", "_queue_input")

    @wraps(whole)
    def begin(self: Any, *given: Any, **named: Any) -> None:
        whole(self, *given, **named)
        for name in sets:
            if not getattr(self, name):
                setattr(self, name, _NOTHING)

    return begin


def _valid_as_its_rule(whole: Callable[..., None]) -> Callable[..., None]:
    """``Job.is_valid`` for one job of a rule: a pattern that has names for it has names for all.

    Snakemake refuses rules whose log or benchmark has other wildcards than what they make.
    """
    seen = set()

    @wraps(whole)
    def is_valid(self: Any) -> None:
        if self.rule not in seen:
            whole(self)
            seen.add(self.rule)

    return is_valid


def _known_by_output(whole: Callable[..., None]) -> Callable[..., None]:
    """``DAG.cache_job`` that names no log and no benchmark: no job reads one."""

    @wraps(whole)
    def cache_job(self: Any, job: Any) -> None:
        if not job.output:
            whole(self, job)
        for file in job.output:
            self.job_cache[job.rule, file] = job

    return cache_job


def _by_folder(self: Any, targetfile: str) -> set[Any]:
    """``OutputIndex.match``, which looks among the rules that make files of the target's folder."""
    folder = targetfile[: targetfile.rfind("/") + 1]
    folders = vars(self).setdefault(_NEAR, {})
    if folder not in folders:
        told = ((prefix, *rule) for prefix, rules in self._lookup._entries for rule in rules)
        near = (rule for rule in told if folder.startswith(rule[0]) or rule[0].startswith(folder))
        folders[folder] = list(near)
    return {
        rule
        for prefix, rule, suffix in folders[folder]
        if targetfile.startswith(prefix) and targetfile.endswith(suffix)
    }


def _matched(whole: Callable[..., Any]) -> Callable[..., Any]:
    """``Rule.get_wildcards`` of a file that fits what a rule makes: those of the job that asks are not tried.

    Names of shots, keys and engines hold neither the hyphen nor the slash that lies between them: a path is
    read in one way.
    """

    @wraps(whole)
    def get_wildcards(self: Any, requested_output: Any, wildcards_dict: Any = None) -> Any:
        if requested_output is not None and len(self.output) == 1:
            found = self.output[0].match(requested_output)
            if found and found.groupdict().keys() == self.wildcard_names:
                return found.groupdict()
        return whole(self, requested_output, wildcards_dict=wildcards_dict)

    return get_wildcards


def _shared_inputs(whole: Callable[..., Any]) -> Callable[..., Any]:
    """``Rule.expand_input`` of rules that read what is ``ancient``: a file is one object for its readers."""
    from snakemake.io import _IOFile
    from snakemake.iocontainers import InputFiles

    files: dict[str, Any] = {}

    def shared(path: str, rule: Any) -> Any:
        """The file; None where Snakemake looks for it elsewhere, or in another form."""
        if path not in files:
            file = _IOFile(path, rule=rule).apply_wildcards({})
            file.set_flags({"ancient": True})
            file.check()
            modifier = rule.input_modifier
            elsewhere = file != path or (modifier and modifier.modify(file, property="input") is not file)
            files[path] = None if elsewhere else file
        return files[path]

    @wraps(whole)
    def expand_input(self: Any, wildcards: Mapping[str, Any], groupid: Any = None) -> Any:
        if _reads_ancient_files_alone(self):
            found = InputFiles()
            for item in self.input:
                told, incomplete = self.apply_input_function(item, wildcards, groupid=groupid)
                paths = told if isinstance(told, list) else [told]
                known = not incomplete and all(type(path) is str and "{" not in path for path in paths)
                found.extend(shared(path, self) if known else None for path in paths)
            if None not in found:
                return found, {}, {}, False
        return whole(self, wildcards, groupid=groupid)

    return expand_input


def _reads_ancient_files_alone(rule: Any) -> bool:
    """Whether a rule's inputs are functions, have no names and no flag but ``ancient``."""
    from snakemake.io import is_callable

    known = vars(rule).get(_ANCIENT)
    if known is None:
        flags = [getattr(item, "flags", None) for item in rule.input if is_callable(item)]
        known = (
            not (rule.dependencies or rule.input._names)
            and not any(rule.workflow.modifier.default_input_flags)
            and flags == [{"ancient": True}] * len(rule.input)
        )
        setattr(rule, _ANCIENT, known)
    return known
