"""A whole model with random weights on disk, and shots made of it by the real worker, as in a build."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import torch
import wan22_models as models
from wan22_models import GB, Scale, taken
from wan22_results import Results

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))  # the writer of both published layouts

import tiny_wan22  # noqa: E402

from swav.engines import Job, Request  # noqa: E402
from swav.engines.wan22 import FOLDER  # noqa: E402
from swav.engines.wan22.fingerprint import fingerprint  # noqa: E402
from swav.engines.wan22.layout import VAE, recognise  # noqa: E402
from swav.engines.wan22.originals import TEXT_ENCODER  # noqa: E402
from swav.engines.wan22.service import ENGINE  # noqa: E402
from swav.engines.wan22_still import ENGINE as STILL  # noqa: E402
from swav.keys import Length  # noqa: E402
from swav.render.cards import cards_here  # noqa: E402
from swav.render.client import stop_workers  # noqa: E402

CARD = next(iter(cards_here()), "0")
"""The one card that shots are made on: the first that may be used."""


class Watch:
    """Hears a job's progress: when each thing was said first, and each step's end, in seconds since the
    request.
    """

    def __init__(self, on_step: Callable[[str, int], None] = lambda phase, done: None):
        self.began, self.first, self.steps, self.on_step = time.monotonic(), {}, [], on_step

    def __call__(self, phase: str, done: int, total: int) -> None:
        now = time.monotonic() - self.began
        self.first.setdefault(phase, now)
        if phase == "denoise":
            self.steps.append(now)
        self.on_step(phase, done)

    @property
    def seconds(self) -> float:
        """Since the request."""
        return time.monotonic() - self.began


@dataclass(frozen=True)
class Studio:
    """A folder with models and one build."""

    scale: Scale
    folder: Path
    build: Path
    model: str

    @property
    def models(self) -> Path:
        return self.folder / "models"

    def shoot(
        self,
        clip: Path,
        prompt: str,
        steps: int,
        watch: Watch,
        *,
        still: bool = False,
        seed: int = 1,
        look_at: int = 0,
        state: str = "",
    ) -> dict[str, Any]:
        """Make a shot of 480p, or a look at one, or a still of 720p; what the engine returned.

        Looks and takes of the same ``state`` go on from each other.
        """
        width, height = self.scale.sizes["720p" if still else "480p"]
        frames = 1 if still else self.scale.frames
        request = Request(
            shot=clip.stem,
            width=width,
            height=height,
            rate=Fraction(16),
            length=Length(frames=frames),
            seed=seed,
            prompt=prompt,
            steps=steps,
        )
        return (STILL if still else ENGINE).shoot(
            Job(
                request=request,
                model=self.model,
                frames=frames,
                clip=clip,
                metadata={},
                build=self.build,
                cards=(CARD,),
                gpus=1,
                models=self.models,
                state=self.folder / "state" / (state or clip.stem),
                look_at=look_at,
                progress=watch,
                note=lambda sentence: print(f"  note: {sentence}", flush=True),
            )
        )


@contextmanager
def studio(scale: Scale, results: Results, folder: Path, name: str) -> Iterator[Studio]:
    """A build of that name, and the model that all builds in ``folder`` share. Its workers end with it, and
    their logs go to the results.
    """
    root = folder / "models" / FOLDER
    if not root.exists():
        wrote = taken(scale, lambda: write_model(scale, root))
        results.add(name, "write the model folder", seconds=wrote.seconds, gb=recognise(root).bytes / GB)
    os.environ["SWAV_LEASES"] = str(folder / "leases")
    if not scale.on_gpu:
        os.environ["SWAV_DEVICE"] = "cpu"
    build = folder / f"build-{name}"
    try:
        yield Studio(scale, folder, build, fingerprint(recognise(root)))
    finally:
        stop_workers(build)
        logs = sorted((build / "logs").glob("*.log"))
        (results.folder / f"{name}.log").write_text("\n".join(log.read_text() for log in logs))


def write_model(scale: Scale, root: Path) -> None:
    """The original layout with bfloat16 shards (as ``swav models convert`` writes); to fit the disk, both
    experts are the same files.
    """
    tiny_wan22.write_tokenizer(root / "google/umt5-xxl")
    expert = models.expert(scale)
    tiny_wan22.write_original_expert(expert, root / "high_noise_model", 6)
    shutil.copytree(root / "high_noise_model", root / "low_noise_model", copy_function=os.link)
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
