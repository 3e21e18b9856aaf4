"""Whoever changes how files are made raises a recipe number: outputs are held beside their numbers."""

import ast
import re
from pathlib import Path

import pytest
import recipe_outputs
from recipe_outputs import MADE_OF, UNTRIED, alike, numbers, outputs, refresh, state, stored

from swav import recipes


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return outputs(tmp_path_factory.mktemp("recipes"))


def test_every_number_has_an_output_written_down():
    known = stored()
    assert set(numbers()) == {*known, *UNTRIED}
    assert set(MADE_OF) <= set(known) and all(set(parts) <= set(numbers()) for parts in MADE_OF.values())


def test_what_is_made_has_not_changed_under_its_number(made):
    known, now = stored(), numbers()
    faults = [state(name, output, known[name], now) for name, output in made.items()]
    assert not any(faults), "\n".join(filter(None, faults))


def test_an_output_that_changes_asks_for_another_number(made):
    known, now = stored(), numbers()
    for name, output in made.items():
        changed = _changed(output)
        assert not alike(output, changed), name
        assert "raise the number" in state(name, changed, known[name], now)
        raised = now | {name: now[name] + 1}
        assert "other numbers" in state(name, changed, known[name], raised)


def _changed(output):
    """The output with its first number or text changed as little as counts."""
    if isinstance(output, dict):
        first, *_ = output
        return output | {first: _changed(output[first])}
    if isinstance(output, list):
        return [_changed(output[0]), *output[1:]] if output else ["new"]
    if isinstance(output, str) or output is None:
        return f"{output}."
    return not output if isinstance(output, bool) else output + 3


def test_what_changed_is_not_written_down_under_the_same_number(made, tmp_path, monkeypatch, capsys):
    kept = tmp_path / "recipes.json"
    kept.write_bytes(recipe_outputs.GOLDEN.read_bytes())
    monkeypatch.setattr(recipe_outputs, "GOLDEN", kept)
    changed = {**made, "mix": _changed(made["mix"])}
    monkeypatch.setattr(recipe_outputs, "outputs", lambda folder: changed)
    assert refresh() == 1 and "what mix makes has changed" in capsys.readouterr().out
    assert kept.read_bytes() == recipe_outputs.DATA.joinpath("recipes.json").read_bytes()
    monkeypatch.setattr(recipes, "MIX", recipes.MIX + 1)
    assert refresh() == 0
    assert stored()["mix"] == {
        "numbers": {part: numbers()[part] for part in ("mix", *MADE_OF["mix"])},
        "output": changed["mix"],
    }


def test_every_number_of_the_table_says_what_it_covers():
    body = ast.parse(Path(recipes.__file__).read_text(encoding="utf-8")).body[1:]
    for number, said in zip(body[::2], body[1::2], strict=True):
        assert isinstance(number.value.value, int) and re.fullmatch(r"[A-Z].*\.", said.value.value, re.DOTALL)
