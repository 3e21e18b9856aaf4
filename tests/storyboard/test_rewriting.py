"""Edits put into the author's text: proven by parsing, and nothing else touched."""

import copy
import random

import pytest
from places import REPOSITORY

from swav.errors import SwavError
from swav.storyboard.rewriting import Arrange, Put, Remove, rewritten, tree

HOSTILE = """\
# a film
title:   "Two  spaces"   # kept
size: 640x360
voice: &v {speed: 1.0, lexicon: {SWAV: swahv}}
shots:
- id: a     # the first
  prompt: plain text
    over three
    lines: no
  overlay: {text: [one, "two, three"], style: title}
# about b
- {id: b, prompt: 'it''s', duration: 4}

# about c
#  in two lines
- id: c
  prompt: |
    kept
    as is
  duration: 3   # seconds

  # inside c
  seed: 4
- id: d
  prompt: >-
    A long quiet sentence about the harbour at dawn that is
    broken where its author liked it
  notes: ~
""".replace("    lines: no\n", "    lines\n")
TEXTS = {
    "demo": (REPOSITORY / "storyboards/demo.yaml").read_text(),
    "hostile": HOSTILE,
    "crlf": HOSTILE.replace("\n", "\r\n"),
    "no end": HOSTILE.rstrip("\n"),
}
WORDS = (
    "colon:",
    "#hash",
    "-dash",
    "நாள்",
    "it's",
    '"quoted"',
    "lantern",
    "{brace",
    "[x,",
    "%",
    "*star",
    "null",
    "- ",
)


def comments(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.lstrip().startswith(("# ", "#  "))]


def random_edit(rng: random.Random, text: str):
    shots = tree(text)["shots"]
    number = rng.randrange(len(shots))
    kind = rng.choice(["words", "words", "words", "number", "new", "order", "drop", "remove"])
    prompted = [n for n, shot in enumerate(shots) if isinstance(shot.get("prompt"), str)]
    if kind == "words":
        number = rng.choice(prompted)
        words = shots[number]["prompt"].split()
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(len(words) + 1)
            words[at : at + rng.randint(0, 2)] = rng.choices(WORDS, k=rng.randint(0, 2)) or ["sea"]
        return Put(("shots", number, "prompt"), " ".join(words).strip() or "sea")
    if kind in ("number", "new"):
        key = rng.choice(["seed", "duration", "take", "notes"])
        return Put(("shots", number, key), rng.choice([7, 3.5, "x: y # z", True, {"a": "b, c"}]))
    order = list(range(len(shots)))
    if kind == "order":
        rng.shuffle(order)
    elif kind == "drop" and len(order) > 1:
        order.remove(number)
    elif kind == "remove":
        keys = [key for key in shots[number] if key != "id"]
        return Remove(("shots", number, rng.choice(keys))) if len(keys) > 1 else Put(("title",), "New: title")
    return Arrange(("shots",), tuple(order))


def expected(text: str, edit):
    wanted = copy.deepcopy(tree(text))
    if isinstance(edit, Arrange):
        wanted["shots"] = [wanted["shots"][number] for number in edit.order]
        return wanted
    at = wanted
    for key in edit.route[:-1]:
        at = at[key]
    if isinstance(edit, Remove):
        del at[edit.route[-1]]
    else:
        value = edit.value
        at[edit.route[-1]] = (
            value if isinstance(value, dict) else str(value).lower() if value is True else str(value)
        )
    return wanted


@pytest.mark.parametrize("name", TEXTS)
def test_random_edits_change_what_they_name_and_nothing_else(name):
    rng = random.Random(name)
    for _ in range(100 if name == "demo" else 70):
        text, edit = TEXTS[name], random_edit(rng, TEXTS[name])
        after = rewritten(text, [edit])
        assert tree(after) == expected(text, edit), edit
        if isinstance(edit, Arrange):
            kept = after.replace("\r\n", "\n").split("\n")
            assert set(kept) <= set(text.replace("\r\n", "\n").split("\n"))
            continue
        gone = [line for line in text.splitlines() if line not in after.splitlines()]
        most = 12 if isinstance(edit, Remove) or edit.route[-1] == "prompt" else 4
        assert len(gone) <= most, (edit, gone)
        assert comments(text) == comments(after), "every comment stays"


def test_one_word_is_one_line():
    text = TEXTS["hostile"]
    prompt = tree(text)["shots"][3]["prompt"].replace("harbour", "port")
    after = rewritten(text, [Put(("shots", 3, "prompt"), prompt)])
    changed = [(a, b) for a, b in zip(text.splitlines(), after.splitlines(), strict=True) if a != b]
    assert len(changed) == 1 and "port" in changed[0][1]


def test_comments_move_with_their_shots():
    after = rewritten(HOSTILE, [Arrange(("shots",), (2, 0, 3, 1))])
    assert after.index("# about c\n#  in two lines\n- id: c") < after.index("- id: a     # the first")
    assert after.index("# about b\n- {id: b") > after.index("- id: d")


def test_what_is_shared_is_not_edited_behind_the_authors_back():
    text = "a: &x {b: 1}\nc: *x\n"
    with pytest.raises(SwavError, match="by hand"):
        rewritten(text, [Put(("c", "b"), 2)])


@pytest.mark.parametrize("route", [("shots", 9, "prompt"), ("nothing", "x"), ("shots", "x")])
def test_what_is_not_there_is_said(route):
    with pytest.raises(SwavError):
        rewritten(HOSTILE, [Put(route, 1)])


@pytest.mark.parametrize(
    ("key", "left"), [("id", "{x: 1, y: 2}"), ("x", "{id: a, y: 2}"), ("y", "{id: a, x: 1}")]
)
@pytest.mark.parametrize("end", ["", " "])
def test_no_comma_is_left_where_a_key_was(key, left, end):
    after = rewritten(f"shots: [{{id: a, x: 1, y: 2{end}}}]\n", [Remove(("shots", 0, key))])
    assert after.replace(f"{end}}}", "}") == f"shots: [{left}]\n"
