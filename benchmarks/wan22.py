"""What Wan 2.2 costs on this machine, at full size with random weights: seconds, gigabytes, and what we gain.

    python benchmarks/wan22.py --out results                    # all that this machine can show
    python benchmarks/wan22.py --parts pass,streamed --out r    # some of it
    python benchmarks/wan22.py --dry --out /tmp/dry             # the same code, tiny, on a CPU: half a minute

It needs the packages of the extra ``wan`` and, for FlashAttention 3 on a Hopper card, ``fa3-fwd``; no model.
On one H100 the parts take, in minutes: pass 3.5, one-expert 1, cap-large 1, streamed 1.5, cap-small 1, text
0.5, decode 1.3, write 0.3, reading 1, worker 3 to 5, still 2, clip 6 to 8 (they write 41 GB under --scratch);
best-of-four is not known yet; on two or four cards, cards 6 to 9. Results are written to wan22.json and
wan22.md after every measurement; a part that fails is recorded and the next one begins; a part that would
not fit into what is left of ``--minutes`` is left out, and said. Beside what was measured stands what
``swav.diffusion`` foretold.
"""

import argparse
import gc
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import torch  # noqa: E402
import wan22_card  # noqa: E402
import wan22_cards  # noqa: E402
import wan22_kernels  # noqa: E402
import wan22_models as models  # noqa: E402
from wan22_results import Results  # noqa: E402


def parts(card: wan22_card.Card, scratch: Path) -> dict[str, tuple[float, Callable[[], None]]]:
    """Each part with the minutes that it takes on an H100, in the order in which they run.

    The first ones share one expert, which moves from the card to the host and then streams.
    """
    scale, results = card.scale, card.results
    large, small = scale.caps_gb

    def on_disk(module: str, name: str) -> None:
        getattr(import_module(module), name)(scale, results, scratch)

    return {
        "pass": (3.5, partial(wan22_card.passes, card)),
        "one-expert": (1.2, partial(wan22_card.one_expert, card)),
        "cap-large": (0.8, partial(wan22_card.capped, card, large)),
        "streamed": (1.5, partial(wan22_card.streamed, card)),
        "cap-small": (0.8, partial(wan22_card.capped, card, small)),
        "kernels": (0.8, partial(wan22_kernels.kernels, card)),
        "lossy": (4.0, partial(wan22_kernels.ways, card)),
        "text": (0.4, partial(wan22_card.text, card)),
        "decode": (1.3, partial(wan22_card.vae, card)),
        "write": (0.3, partial(wan22_card.writing, card)),
        "reading": (1.0, partial(on_disk, "wan22_worker", "reading")),
        "worker": (3.0, partial(on_disk, "wan22_worker", "worker")),
        "best-of-four": (18.0, partial(on_disk, "wan22_clip", "best_of_four")),
        "still": (2.0, partial(on_disk, "wan22_clip", "still")),
        "clip": (7.5, partial(on_disk, "wan22_clip", "clip")),
        "cards": (5.0, partial(_several_cards, card)),
    }


def _several_cards(card: wan22_card.Card) -> None:
    cards = torch.cuda.device_count() if card.scale.on_gpu else _DRY_CARDS
    if cards < 2:
        card.results.add("cards", "left out", note="one card is here")
        return
    wan22_cards.start(card.results, cards, not card.scale.on_gpu, _CARDS_SECONDS)


_DRY_CARDS = 2
_CARDS_SECONDS = 560.0
_SHARING = ("pass", "one-expert", "cap-large", "streamed", "cap-small")


def run(wanted: list[str], card: wan22_card.Card, minutes: float, scratch: Path) -> None:
    """Run the wanted parts, each on its own: none may spoil the others."""
    began = time.monotonic()
    for name, (needs, part) in parts(card, scratch).items():
        if name not in wanted:
            continue
        if name not in _SHARING:
            card.free()
            gc.collect()
        left = minutes - (time.monotonic() - began) / 60
        if needs > left:
            card.results.add(name, "left out", note=f"needs {needs} minutes, {left:.1f} are left")
            continue
        started = time.monotonic()
        try:
            part()
        except Exception as error:
            traceback.print_exc()
            card.results.add(name, "failed", note=f"{type(error).__name__}: {str(error)[:300]}")
            _after_failure(card)
        print(f"-- {name}: {time.monotonic() - started:.0f} s", flush=True)


def _after_failure(card: wan22_card.Card) -> None:
    card.free()
    gc.collect()
    if card.scale.on_gpu:
        torch.cuda.empty_cache()


def main(arguments: list[str] | None = None) -> Results:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of wan22.json and wan22.md")
    parser.add_argument("--parts", default="", help="names, comma-separated; all of them by default")
    parser.add_argument("--minutes", type=float, default=60.0, help="stop beginning parts after that many")
    parser.add_argument("--scratch", type=Path, help="a folder for 60 GB of model files, removed afterwards")
    parser.add_argument("--frames", type=int, help="of each clip; 81 by default, as the model was trained")
    parser.add_argument("--dry", action="store_true", help="tiny sizes on the CPU")
    given = parser.parse_args(arguments)
    scale = models.dry() if given.dry else models.full(torch.device("cuda", 0))
    scale = replace(scale, frames=given.frames or scale.frames)
    results = Results(
        given.out, models.about(scale.on_gpu) | {"command": " ".join(["wan22.py", *sys.argv[1:]])}
    )
    card = wan22_card.Card(scale, results)
    results.about["attention"] = card.kernel
    scratch = Path(tempfile.mkdtemp(prefix="wan22-", dir=given.scratch))
    known = list(parts(card, scratch))
    wanted = given.parts.split(",") if given.parts else known
    if unknown := set(wanted) - set(known):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    try:
        run(wanted, card, given.minutes, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print(results.table())
    return results


if __name__ == "__main__":
    main()
