"""A reel of Wan 2.2 as a person builds it, full size, random weights: builds, edits and kills, in seconds.

    python benchmarks/reel.py --out results                                # on all cards of this machine
    python benchmarks/reel.py --out one --folder reel --parts whole,edits  # some of it, in a folder to keep,
    python benchmarks/reel.py --out two --folder reel --parts killed       # where this goes on
    python benchmarks/reel.py --dry --out /tmp/dry                         # the same code, tiny, on a CPU

It needs what a build needs: the packages of swav and of the extra ``wan``, which may lie in a folder that
``PYTHONPATH`` names, and no model: one of 40 GB is written, whose two experts are the same files. Three shots
of 480p, 81 frames and 8 steps are built by ``snakemake final.mp4 --resources gpu=N``: the part *whole*. Then:

- *nothing*: a build of a film that is whole;
- *edits*: one prompt changed with no model on a card, and another with the model that ``keep_warm`` left;
- *beside*: two prompts changed, rendered side by side by ``gpus_per_render: 1``; wants two cards;
- *killed*: SIGKILL of Snakemake and its jobs once a step is saved, how long any process or memory stays on a
  card, and the next build, which goes on at that step;
- *orphaned*: SIGKILL of Snakemake alone: the render goes on, and its take is kept.

Rows are written to reel.json and reel.md as they come. What the builds said lies beside them in reel.log.
"""

import argparse
import json
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent
sys.path[:0] = [str(HERE), str(REPOSITORY)]

import psutil  # noqa: E402
import yaml  # noqa: E402
from wan22_results import Results  # noqa: E402

from swav.render.cards import cards_here, free_cards, lease_folder, lease_lock  # noqa: E402
from swav.render.client import stop_workers  # noqa: E402
from swav.render.hardware import readings  # noqa: E402
from swav.render.worker_register import ENDING_SECONDS, workers  # noqa: E402

PROMPTS = ("a red fox runs over the snow", "a harbour at dawn in the rain", "a city street at night")
_CONFIG = {"engine": "wan2.2", "keep_warm": 10}
"""Named here, no other engine stands in where Wan 2.2 cannot render: the build says why."""
_SLACK = 0.3e9
"""Bytes of a card by which what is in use may differ from before a worker came."""
_PATIENCE = 300
"""Seconds after which what a killed build left on a card counts as left for good."""


@dataclass(frozen=True)
class Scale:
    """What is filmed, and on what: ``idle`` are the seconds that a worker of a killed build may wait."""

    cards: tuple[str, ...]
    cores: int
    idle: int
    board: dict[str, Any]
    config: dict[str, Any]
    environment: dict[str, str]


def full(cards: int | None) -> Scale:
    """Five seconds of 480p a shot."""
    held = cards_here()[:cards]
    named = {"cards": [int(card) if card.isdecimal() else card for card in held]}
    board = _board(PROMPTS, 5, size="832x480", fps=24, steps=8)
    return Scale(held, os.cpu_count() or 1, 20, board, _CONFIG | named, {})


def dry(cards: int | None) -> Scale:
    """Two thumbnails, on two cards that are none; steps enough that a kill finds the shot unfinished."""
    held = ("0", "1")[:cards]
    environment = {"SWAV_DEVICE": "cpu", "OMP_NUM_THREADS": "1"}
    board = _board(PROMPTS[:2], 0.5, size="64x64", fps=12, steps=40)
    return Scale(held, 2, 2, board, _CONFIG | {"cards": len(held)}, environment)


def _board(prompts: Sequence[str], duration: float, **about: Any) -> dict[str, Any]:
    """Random weights make pictures that no gate should pass: they warn."""
    shots = [
        {"id": f"s{number}", "prompt": prompt, "duration": duration} for number, prompt in enumerate(prompts)
    ]
    return {
        "title": "Random weights",
        **about,
        "on_fail": "warn",
        "music": {"engine": "none"},
        "shots": shots,
    }


class Unexpected(Exception):
    """A build that did not do what it should."""


class Film:
    """A project in a folder of its own, built as a person builds it, and every build a row of the results."""

    def __init__(self, folder: Path, scale: Scale, results: Results):
        self.folder, self.scale, self.results = folder, scale, results
        self.log = results.folder / "reel.log"
        if not (folder / "board.yaml").exists():
            self._write("board.yaml", scale.board)
        self.configure()

    def _write(self, name: str, content: dict[str, Any]) -> None:
        (self.folder / name).write_text(yaml.safe_dump(content, sort_keys=False))

    def configure(self, **changes: Any) -> None:
        """Write config.yaml, as the scale has it but for the changes."""
        self._write("config.yaml", {"storyboard": "board.yaml", **self.scale.config, **changes})

    def edit(self, *shots: str) -> None:
        """Change the prompts of these shots to what they never were."""
        board = yaml.safe_load((self.folder / "board.yaml").read_text())
        for shot in board["shots"]:
            if shot["id"] in shots:
                shot["prompt"] += ", nearer"
        self._write("board.yaml", board)

    def start(self, *words: str, **environment: str) -> subprocess.Popen:
        """Python with these words, the leader of a process group of its own, as a terminal starts it.

        What it says goes to a file, not a pipe: who is killed must not take its jobs' output along.
        """
        named = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
        places = [REPOSITORY, REPOSITORY / "swav" / "console", *(Path(place).resolve() for place in named)]
        own = {"PYTHONPATH": os.pathsep.join(map(str, places))}
        with self.log.open("a") as log:
            print(f"\n$ {' '.join(words)}", file=log, flush=True)
            return subprocess.Popen(
                [sys.executable, "-m", *words],
                cwd=self.folder,
                env=os.environ | own | environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def snakemake(self, *words: str, **environment: str) -> subprocess.Popen:
        """Begin to build final.mp4 with all cards."""
        asked = ["final.mp4", "--resources", f"gpu={len(self.scale.cards)}", "--cores", str(self.scale.cores)]
        return self.start("snakemake", "-s", str(REPOSITORY / "Snakefile"), *asked, *words, **environment)

    def ended(self, process: subprocess.Popen) -> str:
        """What a process said until it ended; Unexpected if that was by an error."""
        try:
            status = process.wait()
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        said = self.log.read_text().rpartition("\n$ ")[2]
        if status:
            raise Unexpected(f"ended with {status}: {' '.join(said.split())[-250:]}")
        return said

    def built(self, part: str, what: str, renders: int) -> list[dict[str, Any]]:
        """Build, and add a row; the records of the takes that were made, which must be so many."""
        before, began = set(self._records()), time.monotonic()
        said = self.ended(self.snakemake())
        seconds = time.monotonic() - began
        made = [record for file, record in self._records().items() if file not in before]
        told = [{name: record.get(name) for name in _TOLD} for record in made]
        jobs = len(re.findall(r"^\[ *\d+/\d+\] ", said, re.MULTILINE))
        self.results.add(part, what, seconds=seconds, jobs=jobs, renders=told)
        if len(made) != renders:
            raise Unexpected(f"{what}: {len(made)} renders instead of {renders}")
        return made

    def _records(self) -> dict[Path, dict[str, Any]]:
        takes = sorted(self.folder.glob("build/takes/[!.]*.mp4"), key=lambda take: take.stat().st_mtime_ns)
        return {take: json.loads(take.with_suffix(".json").read_text()) for take in takes}

    @property
    def shots(self) -> int:
        return len(self.scale.board["shots"])

    @property
    def is_built(self) -> bool:
        return (self.folder / "final.mp4").exists()

    def states(self) -> set[Path]:
        """Of shots that are begun, what is saved of their steps."""
        return set(self.folder.glob("build/state/*/denoising.pt"))

    def clear_cards(self) -> None:
        """End the model that waits on the cards for the next edit."""
        stop_workers(self.folder / "build")

    def nobody_is_left(self) -> bool:
        """Whether no worker is registered, no card is leased, and no process is at work in the folder."""
        leases, cards = lease_folder(), self.scale.cards
        with lease_lock(leases):
            idle = not list(workers(leases)) and len(free_cards(cards, leases)) == len(cards)
        places = (each.info["cwd"] for each in psutil.process_iter(["cwd"]))
        return idle and not any(place and Path(place).is_relative_to(self.folder) for place in places)


_TOLD = ("shot", "seconds", "warm", "resumed_from", "gpus", "cards", "phase_seconds")


def whole(film: Film) -> None:
    film.built("whole", f"{film.shots} shots from nothing", film.shots)


def nothing(film: Film) -> None:
    film.built("nothing", "a build of a film that is whole", 0)


def edits(film: Film) -> None:
    film.clear_cards()
    for shot, temperature in (("s0", "cold"), ("s1", "warm")):
        film.edit(shot)
        (made,) = film.built("edits", f"one prompt edited, {temperature}", 1)
        if made["warm"] != (temperature == "warm"):
            raise Unexpected(f"the render that should be {temperature} is not")


def beside(film: Film) -> None:
    if len(film.scale.cards) < 2:
        film.results.add("beside", "left out", note="one card is here")
        return
    film.clear_cards()
    film.configure(gpus_per_render=1)
    film.edit("s0", "s1")
    try:
        one, other = film.built("beside", "two prompts edited, a card for each", 2)
    finally:
        film.configure()
    if one["cards"] == other["cards"]:
        raise Unexpected("both renders had the same card")


def killed(film: Film) -> None:
    pending = _until_killed(film, "killed", "Snakemake and its jobs", os.killpg)
    made = film.built("killed", "the next build", pending)
    if not any(record["resumed_from"] for record in made):
        raise Unexpected("the render began anew")


def orphaned(film: Film) -> None:
    pending = _until_killed(film, "orphaned", "Snakemake alone, whose render goes on", os.kill)
    film.built("orphaned", "the next build", pending - 1)


def _until_killed(film: Film, part: str, who: str, kill: Callable[[int, int], None]) -> int:
    """Kill a build, of one edited shot or of all, wait until nothing of it is left, and say so in a row; how
    many shots had no take.

    Promised is that a worker whom nobody hears gives up at its next step, that one without work leaves after
    the time it was told, and that its processes end within ``ENDING_SECONDS``.
    """
    film.clear_cards()
    pending = 1 if film.is_built else film.shots
    if film.is_built:
        film.edit("s1")
    taken, states = _taken_bytes(film), film.states()
    build = film.snakemake(SWAV_WORKER_IDLE=str(film.scale.idle))
    while film.states() <= states:
        if build.poll() is not None:
            raise Unexpected("the build ended before a step was saved")
        time.sleep(0.005)
    began = time.monotonic()
    kill(build.pid, signal.SIGKILL)
    build.wait()
    while not (film.nobody_is_left() and _taken_bytes(film) <= taken + _SLACK):
        if time.monotonic() - began > _PATIENCE:
            raise Unexpected(f"something is still on a card {_PATIENCE} s after the kill of {who}")
        time.sleep(0.1)
    film.results.add(
        part,
        f"SIGKILL of {who}, until nobody is on a card",
        seconds=time.monotonic() - began,
        note=f"promised: {film.scale.idle + ENDING_SECONDS:g} s after the worker's last step",
    )
    film.ended(film.snakemake("--unlock"))
    return pending


def _taken_bytes(film: Film) -> int:
    """Of the film's cards."""
    return sum(card.used_bytes or 0 for card in readings() if str(card.index) in film.scale.cards)


PARTS: dict[str, Callable[[Film], None]] = {
    "whole": whole,
    "nothing": nothing,
    "edits": edits,
    "beside": beside,
    "killed": killed,
    "orphaned": orphaned,
}


_FIRST = ("whole", "killed", "orphaned")
"""What can begin with a film that was never built; it is built before any other part."""


def write_model(root: Path, tiny: bool) -> None:
    """A whole model with random weights. In a process of its own, whose hold on the card ends with it."""
    import torch
    import wan22_models
    import wan22_studio

    scale = wan22_models.dry() if tiny else wan22_models.full(torch.device("cuda", 0))
    partial = root.with_name("partial")
    wan22_studio.write_model(scale, partial)
    partial.rename(root)


def give_model(film: Film, tiny: bool) -> None:
    """The model, where it is not in the folder from an earlier run."""
    root = film.folder / "models" / "wan22"
    if root.exists():
        return
    shutil.rmtree(root.with_name("partial"), ignore_errors=True)
    began = time.monotonic()
    writer = multiprocessing.get_context("spawn").Process(target=write_model, args=(root, tiny))
    writer.start()
    writer.join()
    if writer.exitcode:
        raise SystemExit(f"the model was not written: its writer ended with {writer.exitcode}")
    written = sum(file.stat().st_size for file in root.rglob("*") if file.is_file())
    film.results.add("model", "write the model folder", seconds=time.monotonic() - began, gb=written / 1e9)


def run(film: Film, wanted: list[str]) -> None:
    """Run the wanted parts, each on its own: none may spoil the others."""
    if not film.is_built and wanted[0] not in _FIRST:
        wanted = ["whole", *wanted]
    for name in wanted:
        try:
            PARTS[name](film)
        except Exception as error:
            traceback.print_exc()
            film.results.add(name, "failed", note=f"{type(error).__name__}: {str(error)[:300]}")
            stop_workers(film.folder / "build")


def about(scale: Scale) -> dict[str, str]:
    """The machine and the software."""
    cards = [card.name for card in readings()]
    return {
        "cards": f"{len(scale.cards)} x {cards[0]}" if cards else "none (dry run)",
        **{name: version(name) for name in ("torch", "diffusers", "transformers", "snakemake")},
        "command": " ".join(["reel.py", *sys.argv[1:]]),
    }


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of reel.json, reel.md and reel.log")
    parser.add_argument("--parts", default=",".join(PARTS), help="names, comma-separated; all by default")
    parser.add_argument(
        "--folder", type=Path, help="where film and model are made and stay, for the next run"
    )
    parser.add_argument("--cards", type=int, help="how many of the cards; all by default")
    parser.add_argument("--dry", action="store_true", help="tiny sizes on the CPU")
    given = parser.parse_args()
    wanted = given.parts.split(",")
    if unknown := set(wanted) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    scale = (dry if given.dry else full)(given.cards)
    if not scale.cards:
        parser.error("no card is here that may be used; --dry walks through every part on a CPU")
    folder = given.folder or Path(tempfile.mkdtemp(prefix="swav-reel-"))
    (folder / "models").mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    os.environ.update(scale.environment, SWAV_LEASES=str(folder / "leases"))
    given.out = given.out.resolve()
    film = Film(folder, scale, Results(given.out, about(scale), name="reel"))
    try:
        give_model(film, given.dry)
        run(film, wanted)
    finally:
        stop_workers(folder / "build")
        if not given.folder:
            shutil.rmtree(folder, ignore_errors=True)
    print(film.results.table())


if __name__ == "__main__":
    main()
