"""The benchmarks of several cards: guidance and Ulysses in parallel, sharded weights, renders side by side.

    python benchmarks/wan22.py --parts cards --out results

starts this under ``torchrun``, one process a card, as the worker starts its ranks: they meet in a folder of
this user's, and exchange plain data. Every figure is of the slowest rank, and stands beside one card alone,
measured in the same run on all cards at once, which is also what single-card renders side by side are.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch._dynamo  # noqa: E402
import torch.distributed as dist  # noqa: E402
import wan22_models as models  # noqa: E402
from torch import nn  # noqa: E402
from wan22_card import foretold  # noqa: E402
from wan22_models import Scale, taken  # noqa: E402
from wan22_results import Results  # noqa: E402

from swav.diffusion import attention  # noqa: E402
from swav.diffusion.compiling import compile_blocks  # noqa: E402
from swav.diffusion.parallel import Degrees, Team, join, leave  # noqa: E402
from swav.engines.wan22.decode import decode  # noqa: E402
from swav.engines.wan22.sampling import _guided  # noqa: E402
from swav.engines.wan22.spread import decode_together  # noqa: E402
from swav.engines.wan22.text import encode  # noqa: E402
from swav.render.worker_keeper import INDOORS, torchrun  # noqa: E402
from swav.render.worker_ranks import Ranks, join_ranks  # noqa: E402

_FILE = "cards.jsonl"
_STEPS = 40
_CAP_GB = 48.0


def start(results: Results, cards: int, dry: bool, seconds: float) -> None:
    """Run the ranks, and take over what they found, also from a run that was killed."""
    found = results.folder / _FILE
    found.unlink(missing_ok=True)
    environment = os.environ | INDOORS | {"OMP_NUM_THREADS": "1"} | ({"SWAV_DEVICE": "cpu"} if dry else {})
    try:
        with tempfile.TemporaryDirectory(prefix="swav-ranks-") as meeting:
            given = ["--out", str(results.folder), "--meeting", meeting, *(["--dry"] if dry else [])]
            command = [*torchrun(Path(meeting), cards), __file__, *given]
            subprocess.run(command, check=True, timeout=seconds, env=environment)
    finally:
        if found.exists():
            for line in found.read_text().splitlines():
                results.add("cards", **json.loads(line))


class Cards:
    """This rank, and how it says what it measured: rank 0 writes down the slowest."""

    def __init__(self, out: Path, scale: Scale, ranks: Ranks):
        self.out, self.scale, self.cards, self._ranks = out, scale, ranks.count, ranks
        self.kernel = attention.kernel_for(scale.device)
        self.alone: dict[str, float] = {}

    def add(self, what: str, found: models.Taken, **more) -> float:
        """Keep one measurement of all ranks; the seconds of the slowest."""
        every = self._ranks.collect((found.seconds, found.peak_gb, found.reserved_gb))
        seconds, peaks, reserved = zip(*every, strict=True)
        row = {"what": what, "seconds": max(seconds), "peak_gb": max(peaks), "reserved_gb": max(reserved)}
        if dist.get_rank() == 0:
            with (self.out / _FILE).open("a") as file:
                file.write(json.dumps(row | more) + "\n")
        return max(seconds)


def measure(cards: Cards) -> None:
    """One card alone and guidance on the same model; then each way to divide, each on a model of its own."""
    model = _ready(cards, Team(cards.scale.device))
    for size in reversed(cards.scale.sizes):
        found = taken(
            cards.scale, _step(cards.scale, model, size, Team(cards.scale.device)), times=1, warm_up=1
        )
        seconds = cards.alone[size] = cards.add(f"{size} step, each card alone", found)
        _say_clips(cards, size, seconds, cards.cards)
    if cards.cards == 2:
        _divided(cards, model, join(Degrees(2, 1), cards.scale.device.type))
    del model
    models.empty(cards.scale)
    for degrees in _with_ulysses(cards.cards):
        team = join(degrees, cards.scale.device.type)
        model = _ready(cards, team)
        _divided(cards, model, team)
        del model
        models.empty(cards.scale)
    _sharded(cards)
    _spread(cards)


def _with_ulysses(cards: int) -> Iterator[Degrees]:
    if cards > 2 and cards % 2 == 0:
        yield Degrees(2, cards // 2)
    yield Degrees(1, cards)


def _ready(cards: Cards, team: Team, seed: int = 0) -> nn.Module:
    """An expert, or this rank's part of it, prepared as the engine does it."""
    torch._dynamo.reset()

    def prepare(empty: nn.Module) -> nn.Module:
        compile_blocks(empty.blocks)
        team.divide(empty, empty.blocks)
        attention.use(cards.kernel, empty)
        return empty

    return models.expert(cards.scale, seed=seed, divide=prepare)


def _divided(cards: Cards, model: nn.Module, team: Team, note: str = "") -> None:
    degrees = team.degrees
    for size in reversed(cards.scale.sizes):
        found = taken(cards.scale, _step(cards.scale, model, size, team), times=2, warm_up=1)
        seconds = cards.add(
            f"{size} step, guidance {degrees.guidance} x Ulysses {degrees.ulysses}{note}",
            found,
            scaling=cards.alone[size] / found.seconds,
        )
        _say_clips(cards, size, seconds, 1)


def _say_clips(cards: Cards, size: str, seconds: float, renders: int) -> None:
    if dist.get_rank() == 0:
        clips = renders * 3600 / (_STEPS * seconds)
        print(
            f"  {size}: {clips:.1f} clips of {_STEPS} steps an hour on all cards, denoising alone", flush=True
        )


def _sharded(cards: Cards) -> None:
    """The production's own command: both experts and the text encoder sharded, each card capped to 48 GB."""
    scale = cards.scale
    guidance = 2 if cards.cards % 2 == 0 else 1
    team = join(Degrees(guidance, cards.cards // guidance, sharded=True), scale.device.type)
    with models.capped(scale, _CAP_GB):
        high, low = (_ready(cards, team, seed) for seed in (0, 1))
        text = models.text_encoder(
            scale, lambda empty: team.divide(empty, empty.encoder.block, split_tokens=False)
        )
        found = taken(scale, lambda: encode(text, [*range(10, 130), 1], scale.device), times=2, warm_up=1)
        cards.add(f"a prompt, all sharded, capped to {_CAP_GB:.0f} GB", found)
        _divided(cards, high, team, f", all sharded, capped to {_CAP_GB:.0f} GB")
        del low
        vae = models.vae(scale, torch.float32)
        noise = models.latents(scale, "720p")
        tiled = cards.cards < 4

        def pixels() -> int:
            return sum(1 for _ in decode(vae, noise, tiled)) if dist.get_rank() == 0 else 0

        way = "tiled" if tiled else "whole"
        cards.add(f"720p decode {way} beside them, capped to {_CAP_GB:.0f} GB", taken(scale, pixels))


def _spread(cards: Cards) -> None:
    """The VAE over all cards, a strip of each picture to each, and on one card alone; how far they differ."""
    scale, team = cards.scale, join(Degrees(1, cards.cards), cards.scale.device.type)
    vae = models.vae(scale, torch.float32)
    for size in reversed(scale.sizes):
        noise = models.latents(scale, size)
        alone = taken(scale, lambda noise=noise: list(decode(vae, noise)), warm_up=1)
        seconds = cards.add(f"{size} decode, each card alone", alone, **foretold(cards, size, "decode"))
        together = taken(scale, lambda noise=noise: list(decode_together(vae, noise, team)), warm_up=1)
        told = foretold(cards, size, "decode", vae="spread", ulysses=cards.cards)
        apart = _apart(together.result, alone.result)
        cards.add(f"{size} decode, spread", together, scaling=seconds / together.seconds, **told, **apart)


def _apart(frames: list[np.ndarray], reference: list[np.ndarray]) -> dict[str, float]:
    """How far two clips differ, of 255, and the share of values that do. Rank 0 alone has both."""
    pairs = zip(frames, reference, strict=False)
    far = [np.abs(frame.astype(np.int16) - other) for frame, other in pairs]
    if not far:
        return {}
    return {"differs_by": int(np.max(far)), "differing_part": float(np.mean([each > 0 for each in far]))}


def _step(scale: Scale, model: nn.Module, size: str, team: Team) -> Callable[[], torch.Tensor]:
    """One step with guidance, as ``sampling.denoise`` makes it."""
    noise = models.latents(scale, size).to(torch.bfloat16)
    texts = [
        torch.randn((1, 512, scale.expert["text_dim"]), generator=torch.Generator().manual_seed(seed)).to(
            noise
        )
        for seed in (8, 9)
    ]
    timestep = torch.tensor([900], device=scale.device)

    @torch.no_grad()
    def step() -> torch.Tensor:
        return _guided(model, noise, timestep, texts, 4.0, team.guidance_group)

    return step


def main() -> None:
    """One rank."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--meeting", type=Path, required=True, help="the folder in which ranks meet")
    parser.add_argument("--dry", action="store_true")
    given = parser.parse_args()
    ranks = join_ranks(given.meeting)
    scale = models.dry() if given.dry else models.full(torch.device("cuda", int(os.environ["LOCAL_RANK"])))
    join(Degrees(1, ranks.count), scale.device.type)
    began = time.monotonic()
    measure(Cards(given.out, scale, ranks))
    if dist.get_rank() == 0:
        print(f"-- ranks: {time.monotonic() - began:.0f} s", flush=True)
    leave()


if __name__ == "__main__":
    main()
