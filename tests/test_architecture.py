"""The house: packages stand in the order of the story, and what stands earlier knows nothing of what follows.

Every import is an arrow, one inside a function too: that it is written late does not make the knowledge less.
"""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from places import REPOSITORY

STORY = (
    # What knows no film.
    "arithmetic",
    "shown errors faults times numbers parts locks processes lifeline helper unchanged",
    "recipes keys plugins readiness",
    "opencv bands reused side_by_side whole presence hashes files links",
    "carriers",
    "environments media weights motion sound",
    # What can be written, shown, said and played: a storyboard is checked against it.
    "written english prompts titles animatic speech music",
    "storyboard",
    # Who makes its pictures, and who judges them.
    "render diffusion engines upscaling hearing quality config",
    # The reel, from the cut to the screen.
    "cut provenance reel review farm handoff page cli console __main__",
)
ORDER = " ".join(STORY).split()
"""Packages and single modules of swav, each of which may import what stands before it."""

EXCEPTIONS: dict[tuple[str, str], str] = {}
"""Arrows against the order, from module to module, each with the reason why it is there."""

APART = {"programs": "they run in environments of their own, where there is no swav"}
"""Packages without a place in the order: they import nothing of swav, and nothing of swav imports them."""


def _name(file: Path) -> str:
    parts = file.relative_to(REPOSITORY).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_name(file): file for file in sorted((REPOSITORY / "swav").rglob("*.py"))}


def _imported(module: str, tree: ast.AST) -> Iterator[str]:
    """Every module of swav that a module imports; of a package's name, the module that holds it."""
    package = module if MODULES[module].name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (_module(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            whole = ".".join([*above, *([node.module] if node.module else [])])
            yield from (_module(f"{whole}.{alias.name}") for alias in node.names)


def _module(name: str) -> str:
    while name and name not in MODULES:
        name = name.rpartition(".")[0]
    return name


@cache
def arrows() -> dict[str, set[str]]:
    """By module, the modules that it imports."""
    found = {}
    for module, file in MODULES.items():
        tree = ast.parse(file.read_text(encoding="utf-8"))
        found[module] = set(_imported(module, tree)) - {"", "swav", module}
    return found


def package(module: str) -> str:
    """The package of a module as ``ORDER`` has it; empty for swav itself, which holds the version alone."""
    return module.partition(".")[2].partition(".")[0]


def back_arrows(drawn: dict[str, set[str]], order: list[str]) -> list[str]:
    """Arrows from a package to one that stands after it."""
    place = {name: number for number, name in enumerate(order)}
    return [
        f"{module} imports {other}"
        for module, others in drawn.items()
        for other in sorted(others)
        if package(module) in place and place[package(module)] < place.get(package(other), -1)
        if (module, other) not in EXCEPTIONS
    ]


def circle(drawn: dict[str, set[str]]) -> list[str]:
    """Modules that import each other, the first also last; none where there is no such circle."""
    try:
        TopologicalSorter(drawn).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def _re_exported(module: str) -> set[str]:
    """What a package only passes on to those who import it: modules of its own, for names in ``__all__``."""
    if MODULES[module].name != "__init__.py":
        return set()
    body = ast.parse(MODULES[module].read_text(encoding="utf-8")).body
    public = next(
        (ast.literal_eval(node.value) for node in body if isinstance(node, ast.Assign) and _is_all(node)), []
    )
    return {
        str(node.module)
        for node in body
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(f"{module}.")
        if all((alias.asname or alias.name) in public for alias in node.names)
    }


def _is_all(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets)


def test_every_package_has_a_place():
    assert {package(module) for module in MODULES} - {""} == {*ORDER, *APART}


@pytest.mark.parametrize("name", ORDER)
def test_a_package_imports_only_what_stands_before_it(name):
    drawn = {module: others for module, others in arrows().items() if package(module) == name}
    assert not back_arrows(drawn, ORDER)


@pytest.mark.parametrize("name", APART)
def test_a_package_apart_touches_no_other(name):
    pairs = [(package(module), package(other)) for module, others in arrows().items() for other in others]
    assert not [pair for pair in pairs if name in pair and pair != (name, name)]


def test_no_files_import_each_other_in_a_circle():
    assert not circle({module: others - _re_exported(module) for module, others in arrows().items()})


def test_an_exception_is_still_needed():
    assert all(other in arrows()[module] for module, other in EXCEPTIONS)


@pytest.mark.parametrize(
    ("text", "arrow"),
    [
        ("import swav.cut.model", "swav.cut.model"),
        ("from swav.cut import model", "swav.cut.model"),
        ("from swav.cut.model import Cut", "swav.cut.model"),
        ("from ..cut import model", "swav.cut.model"),
        ("def late():\n    from swav.cut.model import Cut", "swav.cut.model"),
        ("if TYPE_CHECKING:\n    from swav.cut.model import Cut", "swav.cut.model"),
    ],
)
def test_an_arrow_is_seen_however_it_is_written(text, arrow):
    drawn = {"swav.media.probe": set(_imported("swav.media.probe", ast.parse(text)))}
    assert back_arrows(drawn, ORDER) == [f"swav.media.probe imports {arrow}"]


def test_a_circle_is_seen():
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})) == {"a", "b", "c"}
