"""Wan 2.2 among the engines of a build: what decides a take, and how a resident worker is asked for one.

Light: no torch. The weights live in ``renderer``, inside a worker that ``swav.render.client`` starts.
"""

import os
import shlex
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from importlib.util import find_spec
from math import ceil
from pathlib import Path
from typing import Any

from swav.diffusion.facts import ModelFacts, ShotFacts
from swav.diffusion.ways import named, recipe_of, worker_named
from swav.engines import Engine, Form, Job, Readiness, Request, Site, Tokens
from swav.engines._experts import expert_remarks
from swav.engines.wan22 import FOLDER, FRAMES_PER_SECOND, LONGEST_TRAINED, NEGATIVE_PROMPT, TEXT_TOKENS, plans
from swav.engines.wan22.fingerprint import CONVERT_AGAIN, fingerprint, rounds
from swav.engines.wan22.kinds import T2V
from swav.engines.wan22.layout import ModelFolder, recognise
from swav.engines.wan22.recognised import recognised
from swav.engines.wan22.samplings import noise_blocks, remarks, settings
from swav.engines.wan22.sizes import facts_in
from swav.errors import AnotherModel, EngineError
from swav.readiness import Recognised, elsewhere, put_right
from swav.render.client import Order, ShotFailed, render
from swav.render.hardware import Hardware

RECIPE = 2
"""Raised when the code changes so that takes should be made anew. 2: what ``precise`` says, in float32."""
RENDERER = "swav.engines.wan22.renderer:Renderer"
WORKER = "wan2.2"
"""What its workers are called: clips and stills, whose weights are the same, share one that fits both."""

LONGEST = 161
"""Frames of the longest clip that is rendered, ten seconds: twice what the model was trained on."""

MODELS = Path("models")
"""Where weights are unless ``config.yaml`` says otherwise."""

_SIZES = ((832, 480), (1280, 720))
_SMALLEST_PIXELS = 832 * 480 // 4


class Wan22Engine(Engine):
    """Renders prompts with Wan 2.2 T2V-A14B."""

    name = "wan2.2"
    folder = FOLDER
    gives = "clips of 832x480 or 1280x720 from a prompt, 118 GB"
    source = "prompt"
    gpu = True
    takes_loras = True
    lossy = frozenset({"linears", "attention", "steps"})
    leases_itself = True
    packages = ("torch", "diffusers", "transformers")
    install = "pip install -e '.[wan]'"
    trained_seconds = Fraction(LONGEST_TRAINED, FRAMES_PER_SECOND)
    longest_seconds = Fraction(LONGEST, FRAMES_PER_SECOND)

    def readiness(self, site: Site) -> Readiness:
        """Whether a complete model, the packages and a card are here; the first that is missing is said."""
        folder = site.models / FOLDER
        try:
            found = recognise(folder)
        except EngineError as reason:
            return self._without(site.models, folder, reason)
        model = fingerprint(found)
        missing = [name for name in self.packages if find_spec(name) is None]
        if missing:
            return Readiness(
                False, f"{missing[0]} is not installed: pip install -e '.[wan]'", model, doubts=found.notes
            )
        if not site.cards:
            return Readiness(False, "no GPU that may be used", model, doubts=found.notes)
        notes = [CONVERT_AGAIN] if rounds(found) else []
        why = "; ".join([f"weights in {folder} ({found.bytes / 1e9:.0f} GB)", *notes])
        return Readiness(True, why, model, found.bytes, doubts=found.notes)

    def get_it(self, models: Path) -> str:
        """The command that fetches the weights."""
        return f"hf download {T2V.repository} --local-dir {shlex.quote(str(models / FOLDER))}"

    def _without(self, models: Path, folder: Path, reason: EngineError) -> Readiness:
        """Why there are no weights where it looks, or where they are."""
        misplaced = not folder.is_dir() or isinstance(reason, AnotherModel)
        there = elsewhere(models, FOLDER, lambda each: recognised(each, FOLDER)) if misplaced else None
        if there:
            return Readiness(False, put_right(there, folder, T2V.title))
        if not os.path.lexists(folder):
            return Readiness(False, f"no weights in {folder}", absent=True)
        return Readiness(False, str(reason))

    def recognise(self, folder: Path) -> Recognised | None:
        """Its model, in any layout that is read; see ``layout``."""
        return recognised(folder, FOLDER)

    def model_in(self, folder: Path) -> ModelFolder:
        """Its model, in any layout that is read."""
        return recognise(folder)

    def converted_bytes(self, model: ModelFolder) -> int:
        """Bytes of its copy with experts in bfloat16."""
        from swav.engines.wan22.convert import converted_bytes

        return converted_bytes(model)

    def convert(self, model: ModelFolder, target: Path, tell: Callable[[int, int], None]) -> ModelFolder:
        """Write its copy with experts in bfloat16."""
        from swav.engines.wan22.convert import convert

        return convert(model, target, tell)

    def recipe(self, request: Request, model: str) -> dict[str, Any]:
        """What decides the picture. The placement does not: it changes a take by no more than rounding."""
        width, height = native_size(request.width, request.height)
        blocks = noise_blocks(request)
        return {
            "engine": self.name,
            "version": RECIPE,
            "model": model,
            "prompt": request.prompt,
            "negative": negative_prompt(request.negative),
            "seed": request.seed,
            "width": width,
            "height": height,
            **settings(request).plain(),
            **({"noise": {"blocks": blocks}} if blocks else {}),
            **recipe_of(named(request.lossy)),
            "loras": [[lora.content, lora.weight, lora.expert] for lora in request.loras],
            **_length(request),
        }

    def steps(self, request: Request) -> int:
        """The steps of a take, each of which it can be looked at after."""
        return settings(request).steps

    def remarks(self, request: Request) -> Iterable[str]:
        """Where steps, LoRAs, experts and sampling do not go together."""
        return (*remarks(request), *expert_remarks(request.loras))

    def form(self, request: Request) -> Form:
        """Takes have the model's own size and rate."""
        recipe = self.recipe(request, "")
        return Form(recipe["width"], recipe["height"], Fraction(FRAMES_PER_SECOND), recipe["frames"])

    def estimate(
        self, request: Request, gpus: int, models: Path = MODELS, machine: Hardware | None = None
    ) -> float | None:
        """Seconds that a take costs, where that can be foretold, on this machine or a given one. ``models``
        has the folder of weights; the published ones are planned with where it has none.
        """
        if not request.length.known:
            return None
        return plans.seconds(self.recipe(request, ""), gpus, facts_in(models / FOLDER), machine)

    def tokens(self, text: str, models: Path = MODELS) -> Tokens:
        """The text encoder reads 511 tokens and an end mark."""
        from swav.engines.wan22.tokens import count

        return count(text, models / FOLDER, TEXT_TOKENS - 1)

    def placement(
        self, request: Request, gpus: int, models: Path = MODELS, machine: Hardware | None = None
    ) -> str:
        """How the shot would be rendered: see ``plans``."""
        if not request.length.known:
            return ""
        return plans.foretold(self.recipe(request, ""), gpus, facts_in(models / FOLDER), machine)

    def placed_as(self, models: Path) -> tuple[ModelFacts, ShotFacts]:
        """The sizes of the experts in its folder, and of a full shot of 1280x720."""
        return facts_in(models / FOLDER), ShotFacts(*_SIZES[-1], LONGEST_TRAINED)

    def shoot(self, job: Job) -> dict[str, Any]:
        """Hand the shot to a worker, and say what the take's record should: see ``renderer``."""
        recipe = self.recipe(job.request, job.model)
        _check_length(recipe["frames"], job)
        for remark in remarks(job.request):
            job.note(remark)
        check_weights(job.models / FOLDER, job.model)
        worker = worker_of(recipe)
        placement = plans.choose(recipe, job, worker)
        order = Order(
            engine=worker,
            renderer=RENDERER,
            setup={
                "folder": str((job.models / FOLDER).resolve()),
                "model": job.model,
                "embeddings": str((job.build / "embeddings").resolve()),
                "device": os.environ.get("SWAV_DEVICE", "cuda"),
                "placement": placement.plain(),
                **({"ways": list(recipe["lossy"])} if "lossy" in recipe else {}),
            },
            processes=placement.processes,
            build=job.build,
        )
        task = {
            "clip": str(job.clip.resolve()),
            "state": str((job.state / "denoising.pt").resolve()),
            "recipe": recipe,
            "look_at": job.look_at,
            "still": self.draws_stills,
            "loras": [
                [str(Path(lora.path).resolve()), lora.content, lora.weight, lora.expert]
                for lora in job.request.loras
            ],
            "metadata": dict(job.metadata),
        }
        try:
            made = render(order, task, cards=job.cards, progress=job.progress, note=job.note)
        except ShotFailed as failure:
            if failure.kind != "memory":
                raise
            raise EngineError(f"{failure}; {plans.after_memory_ran_out(placement, recipe, job)}") from None
        check_weights(job.models / FOLDER, job.model)
        return made


def worker_of(recipe: Mapping[str, Any]) -> str:
    """What the worker of a take is called: one whose weights are of another type is another one."""
    return worker_named(WORKER, recipe)


def native_size(width: int, height: int) -> tuple[int, int]:
    """The size to render for a reel of that size; the cut scales and crops it to the reel's.

    It is one of Wan's own (832x480, 1280x720, or upright: Wan2.2, ``wan/configs/__init__.py``), the smaller
    if its shorter side reaches the reel's. A reel of less than a quarter of 832x480, which nobody delivers
    but for a quick look, is rendered at its own size in multiples of 16, below what the model was trained on.
    """
    if width * height < _SMALLEST_PIXELS:
        return tuple(max(16, round(side / 16) * 16) for side in (width, height))
    long, short = next((size for size in _SIZES if size[1] >= min(width, height)), _SIZES[-1])
    return (long, short) if width >= height else (short, long)


def native_frames(seconds: Fraction) -> int:
    """The fewest frames that Wan can render (4n + 1, at 16 a second) that last as long."""
    needed = max(1, ceil(seconds * FRAMES_PER_SECOND))
    return 4 * ceil(Fraction(needed - 1, 4)) + 1


def negative_prompt(negative: str) -> str:
    """The official negative prompt, with the storyboard's own words after it."""
    return f"{NEGATIVE_PROMPT}，{negative}" if negative.strip() else NEGATIVE_PROMPT


def _length(request: Request) -> dict[str, Any]:
    """Frames where they are known; else what will decide them, once the narration is spoken."""
    if request.length.known:
        return {"frames": native_frames(request.length.frames / request.rate)}
    return {"length": request.length.plain(), "rate": request.rate}


def _check_length(frames: int, job: Job) -> None:
    """Longer than trained is said, twice as long is refused: by then the model repeats itself."""
    seconds = float(job.frames / job.request.rate)
    trained, longest = LONGEST_TRAINED / FRAMES_PER_SECOND, LONGEST / FRAMES_PER_SECOND
    if frames > LONGEST:
        raise EngineError(
            f"the shot lasts {seconds:.1f} s, and Wan 2.2 renders at most {longest:.1f} s; "
            "divide it into two shots, or give it a shorter duration or narration"
        )
    if frames > LONGEST_TRAINED:
        job.note(
            f"{seconds:.1f} s is longer than the {trained:.1f} s that Wan 2.2 was trained on; "
            "look whether the motion repeats"
        )


def check_weights(folder: Path, model: str) -> None:
    """Refuse to make a take under the key of other weights: looked at before they are read, and after."""
    if fingerprint(recognise(folder)) != model:
        raise EngineError(f"the weights in {folder} changed since the storyboard was read; build again")


ENGINE = Wan22Engine()
