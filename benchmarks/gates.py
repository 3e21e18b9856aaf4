"""How well the gates see: ``python benchmarks/gates.py`` judges the labelled set and writes its tables.

Every clip of ``tests/labelled`` is drawn, measured and judged with the default limits. For each gate a table
says how many of its faults it failed (recall), how many of its failures on faulty and clean clips were right
(precision), and on how many clean clips it raised a false alarm; on both halves of the set, because limits
are tuned on the first one. Then one take of 5 s at 1280x720 is judged in a process of its own, for its cost.
The tables go to standard output and between the markers of ``docs/quality.md``.
"""

import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))
PAGE = REPOSITORY / "docs" / "quality.md"
FINDINGS = "<!-- written by benchmarks/gates.py -->", "<!-- end of what benchmarks/gates.py writes -->"
DEFAULTS = "<!-- defaults written by benchmarks/gates.py -->", "<!-- end of the defaults -->"

SEEN = {
    "bits": "tiny file",
    "lettering": "lettering",
    "frozen": "frozen",
    "black": "black",
    "flicker": "flicker",
}
"""Faults that the production saw: for them the target is a recall of 0.95."""
LONG_SECONDS = 5


@dataclass(frozen=True)
class Outcome:
    """What the gates made of one labelled clip."""

    name: str
    fault: str
    half: str
    status: str
    failed: tuple[str, ...]
    warned: tuple[str, ...]
    values: dict[str, float | None]


def clips_folder(keep: Path | None) -> Path | None:
    """Where drawn clips are kept, by what draws them: changed generators draw anew."""
    if keep is None:
        return None
    sources = sorted((REPOSITORY / "tests" / "labelled").glob("*.py"))
    drawn_by = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    return keep / drawn_by


def outcome(
    number: int, keep: Path | None = None, again: bool = False, without: Collection[str] = ()
) -> Outcome:
    """Draw, measure and judge the clip of that number in the labelled set, ``without`` some of the gates.

    ``keep`` is a folder for its clip and its measurement, which ``again`` judges instead of measuring.
    """
    from labelled import takes

    from swav.opencv import cv2
    from swav.quality.judge import judge
    from swav.quality.limits import Limits
    from swav.quality.measure import measure

    cv2.setNumThreads(1)
    take = takes()[number]
    with tempfile.TemporaryDirectory(prefix="swav-gates-") as folder:
        clip = (keep or Path(folder)) / f"{number}.mp4"
        record = clip.with_suffix(".json")
        if not clip.exists():
            take.write(clip)
        if not (again and record.exists()):
            asked = tuple(gate for gate in take.expected.gates if gate not in without)
            record.write_text(json.dumps(measure(clip, replace(take.expected, gates=asked))))
        verdict = judge(json.loads(record.read_text()), Limits())
    found = {finding.gate: finding for finding in verdict.findings}
    return Outcome(
        take.name,
        take.fault,
        take.half,
        verdict.status,
        tuple(gate for gate, finding in found.items() if finding.status == "fail"),
        tuple(gate for gate, finding in found.items() if finding.status == "warn"),
        {gate: finding.value for gate, finding in found.items()},
    )


def judged(workers: int, quick: bool, keep: Path | None, again: bool) -> list[Outcome]:
    """The outcomes of the whole set, or of every third clip of each fault.

    Progress, and what is misjudged, goes to standard error.
    """
    from labelled import takes

    numbers, turns = [], {}
    for number, take in enumerate(takes()):
        turn = turns[take.fault, take.half] = turns.get((take.fault, take.half), -1) + 1
        if not quick or turn % 3 == 0:
            numbers.append(number)
    outcomes, work = [], partial(outcome, keep=clips_folder(keep), again=again)
    with ProcessPoolExecutor(workers) as pool:
        for found in pool.map(work, numbers):
            outcomes.append(found)
            print(f"{len(outcomes)} of {len(numbers)}", *wrong([found]), file=sys.stderr, flush=True)
    return outcomes


def share(part: int, whole: int) -> str:
    """A share to two digits, or a dash where there is nothing to share."""
    return f"{part / whole:.2f}" if whole else "-"


def gate_row(gate: str, halves: list[list[Outcome]]) -> str:
    """One line of the table of gates: recall, precision and false alarms, tuning half / held-out half."""
    clips, recall, caught, precision, alarms = [], [], [], [], []
    for outcomes in halves:
        faulty = [found for found in outcomes if found.fault == gate]
        clean = [found for found in outcomes if not found.fault]
        hits = sum(gate in found.failed for found in faulty)
        false = sum(gate in found.failed for found in clean)
        clips.append(str(len(faulty)))
        recall.append(share(hits, len(faulty)))
        caught.append(share(sum(found.status == "fail" for found in faulty), len(faulty)))
        precision.append(share(hits, hits + false))
        alarms.append(f"{false} of {len(clean)}")
    cells = [" / ".join(cell) for cell in (clips, recall, caught, precision, alarms)]
    return f"| {f'**{gate}**' if gate in SEEN else gate} | {' | '.join(cells)} |"


def clean_row(halves: list[list[Outcome]]) -> str:
    """How many clean clips any gate failed, and how many got a warning."""
    cells = []
    for outcomes in halves:
        clean = [found for found in outcomes if not found.fault]
        false = sum(found.status == "fail" for found in clean)
        warned = sum(found.status == "warn" for found in clean)
        cells.append(f"{false} of {len(clean)} failed ({100 * false / len(clean):.1f} %), {warned} warned")
    return f"Clean clips, all gates together: {cells[0]} in the tuning half; {cells[1]} in the held-out half."


def wrong(outcomes: Iterable[Outcome]) -> list[str]:
    """A line for each clip that was misjudged, with the number that its gate saw."""
    lines = []
    for found in outcomes:
        if found.fault and found.fault not in found.failed:
            value, others = found.values.get(found.fault), ", ".join(found.failed)
            seen = f"failed by {others}" if others else "not failed by any gate"
            lines.append(f"- missed ({found.half}): {found.name}: {found.fault} {value}, {seen}")
        elif not found.fault and found.failed:
            numbers = ", ".join(f"{gate} {found.values[gate]}" for gate in found.failed)
            lines.append(f"- false alarm ({found.half}): {found.name}: {numbers}")
    return lines


def gates_table(outcomes: list[Outcome]) -> str:
    """All that the set says, as Markdown."""
    from labelled import HALVES

    halves = [[found for found in outcomes if found.half == half] for half in HALVES]
    gates = [*SEEN, *sorted({found.fault for found in outcomes if found.fault} - set(SEEN))]
    rows = [gate_row(gate, halves) for gate in gates]
    head = "| gate | faulty clips | recall | caught by any gate | precision | false alarms on clean clips |"
    misjudged = wrong(outcomes) or ["- none"]
    return "\n".join(
        [
            head,
            "|---|---|---|---|---|---|",
            *rows,
            "",
            clean_row(halves),
            "",
            "Misjudged clips:",
            "",
            *misjudged,
        ]
    )


def cost(cores: int = 2) -> str:
    """What judging a long take costs in a process of its own: seconds from its start, and peak memory."""
    from labelled import long_take

    take = long_take(LONG_SECONDS)
    expected = take.expected
    code = (
        "import json, os, sys, time\n"
        "began = time.monotonic()\n"
        "os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(os.environ['OMP_NUM_THREADS'])])\n"
        "from fractions import Fraction\n"
        "from pathlib import Path\n"
        "from swav.quality.judge import judge\n"
        "from swav.quality.limits import Limits\n"
        "from swav.quality.measure import measure\n"
        "from swav.quality.verdict import Expected\n"
        "width, height, rate, frames = map(int, sys.argv[2:])\n"
        "expected = Expected(width, height, Fraction(rate), frames)\n"
        "judge(measure(Path(sys.argv[1]), expected), Limits())\n"
        "seconds = time.monotonic() - began\n"
        # The kernel's own peak: that of getrusage would count the parent, before the program was loaded.
        "peak = Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0]\n"
        "print(json.dumps([seconds, time.process_time(), int(peak) / 1000]))\n"
    )
    with tempfile.TemporaryDirectory(prefix="swav-gates-") as folder:
        clip = Path(folder) / "take.mp4"
        take.write(clip)
        numbers = [str(value) for value in (expected.width, expected.height, expected.rate, expected.frames)]
        environment = {**os.environ, "OMP_NUM_THREADS": str(cores), "PYTHONPATH": str(REPOSITORY)}
        runs = []
        for _ in range(3):
            said = subprocess.run(
                [sys.executable, "-c", code, str(clip), *numbers],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            )
            runs.append(json.loads(said.stdout.splitlines()[-1]))
    seconds, busy, memory = min(runs)
    size = f"{expected.width}x{expected.height}"
    return (
        f"Judging one take of {LONG_SECONDS} s ({size}, {expected.frames} frames), process start included, "
        f"on {cores} cores: {seconds:.1f} s ({busy:.1f} s of processor time), {memory:.0f} MB at most; "
        "the fastest of three runs."
    )


def defaults_table() -> str:
    """The limits that hold where ``config.yaml`` says nothing, as Markdown."""
    from swav.quality.limits import Limits

    rows = ["| gate | warns | fails |", "|---|---|---|"]
    for gate, field in Limits.model_fields.items():
        side = "above" if field.default.rising else "below"
        warn, fail = (
            f"{limit}" if limit == "never" else f"{side} {limit}" for limit in field.default.written()
        )
        rows.append(f"| `{gate}` | {warn} | {fail} |")
    return "\n".join(rows)


def write_page(text: str, markers: tuple[str, str]) -> None:
    """Put ``text`` between two markers of the page."""
    begin, end = markers
    page = PAGE.read_text(encoding="utf-8")
    before, found, rest = page.partition(begin)
    _, ended, after = rest.partition(end)
    if not (found and ended):
        raise SystemExit(f"{PAGE} lacks the lines {begin} and {end}, between which the tables belong")
    PAGE.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="judge a third of the set, and leave the page alone"
    )
    parser.add_argument("--workers", type=int, default=2, help="processes that judge (default 2)")
    parser.add_argument("--keep", type=Path, help="a folder that keeps clips and measurements")
    parser.add_argument("--again", action="store_true", help="judge kept measurements, with changed limits")
    parser.add_argument("--numbers", type=Path, help="also write every clip's numbers to this JSON file")
    parser.add_argument("--defaults", action="store_true", help="only write the table of default limits")
    given = parser.parse_args()
    if given.defaults:
        return write_page(defaults_table(), DEFAULTS)
    os.environ["OMP_NUM_THREADS"] = "1"
    outcomes = judged(given.workers, given.quick, given.keep, given.again)
    if given.numbers:
        given.numbers.write_text(json.dumps([vars(found) for found in outcomes], indent=1))
    command = "`python benchmarks/gates.py" + (" --quick`" if given.quick else "`")
    machine = f"{date.today()}, {platform.machine()}, {os.cpu_count()} cores, {command}"
    head = f"{machine}. Two figures in a cell: the tuning half / the held-out half."
    text = f"{head}\n\n{gates_table(outcomes)}\n\n{cost()}"
    print(text)
    if not given.quick:
        write_page(defaults_table(), DEFAULTS)
        write_page(text, FINDINGS)


if __name__ == "__main__":
    main()
