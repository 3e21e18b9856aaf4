"""What a start leaves undone or puts off: the same is said, opened, compared and printed without it."""

import dataclasses
import json
import os
import subprocess
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from places import REPOSITORY
from project import Project
from smart_open import parse_uri as their_uri
from snakemake import sourcecache
from snakemake.exceptions import WorkflowError
from snakemake.sourcecache import LocalSourceFile, SourceCache

from swav.reel import lean_sources, lean_values, likely

BOARD = {
    "title": "Start",
    "size": "128x72",
    "fps": 12,
    "music": {"engine": "none"},
    "shots": [
        {"id": "a", "card": {"title": "A"}, "duration": 2, "transition": "fade"},
        {"id": "b", "prompt": 'a harbour at dawn, a sign that reads "Pier 4"', "duration": 2},
        {"id": "c", "prompt": "a boat", "narration": "It sails at 9 on 1 May 2026.", "duration": 2},
    ],
}

STARTED = """
import atexit, json, sys
from snakemake import cli
from swav.reel import lean, lean_sources, lean_values

if sys.argv.pop(1) == "whole":
    lean.keep_all = lean_values.put_off_methods = lean_sources.read_here = lambda: None
atexit.register(lambda: print(json.dumps(sorted(sys.modules))))
sys.argv[0] = "snakemake"
cli.main()
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    """A film of which nothing is built."""
    made = Project(tmp_path_factory.mktemp("start") / "reel", BOARD, {"engine": "animatic"})
    (made.folder / "start.py").write_text(STARTED)
    return made


def started(project, how: str, *options: str) -> tuple[list[str], list[str], set[str]]:
    """What a run says on either stream, in any order, as that of jobs is open, and what it imported."""
    command = [sys.executable, "start.py", how, "-s", str(REPOSITORY / "Snakefile"), *options]
    done = subprocess.run(
        command,
        cwd=project.folder,
        env=project.environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    *said, modules = done.stdout.splitlines()
    return sorted(said), sorted(done.stderr.replace(",", " ").split()), set(json.loads(modules))


@pytest.fixture(scope="module")
def dry(project):
    return started(project, "lean", "-n")


def test_a_start_says_and_writes_what_it_did_with_all_of_it(project, dry):
    cuts = {path: path.read_bytes() for path in (project.folder / "build/cuts").iterdir()}
    whole = started(project, "whole", "-n")
    assert dry[:2] == whole[:2] and "draw" in dry[1]
    assert cuts == {path: path.read_bytes() for path in (project.folder / "build/cuts").iterdir()}
    assert "smart_open" in whole[2]


OF_A_START = {"numpy", "swav.reel.stamp", "swav.reel.signing", "swav.review.approving"}
"""What both a start and the jobs of a build import: the first because Snakemake does."""


def packages(modules: set[str]) -> set[str]:
    return {module.partition(".")[0] for module in modules} - sys.stdlib_module_names


def test_a_start_imports_no_library_beyond_snakemakes_own(project, dry):
    """``packaging`` is what ``min_version`` asks for."""
    alone = started(project, "lean", "--version")[2]
    assert packages(dry[2]) - packages(alone) == {"packaging", "stub_engine"}


def test_a_start_imports_nothing_that_only_jobs_want(dry):
    assert dry[2] & set(likely.MODULES) == OF_A_START


def test_commands_are_imported_as_cheaply_and_look_for_garbage_after_that():
    code = (
        "import gc, swav.__main__ as command\n"
        "import swav.cli\n"
        "swav.cli.main = lambda: print(gc.isenabled(), gc.get_freeze_count() > 1000)\n"
        "command.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.split() == ["True", "True"]


# --- Snakefiles


@pytest.fixture
def as_they_were(monkeypatch):
    """Snakemake's own ways of opening Snakefiles, which come back after a test."""
    monkeypatch.setattr(sourcecache, "parse_uri", sourcecache.parse_uri)
    monkeypatch.setattr(SourceCache, "_open", SourceCache._open)
    return sourcecache.parse_uri, SourceCache._open


@pytest.mark.parametrize(
    "path", ["/films/Snakefile", "/films/a b/ü#1?.smk", "/films/x.smk.gz", "/films/a:b", "/films//x/../y"]
)
def test_a_path_of_this_machine_is_what_snakemake_says_it_is(as_they_were, path):
    lean_sources.read_here()
    assert sourcecache.parse_uri(path) == their_uri(path)
    assert (sourcecache.parse_uri(path).scheme, sourcecache.parse_uri(path).uri_path) == ("file", path)


@pytest.mark.parametrize(
    "path", ["rules/cut.smk", "~/Snakefile", "file:///films/Snakefile", "https://example.org/Snakefile"]
)
def test_all_other_paths_are_asked_of_snakemake(as_they_were, path):
    lean_sources.read_here()
    assert sourcecache.parse_uri is not as_they_were[0] and not isinstance(
        sourcecache.parse_uri(path), lean_sources.Uri
    )
    assert sourcecache.parse_uri(path) == their_uri(path)


def test_a_file_of_this_machine_is_opened_as_snakemake_opens_it(as_they_were, tmp_path):
    file = tmp_path / "x.smk"
    file.write_bytes("rule ü:\r\n".encode())
    lean_sources.read_here()
    cache = SourceCache(tmp_path / "cache")
    for mode in ("r", "rb"):
        for path in (str(file), file):
            with (
                cache._open(LocalSourceFile(path), mode, encoding="utf-8") as ours,
                as_they_were[1](cache, LocalSourceFile(path), mode, encoding="utf-8") as theirs,
            ):
                assert ours.read() == theirs.read()
    with cache.open(LocalSourceFile(str(file))) as found:
        assert found.read() == "rule ü:\n" and found.encoding.lower() == "utf-8"


def test_what_cannot_be_opened_is_told_as_snakemake_tells_it(as_they_were, tmp_path):
    lean_sources.read_here()
    with pytest.raises(WorkflowError, match="Failed to open source file"):
        SourceCache(tmp_path)._open(LocalSourceFile(str(tmp_path / "gone.smk")), "r", encoding="utf-8")


def test_a_snakemake_that_opens_them_otherwise_is_left_as_it_is(as_they_were, monkeypatch):
    def other(self, source_file, mode):
        raise AssertionError

    monkeypatch.setattr(SourceCache, "_open", other)
    lean_sources.read_here()
    assert SourceCache._open is other and sourcecache.parse_uri is as_they_were[0]


def test_they_are_replaced_once(as_they_were):
    lean_sources.read_here()
    opened = SourceCache._open
    lean_sources.read_here()
    assert SourceCache._open is opened


# --- values

VALUES = '''
from dataclasses import dataclass, field
from functools import cached_property

@dataclass(frozen=True)
class Point:
    x: int
    y: int = field(default=0, compare=False)
    shown: str = field(default="", repr=False)

    @cached_property
    def far(self):
        return self.x > 10

@dataclass(frozen=True)
class Deep(Point):
    """A point with a depth."""
    z: tuple = ()

@dataclass(frozen=True, slots=True)
class Slotted:
    x: int

@dataclass(order=True)
class Ordered:
    x: int

@dataclass
class Loop:
    inner: list = field(default_factory=list)

@dataclass(unsafe_hash=True)
class Hashed:
    x: int

@dataclass(frozen=True)
class Own:
    x: int
    def __repr__(self):
        return "own"
    def __eq__(self, other):
        return NotImplemented
'''


@pytest.fixture(params=["put off", "at once"])
def values(request, monkeypatch):
    """Classes made in either way."""
    if request.param == "put off":
        monkeypatch.setattr(dataclasses, "_create_fn", dataclasses._create_fn, raising=False)
        lean_values.put_off_methods()
    names = {"__name__": __name__}
    exec(compile(VALUES, "values", "exec", dont_inherit=True), names)
    return names


def test_values_print_compare_and_hash_alike(values):
    Point, Deep, Slotted = values["Point"], values["Deep"], values["Slotted"]
    for _ in range(2):  # before and after a method was made
        assert repr(Point(1, 2, "s")) == "Point(x=1, y=2)"
        assert repr(Deep(1, z=(3,))) == "Deep(x=1, y=0, z=(3,))"
        assert Point(1, 2) == Point(1, 3) and Point(1) != Point(2) and Point(1) != Deep(1) and Point(1) != 1
        assert hash(Point(1, 2, "s")) == hash((1, "s")) and hash(Deep(1)) == hash((1, "", ()))
        assert {Point(1), Point(1, 5), Point(2)} == {Point(1), Point(2)}
        assert (
            Slotted(1) == Slotted(1) and hash(Slotted(1)) == hash((1,)) and repr(Slotted(1)) == "Slotted(x=1)"
        )
    assert Point.__repr__.__name__ == "__repr__" and Point.__eq__.__qualname__ == "Point.__eq__"


def test_frozen_values_stay_frozen(values):
    Point, Deep, Slotted = values["Point"], values["Deep"], values["Slotted"]
    for _ in range(2):
        for value in (Point(1), Deep(1), Slotted(1)):
            with pytest.raises(FrozenInstanceError, match="cannot assign to field 'x'"):
                value.x = 2
            with pytest.raises(FrozenInstanceError, match="cannot delete field 'x'"):
                del value.x
            assert value.x == 1
    assert Point(11).far and dataclasses.replace(Point(1, 2), x=3) == Point(3)


def test_other_kinds_of_values_are_alike_too(values):
    Ordered, Loop, Hashed, Own = (values[name] for name in ("Ordered", "Loop", "Hashed", "Own"))
    for _ in range(2):
        assert Ordered(1) < Ordered(2) <= Ordered(2) and sorted([Ordered(2), Ordered(1)])[0].x == 1
        with pytest.raises(TypeError):
            Ordered(1) < 1  # noqa: B015
        with pytest.raises(TypeError, match="unhashable"):
            hash(Ordered(1))
        assert hash(Hashed(1)) == hash((1,))
        loop = Loop()
        loop.inner.append(loop)
        assert repr(loop).endswith("Loop(inner=[...])]") or repr(loop).endswith("Loop(inner=[...])")
        assert repr(Own(1)) == "own" and Own(1) != Own(1)


def test_a_method_is_itself_when_it_was_called(monkeypatch):
    if not hasattr(dataclasses, "_create_fn"):
        return  # Python compiles them together: nothing is put off
    compiled, create = [], dataclasses._create_fn

    def counted(name, args, body, *, globals=None, locals=None, return_type=dataclasses.MISSING):
        compiled.append(name)
        return create(name, args, body, globals=globals, locals=locals, return_type=return_type)

    monkeypatch.setattr(dataclasses, "_create_fn", counted)
    lean_values.put_off_methods()
    names = {"__name__": __name__}
    exec(compile(VALUES, "values", "exec", dont_inherit=True), names)
    assert set(compiled) == {"__init__"}
    Point = names["Point"]
    before = Point.__eq__
    assert Point(1) == Point(1) and compiled[-1] == "__eq__"
    assert Point.__eq__ is not before and Point.__eq__.__code__.co_filename == "<string>"
    assert Point(1) == Point(1) and compiled.count("__eq__") == 1


# --- garbage


@pytest.mark.parametrize(("then", "looks"), [("", False), ("lean.collect_again()", True)])
def test_garbage_is_not_looked_for_at_the_end_of_a_start(then, looks):
    """Python looks through all that is there several times when a process ends."""
    code = (
        "import gc, os\n"
        "from swav.reel import lean\n"
        "class Seen:\n"
        "    def __del__(self, write=os.write): write(1, b'seen')\n"
        f"lean.keep_all(); {then}\n"
        "seen = Seen(); seen.itself = seen; del seen\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert (done.stdout == "seen") == looks, done


def test_what_was_written_is_kept_all_the_same(tmp_path):
    file = Path(tmp_path / "log")
    code = (
        "import logging, sys\n"
        "from swav.reel import lean\n"
        "lean.keep_all()\n"
        f"logging.basicConfig(filename={os.fspath(file)!r}, level=20)\n"
        "logging.info('written'); print('said'); sys.stderr.write('told')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert (done.stdout, done.stderr) == ("said\n", "told") and "written" in file.read_text()
