"""A whole reel, small: every source, overlay style, transition and a spoken line, checked from final.mp4."""

import json
from fractions import Fraction

import av
import numpy as np
import pytest
from check_reel import check_reel
from project import Project

from swav.animatic.panel import frames
from swav.cut.aac import encode
from swav.media.writer import ClipWriter
from swav.sound.loudness import measure

BOARD = {
    "title": 'Hostile: "quotes", 100 % & back\\slash; [brackets] {braces} = #',
    "size": "320x180",
    "fps": "24000/1001",
    "seed": 3,
    "engine": "animatic",
    "music": {"engine": "sampled", "prompt": "calm strings"},
    "shots": [
        {
            "id": "r001",
            "prompt": "a harbour at dawn, fishing boats, slow push in",
            "duration": 2,
            "narration": {"text": "The sea is calm.", "start": 0.2},
            "overlay": [{"text": "Harbour", "style": "title", "start": 0.5, "end": 1.5}],
            "transition": {"type": "fade", "duration": 0.5},
        },
        {
            "id": "r002",
            "still": {"file": "sample:harbour.png"},
            "camera": "pan right",
            "duration": "auto",
            "narration": "An old boat waits.",
            "overlay": [{"text": ["Name", "Function"], "style": "lower_third"}],
            "transition": "wipe",
        },
        {
            "id": "r003",
            "footage": {"file": "sea.mp4", "in": 1, "out": 2.5},
            "overlay": [{"text": "Caption", "style": "caption"}],
            "transition": "slide",
        },
        {
            "id": "r004",
            "card": {"title": "भारतीय नौसेना", "subtitle": "கடல்"},
            "duration": 1.5,
            "overlay": [{"text": "Credit", "style": "credit"}],
            "transition": "fade_black",
        },
        {"id": "r005", "prompt": "a storm at night, a ship in high waves", "duration": 1},
    ],
}


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    made = Project(tmp_path_factory.mktemp("reel") / "reel", BOARD, {})
    size = {"width": 320, "height": 180}
    sea = frames("The open sea, waves", camera="pan left", seed=4, rate=25, count=75, slate=None, **size)
    with ClipWriter(made.folder / "sea.mp4", rate=Fraction(25), metadata={}, **size) as footage:
        for picture in sea:
            footage.write(picture)
    made.build()
    return made


@pytest.fixture
def edited(project, tmp_path) -> Project:
    """A copy, to be edited: the reel that all tests look at stays as it was built."""
    return project.copied(tmp_path / "reel")


def test_the_file_keeps_its_promises(project):
    measured = check_reel(project.folder / "final.mp4", project.folder / "board.yaml")
    with av.open(str(project.folder / "final.mp4")) as reel:
        assert "animatic: r001, r005" in reel.metadata["comment"]
        assert "synthetic voice (kokoro)" in reel.metadata["comment"]
        assert [stream.language for stream in reel.streams.subtitles] == ["eng"]
        ends = [chapter["end"] * chapter["time_base"] for chapter in reel.chapters()]
    rate = Fraction(24000, 1001)
    assert abs(ends[-1] * rate - measured["frames"]) < 1
    assert measured["black_frames"] <= 6, "only the middle of the fade through black is dark"


def test_the_reel_is_as_long_as_its_parts(project):
    pieces = {}
    for kind in ("segments", "transitions"):
        for file in (project.folder / "build" / kind).glob("*.mp4"):
            with av.open(str(file)) as piece:
                pieces[file.name] = piece.streams.video[0].frames
    with av.open(str(project.folder / "final.mp4")) as reel:
        assert reel.streams.video[0].frames == sum(pieces.values())
    fixed = {"r001": 48, "r003": 36, "r004": 36, "r005": 24}
    assert sum(pieces.values()) > sum(fixed.values()) - 12 - 12 - 12


def test_an_auto_shot_lasts_as_long_as_its_line_and_a_breath(project):
    plan = {shot["shot"]: shot["seconds"] for shot in project.plan()["shots"]}
    with av.open(str(next((project.folder / "build/speech/kokoro").glob("r002-*.wav")))) as line:
        spoken = line.streams.audio[0].duration * line.streams.audio[0].time_base
    assert abs(plan["r002"] - float(Fraction(1, 4) + spoken + Fraction(3, 4))) <= 1001 / 24000


def test_speech_stands_where_the_storyboard_puts_it(project):
    """The mix is louder while somebody speaks than in the silence just before."""
    with av.open(str(project.folder / "final.mp4")) as reel:
        sound = np.concatenate([frame.to_ndarray().mean(axis=0) for frame in reel.decode(audio=0)])
    speech = np.abs(sound[int(0.3 * 48000) : int(1.2 * 48000)]).mean()
    before = np.abs(sound[: int(0.15 * 48000)]).mean()
    assert speech > 5 * before


def test_the_peak_that_is_mastered_is_the_peak_that_is_delivered(project, tmp_path):
    """The limiter leaves the room that the encoder takes: the ceiling holds in final.mp4."""
    final, sound = project.folder / "final.mp4", next((project.folder / "build/mix").glob("*.wav"))
    with av.open(str(sound)) as mix:
        samples = mix.streams.audio[0].duration
    encode(sound, samples, 256_000, tmp_path / "sound.m4a")
    assert measure(final).true_peak == measure(tmp_path / "sound.m4a").true_peak <= -1.0


def test_subtitles_are_in_the_file_and_beside_it(project):
    srt = (project.folder / "final.srt").read_text()
    assert "The sea is calm." in srt and "An old boat waits." in srt and "00:00:00,2" in srt
    assert (project.folder / "final.vtt").read_text().startswith("WEBVTT\n")
    with av.open(str(project.folder / "final.mp4")) as reel:
        cues = [bytes(packet)[2:].decode() for packet in reel.demux(subtitles=0) if packet.size > 2]
    assert "The sea is calm." in cues


def test_lettering_shows_while_it_should_and_only_then(project):
    """The title of r001 stands from 0.5 s to 1.5 s: its letters are white then, and not before."""
    import cv2

    picture = next((project.folder / "build/titles").glob("r001-*.png"))
    lettering = cv2.imread(str(picture), cv2.IMREAD_UNCHANGED)
    letters = lettering.min(axis=2) > 240
    assert letters.sum() > 50
    rate = Fraction(24000, 1001)
    with av.open(str(project.folder / "final.mp4")) as reel:
        frames = [
            frame.to_ndarray(format="gray") for frame, _ in zip(reel.decode(0), range(30), strict=False)
        ]
    light = [frame[letters].mean() for frame in frames]
    assert min(light[round(0.9 * rate) :]) > 205
    assert max(light[: round(0.5 * rate)]) < 200


def test_every_take_says_how_it_was_made(project):
    for take in (project.folder / "build/takes").glob("*.mp4"):
        record = json.loads(take.with_suffix(".json").read_text())
        assert record["key"] == take.stem and record["seconds"] > 0 and record["recipe"]
        with av.open(str(take)) as clip:
            assert record["key"] in clip.metadata["comment"]


def test_one_line_edited_speaks_one_line(edited):
    edited.shot("r001")["narration"]["text"] = "The sea is rough."
    assert edited.pending() == [
        "admit",
        "caption",
        "deliver",
        "join",
        "lay_stems",
        "listen",
        "mix",
        "speak r001",
    ]


def test_a_line_of_the_same_length_renders_nothing(edited):
    """A followed line that comes out as long as before shares its take, though its key is another."""
    before = edited.plan()["shots"][1]["seconds"]
    takes = len(list((edited.folder / "build/takes").glob("*.mp4")))
    edited.shot("r002")["narration"] = "An old boat waits!"
    ran = edited.build()
    assert "speak r002" in ran
    with_same_length = len(list((edited.folder / "build/takes").glob("*.mp4")))
    same = edited.plan()["shots"][1]["seconds"]
    assert (with_same_length == takes) == (same == before)


def test_nothing_stays_behind(project):
    build = project.folder / "build"
    assert [path for path in build.rglob("*") if ".partial" in path.name] == []
    assert not (build / "state").exists()
