"""Prompts are prepared: a table of exact results, and properties that hold for any prompt."""

import re
import signal

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from places import DATA
from waiting import PATIENCE

from swav.prompts import keeps_words, lettering, prepare, word_diff
from swav.prompts.negative import LETTERING_WORDS
from swav.prompts.phrases import Rule

TABLE = yaml.safe_load((DATA / "prompts.yaml").read_text(encoding="utf-8"))
WORDS = ["SWAV 2025", "Open", "Blue Fin", "Élodie", "欢迎", "स्वागत", "12 March 2025"]
QUOTES = "\"'“”«»「」"
QUOTED = [mark.format(word) for word in WORDS for mark in ('"{}"', "“{}”", "«{}»", "「{}」", "'{}'")]
PLAIN = (
    "a sign/the banner/that reads/saying/with the words/titled/over the harbour/at dawn/the captain's boat/"
    "a man reads a book/known as/painted on the hull/,/./and/text"
)
BEFORE = (
    "with",
    "with the name",
    "a sign",
    "a ferry with",
    ",",
    "bearing",
    "the words",
    "a hull with",
    "titled",
)
AFTER = (
    "on its hull/on it/painted on its bow/painted on items/across their sails/on them/on themselves/"
    "written in white/, dusk/on the side"
)
PIECES = st.sampled_from([*PLAIN.split("/"), *QUOTED])
LETTERED = st.tuples(*map(st.sampled_from, (BEFORE, QUOTED, AFTER.split("/")))).map(" ".join)
SENTENCES = st.lists(PIECES, max_size=9).map(" ".join)
PROMPTS = st.one_of(st.text(max_size=80), SENTENCES)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["prompt"][:40] or "empty")
def test_each_prompt_of_the_table_becomes_just_what_it_says(row: dict) -> None:
    prepared = prepare(row["prompt"])
    kinds = [change.kind for change in prepared.changes if change.kind != "negative added"]
    assert (prepared.prompt, list(prepared.lettering), kinds) == (
        row["expected"],
        row["lettering"],
        row["kinds"],
    )
    assert prepare(prepared.prompt).prompt == prepared.prompt
    assert all(change.why.endswith(".") for change in prepared.changes)


def test_a_prompt_of_the_table_that_keeps_words_of_its_own_still_says_something() -> None:
    kept = [row["prompt"] for row in TABLE if keeps_words(row["prompt"])]
    assert kept and all(any(map(str.isalpha, prepare(prompt).prompt)) for prompt in kept)
    assert not keeps_words("'OPEN'") and not keeps_words("2025")


def test_the_table_is_wide_enough() -> None:
    assert len(TABLE) >= 75


def test_each_rule_takes_something_out_of_a_prompt_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that never does is a mistake in its pattern: three once asked for the words ``0, 3``."""
    took, apply = set(), lettering._apply

    def noted(rule: Rule, text: str, quotations: dict, cuts: list) -> str:
        before = len(cuts)
        shorter = apply(rule, text, quotations, cuts)
        took.update([id(rule)] if len(cuts) > before else [])
        return shorter

    monkeypatch.setattr(lettering, "_apply", noted)
    for row in TABLE:
        lettering.take_out.__wrapped__(row["prompt"])
    assert [f"{rule.name}: {rule.expression}" for rule in lettering._ALL if id(rule) not in took] == []


def words_of(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text.casefold()))


def unquoted(text: str) -> str:
    """Without quotation marks: those inside of lettering may have gone before it was found."""
    return "".join(letter for letter in text if letter not in QUOTES)


@settings(deadline=None, max_examples=300)
@given(PROMPTS)
def test_any_prompt_is_prepared_once_and_for_all(prompt: str) -> None:
    prepared = prepare(prompt)
    assert prepared == prepare(prompt)
    assert all(unquoted(words) in unquoted(prompt) for words in prepared.lettering)
    assert prepare(prepared.prompt).prompt == prepared.prompt
    assert any(map(str.isalpha, prepared.prompt)) or not keeps_words(prompt)


@settings(deadline=None, max_examples=300)
@given(st.one_of(SENTENCES, LETTERED))
def test_no_word_is_cut_in_two(prompt: str) -> None:
    """``with "SEA DAY" on its hull`` once left ``s hull``."""
    assert words_of(lettering.take_out(prompt)[0]) <= words_of(prompt)


@pytest.mark.parametrize(
    ("prompt", "lettering"),
    [
        ('SIGN AA "0" SIGN', ("SIGN", "AA", "0")),
        ("A sign reads Night Ferry, dusk", ("Night Ferry",)),
    ],
)
def test_words_that_only_a_cut_brought_together_are_not_one_lettering(
    prompt: str, lettering: tuple[str, ...]
) -> None:
    assert prepare(prompt).lettering == lettering


@pytest.mark.parametrize(
    ("prompt", "rest", "lettering"),
    [
        ("A sign reads NIGHT FERRY", "A sign", "NIGHT FERRY"),
        ("A sign reads NIGHT FERRY 2.", "A sign.", "NIGHT FERRY 2"),
        ("A banner says GRAND OPENING SALE, dusk", "A banner, dusk", "GRAND OPENING SALE"),
        ("a sign saying GOOD MORNING above the door", "a sign above the door", "GOOD MORNING"),
        ("A sign reads NIGHT FERRY to Bergen.", "A sign to Bergen.", "NIGHT FERRY"),
    ],
)
def test_shouted_words_are_one_lettering_wherever_the_sentence_ends(
    prompt: str, rest: str, lettering: str
) -> None:
    assert prepare(prompt).lettering == (lettering,)
    assert prepare(prompt).prompt.startswith(rest)  # and goes on with a camera and light


@pytest.mark.parametrize(
    "row", [row for row in TABLE if row["lettering"]], ids=lambda row: row["prompt"][:40]
)
def test_no_gap_shows_where_lettering_was(row: dict) -> None:
    assert not re.search(r"  |\s[,.;]|[,;]\s*[,.;]|[,;:]\s*\Z|\A[,.;:]", prepare(row["prompt"]).prompt)


def test_a_camera_field_is_worked_in_once_and_yields_to_the_prompt() -> None:
    assert prepare("A tug at noon.", camera="push").prompt.startswith("A tug at noon. Slow push in")
    assert "push" not in prepare("A tug, slow pan left", camera="push").prompt


def test_style_is_said_once() -> None:
    first = prepare("A tug", style="35 mm film, soft light.").prompt
    assert first == "A tug, smooth tracking shot, 35 mm film, soft light"
    assert prepare(first, style="35 mm film, soft light.").prompt == first


def test_the_negative_gains_lettering_words_without_saying_any_twice() -> None:
    phrases = prepare("A tug", negative="Text, blur", style_negative="blur, logo").negative.split(", ")
    assert phrases[:3] == ["Text", "blur", "logo"]
    assert len({phrase.casefold() for phrase in phrases}) == len(phrases)
    assert {phrase.casefold() for phrase in phrases} >= set(LETTERING_WORDS)


def test_a_prompt_that_is_not_to_be_prepared_stays_as_written() -> None:
    prepared = prepare(' a sign "OPEN" ', negative="blur", style="film", camera="push", enabled=False)
    assert (prepared.prompt, prepared.negative, prepared.changes) == (' a sign "OPEN" ', "blur", ())


@pytest.mark.parametrize("end", ["", " zzz", " painted", " reads"])
@pytest.mark.parametrize("start", ["", "a banner ", "a wall, ", "the text ", "a ship with "])
@pytest.mark.parametrize("words", ["NIGHT FERRY ", '"Sea" ', "“Sea” \n", "Night Ferry ", "the words sea "])
def test_no_prompt_takes_ages(start: str, words: str, end: str) -> None:
    """Patterns that can read a run in several ways try all where it leads nowhere: doubled by each word."""
    signal.alarm(PATIENCE)
    try:
        prepare(start + words * 60 + end)
    finally:
        signal.alarm(0)


def test_five_thousand_characters_are_prepared() -> None:
    prompt = ("waves roll on, " * 400)[:4980] + 'a sign "OPEN"'
    assert prepare(prompt).lettering == ("OPEN",)


@settings(deadline=None)
@given(PROMPTS, PROMPTS)
def test_a_difference_joins_to_both_sides(before: str, after: str) -> None:
    parts = word_diff(before, after)
    assert "".join(text for kind, text in parts if kind != "added") == before
    assert "".join(text for kind, text in parts if kind != "removed") == after
