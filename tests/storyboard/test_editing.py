"""What an editor inserts by the schemas is accepted by them, and by swav: defaults, examples, choices."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from places import REPOSITORY

import swav.config
from swav.animatic.camera import parse_camera
from swav.cli.new import new
from swav.config import Config, config_schema
from swav.engines import generating
from swav.errors import InputError
from swav.speech.voices import voice_for
from swav.storyboard import load, schema
from swav.storyboard.forms import CAMERA_MOVES

LINE = re.compile(r"\A# yaml-language-server: \$schema=(\S+)\n")
SCHEMAS = {"storyboard": schema(), "config": config_schema()}


def validate(value: Any, told: dict[str, Any]) -> None:
    """Hold a value to a schema. That it is one is tried once, below: it takes longer than all else here."""
    jsonschema.Draft202012Validator(told).validate(value)


def fields(whole: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Each field of a schema: the part that it is of, its key, and what the schema says of it."""
    parts = {"": whole, **whole.get("$defs", {})}
    return [
        (part, key, told)
        for part, group in parts.items()
        for key, told in group.get("properties", {}).items()
    ]


def offered(told: dict[str, Any]) -> list[Any]:
    """What an editor may insert for a field."""
    found = [told["default"]] if "default" in told else []
    for kind in (told, *told.get("anyOf", [])):
        found += [
            *kind.get("examples", []),
            *kind.get("enum", []),
            *([kind["const"]] if "const" in kind else []),
        ]
    return found


OFFERS = [
    (name, part, key, value)
    for name, whole in SCHEMAS.items()
    for part, key, told in fields(whole)
    for value in offered(told)
]
# How a field of each part stands in a storyboard.
PLACES = {
    "": "{}",
    "Voice": "voice: {{{}}}",
    "Music": "music: {{{}}}",
    "Mood": "music: [{{{}, prompt: calm}}]",
    "Style": "style: {{{}}}",
    "Footage": "shots: [{{id: a, footage: {{file: 'sample:sea', {}}}, duration: 2}}]",
    "Narration": "shots: [{{id: a, card: {{title: T}}, duration: 9, narration: {{text: Hello, {}}}}}]",
    "Overlay": "shots: [{{id: a, card: {{title: T}}, duration: 9, overlay: [{{text: T, {}}}]}}]",
    "Shot": "shots: [{{id: a, prompt: sea, narration: Hello, {}}}, {{id: b, prompt: sea}}]",
    "Transition": "shots: [{{id: a, prompt: sea, transition: {{{}}}}}, {{id: b, prompt: sea}}]",
}


@pytest.mark.parametrize(("name", "part", "key", "value"), OFFERS, ids=str)
def test_what_is_inserted_is_valid(name, part, key, value, tmp_path):
    whole = SCHEMAS[name]
    group = whole if not part else whole["$defs"][part]
    validate(value, {**group["properties"][key], "$defs": whole.get("$defs", {})})
    written = f"{key}: {json.dumps(value)}"
    if name == "config":
        if not part:
            assert Config.read({key: value}, tmp_path / "none")
        return
    if part not in PLACES:
        return
    body = PLACES[part].format(written)
    rest = "" if "shots:" in body else "\nshots: [{id: a, prompt: sea}]"
    (tmp_path / "reel.yaml").write_text(f"title: T\n{body}{rest}\n")
    try:
        load(tmp_path / "reel.yaml", samples=("sea",), engines=generating())
    except InputError as error:  # a speaker of another engine is no fault of its form
        assert key == "speaker", str(error)


def test_every_field_that_can_be_guessed_offers_something():
    offers = {(part, key) for name, part, key, _ in OFFERS if name == "storyboard"}
    wanted = {("", "size"), ("", "fps"), ("", "engine"), ("Shot", "engine"), ("Shot", "camera")}
    wanted |= {("Voice", "speaker"), ("Voice", "engine"), ("Transition", "type"), ("Overlay", "style")}
    assert wanted <= offers


def test_the_camera_moves_that_are_offered_are_known():
    assert len({parse_camera(move, "").kind for move in CAMERA_MOVES}) == 13


def test_the_engines_and_speakers_that_are_offered_are_there():
    told = {(part, key): told for part, key, told in fields(SCHEMAS["storyboard"])}
    assert set(offered(told["", "engine"])) <= set(generating())
    known = {"joe": "piper", "m1": "espeak", "f1": "espeak"}
    for speaker in offered(told["Voice", "speaker"]):
        assert voice_for(known.get(speaker, "kokoro"), "en", speaker)


def test_every_setting_has_a_word_of_help():
    for part, key, told in fields(config_schema()):
        if part in ("", "Loudness", "DeliveryConfig"):
            assert told.get("description") or "$ref" in told, f"{part}.{key}"
    for part, key, told in fields(schema()):
        assert part == "Size" or told.get("description") or "$ref" in told, f"{part}.{key}"


def test_the_shipped_schemas_are_in_step():
    shipped = Path(swav.config.__file__).with_name("config.schema.json")
    assert json.loads(shipped.read_text(encoding="utf-8")) == config_schema()
    for whole in SCHEMAS.values():
        jsonschema.Draft202012Validator.check_schema(whole)


@pytest.mark.parametrize("file", ["config.yaml", "storyboards/demo.yaml", "storyboards/swav2025.yaml"])
def test_shipped_files_name_their_schema_from_where_they_lie(file):
    path = REPOSITORY / file
    named = LINE.match(path.read_text())
    assert named and not named[1].startswith("/")
    told = json.loads((path.parent / named[1]).read_text())
    validate(yaml.safe_load(path.read_text()), told)


@pytest.mark.parametrize("size", ["1280x720", "1920 x 1080", "1080×1920", {"width": 640, "height": 360}])
@pytest.mark.parametrize("rate", [24, 29.97, "24000/1001", "23.976", "25p", "23,976", "59.94 fps"])
def test_what_check_accepts_the_schema_accepts(tmp_path, size, rate):
    board = {"title": "T", "size": size, "fps": rate, "shots": [{"id": "a", "prompt": "sea"}]}
    validate(board, schema())
    (tmp_path / "reel.yaml").write_text(yaml.safe_dump(board))
    assert load(tmp_path / "reel.yaml")


def test_a_new_storyboard_takes_its_schema_along(tmp_path, monkeypatch):
    """Outside a checkout a copy lies beside it: a folder that is sent to a colleague is whole."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "film").mkdir()
    new(Path("film/reel.yaml"), "My film")
    named = LINE.match((tmp_path / "film/reel.yaml").read_text())
    assert named and named[1] == "storyboard.schema.json"
    assert json.loads((tmp_path / "film" / named[1]).read_text()) == schema()


def test_a_new_storyboard_of_a_checkout_names_the_shipped_schema():
    file = REPOSITORY / "storyboards" / "never-kept.yaml"
    try:
        new(file, "My film")
        assert LINE.match(file.read_text())[1] == "../swav/storyboard/storyboard.schema.json"
    finally:
        file.unlink(missing_ok=True)
