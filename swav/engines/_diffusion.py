"""An engine of any model that a recipe describes: what decides a take, and how a worker is asked for it.

Light: no torch. The weights live in ``swav.diffusion.pipeline``, inside a resident worker.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from swav.diffusion import pipeline_convert, plans
from swav.diffusion import pipeline_placement as placing
from swav.diffusion.facts import ModelFacts, ShotFacts
from swav.diffusion.pipeline_folder import PipelineFolder, fingerprint, recognise
from swav.diffusion.placement import Placement
from swav.diffusion.plans import Asked, Claim
from swav.diffusion.recipe import ModelRecipe
from swav.diffusion.ways import applied, fitting, recipe_of, worker_named
from swav.engines import Engine, Form, Job, Readiness, Request, Sampling, Site, Source, Tokens
from swav.engines._experts import expert_remarks
from swav.engines._tokens import count
from swav.errors import AnotherModel, EngineError
from swav.readiness import Recognised, elsewhere, out_of_place, put_right
from swav.render.client import Order, ShotFailed, render
from swav.render.hardware import Hardware

if TYPE_CHECKING:
    import numpy as np

RENDERER = "swav.diffusion.pipeline:Renderer"
_PICTURES = {"first_frame": "image", "last_frame": "last_image"}
"""A request's pictures, and the arguments of pipelines that take them."""


class DiffusionEngine(Engine):
    """Renders with the model of a recipe."""

    source = "prompt"
    gpu = True
    leases_itself = True
    install = "pip install -e '.[wan]'"

    def __init__(self, model: ModelRecipe):
        self.model = model
        self.name, self.packages, self.gives = model.name, model.packages, model.gives
        self.reads, self.needs = model.reads, model.needs
        self.sounds = model.sound
        self.lossy = frozenset((["linears"] if model.timed else []) + ([] if model.masked else ["attention"]))
        self.most_gpus, self.most_references = model.most_cards, model.most_references
        if model.frames is None:
            self.draws_stills = True
        else:
            self.trained_seconds = Fraction(model.frames.trained, model.rate)
            self.longest_seconds = Fraction(model.frames.most, model.rate)

    def readiness(self, site: Site) -> Readiness:
        """Whether a complete model, the packages and a card are here; the first that is missing is said."""
        folder = site.models / self.model.place
        try:
            found = recognise(folder, self.model)
        except EngineError as reason:
            return self._without(site.models, folder, reason)
        weights = fingerprint(found)
        missing = [name for name in self.packages if find_spec(name) is None]
        if missing:
            why = f"{missing[0]} is not installed: {self.install}"
            return Readiness(False, why, weights, doubts=found.notes)
        if not site.cards:
            return Readiness(False, "no GPU that may be used", weights, doubts=found.notes)
        why = f"weights in {found.root} ({found.bytes / 1e9:.0f} GB)"
        return Readiness(True, why, weights, found.bytes, doubts=found.notes)

    def _without(self, models: Path, folder: Path, reason: EngineError) -> Readiness:
        """Why there are no weights where it looks, or where they are."""
        misplaced = not folder.is_dir() or isinstance(reason, AnotherModel)
        there = elsewhere(models, self.model.place, self.recognise) if misplaced else None
        if there:
            return Readiness(False, put_right(there, folder, self.model.title))
        return Readiness(False, str(reason), absent=not os.path.lexists(folder))

    def recognise(self, folder: Path) -> Recognised | None:
        """The model in a folder, whole or with its fault; None where another lies there."""
        title, home = self.model.title, self.model.place
        if not folder.is_dir():
            return None
        try:
            found = recognise(folder, self.model)
        except AnotherModel as other:
            return Recognised(other.holds, fault=str(other)) if other.holds else None
        except EngineError as fault:
            return Recognised(title, fault=str(fault))
        notes = (*found.notes, *(() if folder.name == home else (out_of_place(folder, home),)))
        return Recognised(
            title,
            found.layout,
            found.precision,
            fingerprint(found),
            found.bytes,
            notes=notes,
        )

    def model_in(self, folder: Path) -> PipelineFolder:
        """Its model, in any layout that is read."""
        return recognise(folder, self.model)

    def converted_bytes(self, model: PipelineFolder) -> int:
        """Bytes of its copy in the layout of Diffusers."""
        return pipeline_convert.converted_bytes(model, self.model)

    def convert(
        self, model: PipelineFolder, target: Path, tell: Callable[[int, int], None]
    ) -> PipelineFolder:
        """Write its copy in the layout of Diffusers, in the types in which it is computed."""
        return pipeline_convert.convert(model, self.model, target, tell)

    def recipe(self, request: Request, model: str) -> dict[str, Any]:
        """What decides the picture. The placement does not: it changes a take by no more than rounding."""
        facts = self.model
        if request.loras and not facts.loras:
            raise EngineError(
                f"{request.shot}: {facts.title} is rendered without LoRAs here; write `loras: []` in the shot"
            )
        width, height = facts.size(request.width, request.height)
        values: dict[str, Any] = {
            "engine": self.name,
            "version": facts.version,
            "model": model,
            "pipeline": facts.pipeline_for(request.first_frame is not None),
            "seed": request.seed,
            "width": width,
            "height": height,
            "steps": facts.steps if request.steps is None else request.steps,
            "guidance": facts.guidance if request.guidance is None else float(request.guidance),
            "call": {**facts.call, **facts.by_camera.get(request.camera, {})},
            "tiled": facts.tiled,
        }
        if request.loras:
            values["loras"] = [[lora.content, lora.weight, lora.expert] for lora in request.loras]
        values |= recipe_of(fitting(request.lossy, self.lossy))
        if facts.first_sigma is not None:
            values["first_sigma"] = facts.first_sigma
        if "prompt" in facts.reads:
            values["prompt"] = request.prompt
            if facts.negative is not None:
                values["negative"] = facts.negative_prompt(request.negative)
        values |= {name: picture.identity() for name, picture in self._pictures(request).items()}
        if "references" in self.reads:
            values["references"] = [picture.identity() for picture in self._references(request)]
        return values | self._length(request)

    def _pictures(self, request: Request) -> dict[str, Source]:
        """The pictures that the model works from, of those that the shot has."""
        asked = {name: getattr(request, name) for name in _PICTURES if name in self.reads}
        return {name: picture for name, picture in asked.items() if picture is not None}

    def _references(self, request: Request) -> tuple[Source, ...]:
        """The pictures that it draws after, of those that there are."""
        return request.references[: self.most_references] if "references" in self.reads else ()

    def _length(self, request: Request) -> dict[str, Any]:
        """Frames where they are known; else what will decide them, once the narration is spoken."""
        if self.model.frames is None:
            return {}
        if request.length.known:
            return {"frames": self.model.frames_for(request.length.frames / request.rate)}
        return {"length": request.length.plain(), "rate": request.rate}

    def steps(self, request: Request) -> int:
        """The steps of a take, each of which it can be looked at after."""
        return self.recipe(request, "")["steps"]

    def remarks(self, request: Request) -> Iterable[str]:
        """What the storyboard says of sampling beside steps and guidance is Wan 2.2's alone."""
        if request.sampling != Sampling():
            said = f"what the storyboard says of sampling ({request.sampling}) is left out"
            yield f"{self.model.title} is sampled as its authors do it; {said}"
        if len(self.model.published.denoisers) == 2:
            yield from expert_remarks(request.loras)
        yield from self.exact_remarks(request)

    def form(self, request: Request) -> Form:
        """Takes have the model's own size and rate."""
        values = self.recipe(request, "")
        return Form(values["width"], values["height"], Fraction(self.model.rate), values.get("frames", 1))

    def tokens(self, text: str, models: Path = Path("models")) -> Tokens | None:
        """How much of a prompt its text encoder reads."""
        most = self.model.prompt_tokens
        return (
            count(text, (models / self.model.place / "tokenizer" / "tokenizer.json",), most) if most else None
        )

    def placement(
        self, request: Request, gpus: int, models: Path = Path("models"), machine: Hardware | None = None
    ) -> str:
        """How the shot would be rendered: a phrase for the plan."""
        if not (request.length.known or self.model.frames is None):
            return ""
        sizes, _ = self.placed_as(models)
        values = self.recipe(request, "")
        if sizes is None:
            return ""
        sizes = applied(sizes, values.get("lossy", ()))
        return plans.foretold(sizes, placing.shot_facts(self.model, values), gpus, machine)

    def placed_as(self, models: Path) -> tuple[ModelFacts | None, ShotFacts]:
        """The sizes of its model, as it is here or as it is published, and of its usual shot."""
        try:
            sizes = placing.facts(self.model, recognise(models / self.model.place, self.model))
        except EngineError:
            published = self.model.published
            sizes = placing.stated(self.model, published) if published else None
        return sizes, placing.usual_shot(self.model)

    def shoot(self, job: Job) -> dict[str, Any]:
        """Hand the shot to a worker, and say what the take's record should."""
        values = self.recipe(job.request, job.model)
        self._check(values, job)
        folder = job.models / self.model.place
        found = recognise(folder, self.model)
        self._check_weights(found, job)
        asked = self._asked(found, values)
        claim = Claim(job.cards, job.gpus, job.build)
        placement = plans.choose(asked, claim, job.note)
        order = self._order(found, placement, job, asked.engine, values.get("lossy", ()))
        try:
            made = render(
                order, self._task(values, job), cards=job.cards, progress=job.progress, note=job.note
            )
        except ShotFailed as failure:
            if failure.kind != "memory":
                raise
            after = plans.after_memory_ran_out(placement, asked, claim)
            raise EngineError(f"{failure}; {after}") from None
        self._check_weights(recognise(folder, self.model), job)
        return made

    def _check(self, values: Mapping[str, Any], job: Job) -> None:
        """Refuse what the model cannot do, and say what it was not made for."""
        for need in sorted(self.needs):
            if not getattr(job.request, need):
                if need == "references":
                    lacks = "draws after other pictures, and there is none; give the keyframe references"
                else:
                    lacks = (
                        f"works from a {need.replace('_', ' ')}, and the shot has none; give it a keyframe"
                    )
                raise EngineError(f"{self.model.title} {lacks}")
        facts = self.model
        if facts.frames is None:
            return
        seconds = float(job.frames / job.request.rate)
        if values["frames"] > facts.frames.most:
            raise EngineError(
                f"the shot lasts {seconds:.1f} s, and {facts.title} renders at most "
                f"{facts.frames.most / facts.rate:.1f} s; divide it into two shots, or give it a shorter "
                "duration or narration"
            )
        if values["frames"] > facts.frames.trained:
            job.note(
                f"{seconds:.1f} s is longer than the {facts.frames.trained / facts.rate:.1f} s that "
                f"{facts.title} was trained on; look whether the motion repeats"
            )

    def _check_weights(self, found: PipelineFolder, job: Job) -> None:
        """Refuse to make a take under the key of other weights."""
        if fingerprint(found) != job.model:
            raise EngineError(
                f"the weights in {found.root} changed since the storyboard was read; build again"
            )

    def _asked(self, found: PipelineFolder, values: Mapping[str, Any]) -> Asked:
        """The shot as placement sees it."""
        sizes = applied(placing.facts(self.model, found), values.get("lossy", ()))
        usual = self.model.frames.trained if self.model.frames else 1
        worker = worker_named(self.name, values)
        return Asked(worker, sizes, placing.shot_facts(self.model, values), usual, f"plans-{worker}.json")

    def _order(
        self, found: PipelineFolder, placement: Placement, job: Job, worker: str, ways: Iterable[str]
    ) -> Order:
        facts = self.model
        setup = {
            "folder": str(found.root.resolve()),
            "pipeline": found.found,
            "variant": found.variant,
            "assembler": found.assembler,
            "bytes": found.bytes,
            "model": job.model,
            "device": "cpu" if _on_cpu() else "cuda",
            "placement": placement.plain(),
            "float32": list(facts.float32),
            "passes": facts.passes,
            "title": facts.title,
            "loras": [
                [str(Path(lora.path).resolve()), lora.content, lora.weight, lora.expert]
                for lora in job.request.loras
            ],
            "lora_names": facts.lora_names,
            "tiled": facts.tiled,
            "sound": facts.sound,
            "first_sigma": facts.first_sigma,
        }
        if lossy := list(ways):
            setup["ways"] = lossy
        return Order(worker, RENDERER, setup, placement.processes, job.build)

    def _task(self, values: Mapping[str, Any], job: Job) -> dict[str, Any]:
        facts = self.model
        call = {**values["call"], "width": values["width"], "height": values["height"]}
        call["num_inference_steps"] = values["steps"]
        if "frames" in values:
            call["num_frames"] = values["frames"]
        if "prompt" in values:
            call["prompt"] = values["prompt"]
        if values.get("negative"):
            call["negative_prompt"] = values["negative"]
        return {
            "clip": str(job.clip.resolve()),
            "state": str((job.state / "denoising.pt").resolve()),
            "recipe": dict(values),
            "look_at": job.look_at,
            "pipeline": values["pipeline"],
            "guidance_name": facts.guidance_name,
            "call": call,
            "pictures": self._cut_pictures(values, job),
            "rate": facts.rate,
            "metadata": dict(job.metadata),
        }

    def _cut_pictures(self, values: Mapping[str, Any], job: Job) -> dict[str, str | list[str]]:
        """The shot's pictures as the pipeline is to see them: upright. Frames cover exactly the size that is
        rendered; references keep their own.
        """
        from swav.media.photograph import covering, read_photograph

        files: dict[str, str | list[str]] = {}
        for name, picture in self._pictures(job.request).items():
            cut = covering(Path(picture.path), values["width"], values["height"], job.note)
            files[_PICTURES[name]] = self._kept(cut, job.state / f"{name}.png")
        shown = [read_photograph(Path(picture.path), job.note) for picture in self._references(job.request)]
        if shown:
            files["image"] = [self._kept(each, job.state / f"{n}.png") for n, each in enumerate(shown, 1)]
        return files

    def _kept(self, pixels: "np.ndarray", file: Path) -> str:
        """A picture where the worker reads it."""
        from PIL import Image

        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(file)
        return str(file.resolve())


def _on_cpu() -> bool:
    return os.environ.get("SWAV_DEVICE") == "cpu"
