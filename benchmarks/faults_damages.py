"""Every kind of file of a build damaged in every way, then pairs at random; all after it is needed again."""

import random
from argparse import Namespace
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from damages import KINDS, WAYS, films, small_samples, trial
from faults_trials import Lost, Stale, Trial


def trials(given: Namespace, top: Path) -> Iterator[Trial]:
    found = films(top / "undisturbed")
    none = ", ".join(kind for kind in KINDS if kind not in found)
    print(f"not in these films: {none or 'nothing'}", flush=True)
    for kind in given.only or found:
        for way in WAYS:
            yield _trial(found[kind], kind, [(kind, way)], given.seed)
    rng = random.Random(given.seed)
    for _ in range(given.pairs):
        one = rng.choice(list(found))
        other = rng.choice([kind for kind in found if kind != one and found[kind] == found[one]])
        pair = [(kind, rng.choice(list(WAYS))) for kind in (one, other)]
        yield _trial(found[one], "pairs", pair, given.seed)


def _trial(film: Path, row: str, hurt: list[tuple[str, str]], seed: int) -> Trial:
    return Trial(f"damaged: {row}", str(hurt), partial(_damaged, film, hurt, f"{seed} {hurt}"))


def _damaged(film: Path, hurt: list[tuple[str, str]], seed: str, folder: Path, rng: random.Random) -> str:
    small_samples()
    found = trial(film, hurt, seed, folder)
    if found.verdict != "survived":
        raise {"lost": Lost, "stale": Stale}[found.verdict](found.why)
    return ""
