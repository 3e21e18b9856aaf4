"""What a user wrote is shown on one line, short, and with nothing that acts on a terminal."""

import random
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
import yaml
from places import REPOSITORY

from swav.errors import LONGEST_REMEDY, EngineError, Fault, InputError, MediaError, SwavError
from swav.shown import (
    LONGEST_MESSAGE,
    harmless,
    listed,
    message,
    shown,
    shown_path,
    turned,
    without_controls,
)

ACTING = [chr(code) for code in (*range(32), *range(0x7F, 0xA0))]
ACTING += list(
    "\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
ACTING += ["\U000e0001", "\U000e0041"]
KEPT = [
    "é",
    "ß",
    "क्ष",
    "\u0dc1\u0dca\u200d\u0dbb\u0dd3",
    "👩\u200d👩\u200d👧",
    "שלום",
    "مرحبا",
    "e\u0301",
    "漢字",
    " ",
]
OTHER_AIMS = {
    "config.py": "a pattern of the JSON Schema, for folders",
    "speech/text.py": "what a voice reads",
    "storyboard/near_files.py": "names of files are compared as they look",
    "titles/graphemes.py": "what is drawn",
    "titles/fonts/__init__.py": "what no font needs to have",
    "written.py": "what a word sounds like",
}
HOSTILE = ["\x1b[2J", "\x1b]0;title\x07", "a\rb", "a\nb", "\u202eexe.4pm", "\x9b2J", "\x00", "x" * 5000]


@pytest.mark.parametrize("character", ACTING, ids=lambda character: f"U+{ord(character):04X}")
def test_what_acts_is_written_out(character):
    assert character not in harmless(f"a{character}b")
    assert f"{ord(character):x}" in harmless(character)


@pytest.mark.parametrize("code", [*range(32), *range(0x7F, 0xA0), 0xD800, 0xFFFE])
def test_text_that_is_kept_has_its_lines_and_no_controls(code):
    kept = chr(code) if chr(code) in "\t\n\r" else ""
    assert without_controls(f"a{chr(code)}b") == f"a{kept}b"


@pytest.mark.parametrize("text", KEPT)
def test_text_that_is_kept_is_as_it_was(text):
    assert without_controls(text) == text


def test_controls_are_known_in_one_place():
    """Whoever cleans text elsewhere cleans it in another way, and forgets what is remembered here."""
    own = re.compile(r"\\x1f|\\x7f|\\x9f|\\u202e|isprintable\(|\bunicodedata\.category\(.*\"C[cf]?\"")
    files = sorted((REPOSITORY / "swav").rglob("*.py"))
    found = {str(file.relative_to(REPOSITORY / "swav")) for file in files if own.search(file.read_text())}
    assert found == {"shown.py", *OTHER_AIMS}


@pytest.mark.parametrize("text", KEPT)
def test_what_is_read_is_shown_as_it_is(text):
    assert harmless(text) == text == turned(text)


def test_every_control_and_format_character_but_the_joiners_is_written_out():
    """Of Unicode's categories Cc, Zl, Zp and the bidirectional part of Cf, by the tables themselves."""
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        kind, side = unicodedata.category(character), unicodedata.bidirectional(character)
        if kind in ("Cc", "Zl", "Zp") or side in (
            "LRE",
            "RLE",
            "LRO",
            "RLO",
            "PDF",
            "LRI",
            "RLI",
            "FSI",
            "PDI",
        ):
            assert harmless(character) != character, f"U+{code:04X}"


@pytest.mark.parametrize("word", HOSTILE)
def test_a_word_is_short_and_on_one_line(word):
    assert len(shown(word)) <= 60 and shown(word).isprintable()
    assert len(shown_path(Path(word))) <= 120 and shown_path(word).isprintable()


@pytest.mark.parametrize("kind", [EngineError, MediaError])
@pytest.mark.parametrize("word", HOSTILE)
def test_every_error_is_fit_to_be_printed(kind, word):
    said = str(kind(f"{word} cannot be read as a video; is it truncated, or of another kind?"))
    most = LONGEST_REMEDY if kind is EngineError else LONGEST_MESSAGE
    assert len(said) <= most and said.isprintable()
    assert said.endswith("cannot be read as a video; is it truncated, or of another kind?")


def test_an_error_of_several_lines_keeps_them():
    said = str(SwavError("r001: torn\x1b[2J\nr002: " + "x" * 999 + " is black")).split("\n")
    assert (
        said[0] == "r001: torn\\x1b[2J" and said[1].endswith(" is black") and len(said[1]) <= LONGEST_MESSAGE
    )


def test_random_texts_become_messages():
    rng = random.Random(2025)
    alphabet = [*ACTING, *"abc é/._-", *KEPT]
    for _ in range(2000):
        text = "".join(rng.choices(alphabet, k=rng.choice((0, 5, 200, 700))))
        said = message(text)
        assert len(said) <= LONGEST_MESSAGE and not set(said) & set(ACTING)


def test_faults_are_short_each_and_a_line_each():
    faults = [
        Fault("b" * 400 + ".yaml", 1, 1, word * 99, f"the key {word * 99} is unknown", "remove it")
        for word in HOSTILE
    ]
    lines = str(InputError(faults)).split("\n")
    assert len(lines) == len(faults) and all(
        len(line) <= LONGEST_MESSAGE and line.isprintable() for line in lines
    )


KEYS = ["\x1b[2J", "\x1b]0;owned\x07", "\u202eyek", "k" * 3000, "a\nb", "\x9b31m", "\u2066x"]


def boards(word: str):
    """Storyboards with a word at every place where a user's word can stand."""
    shot = {"id": "a", "prompt": "the sea", "duration": 1}
    base = {"title": "T", "shots": [shot]}
    yield {**base, word: 1}
    yield {**base, "shots": [{**shot, word: 1}]}
    yield {**base, "shots": [{**shot, "id": word}]}
    yield {**base, "shots": [{**shot, "engine": word}]}
    yield {**base, "engine": word}
    yield {**base, "size": word}
    yield {**base, "media": word}
    yield {**base, "voice": {"language": word}}
    yield {**base, "voice": {"speaker": word}}
    yield {**base, "loras": [{"file": word}]}
    for kind in ("footage", "still"):
        yield {**base, "shots": [{"id": "a", kind: {"file": word}}]}
        yield {**base, "shots": [{"id": "a", kind: {"file": f"sample:{word}"}}]}
    yield {**base, "shots": [{**shot, "sound": {"file": word}}]}
    yield {**base, "shots": [{**shot, "transition": word}]}
    yield {**base, "shots": [{**shot, "fallback": {"still": {"file": word}}}]}


@pytest.mark.parametrize("word", KEYS, ids=lambda word: ascii(word)[:12])
def test_no_word_of_a_storyboard_reaches_the_terminal_raw(tmp_path, monkeypatch, word):
    from swav.storyboard import load

    monkeypatch.chdir(tmp_path)
    for number, board in enumerate(boards(word)):
        Path(f"{number}.yaml").write_text(yaml.safe_dump(board, allow_unicode=False))
        with pytest.raises(InputError) as caught:
            load(Path(f"{number}.yaml"), engines=("animatic",))
        for line in str(caught.value).split("\n"):
            assert line.isprintable() and len(line) <= LONGEST_MESSAGE, (number, line)


def test_the_command_writes_nothing_that_turns_a_line(tmp_path):
    """Also what is no error: a title with an override in it, as `swav plan` shows it."""
    board = {
        "title": "right \u202ethgir",
        "engine": "animatic",
        "shots": [{"id": "a", "card": {"title": "A"}}],
    }
    (tmp_path / "board.yaml").write_text(yaml.safe_dump(board))
    (tmp_path / "config.yaml").write_text("storyboard: board.yaml\n")
    command = [sys.executable, "-m", "swav", "plan"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "\\u202e" in done.stdout and "\u202e" not in done.stdout


@pytest.mark.parametrize("word", ["\x1b[2J", "\x07", "\x9b"])
def test_a_footage_list_holds_no_controls(tmp_path, word):
    from swav.storyboard import load

    (tmp_path / "media.csv").write_text(f"shot,company,file\na,{word},\n")
    board = {"title": "T", "media": "media.csv", "shots": [{"id": "a", "prompt": "the sea"}]}
    (tmp_path / "board.yaml").write_text(yaml.safe_dump(board))
    with pytest.raises(InputError, match=r"media\.csv:2:3: file: an invisible character"):
        load(tmp_path / "board.yaml")


@pytest.mark.parametrize("prompt", ["42", "'42'", "3.14", "'12 34'", "2025-01-01", "٤٢", "१२"])
def test_a_prompt_of_figures_alone_is_refused(tmp_path, prompt):
    from swav.storyboard import load

    (tmp_path / "board.yaml").write_text(f"title: T\nshots:\n- {{id: a, prompt: {prompt}}}\n")
    with pytest.raises(InputError, match="the prompt has no word in it; say what is to be seen"):
        load(tmp_path / "board.yaml")


@pytest.mark.parametrize(
    ("count", "most", "said"),
    [(0, 2, ""), (1, 1, "a"), (2, 2, "a, b"), (3, 2, "a, b and 1 more"), (5, 1, "a and 4 more")],
)
def test_a_long_list_says_how_many_it_leaves_out(count, most, said):
    assert listed("abcde"[:count], most) == said
