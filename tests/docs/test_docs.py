"""The documentation says what the code does: tables, commands, messages, links, and an engine that works."""

import ast
import importlib.util
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer
import yaml
from places import REPOSITORY
from project import Project

from swav.cli import app
from swav.config import Config
from swav.cut import paths
from swav.engines import engines
from swav.parts import Part
from swav.quality.limits import Limits
from swav.quality.reel_limits import ReelLimits
from swav.quality.speech_limits import SpeechLimits

PAGES = sorted(
    page
    for pattern in ("*.md", "docs/*.md", "models/*.md", "requirements/*.md", "storyboards/*.md")
    for page in REPOSITORY.glob(pattern)
)
README = (REPOSITORY / "README.md").read_text()
BUILDING = (REPOSITORY / "docs/building.md").read_text()
QUALITY = (REPOSITORY / "docs/quality.md").read_text()
LIMIT_ROW = re.compile(
    r"^\| `(\w+)` \| (?:above|below) ([\d.]+) \| (?:above |below )?([\d.]+|never) \|", re.MULTILINE
)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMANDS = (
    "pip install -r requirements/default.lock && pip install --no-deps --no-build-isolation -e . && "
    "snakemake final.mp4 --resources gpu=4",
    "pip install --no-deps -r requirements/test.lock && pip install --no-build-isolation "
    '-c requirements/torch.txt -e ".[test]" && pytest -n auto --dist loadfile',
)


def named(page: Path) -> str:
    return str(page.relative_to(REPOSITORY))


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return FENCE.sub("", page.read_text())


# --- the two commands, and all others


def test_the_readme_has_the_two_commands_each_alone_on_its_line():
    lines = [line.strip() for line in README.splitlines()]
    assert [line for line in lines if line.startswith("pip install ") and "&&" in line] == list(COMMANDS)


def commands(page: Path) -> list[str]:
    """Every ``swav ...`` and ``snakemake ...`` of a page: lines of its blocks, and code in its prose."""
    blocks = "\n".join(block for _, block in FENCE.findall(page.read_text()))
    lines = [line.strip().removeprefix("$ ") for line in blocks.splitlines()]
    lines += re.findall(r"`([^`\n]+)`", prose(page))
    lines += [line.strip() for line in prose(page).splitlines() if line.startswith("    ")]
    said = [part.strip() for line in lines for part in re.split(r"&& | > ", line)]
    return [part for part in said if re.match(r"(swav|snakemake) [a-z-]", part) and "…" not in part]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_exists(page):
    for command in commands(page):
        program, *words = shlex.split(command, comments=True)
        check = swav_understands if program == "swav" else snakemake_understands
        assert check(words), f"{named(page)}: {command}"


def swav_understands(words: list[str]) -> bool:
    group = typer.main.get_command(app)
    name, *rest = words
    if name == "--version":
        return True
    if name not in group.commands:
        return False
    if not rest:  # the command is named, not typed
        return True
    try:
        group.commands[name].make_context(name, rest)
    except Exception:  # typer carries its own click, whose errors have no public name
        return False
    return True


def snakemake_understands(words: list[str]) -> bool:
    from snakemake.cli import get_argument_parser, parse_config

    try:
        given = get_argument_parser().parse_args(words)
        parse_config(given.config)
    except (SystemExit, ValueError):
        return False
    return True


def test_a_command_that_does_not_exist_is_found():
    assert not swav_understands(["gc", "--delete"]) and not swav_understands(["render"])
    assert not snakemake_understands(["--no-such-option"])
    assert not snakemake_understands(["--config", "engine=animatic", "final.mp4"])
    assert commands(REPOSITORY / "README.md"), "the README's commands are seen"


def test_every_swav_command_is_in_the_readme():
    told = {words.split()[1] for words in re.findall(r"^\| `(swav [^`]+)`", README, re.MULTILINE)}
    assert told == set(typer.main.get_command(app).commands)


# --- links and pictures


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_relative_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)]+)\)", prose(page)):
        if target.startswith(("http://", "https://")):
            continue
        file, _, anchor = target.partition("#")
        led = (page.parent / file).resolve() if file else page
        assert led.exists(), f"{named(page)}: {target}"
        if anchor:
            assert anchor in anchors(led), f"{named(page)}: {target}"


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to a page's headings."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_pictures_are_small_and_described():
    shown = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", README)
    assert shown and all(text for text, _ in shown)
    for picture in (REPOSITORY / "docs/images").iterdir():
        assert picture.stat().st_size <= 400_000, picture.name


# --- tables


def maker():
    """docs/_make/storyboard.py, which writes the field tables."""
    spec = importlib.util.spec_from_file_location("make_storyboard", REPOSITORY / "docs/_make/storyboard.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_field_tables_are_those_of_the_models():
    make, text = maker(), (REPOSITORY / "docs/storyboard.md").read_text()
    assert make.page(text) == text, "run: python docs/_make/storyboard.py"
    assert make.tables(text) == make.PARTS.keys()


def test_every_setting_is_in_the_table_with_its_default():
    expected = {}
    for name, info in Config.model_fields.items():
        if isinstance(info.default, (Limits, SpeechLimits, ReelLimits)):
            continue  # their table is in docs/quality.md
        if isinstance(info.default, Part):
            expected |= {
                f"{name}.{key}": f"{value:g}" if isinstance(value, float) else str(value)
                for key, value in info.default
            }
        else:
            default = list(info.default) if isinstance(info.default, tuple) else info.default
            expected[name] = str(default).lower() if isinstance(default, bool) else str(default)
    section = BUILDING.partition("\n## config.yaml")[2].partition("\n## ")[0]
    assert dict(re.findall(r"^\| `([\w.]+)` \| `([^`]+)` \|", section, re.MULTILINE)) == expected
    for heading, group in (("`speech_quality`", SpeechLimits()), ("`reel_quality`", ReelLimits())):
        table = QUALITY.partition(heading)[2].partition("| gate |")[2].partition("\n\n")[0]
        told = {name: f"{warns}, {fails}" for name, warns, fails in LIMIT_ROW.findall(table)}
        assert told == {name: ", ".join(map(str, bounds.written())) for name, bounds in group}
    shipped = Config.read(yaml.safe_load((REPOSITORY / "config.yaml").read_text()))
    assert shipped == Config(), "config.yaml as it is shipped says the defaults"


def test_every_file_of_a_build_is_in_the_readme():
    told = set(re.findall(r"`build/([^`]+)`", README))
    patterns = {value.removeprefix("{build}/") for value in vars(paths).values() if isinstance(value, str)}
    made = {pattern for pattern in patterns if "{key}" in pattern or "{name}" in pattern} - {"state/{key}"}
    assert {pattern for pattern in made if "/" in pattern and "\n" not in pattern} == told


def test_every_engine_is_told_of():
    for page in (README, (REPOSITORY / "docs/engines.md").read_text()):
        rows = re.findall(r"^\|((?: `[\w.-]+`,?)+) \| [a-z`]", page, re.MULTILINE)
        assert {name for row in rows for name in re.findall(r"`([^`]+)`", row)} >= set(engines())


def test_the_table_of_models_is_that_of_their_recipes():
    spec = importlib.util.spec_from_file_location("make_engines", REPOSITORY / "docs/_make/engines.py")
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    text = make.PAGE.read_text()
    assert make.page(text) == text, "run: python docs/_make/engines.py"


RULE = re.compile(r"^ *rule\b ?(\w*):(.*?)(?=^ *rule\b|\Z)", re.DOTALL | re.MULTILINE)
LOG = re.compile(r"reel\.log\(\"(\w+)\"")
"""A rule whose name is computed has its log under the name that people know."""


def test_every_rule_is_explained():
    files = (REPOSITORY / "Snakefile", *(REPOSITORY / "rules").glob("*.smk"))
    found = [rule for file in files for rule in RULE.findall(file.read_text())]
    rules = {name or log[1] for name, body in found if name or (log := LOG.search(body))}
    section = BUILDING.partition("| rule |")[2].partition("\n\n")[0]
    assert {
        name
        for row in re.findall(r"^\| ([^|]+) \|", section, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    } == rules


def test_every_test_that_is_named_exists():
    for page in PAGES:
        for name in re.findall(r"`(test_\w+)`", prose(page)):
            found = [
                file for file in (REPOSITORY / "tests").rglob("*.py") if f"def {name}(" in file.read_text()
            ]
            assert found, f"{named(page)}: {name}"


# --- messages


def sentences() -> list[str]:
    """Every text in the code, with a blank sign for what varies."""
    found = []
    for file in (REPOSITORY / "swav").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.JoinedStr):
                found.append(
                    "".join(part.value if isinstance(part, ast.Constant) else "\0" for part in node.values)
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(re.sub(r"\{\w+\}", "\0", node.value))
    return found


def test_every_message_is_one_that_the_code_can_say():
    table = BUILDING.partition("<!-- messages -->")[2].partition("<!-- end -->")[0]
    messages = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
    assert len(messages) > 25
    said = sentences()
    for message in messages:
        words = [re.escape(part.strip()) for part in message.split("…") if part.strip(" ,;:()")]
        pattern = re.compile(".*?".join(words), re.DOTALL)
        assert any(pattern.search(sentence) for sentence in said), message


def quoted(page: str, beginning: str) -> str:
    """The first fenced block of a page that begins with those words."""
    text = (REPOSITORY / page).read_text()
    return next(block for _, block in FENCE.findall(text) if block.startswith(beginning))


def swav(folder: Path, *words: str) -> str:
    """What a swav command prints."""
    command = [sys.executable, "-m", "swav", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True).stdout


def test_storyboards_are_checked_as_the_pages_say(tmp_path):
    folder = tmp_path / "storyboards"
    folder.mkdir()
    (folder / "bad.yaml").write_text(quoted("docs/building.md", "title:"))
    said = swav(tmp_path, "check", "storyboards/bad.yaml")
    assert said == quoted("docs/building.md", "storyboards/bad.yaml:")
    (folder / "whole.yaml").write_text(quoted("docs/storyboard.md", "title:"))
    assert swav(tmp_path, "check", "storyboards/whole.yaml") == "storyboards/whole.yaml: no faults\n"


def test_a_prompt_is_prepared_as_the_page_says():
    assert swav(REPOSITORY, "prompts", "r004").split() == quoted("docs/storyboard.md", "r004\n").split()


# --- the engine of docs/engines.md


def test_the_engine_of_the_page_builds_a_reel(tmp_path):
    blocks = dict(FENCE.findall((REPOSITORY / "docs/engines.md").read_text()))
    shot = {"prompt": "a sunrise over the sea, static camera, soft light", "duration": 0.5}
    board = {
        "title": "Sunrise",
        "size": "128x72",
        "fps": 12,
        "engine": "sunrise",
        "music": {"engine": "none"},
        "shots": [{"id": "a", **shot}, {"id": "b", **shot, "seed": 7}],
    }
    project = Project(tmp_path / "reel", board)
    install(blocks, project.folder / "plugins")
    project.save()
    assert project.build() == sorted(
        [f"{rule} {shot}" for rule in ("draw", "judge", "segment") for shot in "ab"]
        + ["admit", "deliver", "join", "lay_stems", "mix"]
    )
    assert {take["engine"] for take in project.plan()["shots"]} == {"sunrise"}
    project.shot("b")["seed"] = 8
    assert project.pending() == ["admit", "deliver", "draw b", "join", "judge b", "segment b"]
    project.shot("b")["seed"] = 7
    assert project.pending() == []


def install(blocks: dict[str, str], folder: Path) -> None:
    """What pip does with the page's package: its module, and its entry point beside it."""
    about = tomllib.loads(blocks["toml"])["project"]
    (module,) = {target.partition(":")[0] for target in about["entry-points"]["swav.engines"].values()}
    (folder / f"{module}.py").write_text(blocks["python"])
    info = folder / f"{module}-{about['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Name: {about['name']}\nVersion: {about['version']}\n")
    points = "".join(f"{name} = {target}\n" for name, target in about["entry-points"]["swav.engines"].items())
    (info / "entry_points.txt").write_text(f"[swav.engines]\n{points}")


def test_nothing_is_said_of_the_machine_that_it_was_written_on():
    for page in PAGES:
        assert not re.search(r"/(root|work|home)/", page.read_text()), named(page)
