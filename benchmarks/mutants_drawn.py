"""Do the tests notice what nobody chose? In the code that a test file names, one thing at random is broken.

    python benchmarks/mutants_drawn.py --count 60 --seed 7            one mutant for each of 60 test files
    python benchmarks/mutants_drawn.py --count 60 --seed 7 --jobs 4   so many at a time
    python benchmarks/mutants_drawn.py --seed 7 --only titles         files whose path holds the word
    python benchmarks/mutants_drawn.py --seed 7 tests/media/test_formats.py    these files

Test files are drawn by the seed, each by its own path, so that a file that is new moves no other one. For
each is drawn a function or class that it imports by name from the package that it mirrors, and in that a
comparison, a sign, a condition, a number, what is returned or a step that is left out. The whole file must
fail. A mutant whose line the file never runs is drawn again. The exit code is 1 if one survived.
"""

import argparse
import ast
import random
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

from mutants import LIMIT, REPOSITORY, copy_of_the_code, run

MOST_DRAWN = 4
"""Times that a mutant is drawn for one file until its line is run there."""
OPPOSITES = {
    ast.Lt: ">=", ast.GtE: "<", ast.Gt: "<=", ast.LtE: ">", ast.Eq: "!=", ast.NotEq: "==",
    ast.In: "not in", ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is",
    ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.FloorDiv: "*",
    ast.And: "or", ast.Or: "and",
}  # fmt: skip
RUNS = """
import sys
HERE, LINES, SEEN = {file!r}, range({first}, {last} + 1), {seen!r}
def lines(frame, event, argument):
    if frame.f_lineno in LINES:
        open(SEEN, "w").close()
    return lines
def calls(frame, event, argument):
    return lines if frame.f_code.co_filename == HERE else None
sys.settrace(calls)
import threading
threading.settrace(calls)
"""


@dataclass(frozen=True)
class Mutant:
    """One place of a module, and what stands there instead."""

    test: str
    file: str
    first: int
    last: int
    """Lines, from 1."""
    start: int
    end: int
    """Bytes of the module, from 0."""
    new: str

    def applied(self, whole: bytes) -> bytes:
        return whole[: self.start] + self.new.encode() + whole[self.end :]

    def __str__(self) -> str:
        whole = (REPOSITORY / self.file).read_bytes()
        old = whole[self.start : self.end].decode()
        return f"{self.test}: {self.file}:{self.first}: {old!r} -> {self.new!r}"


def drawn(test: Path, rng: random.Random) -> Iterator[Mutant]:
    """Mutants of what a test file imports by name, in random order."""
    own, found = test.relative_to(REPOSITORY / "tests").parts[:-1], []
    for node in ast.walk(ast.parse(test.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and _is_about(node.module or "", own):
            file = REPOSITORY / (node.module.replace(".", "/") + ".py")
            names = {alias.name for alias in node.names}
            found += [(file, name) for name in sorted(names)] if file.is_file() else []
    rng.shuffle(found)
    for file, name in found:
        whole = file.read_bytes()
        for node in ast.parse(whole).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
                places = list(broken(node, whole))
                rng.shuffle(places)
                about = str(test.relative_to(REPOSITORY)), str(file.relative_to(REPOSITORY))
                yield from (Mutant(*about, *place) for place in places)


def _is_about(module: str, own: tuple[str, ...]) -> bool:
    """Whether a test in the folder ``own`` mirrors a module; errors and configurations all tests name."""
    parts = module.split(".")
    return (
        parts[0] == "swav"
        and tuple(parts[1 : 1 + len(own)]) == own
        and parts[1:] not in (["errors"], ["config"])
    )


def broken(top: ast.AST, whole: bytes) -> Iterator[tuple[int, int, int, int, str]]:
    """Lines, bytes and the other text of every place below ``top`` that can be broken."""
    lines = whole.splitlines(keepends=True)
    begins = [sum(map(len, lines[:number])) for number in range(len(lines))]

    def at(first: ast.AST, last: ast.AST) -> tuple[int, int, int, int]:
        start, end = begins[first.lineno - 1] + first.col_offset, begins[last.end_lineno - 1]
        return first.lineno, last.end_lineno, start, end + last.end_col_offset

    def between(left: ast.AST, right: ast.AST, new: str) -> tuple[int, int, int, int, str]:
        start = begins[left.end_lineno - 1] + left.end_col_offset
        end = begins[right.lineno - 1] + right.col_offset
        closing = whole[start:end].decode()
        brackets = [letter for letter in closing if letter in "()"]
        kept = "".join(b for b in brackets if b == ")"), "".join(b for b in brackets if b == "(")
        return left.lineno, right.end_lineno, start, end, f"{kept[0]} {new} {kept[1]}"

    for node in _bodies(top):
        if isinstance(node, ast.Compare) and type(node.ops[0]) in OPPOSITES:
            yield between(node.left, node.comparators[0], OPPOSITES[type(node.ops[0])])
        elif isinstance(node, ast.BinOp) and type(node.op) in OPPOSITES and not _text(node):
            yield between(node.left, node.right, OPPOSITES[type(node.op)])
        elif isinstance(node, ast.BoolOp):
            yield between(node.values[0], node.values[1], OPPOSITES[type(node.op)])
        elif isinstance(node, ast.Constant) and type(node.value) is bool:
            yield *at(node, node), str(not node.value)
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield *at(node, node), str(node.value + 1)
        elif isinstance(node, ast.If | ast.IfExp | ast.While):
            part = at(node.test, node.test)
            yield *part, f"(not ({whole[part[2] : part[3]].decode()}))"
        elif isinstance(node, ast.Return) and node.value and not isinstance(node.value, ast.Constant):
            yield *at(node.value, node.value), "None"
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield *at(node, node), "pass"


def _bodies(top: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run when it is called: no annotations, defaults or decorators, no messages."""
    for node in ast.iter_child_nodes(top):
        if isinstance(node, ast.arguments | ast.AnnAssign | ast.Raise | ast.JoinedStr | ast.keyword):
            continue
        if node not in getattr(top, "decorator_list", []) and node is not getattr(top, "returns", None):
            yield node
            yield from _bodies(node)


def _text(node: ast.BinOp) -> bool:
    sides = (node.left, node.right)
    return any(
        isinstance(side, ast.JoinedStr | ast.List | ast.Tuple | ast.Set | ast.Dict) for side in sides
    ) or any(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in sides)


def tried(test: Path, seed: int, copy: Path, limit: float) -> str:
    """What becomes of one test file: ``killed``, ``survived: ...``, or why it could not be tried."""
    mutants = drawn(test, random.Random(f"{seed} {test.relative_to(REPOSITORY)}"))
    for _, mutant in zip(range(MOST_DRAWN), mutants, strict=False):
        file = copy / mutant.file
        whole = file.read_bytes()
        file.write_bytes(mutant.applied(whole))
        try:
            code = run(mutant.test, copy, limit=limit)
        finally:
            file.write_bytes(whole)
        if code == 1:
            return "killed"
        if code == 0 and _is_run(mutant, copy):
            return f"survived: {mutant}"
        if code != 0:
            return f"not tried, pytest ended with {code}: {mutant}"
    return f"not tried, nothing that it runs was drawn: {test.relative_to(REPOSITORY)}"


def _is_run(mutant: Mutant, copy: Path) -> bool:
    """Whether a test file runs the lines at all."""
    seen, plugin = copy / "seen", copy / "tests" / "mutants_tracer.py"
    seen.unlink(missing_ok=True)
    facts = {"file": str(copy / mutant.file), "first": mutant.first, "last": mutant.last, "seen": str(seen)}
    plugin.write_text(RUNS.format(**facts))
    run(mutant.test, copy, "-p", "mutants_tracer")
    plugin.unlink()
    return seen.exists()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path, help="test files; without any, so many are drawn")
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", default="", help="a word in the test file's path")
    parser.add_argument("--limit", type=float, default=LIMIT, help="seconds after which a file hangs")
    given = parser.parse_args()
    tests = [file.resolve() for file in given.files] or sorted(
        (file for file in (REPOSITORY / "tests").rglob("test_*.py") if given.only in str(file)),
        key=lambda file: random.Random(f"{given.seed} {file.relative_to(REPOSITORY)}").random(),
    )
    tests = [test for test in tests if next(drawn(test, random.Random(0)), None)][: given.count]
    counts: Counter[str] = Counter()
    with ExitStack() as stack:
        copies: Queue[Path] = Queue()
        for _ in range(given.jobs):
            copies.put(stack.enter_context(copy_of_the_code()))

        def in_a_copy(test: Path) -> str:
            copy = copies.get()
            try:
                return tried(test, given.seed, copy, given.limit)
            finally:
                copies.put(copy)

        with ThreadPoolExecutor(given.jobs) as pool:
            for found in pool.map(in_a_copy, tests):
                counts[found.partition(":")[0].partition(",")[0]] += 1
                if found != "killed":
                    print(found, flush=True)
                print(f"\r{counts.total()} of {len(tests)}", end="", file=sys.stderr, flush=True)
    print(f"\nmutants of {len(tests)} test files: {counts['killed']} killed, ", end="")
    print(f"{counts['survived']} survived, {counts['not tried']} not tried")
    return 1 if counts["survived"] else 0


if __name__ == "__main__":
    sys.exit(main())
