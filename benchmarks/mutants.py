"""Do the tests notice? One line of the code is broken at a time, and the test that is about it must fail.

    python benchmarks/mutants.py                 all of mutants.yaml, in copies of the last commit
    python benchmarks/mutants.py --jobs 8        so many at a time
    python benchmarks/mutants.py --only titles   those whose test's name holds the word

Prints who survived, and a count. The exit code is 1 if one survived, or if one could not be tried: its line
is no longer in the code exactly once, or its test is gone.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import Queue

import yaml

REPOSITORY = Path(__file__).parents[1]
MUTANTS = Path(__file__).with_suffix(".yaml")
LIMIT = 300
"""Seconds after which a test that hangs by its mutant counts as failed."""
_FAILED = 1  # pytest's exit code for tests that ran and failed; 2 and above: they could not run


@contextmanager
def copy_of_the_code():
    """A worktree of the last commit, in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="swav-mutants-") as folder:
        copy = Path(folder, "swav")
        git = ["git", "-C", str(REPOSITORY), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(copy), "HEAD"], check=True)
        try:
            yield copy
        finally:
            subprocess.run([*git, "remove", "--force", str(copy)], check=True)


def tried(mutant: dict[str, str], copy: Path) -> str:
    """What becomes of one: ``killed``, ``survived``, or why it could not be tried."""
    file = copy / mutant["file"]
    whole = file.read_text(encoding="utf-8") if file.exists() else ""
    if whole.count(mutant["old"]) != 1:
        return f"its line is {whole.count(mutant['old'])} times in {mutant['file']}"
    file.write_text(whole.replace(mutant["old"], mutant["new"]), encoding="utf-8")
    try:
        code = run(mutant["test"], copy)
    finally:
        file.write_text(whole, encoding="utf-8")
    return "survived" if code == 0 else "killed" if code == _FAILED else f"pytest ended with {code}"


def run(test: str, copy: Path, *options: str, limit: float = LIMIT) -> int:
    """Run one test in a copy, which is the package that it imports; pytest's exit code."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        test,
        "-n",
        "0",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        *options,
    ]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(copy), str(copy / "tests")]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    try:
        return subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, timeout=limit
        ).returncode
    except subprocess.TimeoutExpired:
        return _FAILED


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", default="", help="a word in the test's name")
    given = parser.parse_args()
    mutants = [one for one in yaml.safe_load(MUTANTS.read_text()) if given.only in one["test"]]
    counts: Counter[str] = Counter()
    with ExitStack() as stack:
        copies: Queue[Path] = Queue()
        for _ in range(given.jobs):
            copies.put(stack.enter_context(copy_of_the_code()))

        def in_a_copy(mutant: dict[str, str]) -> str:
            copy = copies.get()
            try:
                return tried(mutant, copy)
            finally:
                copies.put(copy)

        with ThreadPoolExecutor(given.jobs) as pool:
            for mutant, found in zip(mutants, pool.map(in_a_copy, mutants), strict=True):
                counts[found if found in ("killed", "survived") else "not tried"] += 1
                if found != "killed":
                    print(f"{found}: {mutant['file']}: {mutant['new'].strip()}: {mutant['test']}", flush=True)
                print(f"\r{counts.total()} of {len(mutants)}", end="", file=sys.stderr, flush=True)
    files = len({mutant["test"].partition("::")[0] for mutant in mutants})
    print(f"\n{len(mutants)} mutants in {files} test files: {counts['killed']} killed, ", end="")
    print(f"{counts['survived']} survived, {counts['not tried']} not tried")
    return 0 if counts["killed"] == len(mutants) else 1


if __name__ == "__main__":
    sys.exit(main())
