"""A storyboard is read as it was written: every field, every shorthand, every number exactly."""

import copy
import csv
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from places import REPOSITORY

import swav.storyboard
from swav.config import Config
from swav.errors import InputError
from swav.storyboard import Loaded, load, schema
from swav.storyboard.shot import Shot

EVERYTHING = """\
title: The sea
size: 1920x1080
fps: 24000/1001
seed: 7
engine: animatic
steps: 30
guidance: 4.5
style: {prompt: film, negative: cartoon}
voice: {engine: espeak, language: ta-IN, speaker: f2, speed: 1.1}
music: {engine: none, prompt: calm, level: -18.5}
shots:
- id: prompted
  prompt: a quiet sea
  duration: 4.1
  camera: push
  narration: {text: Listen., speaker: m1, start: 0.5}
  overlay:
  - {text: [One, Two], style: title, start: 0.1, end: 4}
  transition: {type: wipe, duration: 0.25}
  seed: 9
  engine: wan2.2
  steps: 40
  guidance: 5
  negative: ships
  prepare: no
  notes: for us
- id: filmed
  footage: {file: "sample:pier", in: 0.5, out: 5.5, credit: Pier Company}
- id: drawn
  still: {file: drawing.png}
- id: lettered
  card: {title: End, subtitle: fin}
"""


def read(folder: Path, text: str | bytes, **options: Any) -> Loaded:
    file = folder / "reel.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(file, samples=("pier",), **options)


def one(folder: Path, fields: str) -> Shot:
    """The only shot of a storyboard, with these lines added."""
    lines = "".join(f"  {line}\n" for line in fields.splitlines())
    return read(folder, f"title: T\nshots:\n- id: a1\n  prompt: a quiet sea\n{lines}").board.shots[0]


def test_every_field(tmp_path: Path) -> None:
    (tmp_path / "drawing.png").touch()
    board = read(tmp_path, EVERYTHING, engines=("wan2.2", "animatic")).board
    assert (str(board.size), board.fps, board.seed) == ("1920x1080", Fraction(24000, 1001), 7)
    assert (board.engine, board.steps, board.guidance) == ("animatic", 30, 4.5)
    assert (board.style.prompt, board.style.negative) == ("film", "cartoon")
    assert (board.voice.engine, board.voice.language, board.voice.speed) == ("espeak", "ta-IN", 1.1)
    assert (board.music.engine, board.music.prompt, board.music.level) == ("none", "calm", -18.5)
    prompted, filmed, drawn, lettered = board.shots
    assert prompted.duration == Fraction(41, 10)
    assert prompted.narration and prompted.narration.start == Fraction(1, 2)
    assert prompted.overlay[0].lines == ("One", "Two")
    assert (prompted.overlay[0].start, prompted.overlay[0].end) == (Fraction(1, 10), 4)
    assert (prompted.transition.type, prompted.transition.duration) == ("wipe", Fraction(1, 4))
    assert (prompted.seed, prompted.engine, prompted.steps, prompted.guidance) == (9, "wan2.2", 40, 5.0)
    assert (prompted.negative, prompted.prepare, prompted.notes) == ("ships", False, "for us")
    assert filmed.footage and (filmed.footage.start, filmed.footage.end) == (Fraction(1, 2), Fraction(11, 2))
    assert [shot.source for shot in board.shots] == ["prompt", "footage", "still", "card"]
    assert drawn.still and drawn.still.file == "drawing.png"
    assert lettered.card and (lettered.card.title, lettered.card.subtitle) == ("End", "fin")


def test_shorthands(tmp_path: Path) -> None:
    shot = one(tmp_path, "narration: Listen.\nduration: auto\noverlay: {text: One}")
    assert shot.narration and shot.narration.text == "Listen."
    assert (shot.duration, shot.overlay[0].lines, shot.overlay[0].style) == ("auto", ("One",), "lower_third")
    reel = "title: T\nshots:\n- {id: a1, prompt: sea, transition: slide}\n- {id: a2, prompt: sky}\n"
    assert read(tmp_path, reel).board.shots[0].transition.type == "slide"


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("4", Fraction(4)),
        ("4.1", Fraction(41, 10)),
        ("'4.1'", Fraction(41, 10)),
        ("0.333333333333333", Fraction(333333333333333, 10**15)),
        (".5", Fraction(1, 2)),
        ("1e1", Fraction(10)),
        ("1:04.5", Fraction(129, 2)),
        ("0:01:00", Fraction(60)),
    ],
)
def test_times_are_exact(written: str, seconds: Fraction, tmp_path: Path) -> None:
    assert one(tmp_path, f"duration: {written}").duration == seconds


@pytest.mark.parametrize(
    "written", ["no", "on", "Yes", "2025-01-01", "1e3", "0x10", "1_000", "010", "12:30:45"]
)
def test_bare_words_and_numbers_stay_text(written: str, tmp_path: Path) -> None:
    shot = one(tmp_path, f"notes: {written}\noverlay: {{text: {written}}}")
    assert (shot.notes, shot.overlay[0].text) == (written, written)
    assert read(tmp_path, f"title: {written}\nshots: [{{id: no, prompt: sea}}]\n").board.title == written


def test_an_empty_value_says_nothing(tmp_path: Path) -> None:
    shot = one(tmp_path, "notes:\nseed: ~\ntransition: null\nnarration:\noverlay:")
    assert shot == Shot(id="a1", prompt="a quiet sea")


@pytest.mark.parametrize(
    "dress",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.encode().rstrip(b"\n"),
    ],
    ids=["byte order mark", "CRLF", "no last line break"],
)
def test_editors_differ(dress: Any, tmp_path: Path) -> None:
    text = "title: Café – समुद्र\nshots:\n- id: a1\n  prompt: sea\n"
    loaded = read(tmp_path, dress(text))
    assert loaded.board.title == "Café – समुद्र"
    assert loaded.places.of("shots", 0, "prompt") == (4, 11)


def test_aliases_and_merges(tmp_path: Path) -> None:
    text = """\
title: T
shots:
- &calm {id: a1, prompt: &words a quiet sea, duration: 5, overlay: &lines [{text: One}]}
- {<<: *calm, id: a2, duration: 6}
- {id: a3, prompt: *words, overlay: *lines}
"""
    loaded = read(tmp_path, text)
    assert [shot.prompt for shot in loaded.board.shots] == ["a quiet sea"] * 3
    assert [shot.duration for shot in loaded.board.shots] == [5, 6, None]
    assert loaded.board.shots[2].overlay[0].text == "One"
    assert loaded.places.of("shots", 1, "prompt") == (3, 26)
    assert loaded.places.of("shots", 2, "prompt") == (5, 20)


def test_places_point_to_the_nearest_thing_that_was_written(tmp_path: Path) -> None:
    places = read(tmp_path, "title: T\nshots:\n- id: a1\n  prompt: sea\n").places
    assert places.of() == (1, 1)
    assert places.of("shots", 0, "prompt") == (4, 11)
    assert places.of_key("shots", 0, "prompt") == (4, 3)
    assert places.of("shots", 0, "card", "title") == (3, 3)


def test_footage_that_is_missing_falls_back_to_its_prompt(tmp_path: Path) -> None:
    loaded = read(
        tmp_path, "title: T\nshots: [{id: a1, prompt: sea, footage: {file: pier.mov, in: 1, out: 9}}]\n"
    )
    assert (loaded.board.shots[0].source, loaded.board.shots[0].duration) == ("prompt", 8)
    assert [notice.message for notice in loaded.notices] == [
        "footage pier.mov is not there; the prompt of shot a1 is used"
    ]
    (tmp_path / "pier.mov").touch()
    loaded = load(tmp_path / "reel.yaml")
    assert (loaded.board.shots[0].source, loaded.notices) == ("footage", ())


def test_lettering_that_no_font_sets_is_noticed(tmp_path: Path) -> None:
    loaded = read(tmp_path, "title: T\nshots: [{id: a1, prompt: sea, overlay: {text: Café 漢 கடல்}}]\n")
    (notice,) = loaded.notices
    assert notice.message == "no shipped font can set 漢 (U+6F22); a box will stand there"
    assert (notice.line, notice.column) == (2, 47)


LISTED = "title: T\nmedia: lists/media.csv\nshots:\n" + "".join(
    f"- {{id: a{number}, prompt: sea}}\n" for number in range(1, 6)
)


def test_a_footage_list_replaces_what_has_arrived(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "pier, by day.mov").touch()
    (tmp_path / "lists" / "media.csv").write_bytes(
        b"\xef\xbb\xbfsep=;\r\nFile;Remark;OUT;In;shot;credit;company\r\n# the first delivery;;;\r\n\r\n"
        b'"pier, by day.mov";good;0:08.5;00:00:02:12;a1;"The ""Pier"" Company";Pier\r\n'
        b"late.mov;;;;a2;;Acme\r\n;;;;a3;;Acme\r\nsample:pier;;;;a4\r\n"
    )
    loaded = read(tmp_path, LISTED)
    assert [shot.source for shot in loaded.board.shots] == [
        "footage",
        "prompt",
        "prompt",
        "footage",
        "prompt",
    ]
    footage = loaded.board.shots[0].footage
    assert footage and (footage.start, footage.end) == (Fraction(5, 2), Fraction(17, 2))
    assert (footage.file, footage.credit) == ("lists/pier, by day.mov", 'The "Pier" Company')
    assert (loaded.board.shots[0].prompt, loaded.board.shots[3].footage.file) == ("sea", "sample:pier")
    assert [(notice.line, notice.column, notice.message) for notice in loaded.notices] == [
        (6, 1, "shot a2: footage late.mov is not there; its prompt is used"),
        (7, 5, "shot a3: no footage has arrived from Acme; its prompt is used"),
    ]


@given(
    st.lists(
        st.lists(st.text(st.sampled_from('ab ,;"\n\r\t#'), max_size=6), min_size=2, max_size=4), max_size=5
    ),
    st.sampled_from([",", ";", "\t"]),
)
@settings(max_examples=200, deadline=None)
def test_tables_agree_with_the_csv_module(table: list[list[str]], separator: str) -> None:
    from io import StringIO

    from swav.storyboard.table import rows

    out = StringIO()
    csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(
        [["shot", "file", "in", "out"], *table]
    )
    expected = [[cell.strip() for cell in row] for row in table]
    expected = [row for row in expected if any(row) and not row[0].startswith("#")]
    assert [[cell.text for cell in row] for row in rows(out.getvalue(), "x")][1:] == expected


def test_configuration_defaults_are_what_the_shipped_file_says() -> None:
    file = REPOSITORY / "config.yaml"
    assert Config.read(yaml.safe_load(file.read_text(encoding="utf-8")), file) == Config()


def test_configuration_from_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("build: 007\n")
    config = Config.read({"build": 7, "cards": [0, "GPU-5f2a"], "gpus_per_render": 2}, file)
    assert (config.build, config.cards, config.gpus_per_render) == ("007", ("0", "GPU-5f2a"), 2)
    assert Config.read({"cards": 4}, tmp_path / "none.yaml").cards == 4
    file.write_text("# nothing set\n")
    assert Config.read({}, file) == Config()


@pytest.mark.parametrize(
    ("written", "folder"),
    [
        ("./build", "build"),
        ("build/", "build"),
        (".//build//made/", "build/made"),
        ("../takes/", "../takes"),
        ("/srv//build", "/srv/build"),
        ("my build", "my build"),
    ],
)
def test_a_folder_of_what_is_made_has_one_spelling_however_it_is_written(
    tmp_path: Path, written: str, folder: str
) -> None:
    assert Config.read({"build": written}, tmp_path / "none.yaml").build == folder


@pytest.mark.parametrize("written", [".", "./", ".//"])
def test_what_is_made_does_not_go_between_the_project_s_own_files(tmp_path: Path, written: str) -> None:
    with pytest.raises(InputError, match="the project's own folder; name one in it"):
        Config.read({"build": written}, tmp_path / "none.yaml")


def test_the_shipped_schema_is_in_step() -> None:
    shipped = Path(swav.storyboard.__file__).with_name("storyboard.schema.json")
    assert json.loads(shipped.read_text(encoding="utf-8")) == schema()
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("name", ["demo.yaml", "swav2025.yaml"])
def test_editors_accept_the_shipped_storyboards(name: str) -> None:
    text = (REPOSITORY / "storyboards" / name).read_text(encoding="utf-8")
    assert list(jsonschema.Draft202012Validator(schema()).iter_errors(yaml.safe_load(text))) == []


def test_editors_see_a_misspelt_key() -> None:
    board = {"title": "T", "shots": [{"id": "a1", "prompt": "sea", "camra": "push"}]}
    assert list(jsonschema.Draft202012Validator(schema()).iter_errors(board))


WORDS = st.sampled_from(
    ["", "no", "-1", "1e99", "9" * 400, "x", "auto", "sample:pier", "\x00", "漢", "a/b", "fade"]
)
VALUES = st.one_of(
    WORDS, st.none(), st.integers(), st.floats(), st.lists(WORDS, max_size=2), st.dictionaries(WORDS, WORDS)
)


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A good storyboard after a few accidents: things deleted, renamed, retyped, doubled."""
    board = copy.deepcopy(yaml.safe_load(EVERYTHING))
    for _ in range(draw(st.integers(1, 4))):
        group = board
        while isinstance(group, (dict, list)) and group:
            key = draw(st.sampled_from(list(group) if isinstance(group, dict) else range(len(group))))
            if isinstance(group[key], (dict, list)) and group[key] and draw(st.integers(0, 3)):
                group = group[key]
                continue
            accident = draw(st.sampled_from(["delete", "rename", "retype", "double"]))
            if accident == "delete":
                del group[key]
            elif accident == "retype" or (accident == "rename" and isinstance(group, list)):
                group[key] = draw(VALUES)
            elif accident == "rename":
                group[draw(WORDS)] = group.pop(key)
            elif isinstance(group, list):
                group.insert(key, copy.deepcopy(group[key]))
            else:
                group[f"{key}2"] = copy.deepcopy(group[key])
            break
    return board


@given(mutated())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_accidents_are_faults_and_never_tracebacks(tmp_path: Path, board: Any) -> None:
    (tmp_path / "drawing.png").touch()
    text = yaml.safe_dump(board, allow_unicode=True)
    try:
        loaded = read(tmp_path, text, engines=("wan2.2", "animatic"))
    except InputError as error:
        assert error.faults
        for fault in error.faults:
            assert fault.line >= 1 and fault.column >= 1 and fault.message and fault.remedy
            said = f"{fault.field} {fault.message}"
            assert "compare with the storyboard reference" not in fault.remedy, said
    else:
        assert loaded.board.shots


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_answered(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError):
        read(tmp_path, text)
