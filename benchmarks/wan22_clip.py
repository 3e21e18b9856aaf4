"""The benchmarks of a whole take and of stills, all steps through the real worker."""

from pathlib import Path
from typing import Any

from wan22_card import kind_of
from wan22_models import GB, Scale
from wan22_results import Results
from wan22_studio import CARD, Studio, Watch, studio

from swav.diffusion.costs import Forecast, forecast
from swav.diffusion.facts import ShotFacts
from swav.diffusion.placement import Placement
from swav.engines.wan22 import FOLDER
from swav.engines.wan22.sizes import facts_in
from swav.render.hardware import Gpu, read_hardware

FULL_STEPS, DRY_STEPS, LOOK_AT = 40, 4, 12
_PHASES = {"text": ("text",), "denoise": ("high", "low"), "decode": ("decode",)}
"""How a take's record divides what is foretold; the mp4 is written while decoding."""


class _Seen(Exception):
    """Enough was heard of a shot."""


def clip(scale: Scale, results: Results, folder: Path) -> None:
    """One take of 480p with all steps, in a worker that a first request has loaded and compiled.

    The first request is given up after a step, as by a build that is interrupted; what it took to get that
    far is the cold start.
    """
    steps = FULL_STEPS if scale.on_gpu else DRY_STEPS
    with studio(scale, results, folder, "clip") as build:
        cold = _give_up(build, folder, steps)
        results.add("clip", "cold: from request to the first step done", seconds=cold)
        watch, take = Watch(), folder / "take.mp4"
        made = build.shoot(take, "a red fox runs over the snow at dawn", steps, watch)
        seconds, foretold = watch.seconds, _foretold(build, made["placement"], steps)
        _compare(results, made, foretold)
        results.add(
            "clip",
            f"480p, {steps} steps: a whole take, from request to file",
            **_ratio(seconds, foretold.total_seconds),
            peak_gb=max(made["peak_bytes"][0].values()) / GB,
            reserved_ratio=max(made["peak_bytes"][0].values()) / foretold.peak_bytes,
            seconds_a_step=(watch.steps[-1] - watch.steps[0]) / (len(watch.steps) - 1),
            warm=made["warm"],
            placement=made["placement"],
            load=made["load"],
            clip_mb=take.stat().st_size / 1e6,
        )


def best_of_four(scale: Scale, results: Results, folder: Path) -> None:
    """Four takes of 480p to step 12 of 40, and one of them whole from there, beside a take rendered straight
    through: the same bits, and how many takes' time that is."""
    steps, at = (FULL_STEPS, LOOK_AT) if scale.on_gpu else (DRY_STEPS, 1)
    with studio(scale, results, folder, "best-of-four") as build:
        _give_up(build, folder, steps)
        straight = _timed(build, folder / "straight.mp4", steps, "straight")
        looks = [_timed(build, folder / f"look-{n}.mp4", steps, f"{n}", n, look_at=at) for n in range(4)]
        rest = _timed(build, folder / "chosen.mp4", steps, "0", 0)
        seconds = sum(spent for spent, _ in looks) + rest[0]
        results.add(
            "best-of-four",
            f"480p, {scale.frames} frames: four takes to step {at} of {steps}, one of them whole",
            seconds=seconds,
            of_a_take=seconds / straight[0],
            of_four=seconds / (4 * straight[0]),
            looks=[round(spent, 2) for spent, _ in looks],
            rest=rest[0],
            same_bits=rest[1]["pixels_sha256"] == straight[1]["pixels_sha256"],
            resumed_from=rest[1]["resumed_from"],
        )


def _timed(
    build: Studio, target: Path, steps: int, state: str, seed: int = 0, look_at: int = 0
) -> tuple[float, dict[str, Any]]:
    """A take by a warm worker: seconds from request to file, and what its record says."""
    watch = Watch()
    asked = {"seed": seed, "look_at": look_at, "state": state}
    made = build.shoot(target, "a red fox runs over the snow at dawn", steps, watch, **asked)
    return watch.seconds, made


def still(scale: Scale, results: Results, folder: Path) -> None:
    """A still with all steps: cold, and two with other words by the worker that is loaded."""
    steps = FULL_STEPS if scale.on_gpu else DRY_STEPS
    with studio(scale, results, folder, "still") as build:
        for name, prompt in (("cold", "a red fox"), ("warm", "a ship"), ("warm again", "a tower")):
            watch = Watch()
            made = build.shoot(folder / f"{name.replace(' ', '-')}.png", prompt, steps, watch, still=True)
            results.add(
                "still",
                f"{made['native_size']}, {steps} steps, {name}",
                seconds=watch.seconds,
                peak_gb=max(made["peak_bytes"][0].values()) / GB,
                phases=made["phase_seconds"],
                placement=made["placement"],
            )


def _give_up(build: Studio, folder: Path, steps: int) -> float:
    """Ask for a take, and hear no more of it once it has made a step; the seconds until then."""

    def enough(phase: str, done: int) -> None:
        if phase == "denoise":
            raise _Seen

    watch = Watch(enough)
    try:
        build.shoot(folder / "given-up.mp4", "a red fox runs over the snow", steps, watch)
    except _Seen:
        return watch.steps[0]
    raise AssertionError("a take without a step")


def _compare(results: Results, made: dict[str, Any], foretold: Forecast) -> None:
    """Each phase beside its forecast: seconds, and the most that PyTorch reserved."""
    for phase, parts in _PHASES.items():
        seconds = sum(made["phase_seconds"][part] for part in parts)
        expected = foretold.seconds[phase] + (foretold.seconds["write"] if phase == "decode" else 0)
        reserved = max(made["peak_bytes"][0][part] for part in parts)
        results.add(
            "clip",
            "decode and write" if phase == "decode" else phase,
            **_ratio(seconds, expected),
            peak_gb=reserved / GB,
            foretold_gb=foretold.reserved[phase] / GB,
            reserved_ratio=reserved / foretold.reserved[phase],
        )


def _ratio(seconds: float, expected: float) -> dict[str, float]:
    return {"seconds": seconds, "foretold_seconds": expected, "seconds_ratio": seconds / expected}


def _foretold(build: Studio, placement: dict[str, Any], steps: int) -> Forecast:
    width, height = build.scale.sizes["480p"]
    shot = ShotFacts(width, height, build.scale.frames, steps)
    model = facts_in(build.models / FOLDER)
    return forecast(Placement.from_plain(placement), _card(build.scale), "unknown", model, shot)


def _card(scale: Scale) -> Gpu:
    return read_hardware((CARD,)).cards[0] if scale.on_gpu else kind_of(scale)
