"""Words that do not arrive are told: what YAML cuts off, what cannot be seen, what a model does not read."""

from pathlib import Path

import pytest

from swav.engines import Tokens, reads
from swav.engines.wan22.tokens import count
from swav.errors import InputError
from swav.storyboard import load


def told(folder: Path, body: str, **options) -> list[str]:
    """The notices of a storyboard whose shots are ``body``, without its name."""
    board = folder / "reel.yaml"
    board.write_text(f"title: T\nshots:\n{body}", encoding="utf-8")
    return [str(notice).removeprefix(f"{board}:") for notice in load(board, **options).notices]


SHOT = "  - id: a\n    duration: 2\n    "
CUT = {
    "prompt: Shot #3 of a harbour": "#3 of a harbour",
    "prompt: A boat #harbour": "#harbour",
    "prompt: A boat  #7 in the fog": "#7 in the fog",
    "prompt: We are # one": "# one",
    "prompt: A boat with a number\n      plate #7 in the fog": "#7 in the fog",
    "prompt: Sea\t#4": "#4",
    "card: {title: x}\n    narration: Hull #12 leaves": "#12 leaves",
    "card: {title: x}\n    narration:\n      text: Hull #12 leaves": "#12 leaves",
    "card:\n      title: We are #1": "#1",
    "card:\n      title: x\n      subtitle: Stand #4": "#4",
    "prompt: sea\n    overlay:\n      - text: Hall #9": "#9",
    "prompt: sea\n    overlay:\n      - text:\n          - Hall #9\n          - Two": "#9",
    "prompt: sea\n    negative: cartoon #2": "#2",
    "prompt: sea\n    notes: take #2 was better": "#2 was better",
    "prompt: das Meer #3 am Hafen": "#3 am Hafen",
    "prompt: समुद्र #3 पर": "#3 पर",
}
WHOLE = [
    'prompt: "Shot #3 of a harbour"',
    "prompt: 'Shot #3 of a harbour'",
    "prompt: >-\n      Shot #3 of a harbour\n      at dawn",
    "prompt: |\n      Shot #3 of a harbour",
    "prompt: A boat   # said by the pilot",
    "prompt: A boat  # said by the pilot",
    "prompt: A boat #",
    "prompt: Shot#3 of a harbour",
    "prompt: sea\n    camera: push in # slow",
    "prompt: sea # \n    seed: 3 #4",
    "prompt: A boat with a number\n      plate   # two lines",
]


@pytest.mark.parametrize("body", CUT, ids=ascii)
def test_what_yaml_cuts_off_is_told(tmp_path, body):
    said = [line for line in told(tmp_path, f"{SHOT}{body}\n") if "is a comment and is lost" in line]
    assert len(said) == 1 and f"{CUT[body]!r}; put the text in quotes" in said[0], said


@pytest.mark.parametrize("body", WHOLE, ids=ascii)
def test_comments_and_quoted_signs_are_left_alone(tmp_path, body):
    assert not [line for line in told(tmp_path, f"{SHOT}{body}\n") if "lost" in line]


UNSEEN = {
    "\u00a0": "no-break space",
    "\u00ad": "soft hyphen",
    "\u200b": "zero width space",
    "\u2028": "line separator",
    "\u2029": "paragraph separator",
    "\u202e": "right-to-left override",
    "\u202f": "narrow no-break space",
    "\u2060": "word joiner",
    "\u2063": "invisible separator",
    "\u2066": "left-to-right isolate",
    "\u180e": "mongolian vowel separator",
    "\u3164": "hangul filler",
    "\u115f": "hangul choseong filler",
    "\u2003": "em space",
    "\u2009": "thin space",
    "\u061c": "arabic letter mark",
    "\u034f": "combining grapheme joiner",
    "\ufff9": "interlinear annotation anchor",
    "\U000e0041": "tag latin capital letter a",
    "\U000e007f": "cancel tag",
}


@pytest.mark.parametrize("character", UNSEEN, ids=ascii)
@pytest.mark.parametrize(
    "where", ["prompt: a boat{}here", 'prompt: "a boat{}here"', "prompt: >-\n      a boat{}here"]
)
def test_what_cannot_be_seen_is_named_where_it_stands(tmp_path, character, where):
    text = f"{SHOT}{where.format(character)}\n"
    if character in "\u2028\u2029" and '"' not in where:
        line = 5 + where.count("\n")
        with pytest.raises(
            InputError, match=rf":{line}:\d+: file: U\+{ord(character):04X} stands here, unseen"
        ):
            told(tmp_path, text)
        return
    said = [line for line in told(tmp_path, text) if "cannot be seen" in line]
    line = next(
        number for number, row in enumerate(f"title: T\nshots:\n{text}".split("\n"), 1) if character in row
    )
    column = f"title: T\nshots:\n{text}".split("\n")[line - 1].index(character) + 1
    expected = f"{line}:{column}: text: U+{ord(character):04X} ({UNSEEN[character]}) stands here"
    assert len(said) == 1 and said[0].startswith(expected), said


@pytest.mark.parametrize(
    "text",
    [
        "👨\u200d👩\u200d👧 at sea",
        "क्\u200dष",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "❤\ufe0f",
    ],
)
def test_what_letters_and_emoji_are_made_of_is_seen(tmp_path, text):
    assert not [line for line in told(tmp_path, f"{SHOT}prompt: sea {text}\n") if "cannot be seen" in line]


def test_many_of_a_kind_are_told_a_few_times(tmp_path):
    many = "a\u00a0b " * 40
    said = told(tmp_path, f"{SHOT}prompt: {many}\n")
    assert sum("U+00A0" in line for line in said) == 6
    assert any("U+00A0 stands in 35 more places" in line for line in said)


HARBOUR = "A harbour with many boats of wood and their fishermen in the morning. "


def test_a_prompt_that_its_model_does_not_read_whole_is_told(tmp_path):
    long = f"{SHOT}camera: slow push in\n    prompt: >-\n      {HARBOUR * 45}\n"
    said = [line for line in told(tmp_path, long, tokens=reads(tmp_path)) if "tokens" in line]
    assert len(said) == 1 and len(said[0]) < 300
    assert "about (by estimate)" in said[0] and "wan2.2 reads 511" in said[0]
    assert "is lost, and with it the camera; shorten it" in said[0]
    short = f"{SHOT}prompt: >-\n      {HARBOUR * 12}\n"
    assert not [line for line in told(tmp_path, short, tokens=reads(tmp_path)) if "tokens" in line]


def test_a_model_folders_own_tokenizer_counts(tmp_path):
    """One token a word, so that the last word that is read can be named exactly."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = {f"w{number}": number + 1 for number in range(600)}
    tokenizer = Tokenizer(models.WordLevel({"?": 0, **words}, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    folder = tmp_path / "google/umt5-xxl"
    folder.mkdir(parents=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    text = " ".join(words)
    counted = count(text, tmp_path, 511)
    assert (counted.tokens, counted.exact) == (600, True) and text[: counted.kept].endswith("w510")
    assert count(" ".join(list(words)[:511]), tmp_path, 511).fits


@pytest.mark.parametrize("text", ["", "sea", "海" * 400, "word " * 200, "ß" * 300, "1" * 600, "🚢" * 300])
def test_estimates_are_of_sense(tmp_path, text):
    counted = count(text, tmp_path, 511)
    assert isinstance(counted, Tokens) and not counted.exact and 0 <= counted.kept <= len(text)
    assert counted.fits == (counted.kept == len(text))


@pytest.mark.parametrize(
    "camera", ["into the wormhole", "cinematic", "drone", "wonderful", "fast", "ghostly eye"]
)
def test_a_camera_that_nobody_knows_is_noticed(tmp_path, camera):
    said = told(tmp_path, f"{SHOT}prompt: sea\n    camera: {camera}\n")
    assert any(f"no camera move is known in {camera!r}" in line for line in said)


@pytest.mark.parametrize(
    "camera", ["slow push in", "static", "pan_left", "crane up over the crowd", "handheld"]
)
def test_a_camera_that_is_known_is_not(tmp_path, camera):
    assert not [
        line for line in told(tmp_path, f"{SHOT}prompt: sea\n    camera: {camera}\n") if "move" in line
    ]


def test_a_line_that_is_much_longer_than_its_shot_is_noticed(tmp_path):
    line = "Every film begins with a first light. " * 3
    said = told(tmp_path, f"{SHOT}card: {{title: T}}\n    narration: {line!r}\n")
    assert any("the line takes about 7 s, and the shot leaves 1.8 s for it" in line for line in said), said
    auto = f"  - id: a\n    duration: auto\n    card: {{title: T}}\n    narration: {line!r}\n"
    assert not [line for line in told(tmp_path, auto) if "takes about" in line]
