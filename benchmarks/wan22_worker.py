"""The benchmarks of what surrounds a pass: reading weights, the resident worker, and memory that runs out."""

import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import torch
import wan22_models as models
from wan22_models import GB, Scale, taken
from wan22_results import Results

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))  # the writer of both published layouts

import tiny_wan22  # noqa: E402

from swav.engines import Job, Request  # noqa: E402
from swav.engines.wan22.fingerprint import fingerprint  # noqa: E402
from swav.engines.wan22.layout import (  # noqa: E402
    TEXT_ENCODER,
    VAE,
    Weights,
    recognise,
    safetensors_size,
)
from swav.engines.wan22.reading import unread_expert  # noqa: E402
from swav.engines.wan22.service import ENGINE, FOLDER  # noqa: E402
from swav.errors import EngineError  # noqa: E402
from swav.keys import Length  # noqa: E402
from swav.render.client import stop_workers  # noqa: E402

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
    """A whole clip through the real worker, cold, warm, out of memory, and again: ``STEPS`` steps of 480p.

    The model folder is complete, in the original layout with bfloat16 shards (as ``swav models convert``
    writes); to fit the disk, both experts are the same files.
    """
    root = folder / "models" / FOLDER
    wrote = taken(scale, lambda: _write_model(scale, root))
    results.add("worker", "write the model folder", seconds=wrote.seconds, gb=recognise(root).bytes / GB)
    found = _read(scale, root / "high_noise_model")
    results.add(
        "reading",
        "bfloat16 shards of a whole expert, page cache to card",
        seconds=found.seconds,
        gb_per_second=_bytes(root / "high_noise_model") / GB / found.seconds,
        each=found.all_seconds,
    )
    os.environ["SWAV_LEASES"] = str(folder / "leases")
    if not scale.on_gpu:
        os.environ["SWAV_DEVICE"] = "cpu"
    model = fingerprint(recognise(root))
    try:
        for number, name in enumerate(("cold", "warm, the same words", "warm, other words")):
            prompt = "a red fox runs over the snow" + " at dawn" * (number == 2)
            _clip(scale, results, folder, model, name, prompt)
        if scale.on_gpu:
            _starve(scale, results, folder, model)
    finally:
        stop_workers(folder / "build")
        logs = sorted((folder / "build/logs").glob("*.log"))
        (results.folder / "worker.log").write_text("\n".join(log.read_text() for log in logs))


def _write_model(scale: Scale, root: Path) -> None:
    tiny_wan22.write_tokenizer(root / "google/umt5-xxl")
    expert = models.expert(scale)
    tiny_wan22.write_original_expert(expert, root / "high_noise_model", 6)
    (root / "low_noise_model").symlink_to(root / "high_noise_model")
    del expert
    models.empty(scale)
    text = models.text_encoder(scale)
    stored = tiny_wan22.umt5_to_original(text.state_dict(), scale.text["num_layers"])
    torch.save({name: values.cpu() for name, values in stored.items()}, root / TEXT_ENCODER)
    del text, stored
    vae = tiny_wan22.vae_to_original(models.vae(scale, torch.float32).state_dict())
    torch.save({name: values.cpu() for name, values in vae.items()}, root / VAE)
    (root / "configuration.json").write_text("{}")
    models.empty(scale)


class Watch:
    """Hears a job's progress: when each thing was said first, in seconds since the request."""

    def __init__(self, on_step: Callable[[str, int], None] = lambda phase, done: None):
        self.began, self.first, self.steps, self.on_step = time.monotonic(), {}, [], on_step

    def __call__(self, phase: str, done: int, total: int) -> None:
        now = time.monotonic() - self.began
        self.first.setdefault(phase, now)
        if phase == "denoise":
            self.steps.append(now)
        self.on_step(phase, done)


def _clip(
    scale: Scale,
    results: Results,
    folder: Path,
    model: str,
    name: str,
    prompt: str,
    watch: Watch | None = None,
) -> None:
    watch = watch or Watch()
    clip = folder / f"{name.replace(' ', '-').replace(',', '')}.mp4"
    made = ENGINE.shoot(_job(scale, folder, model, clip, prompt, watch))
    seconds = time.monotonic() - watch.began
    results.add(
        "worker",
        f"480p, {STEPS} steps, {name}",
        seconds=seconds,
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


def _job(scale: Scale, folder: Path, model: str, clip: Path, prompt: str, watch: Watch) -> Job:
    width, height = scale.sizes["480p"]
    request = Request(
        shot=clip.stem,
        width=width,
        height=height,
        rate=Fraction(16),
        length=Length(frames=scale.frames),
        seed=1,
        prompt=prompt,
        steps=STEPS,
    )
    return Job(
        request=request,
        model=model,
        frames=scale.frames,
        clip=clip,
        metadata={},
        build=folder / "build",
        cards=("0",),
        gpus=1,
        models=folder / "models",
        state=folder / "state" / clip.stem,
        progress=watch,
        note=lambda sentence: print(f"  note: {sentence}", flush=True),
    )


def _starve(scale: Scale, results: Results, folder: Path, model: str) -> None:
    """Another program takes all memory of the card while a shot is rendered; then it is gone."""
    with _neighbour() as greedy:
        watch = Watch(lambda phase, done: greedy.set() if phase == "denoise" else None)
        try:
            _clip(scale, results, folder, model, "starved", "a ship in a storm", watch)
            results.add("worker", "out of memory provoked", note="the shot was finished all the same")
        except EngineError as error:
            results.add(
                "worker", "out of memory provoked", seconds=time.monotonic() - watch.began, said=str(error)
            )
    _clip(scale, results, folder, model, "the next shot after running out", "a ship in a storm")


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
