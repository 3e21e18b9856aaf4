"""What the placement of a pipeline follows from: the sizes of its files and what its recipe allows.

``plans`` does the rest, as for any model. Where the model is not here, the recipe's published sizes are
planned with. Light: no torch.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain
from typing import Any

from swav.diffusion.facts import BF16, FP32, Divisions, ModelFacts, ShotFacts
from swav.diffusion.part_facts import lists_of, model_facts
from swav.diffusion.pipeline_folder import DENOISERS, PipelineFolder
from swav.diffusion.recipe import ModelRecipe


def divisions(recipe: ModelRecipe) -> Divisions:
    """How a pipeline may be divided: it is loaded whole, and what decodes in tiles always does.

    Text encoders are called by their pipelines in ways of their own, and stay whole.
    """
    return Divisions(
        guidance=recipe.divided,
        ulysses=recipe.ulysses,
        shards_text=False,
        spread=False,
        tiles=recipe.tiles,
        always_tiles=recipe.tiled,
        rereads=False,
        streams_text=False,
        kernels=not recipe.masked,
        compiles=False,
    )


def facts(recipe: ModelRecipe, model: PipelineFolder) -> ModelFacts:
    """The sizes of a pipeline on disk. EngineError if a header cannot be read."""
    denoisers = [model.parts[name] for name in DENOISERS if name in model.parts]
    text = {name: part for name, part in model.parts.items() if name not in DENOISERS and name != "vae"}
    found = model_facts(
        recipe.title,
        denoisers,
        lists_of(denoisers, nested=False),
        list(text.values()),
        lists_of(list(text.values()), nested=True),
        model.parts.get("vae"),
        recipe.prompt_tokens,
        precise=[name in recipe.float32 for name in text],
    )
    if recipe.published and not all(denoiser.config for denoiser in denoisers):
        # No header tells them.
        found = replace(found, heads=recipe.published.heads)
    if recipe.published and "vae" in model.parts and not model.parts["vae"].config:
        found = replace(found, vae_width=recipe.published.vae_width)
    return stated(recipe, found)


def stated(recipe: ModelRecipe, found: ModelFacts) -> ModelFacts:
    """Sizes with what the recipe says of the way in which the model runs."""
    return replace(
        found,
        title=recipe.title,
        text_tokens=recipe.prompt_tokens,
        vae_bytes=found.vae_bytes * (FP32 if "vae" in recipe.float32 else BF16) // FP32,
        work_bytes=0 if recipe.measured else int(recipe.work_gigabytes * 1e9),
        timed=recipe.timed or recipe.measured is not None,
        batched=recipe.passes == "batch",
        whole_in_host=True,
        divisions=divisions(recipe),
        calibration=recipe.measured.calibration() if recipe.measured else found.calibration,
    )


def shot_facts(recipe: ModelRecipe, values: Mapping[str, Any]) -> ShotFacts:
    """What a take asks for, from its own recipe."""
    guided = recipe.passes != "one" and values["guidance"] > 1
    size = values["width"], values["height"], values.get("frames", 1)
    shown = len(values.get("references", ())) * recipe.reference_pixels // recipe.grid.pixels
    return ShotFacts(*size, values["steps"], guided, recipe.grid, shown, recipe.alone)


def usual_shot(recipe: ModelRecipe) -> ShotFacts:
    """The largest of the sizes and the longest of the lengths that the model was trained on, after as many
    pictures as it was shown.
    """
    width, height = max(chain(*recipe.sizes), key=lambda size: size[0] * size[1])
    values = {"width": width, "height": height, "steps": recipe.steps, "guidance": recipe.guidance}
    if recipe.frames:
        values["frames"] = recipe.frames.trained
    values["references"] = [None] * (recipe.most_references or 0)
    return shot_facts(recipe, values)
