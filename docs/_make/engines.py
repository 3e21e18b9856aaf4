"""The table of models in docs/engines.md, written from their recipes.

``python docs/_make/engines.py`` writes it anew between its markers; a test holds the page to it.
"""

import re
from pathlib import Path

from swav.diffusion.recipe import ModelRecipe
from swav.engines import engines

PAGE = Path(__file__).parents[1] / "engines.md"
TABLES = re.compile(r"(<!-- (models|held) -->\n).*?(<!-- end -->)", re.DOTALL)
_MAY = {"yes": "films for money", "conditions": "films for money: ", "no": "nothing that is sold"}


def table() -> str:
    """The Markdown table of the models that are recipes."""
    rows = [
        "| engine | works from | gives | cards | weights in `models/`, about | licence | may be used for |",
        "|---|---|---|---|---|---|---|",
    ]
    rows += [_row(recipe) for recipe in _recipes()]
    return "\n".join(rows) + "\n"


def page(text: str) -> str:
    """The page with the tables as the recipes have them now."""
    made = {"models": table, "held": held}
    return TABLES.sub(lambda match: f"{match[1]}{made[match[2]]()}{match[3]}", text)


def held() -> str:
    """The Markdown table of what ``tests/diffusion/test_pipelines.py`` holds of each, by the same rules."""
    rows = [
        "| engine | the take; resumed, looked at | streamed | on two ranks | its weights divided |",
        "|---|---|---|---|---|",
    ]
    for model in _recipes():
        two = "at most 1 of 255 off" if model.passes == "batch" else "to the last bit"
        two, divided = ("not divided", "not divided") if model.most_cards == 1 else (two, two)
        ways = ": each picture, or the two passes" if model.ulysses else ": the two passes"
        two += "" if model.most_cards == 1 else ways
        sound = ", its sound too" if model.sound else ""
        rows.append(f"| `{model.name}` | to the last bit{sound} | to the last bit | {two} | {divided} |")
    return "\n".join(rows) + "\n"


def _recipes() -> list[ModelRecipe]:
    recipes = [engine.model for engine in engines().values() if hasattr(engine, "model")]
    return sorted(recipes, key=lambda recipe: recipe.name)


def _row(model: ModelRecipe) -> str:
    cards = f"up to {model.most_cards}" if model.most_cards else "as many as are given"
    licence = model.licence
    cells = [
        f"`{model.name}`",
        _works_from(model),
        _gives(model),
        "1" if model.most_cards == 1 else cards,
        f"`{model.place}`, {model.gigabytes:.0f} GB",
        licence.name + (" (gated)" if licence.gated else ""),
        _MAY[licence.commercial] + (licence.conditions if licence.commercial == "conditions" else ""),
    ]
    return f"| {' | '.join(cells)} |"


def _works_from(model: ModelRecipe) -> str:
    words = {
        "prompt": "a prompt",
        "first_frame": "a first frame",
        "last_frame": "a last frame",
        "references": f"1 to {model.most_references} pictures",
    }
    return ", ".join(
        said if name in model.needs or name == "prompt" else f"{said} if there is one"
        for name, said in words.items()
        if name in model.reads
    )


def _gives(model: ModelRecipe) -> str:
    sizes = [size for group in model.sizes for size in group]
    if model.frames is None:
        long, short = max(sizes, key=lambda size: size[0] / size[1])
        return f"stills, {sizes[0][0]}x{sizes[0][1]} to {long}x{short}"
    seconds = model.frames.trained / model.rate
    said = ", ".join(f"{long}x{short}" for long, short in sizes)
    return f"{said}; {seconds:.1f} s at {model.rate} frames a second"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
