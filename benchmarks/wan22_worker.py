"""The benchmarks of what surrounds a pass: reading weights, the resident worker, and memory that runs out."""

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
import wan22_models as models
from wan22_models import GB, Scale, taken
from wan22_results import Results
from wan22_studio import Studio, Watch, studio, tiny_wan22

from swav.engines.wan22 import FOLDER
from swav.engines.wan22.reading import unread_expert
from swav.errors import EngineError
from swav.weights.folder import Weights
from swav.weights.headers import safetensors_size

STEPS = 4


def reading(scale: Scale, results: Results, folder: Path) -> None:
    """Float32 shards in the original layout, from the page cache onto the card in bfloat16."""
    target = folder / "float32"
    wrote = taken(scale, lambda: _write_shards(scale, target))
    models.empty(scale)
    found = _read(scale, target)
    results.add(
        "reading",
        f"float32 shards of {scale.fp32_layers} blocks, original layout, page cache to card",
        seconds=found.seconds,
        gb=_bytes(target) / GB,
        gb_per_second=_bytes(target) / GB / found.seconds,
        each=found.all_seconds,
        wrote_gb_per_second=_bytes(target) / GB / wrote.seconds,
    )
    shutil.rmtree(target)


def _write_shards(scale: Scale, folder: Path) -> None:
    model = models.expert(scale, torch.float32, layers=scale.fp32_layers)
    tiny_wan22.write_original_expert(model, folder, 3)


def _read(scale: Scale, folder: Path) -> models.Taken:
    weights = Weights(tuple(sorted(folder.glob("*.safetensors"))), folder / "config.json")

    def read() -> None:
        unread_expert(weights).fill(scale.device)

    found = taken(scale, read, times=3)
    models.empty(scale)
    return found


def _bytes(folder: Path) -> int:
    return sum(safetensors_size(file) for file in folder.glob("*.safetensors"))


def worker(scale: Scale, results: Results, folder: Path) -> None:
    """A whole clip through the real worker, cold, warm, out of memory, and again: ``STEPS`` steps of 480p."""
    with studio(scale, results, folder, "worker") as build:
        expert = build.models / FOLDER / "high_noise_model"
        found = _read(scale, expert)
        results.add(
            "reading",
            "bfloat16 shards of a whole expert, page cache to card",
            seconds=found.seconds,
            gb_per_second=_bytes(expert) / GB / found.seconds,
            each=found.all_seconds,
        )
        for number, name in enumerate(("cold", "warm, the same words", "warm, other words")):
            prompt = "a red fox runs over the snow" + " at dawn" * (number == 2)
            _clip(build, results, name, prompt)
        if scale.on_gpu:
            _starve(build, results)


def _clip(build: Studio, results: Results, name: str, prompt: str, watch: Watch | None = None) -> None:
    watch = watch or Watch()
    clip = build.folder / f"{name.replace(' ', '-').replace(',', '')}.mp4"
    made = build.shoot(clip, prompt, STEPS, watch)
    results.add(
        "worker",
        f"480p, {STEPS} steps, {name}",
        seconds=watch.seconds,
        peak_gb=max(max(peaks.values(), default=0) for peaks in made["peak_bytes"]) / GB,
        to_first_step=watch.steps[0],
        first_heard=watch.first,
        phases=made["phase_seconds"],
        load=made.get("load"),
        warm=made["warm"],
        placement=made["placement"],
        peaks=made["peak_bytes"],
        clip_mb=clip.stat().st_size / 1e6,
    )


def _starve(build: Studio, results: Results) -> None:
    """Another program takes all memory of the card while a shot is rendered; then it is gone."""
    with _neighbour() as greedy:
        watch = Watch(lambda phase, done: greedy.set() if phase == "denoise" else None)
        try:
            _clip(build, results, "starved", "a ship in a storm", watch)
            results.add("worker", "out of memory provoked", note="the shot was finished all the same")
        except EngineError as error:
            results.add("worker", "out of memory provoked", seconds=watch.seconds, said=str(error))
    _clip(build, results, "the next shot after running out", "a ship in a storm")


@contextmanager
def _neighbour() -> Iterator[threading.Event]:
    """From the moment that the event is set, take whatever memory of the card is free, again and again."""
    start, stop, held = threading.Event(), threading.Event(), []

    def take() -> None:
        start.wait()
        while not stop.is_set():
            free, _ = torch.cuda.mem_get_info()
            try:
                if free > 300e6:
                    held.append(torch.empty(int(free - 200e6), dtype=torch.uint8, device="cuda"))
            except torch.OutOfMemoryError:
                pass
            time.sleep(0.002)

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    try:
        yield start
    finally:
        stop.set()
        start.set()
        thread.join()
        held.clear()
        torch.cuda.empty_cache()
