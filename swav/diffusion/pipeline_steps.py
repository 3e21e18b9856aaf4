"""Any pipeline of Diffusers, unchanged, heard after each step, and begun again where another run of it was.

All that such a loop remembers from step to step is its latents, its scheduler and its generator. So the
scheduler is made to listen: it hands a pipeline that resumes the timesteps that remain, and takes up the
history that it had. What was resumed is what was never interrupted, to the last bit.

Some loops step through a part of what they carry, such as all frames but a first one that is given. What
they make of a step nobody else knows: so they are let make the last step again, and are handed its result.
"""

import copy
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from diffusers import DiffusionPipeline, FlowMatchEulerDiscreteScheduler

from swav.diffusion.resume import LOOK
from swav.errors import EngineError

PICTURE, SOUND = "picture", "sound"
_LATENTS = {PICTURE: "prepare_latents", SOUND: "prepare_audio_latents"}
"""The method of a pipeline that makes what is denoised."""
_LAST_PREDICTION = "old_pred_original_sample"
"""The argument by which a solver is known that leaves it to the pipeline to keep the last prediction."""
_NOT_HISTORY = ("_internal_dict", "_whole", "_resuming", "_before", "_fresh", "timesteps")


@dataclass
class Run:
    """One denoising: where it begins, and who hears of its steps."""

    generator: torch.Generator
    steps: int
    after: Callable[[int, Callable[[], dict[str, Any]]], None]
    """Called with the steps that are done, and what gives the state to resume from."""
    saved: Mapping[str, Any] | None = None
    """The state of an earlier run."""
    sound: bool = False
    """Whether sound is denoised too, by a copy of the scheduler."""
    look_at: int = 0
    """The step after which it stops, and hands the pipeline the picture as it would be by then; 0: never."""
    seen: Mapping[str, torch.Tensor] | None = None
    """What it handed it there before, where that was saved."""
    first_sigma: float | None = None
    """Where an even grid of sigmas begins that falls to 0; None for the pipeline's own grid."""
    done: dict[str, int] = field(init=False)
    latents: dict[str, torch.Tensor] = field(default_factory=dict)
    schedulers: dict[str, Any] = field(default_factory=dict)
    forms: dict[str, torch.Size] = field(default_factory=dict)
    """Of the first latents, as the pipeline makes them."""
    kept: dict[str, torch.Tensor] = field(default_factory=dict)
    """What a pipeline keeps beside the scheduler, between two steps."""
    estimates: dict[str, torch.Tensor] = field(default_factory=dict)
    """What the latents would be if the last step had taken away all noise, as far as it tells."""

    def __post_init__(self) -> None:
        self.done = dict.fromkeys((PICTURE, SOUND) if self.sound else (PICTURE,), self.begun)

    @property
    def begun(self) -> int:
        """Steps that an earlier run made."""
        return self.saved["done"] if self.saved else 0

    @property
    def replays(self) -> bool:
        """Whether the last step of the earlier run is made again, for what the loop makes of its result."""
        return bool(self.saved and self.saved.get("replays"))

    def made(self, what: str, scheduler: Any, latents: torch.Tensor) -> None:
        """A step of the picture or of the sound was made."""
        self.done[what] += 1
        self.latents[what], self.schedulers[what] = latents, scheduler
        if len(set(self.done.values())) == 1 and set(self.latents) == set(self.done):
            self.after(self.done[what], self.state)

    def state(self) -> dict[str, Any]:
        """All that a resumed run needs, on the CPU."""
        looks = self.done[PICTURE] == self.look_at
        return {
            LOOK: {what: seen.cpu() for what, seen in self.estimates.items()} if looks else None,
            "done": self.done[PICTURE],
            "replays": any(self.latents[what].shape != form for what, form in self.forms.items()),
            "latents": {what: latents.cpu() for what, latents in self.latents.items()},
            "history": {what: _history(scheduler) for what, scheduler in self.schedulers.items()},
            "generator": self.generator.get_state(),
            "kept": {name: value.cpu() for name, value in self.kept.items()},
        }


def watch(pipeline: DiffusionPipeline, run: Run) -> None:
    """Let the pipeline's next call be this run. Its scheduler is to be a new one."""
    scheduler = pipeline.scheduler
    scheduler.__class__ = _watched(type(scheduler), run, scheduler)
    for what, method in _LATENTS.items():
        if hasattr(pipeline, method):
            setattr(
                pipeline, method, _beginning(getattr(type(pipeline), method).__get__(pipeline), what, run)
            )


def _watched(base: type, run: Run, picture: Any) -> type:
    """The class of a scheduler that tells of its steps. A copy of it denoises the sound."""

    def what(scheduler: Any) -> str:
        return PICTURE if scheduler is picture else SOUND

    keeps = _LAST_PREDICTION in inspect.signature(base.step).parameters

    class Watched(base):
        def set_timesteps(self, *given: Any, **named: Any) -> None:
            if run.first_sigma is not None:
                steps = named.pop("num_inference_steps", given[0] if given else None)
                grid = np.linspace(run.first_sigma, 0.0, (steps or run.steps) + 1)[:-1]
                given, named = (), {"sigmas": grid, "device": named.get("device")}
            super().set_timesteps(*given, **named)
            self._fresh = _plain(self)
            if run.saved or run.look_at:
                self._narrow(run.saved["history"].get(what(self), {}) if run.saved else {}, run.begun)

        def _narrow(self, history: Mapping[str, Any], done: int) -> None:
            """Let the pipeline see the steps of this run alone, and take up what was known before them."""
            memoryless = isinstance(self, FlowMatchEulerDiscreteScheduler)
            history, done = {} if memoryless else history, done - run.replays
            self._whole, self._resuming = self.timesteps, True
            self.timesteps = self.timesteps[done : run.look_at or None]
            if run.replays:
                self._before = history
            else:
                self._remember(history)
            if memoryless and done:
                # Some pipelines look sigmas up by a count of their own: cut them too.
                self.sigmas, self._step_index, self._whole = self.sigmas[done:], 0, self.timesteps

        def _remember(self, history: Mapping[str, Any]) -> None:
            for name, value in history.items():
                setattr(self, name, _moved(copy.deepcopy(value), self.timesteps.device))

        def _again(self, *given: Any, **named: Any) -> Any:
            """The last step of the earlier run, of which nothing counts but what it led to then."""
            made = super().step(*given, **named)
            self._remember(self.__dict__.pop("_before"))
            then = (run.seen or run.saved["latents"])[what(self)]
            return _leading_to(then.to(made[0].device, made[0].dtype), made)

        def step(self, *given: Any, **named: Any) -> Any:
            if "_before" in self.__dict__:
                return self._again(*given, **named)
            if self.__dict__.pop("_resuming", False):
                self.timesteps = self._whole
                if self is picture and run.saved:
                    run.generator.set_state(run.saved["generator"])
                given = _with_kept(given, run.saved["kept"] if run.saved else {}, self.timesteps.device)
            made = super().step(*given, **named)
            if keeps:
                run.kept = {"x0": made[1], "before": given[2]}
            seen = run.estimates[what(self)] = _without_noise(self, given, made)
            run.made(what(self), self, made[0])
            return _leading_to(seen, made) if run.done[what(self)] == run.look_at else made

    for name in ("set_timesteps", "step"):  # pipelines look which arguments a scheduler has
        getattr(Watched, name).__signature__ = inspect.signature(getattr(base, name))
    Watched.__name__ = base.__name__
    return Watched


def _without_noise(scheduler: Any, given: tuple, made: tuple) -> torch.Tensor:
    """Where a step led to, if all its noise were taken away; where a solver does not tell, what it made."""
    if len(made) > 1 and getattr(made[1], "shape", None) == made[0].shape:
        return made[1]
    if isinstance(scheduler, FlowMatchEulerDiscreteScheduler) and len(given) > 2 and scheduler.step_index:
        return given[2] - scheduler.sigmas[scheduler.step_index - 1] * given[0]
    outputs = getattr(scheduler, "model_outputs", None)  # of multistep solvers, whose outputs are data
    last = outputs[-1] if outputs else None
    return last if last is not None and getattr(scheduler.config, "predict_x0", True) else made[0]


def _leading_to(latents: torch.Tensor, made: Any) -> Any:
    """What a step made, a tuple or an output by names, with other latents."""
    if isinstance(made, tuple):
        return (latents, *made[1:])
    return type(made)(**{**made, "prev_sample": latents})


def _with_kept(given: tuple, kept: Mapping[str, torch.Tensor], device: torch.device) -> tuple:
    """The arguments of a step with what a loop would have kept from the one before.

    Such a solver is handed the last prediction and the last timestep: ``step(model_output,
    old_pred_original_sample, timestep, timestep_back, sample)``.
    """
    if not kept:
        return given
    return (given[0], kept["x0"].to(device), given[2], kept["before"].to(device), *given[4:])


def _beginning(real: Callable, what: str, run: Run) -> Callable:
    """What makes the first latents, in float32 whatever the networks compute in; the saved ones instead."""

    def prepare(*given: Any, **named: Any) -> Any:
        given = tuple(torch.float32 if isinstance(value, torch.dtype) else value for value in given)
        named = {n: torch.float32 if isinstance(v, torch.dtype) else v for n, v in named.items()}
        made = real(*given, **named)
        first = made[0] if isinstance(made, tuple) else made
        run.forms[what] = first.shape
        if not run.saved or what not in run.saved["latents"]:
            return made
        kept = run.saved["latents"][what].to(first.device, first.dtype)
        run.latents[what] = kept
        if run.replays:
            return made
        if run.seen:
            kept = run.seen[what].to(first.device, first.dtype)
        return (kept, *made[1:]) if isinstance(made, tuple) else kept

    return prepare


def _plain(scheduler: Any) -> dict[str, Any]:
    return {n: copy.deepcopy(v) for n, v in scheduler.__dict__.items() if _is_history(n, v)}


def _is_history(name: str, value: Any) -> bool:
    return name not in _NOT_HISTORY and not callable(value)


def _history(scheduler: Any) -> dict[str, Any]:
    """What a scheduler knows beyond what it knew before its first step. EngineError if it cannot be saved."""
    fresh = scheduler._fresh
    changed = {
        name: value
        for name, value in scheduler.__dict__.items()
        if _is_history(name, value) and not (name in fresh and _same(value, fresh[name]))
    }
    for name, value in changed.items():
        if not _can_be_saved(value):
            kind = type(scheduler).__name__
            raise EngineError(f"{kind} keeps {name} as a {type(value).__name__}, which is not saved")
    return {name: _moved(copy.deepcopy(value), torch.device("cpu")) for name, value in changed.items()}


def _same(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, torch.Tensor):
        return one.shape == other.shape and torch.equal(one, other)
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _can_be_saved(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_can_be_saved, value))
    return value is None or isinstance(value, (bool, int, float, str, torch.Tensor))


def _moved(value: Any, device: torch.device) -> Any:
    """A value with its tensors on a device; a scheduler's own sigmas stay where it has them, on the CPU."""
    if isinstance(value, (list, tuple)):
        return type(value)(_moved(item, device) for item in value)
    return value.to(device) if isinstance(value, torch.Tensor) else value
