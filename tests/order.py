"""The order in which files of tests begin: the dearest first, so that no process is alone at the end.

What a file takes is told by what it holds, since a table of seconds would be wrong within weeks: environments
of engines take longest, then PyTorch, then builds and whatever is marked as slow. Among equals the file with
more tests begins. A run says which files took long and begin late all the same.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from types import ModuleType

import pytest

DEAR = (
    {"engine_environments"},
    {"torch", "tiny_wan22", "wan22_site", "tiny_pipelines", "slurm_cluster"},
    {"project", "resident_project", "in_process"},
)
"""Modules that a file's tests stand on, the dearest first."""
LATE = "begins_late"
"""A keyword of the first test of a file that begins after all of those, for the report."""
LONG_SECONDS = 60
"""A file that takes no longer may come last."""


def rank(tests: list[pytest.Item]) -> int:
    """How soon a file begins, whose tests these are: 0 is first."""
    stands_on = {
        value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
        for value in vars(tests[0].module).values()
    }
    slow = any(test.get_closest_marker("slow") for test in tests)
    dear = (number for number, names in enumerate(DEAR) if names & stands_on)
    return next(dear, len(DEAR) - slow)


def by_file(items: Iterable[pytest.Item]) -> dict[str, list[pytest.Item]]:
    """Tests by the path of their file, in the order in which they come."""
    files: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        files[str(item.path)].append(item)
    return files


def dearest_first(items: list[pytest.Item]) -> list[pytest.Item]:
    """The same tests, file by file: alike in every process of a run, as pytest-xdist wants it."""
    files = sorted(by_file(items).values(), key=lambda tests: (rank(tests), -len(tests)))
    for tests in files:
        if rank(tests) == len(DEAR):
            tests[0].keywords[LATE] = True
    return [item for tests in files for item in tests]


def shuffled(items: list[pytest.Item], seed: int) -> list[pytest.Item]:
    """The same tests with the files in any order, and the tests in each of them."""
    chance, files = random.Random(seed), list(by_file(items).values())
    chance.shuffle(files)
    for tests in files:
        chance.shuffle(tests)
    return [item for tests in files for item in tests]


def late_and_long(reports: Iterable[pytest.TestReport]) -> list[str]:
    """Sentences on files that took long though nothing in them says so."""
    seconds: Counter[str] = Counter()
    late = set()
    for report in reports:
        file = report.nodeid.partition("::")[0]
        seconds[file] += report.duration
        if LATE in report.keywords:
            late.add(file)
    return [
        f"{file} took {taken:.0f} s and begins late: mark its longest test as slow"
        for file, taken in seconds.most_common()
        if taken > LONG_SECONDS and file in late
    ]
