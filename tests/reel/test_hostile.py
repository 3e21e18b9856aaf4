"""Hostile text in every text field of a storyboard comes out as written, and harms nothing."""

import json

import av
import cv2
import numpy as np
import pytest
from project import Project

from swav.titles.overlay import draw_overlay

HOSTILE = {
    "quotes": """it's "so" `much` 'quoted'""",
    "filter": "a:b,c;d[e]=f@g%{pts}%d|h",
    "shell": "$(touch pwned) `touch pwned` && rm -rf . # > < | * ? ~ !",
    "backslash": "C:\\\\new\\temp \\N \\h {\\b1}bold",
    "markup": "<b>&amp; <script> --> 00:00:01,000",
    "newline": "first line\nsecond line",
    "emoji": "launch \U0001f680 family \U0001f468\u200d\U0001f469\u200d\U0001f467 flag",
    "arabic": "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645 (2025)",
    "braces": "{output} {input} {{x}} {wildcards.shot} %s ${HOME}",
    "long": "word " * 100,
}


ALL_AT_ONCE = " ".join(HOSTILE.values())[:500]

BOARD = {
    "title": ALL_AT_ONCE,
    "size": "160x90",
    "fps": 8,
    "engine": "animatic",
    "style": {"prompt": ALL_AT_ONCE, "negative": ALL_AT_ONCE},
    "music": {"engine": "sampled", "prompt": ALL_AT_ONCE},
    "shots": [
        {
            "id": name,
            "prompt": f"a harbour at dawn {text}",
            "negative": text,
            "camera": text,
            "duration": 0.25,
            "overlay": [{"text": [text, "second"], "style": "lower_third"}],
            "notes": text,
        }
        for name, text in HOSTILE.items()
    ]
    + [
        {"id": f"card_{name}", "card": {"title": text, "subtitle": text}, "duration": 0.25}
        for name, text in HOSTILE.items()
    ],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def project(folder):
    """A reel of one shot and one card for each hostile text, which is also everywhere else."""
    made = Project(folder / "all", BOARD, {"delivery": {"preset": "ultrafast"}})
    made.build()
    return made


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_lettering_is_set_exactly(project, name):
    picture = next((project.folder / "build/titles").glob(f"{name}-*.png"))
    written = cv2.cvtColor(cv2.imread(str(picture), cv2.IMREAD_UNCHANGED), cv2.COLOR_BGRA2RGBA)
    drawn = draw_overlay([HOSTILE[name], "second"], "lower_third", language="en", width=160, height=90)
    assert np.array_equal(written, np.asarray(drawn))


def test_hostile_text_harms_nothing(project, folder):
    assert not list(folder.rglob("pwned"))
    assert project.pending() == []
    with av.open(str(project.folder / "final.mp4")) as reel:
        assert reel.metadata["title"] == ALL_AT_ONCE
        assert sum(1 for _ in reel.decode(video=0)) == 2 * 2 * len(HOSTILE)
    said = json.loads(project.swav("prompts", "--json").stdout)
    assert [prompt["before"] for prompt in said] == [f"a harbour at dawn {text}" for text in HOSTILE.values()]


def test_hostile_narration_is_captioned_exactly(folder):
    words = 'Say "it\'s 100 % done" <now> & {then} C:\\\\new.'
    shots = [{"id": "r001", "prompt": "a calm sea", "narration": words, "duration": "auto"}]
    project = Project(
        folder / "spoken",
        {
            "title": "Spoken",
            "size": "160x90",
            "fps": 8,
            "engine": "animatic",
            "voice": {"engine": "piper"},
            "music": {"engine": "none"},
            "shots": shots,
        },
    )
    project.build()
    vtt = (project.folder / "final.vtt").read_text()
    import html

    cues = [
        html.unescape(line)
        for line in vtt.splitlines()[1:]
        if line and "-->" not in line and not line.isdigit()
    ]
    assert " ".join(" ".join(cues).split()) == words
