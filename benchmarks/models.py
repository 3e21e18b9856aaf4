"""What the engines that are recipes cost on this machine's card, at full size with random weights.

    python benchmarks/models.py --out results                          # all of them, from small to large
    python benchmarks/models.py --engines sdxl,svd --out results       # some
    python benchmarks/models.py --dry --out /tmp/dry                   # the same code, tiny, on a CPU

Each model is written to disk at its published sizes (``models_published.py``), and a take of the engine's own
largest size and length is made of it twice by the real worker: cold, and warm. Then the pipeline makes the
same as Diffusers ships it, in bfloat16 and all on the card. A few steps are enough: they all cost the same.
Beside it stands what ``swav.diffusion`` foretold. Results are written after every measurement; an engine that
fails is recorded, and the next one begins. It needs the extra ``wan``, and 60 GB for --scratch (/dev/shm).
"""

import argparse
import gc
import inspect
import os
import shutil
import statistics
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "tests")]

import diffusers  # noqa: E402
import models_published as published  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
from PIL import Image  # noqa: E402
from wan22_models import about  # noqa: E402
from wan22_results import Results  # noqa: E402
from wan22_studio import Watch  # noqa: E402

from swav.diffusion import costs, pipeline_placement  # noqa: E402
from swav.diffusion.pipeline import pictures, sized  # noqa: E402
from swav.diffusion.pipeline_folder import fingerprint, recognise  # noqa: E402
from swav.diffusion.pipeline_parts import guide  # noqa: E402
from swav.diffusion.pipeline_processors import processors  # noqa: E402
from swav.diffusion.placement import Placement  # noqa: E402
from swav.engines import Job, Request, Source, _diffusion, engines  # noqa: E402
from swav.keys import Length  # noqa: E402
from swav.render.cards import cards_here  # noqa: E402
from swav.render.client import stop_workers  # noqa: E402
from swav.render.hardware import read_hardware  # noqa: E402

GB = 1e9
CARDS = cards_here() or ("0", "1")
PROMPT = "a red fox runs over the snow"
PAUSE = 2.0
"""Seconds in which a worker that was dismissed frees its memory."""


@dataclass
class Bench:
    """Where models lie and builds are, and what was found."""

    folder: Path
    results: Results
    steps: int
    takes: int
    gpus: int
    alone: bool
    """Whether Diffusers makes the same."""
    full: bool
    task: dict[str, Any] = field(default_factory=dict)
    """The last one that a worker was sent."""

    @property
    def device(self) -> torch.device:
        return torch.device("cuda" if self.full else "cpu")


def run(bench: Bench, wanted: list[str], minutes: float) -> None:
    """Measure each engine, none of which may spoil the others."""
    began = time.monotonic()
    for number, name in enumerate(wanted):
        if time.monotonic() - began > minutes * 60:
            bench.results.add(name, "left out", note="no time was left")
            continue
        started = time.monotonic()
        try:
            measure(bench, name)
        except Exception as error:
            traceback.print_exc()
            bench.results.add(name, "failed", note=f"{type(error).__name__}: {str(error)[:300]}")
        finally:
            stop_workers(bench.folder / "build")
            shutil.rmtree(bench.folder / "models" / name, ignore_errors=True)
            published.forget_parts(bench.folder / "models", wanted[number + 1 :])
        time.sleep(PAUSE)
        empty()
        print(f"-- {name}: {time.monotonic() - started:.0f} s", flush=True)


def measure(bench: Bench, name: str) -> None:
    """One engine: written, shot cold and warm, and made by Diffusers alone."""
    began = time.monotonic()
    folder = published.write(name, bench.folder / "models", full=bench.full, device=bench.device)
    engine = engines()[name]
    found = recognise(folder, engine.model)
    bench.results.add(name, "write the model", seconds=time.monotonic() - began, gb=found.bytes / GB)
    request = _request(bench, engine)
    for state in ("cold", "warm")[: bench.takes]:
        _shoot(bench, engine, fingerprint(found), request, state)
    stop_workers(bench.folder / "build")
    time.sleep(PAUSE)
    if bench.alone and bench.gpus == 1:
        _alone(bench, engine, folder)


def _request(bench: Bench, engine: _diffusion.DiffusionEngine) -> Request:
    """A shot of the largest size and the usual length; tiny in a dry run."""
    model, shot = engine.model, pipeline_placement.usual_shot(engine.model)
    picture = bench.folder / "first.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (720, 1280, 3), dtype=np.uint8)).save(picture)
    given = Source(str(picture), "first frame")
    return Request(
        shot=model.name,
        width=shot.width if bench.full else 64,
        height=shot.height if bench.full else 64,
        rate=Fraction(model.rate),
        length=Length(frames=shot.frames if bench.full else 5),
        seed=1,
        prompt=PROMPT,
        steps=bench.steps,
        first_frame=given if "first_frame" in engine.needs else None,
        references=(given,) if "references" in engine.needs else (),
    )


def _shoot(
    bench: Bench, engine: _diffusion.DiffusionEngine, model: str, request: Request, state: str
) -> None:
    """A take by the worker: seconds and memory of each phase, and what was foretold of them."""
    watch, folder = Watch(), bench.folder
    suffix = "png" if engine.model.frames is None else "mp4"
    clip = folder / f"{engine.name}-{state}.{suffix}"
    job = Job(
        request=request,
        model=model,
        frames=request.length.frames,
        clip=clip,
        metadata={},
        build=folder / "build",
        cards=CARDS[: bench.gpus],
        gpus=bench.gpus,
        models=folder / "models",
        state=folder / "state" / clip.stem,
        progress=watch,
        note=lambda sentence: print(f"  note: {sentence}", flush=True),
    )
    made = engine.shoot(job)
    seconds, placement = made["phase_seconds"], Placement.from_plain(made["placement"])
    bench.results.add(
        engine.name,
        f"{_asked(bench, engine)}, {state}",
        seconds=watch.seconds,
        peak_gb=max(max(peaks.values(), default=0) for peaks in _ranks(made["peak_bytes"])) / GB,
        step=_median_step(watch.steps),
        **{f"{phase}_s": spent for phase, spent in seconds.items() if phase != "load" or state == "cold"},
        **_foretold(bench, engine, placement),
        residency=placement.residency,
        text=placement.text,
        attention=placement.attention,
        peaks=made["peak_bytes"],
    )


def _asked(bench: Bench, engine: _diffusion.DiffusionEngine) -> str:
    recipe = bench.task["recipe"]
    frames = f", {recipe['frames']} frames" if "frames" in recipe else ""
    return f"{recipe['width']}x{recipe['height']}{frames}, {recipe['steps']} steps"


def _ranks(peaks: Any) -> list[dict[str, int]]:
    return peaks if isinstance(peaks, list) else [peaks]


def _median_step(ends: list[float]) -> float:
    """Seconds from one step's end to the next: the first step is never in it."""
    return statistics.median([b - a for a, b in pairwise(ends)] or [0.0])


def _foretold(bench: Bench, engine: _diffusion.DiffusionEngine, placement: Placement) -> dict[str, float]:
    """What the plan says of this take with this placement."""
    if not bench.full:
        return {}
    hardware = read_hardware(CARDS[:1])
    sizes, _ = engine.placed_as(bench.folder / "models")
    shot = pipeline_placement.shot_facts(engine.model, bench.task["recipe"])
    said = costs.forecast(placement, hardware.cards[0], "nvlink", sizes, shot)
    return {
        "foretold_gb": said.peak_bytes / GB,
        "foretold_s": said.total_seconds,
        "foretold_step": said.seconds["denoise"] / shot.steps,
        "foretold_decode_s": said.seconds["decode"],
    }


def _alone(bench: Bench, engine: _diffusion.DiffusionEngine, folder: Path) -> None:
    """The same take by the pipeline as Diffusers ships it."""
    empty()
    task, ends = bench.task, []
    pipeline = getattr(diffusers, task["pipeline"]).from_pretrained(
        folder, dtype=torch.bfloat16 if bench.full else torch.float32, **processors(folder)
    )
    pipeline.to(bench.device)
    pipeline.set_progress_bar_config(disable=True)
    if engine.model.tiled:
        pipeline.vae.enable_tiling()
    kind, step = type(pipeline.scheduler), type(pipeline.scheduler).step

    def timed(scheduler: Any, *given: Any, **named: Any) -> Any:
        made = step(scheduler, *given, **named)
        if scheduler is pipeline.scheduler:  # sound has a copy of it
            _wait(bench)
            ends.append(time.monotonic())
        return made

    timed.__signature__ = inspect.signature(step)  # pipelines look for arguments there
    kind.step = timed
    if bench.full:
        torch.cuda.reset_peak_memory_stats()
    began = time.monotonic()
    try:
        with torch.no_grad():
            pipeline(
                **pictures(task["pictures"]),
                **sized(pipeline, task["call"]),
                **guide(pipeline, task["guidance_name"], task["recipe"]["guidance"]),
                generator=torch.Generator("cpu").manual_seed(1),
                output_type="pt",
            )
    finally:
        kind.step = step
    _wait(bench)
    ended = time.monotonic()
    bench.results.add(
        engine.name,
        f"{_asked(bench, engine)}, Diffusers alone",
        seconds=ended - began,
        peak_gb=torch.cuda.max_memory_reserved() / GB if bench.full else 0.0,
        in_use_gb=torch.cuda.max_memory_allocated() / GB if bench.full else 0.0,
        step=_median_step(ends),
        decode_s=ended - ends[-1],
    )


def _wait(bench: Bench) -> None:
    if bench.full:
        torch.cuda.synchronize()


def empty() -> None:
    """Let go of what nothing holds any more."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _remembering(bench: Bench) -> Callable[..., Any]:
    """The worker's client, which also keeps what it sends."""
    real = _diffusion.render

    def render(order: Any, task: dict[str, Any], **hears: Any) -> Any:
        bench.task = task
        return real(order, task, **hears)

    return render


def _hold(leave: float | None) -> torch.Tensor | None:
    """Memory that another program is pretended to have, so that a smaller card is."""
    if leave is None:
        return None
    free, _ = torch.cuda.mem_get_info()
    return torch.empty(int(free - leave * GB), dtype=torch.uint8, device="cuda")


def main(arguments: list[str] | None = None) -> Results:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of models.json and models.md")
    parser.add_argument("--engines", default="", help="names, comma-separated; all of them by default")
    parser.add_argument("--steps", type=int, default=4, help="of each take")
    parser.add_argument("--takes", type=int, default=2, help="1: only the cold one")
    parser.add_argument("--gpus", type=int, default=1, help="cards of each take")
    parser.add_argument("--alone", action=argparse.BooleanOptionalAction, default=True, help="Diffusers too")
    parser.add_argument("--leave", type=float, help="gigabytes of the card that are left to the worker")
    parser.add_argument("--minutes", type=float, default=60.0, help="begin no engine after that many")
    parser.add_argument("--scratch", type=Path, help="a folder for the model files, which are removed")
    parser.add_argument("--dry", action="store_true", help="tiny sizes on the CPU")
    given = parser.parse_args(arguments)
    known = list(published.NETWORKS)
    wanted = given.engines.split(",") if given.engines else known
    if unknown := set(wanted) - set(known):
        parser.error(f"no such engine: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    results = Results(
        given.out, about(not given.dry) | {"command": " ".join(["models.py", *sys.argv[1:]])}, name="models"
    )
    scratch = Path(tempfile.mkdtemp(prefix="models-", dir=given.scratch))
    os.environ["SWAV_LEASES"] = str(scratch / "leases")
    if given.dry:
        os.environ["SWAV_DEVICE"] = "cpu"
    bench = Bench(scratch, results, given.steps, given.takes, given.gpus, given.alone, not given.dry)
    _diffusion.render = _remembering(bench)
    held = _hold(given.leave)
    try:
        run(bench, wanted, given.minutes)
    finally:
        logs = sorted((scratch / "build" / "logs").glob("*.log"))
        (given.out / "models.log").write_text("\n".join(log.read_text() for log in logs))
        shutil.rmtree(scratch, ignore_errors=True)
        del held
    print(results.table())
    return results


if __name__ == "__main__":
    main()
