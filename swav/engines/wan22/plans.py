"""Which placement a render of Wan 2.2 follows: ``swav.diffusion.plans``, asked for a take's recipe."""

from collections.abc import Mapping
from typing import Any

from swav.diffusion import plans
from swav.diffusion.facts import ModelFacts, ShotFacts
from swav.diffusion.placement import Placement
from swav.diffusion.plans import Asked, Claim
from swav.diffusion.ways import applied
from swav.engines import Job
from swav.engines.wan22 import FOLDER, LONGEST_TRAINED
from swav.engines.wan22.sizes import facts_in
from swav.render.hardware import Hardware

MEMORY = "plans.json"
"""In the build folder: what ran out of memory, of exact takes."""


def choose(recipe: Mapping[str, Any], job: Job, engine: str) -> Placement:
    """The placement for a take: that of the loaded worker if it fits, else the fastest that does.

    Raises EngineError with one sentence where nothing fits.
    """
    return plans.choose(_asked(recipe, job, engine), _claim(job), job.note)


def after_memory_ran_out(placement: Placement, recipe: Mapping[str, Any], job: Job) -> str:
    """Remember that it is too large for such a clip; what to do now, as the end of a sentence."""
    return plans.after_memory_ran_out(placement, _asked(recipe, job), _claim(job))


def seconds(
    recipe: Mapping[str, Any], cards: int, model: ModelFacts, machine: Hardware | None = None
) -> float | None:
    """What a take costs on a machine, this one if none is given; None where it cannot be made there."""
    return plans.seconds(_lossy(model, recipe), _shot(recipe), cards, machine)


def foretold(
    recipe: Mapping[str, Any], cards: int, model: ModelFacts, machine: Hardware | None = None
) -> str:
    """How a take would be rendered on a machine, or why it cannot be: one sentence for the plan."""
    return plans.foretold(_lossy(model, recipe), _shot(recipe), cards, machine)


def _asked(recipe: Mapping[str, Any], job: Job, engine: str = "") -> Asked:
    usual = LONGEST_TRAINED if recipe["frames"] > 1 else 1  # stills are a kind of their own
    model = _lossy(facts_in(job.models / FOLDER), recipe)
    return Asked(engine, model, _shot(recipe), usual, memory_of(recipe))


def memory_of(recipe: Mapping[str, Any]) -> str:
    """The file in the build folder that says what ran out of memory: other weights need other memory."""
    return "-".join([MEMORY.removesuffix(".json"), *recipe.get("lossy", ())]) + ".json"


def _lossy(model: ModelFacts, recipe: Mapping[str, Any]) -> ModelFacts:
    return applied(model, recipe.get("lossy", ()))


def _claim(job: Job) -> Claim:
    return Claim(job.cards, job.gpus, job.build)


def _shot(recipe: Mapping[str, Any]) -> ShotFacts:
    guided = (recipe["guidance_high"], recipe["guidance_low"]) != (1, 1)
    return ShotFacts(recipe["width"], recipe["height"], recipe["frames"], recipe["steps"], guided)
