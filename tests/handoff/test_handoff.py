"""The hand-off to editing programs, read back by the kept adapters: exact to the frame at every rate."""

import json
import shutil
from contextlib import chdir
from fractions import Fraction
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import barcode
import opentimelineio as otio
import pytest
import yaml
from PIL import Image

from swav.config import Config
from swav.cut.timeline import take_frames
from swav.errors import SwavError
from swav.handoff.edl import timecode
from swav.handoff.formats import FORMS, hand_off
from swav.handoff.places import places
from swav.handoff.stamped import is_of
from swav.handoff.timeline import start_frame
from swav.reel.workflow import read_reel

RATES = ["24", "25", "23.976", "29.97"]
HOSTILE = 'a <b>&"quote"\n002  AX  V  C  00:00:00:00 00:00:09:00 ]]> \u202e%s {x} *'
BOARD = {
    "title": HOSTILE,
    "size": f"{barcode.WIDTH}x{barcode.HEIGHT}",
    "engine": "animatic",
    "music": {"engine": "none"},
    "shots": [
        {"id": "a", "prompt": HOSTILE, "duration": 1, "transition": {"type": "fade", "duration": 0.25}},
        {"id": "b", "prompt": "two", "duration": 1, "overlay": {"text": HOSTILE, "start": 0.2, "end": 0.8}},
        {"id": "c", "prompt": "three", "duration": 1, "transition": {"type": "wipe", "duration": 0.4}},
        {"id": "d", "prompt": "four", "duration": 1, "transition": "fade_black"},
        {"id": "e", "prompt": "five", "duration": 1.5},
    ],
}
FINDING = {"gate": "black", "status": "pass", "value": 0, "limit": 1, "sentence": "", "frames": []}
HANDLES = 9
"""Frames that a take has beyond its shot."""


def film(folder: Path, fps: str, board: dict = BOARD, speak=lambda cut: None, short=("e",)):
    """A film whose takes are there and can be read, and its cut; nothing else is built but its lines."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "board.yaml").write_text(yaml.safe_dump({**board, "fps": fps}, allow_unicode=True))
    with chdir(folder):
        cut = read_reel(Config.read({"storyboard": "board.yaml"})).cut
        cut.write(Path(cut.path)) if Path(cut.path).parent.mkdir(parents=True, exist_ok=True) else None
        cut.write(Path(cut.path))
        speak(cut)
        for number, place in enumerate(places(cut), 1):
            # Some takes are over before their shot is: the last frame stands still.
            frames = take_frames(place.shot, cut.delivery.rate) + (-3 if place.shot.id in short else HANDLES)
            barcode.write(Path(place.shot.shown), number, frames, cut.delivery.rate)
            for item in place.shot.overlays:
                Path(item.path).parent.mkdir(parents=True, exist_ok=True)
                Image.new("RGBA", (barcode.WIDTH, barcode.HEIGHT)).save(item.path)
        for suffix in FORMS:
            hand_off(cut, Path(f"final{suffix}"))
    return cut


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    root = tmp_path_factory.mktemp("handoff")
    return {fps: (root / fps, film(root / fps, fps)) for fps in RATES}


@pytest.fixture(params=RATES)
def one(films, request):
    return films[request.param]


def frames(time) -> int:
    assert abs(time.value - round(time.value)) < 1e-6, "every time is a whole frame"
    return round(time.value)


def wanted(cut) -> list[tuple[str, int, int, int]]:
    """Shot, first frame of the film, first frame of the take, frames: as the reel is cut."""
    found = []
    for place in places(cut):
        have = (
            min(place.frames, place.span.frames - 3 - place.first) if place.shot.id == "e" else place.frames
        )
        found.append((place.shot.id, place.start, place.first, have))
        if have < place.frames:
            found.append((f"{place.shot.id} held", place.start + have, place.first + have - 1, 3))
    return found


def picture_clips(timeline) -> list[tuple[str, int, int, int]]:
    track = timeline.video_tracks()[0]
    found = []
    for clip in track.find_clips():
        place, source = clip.range_in_parent(), clip.source_range
        found.append(
            (clip.name, frames(place.start_time), frames(source.start_time), frames(source.duration))
        )
    return found


def test_otio_is_the_cut_frame_by_frame(one):
    folder, cut = one
    timeline = otio.adapters.read_from_file(str(folder / "final.otio"))
    assert picture_clips(timeline) == wanted(cut)
    assert round(timeline.global_start_time.value) == start_frame(cut.delivery.rate)
    for clip in timeline.video_tracks()[0].find_clips():
        held = any(isinstance(effect, otio.schema.FreezeFrame) for effect in clip.effects)
        last = held or clip.source_range.end_time_exclusive() <= clip.media_reference.available_range.duration
        assert last and clip.source_range.start_time.value >= 0, (
            "no clip is shorter than what it shows: no black tail"
        )


def test_xml_is_the_cut_frame_by_frame(one):
    folder, cut = one
    timeline = otio.adapters.read_from_file(str(folder / "final.xml"), "fcp_xml")
    assert picture_clips(timeline) == wanted(cut)
    assert abs(timeline.video_tracks()[0][0].source_range.duration.rate - cut.delivery.rate) < 1e-6


def test_edl_is_the_cut_frame_by_frame(one):
    folder, cut = one
    rate = cut.delivery.rate
    text = (folder / "final.edl").read_text()
    timeline = otio.adapters.read_from_string(text, "cmx_3600", rate=float(rate))
    clips = list(timeline.video_tracks()[0].find_clips())
    shots = [clip.metadata["cmx_3600"]["reel"] for clip in clips]
    assert shots == ["a", "b", "c", "d", "e", "e"]
    assert (
        ("FCM: DROP FRAME" in text)
        == (rate == Fraction(30000, 1001))
        == (";" in text.split("001 ")[1].split("\n")[0])
    )
    ends = frames(
        clips[-1].transformed_time_range(clips[-1].trimmed_range(), timeline.tracks).end_time_exclusive()
    )
    assert ends - start_frame(rate) == wanted(cut)[-1][1] + 3


def test_fcpxml_is_the_cut_frame_by_frame(one):
    folder, cut = one
    root = ElementTree.parse(folder / "final.fcpxml").getroot()

    def at(time: str) -> int:
        count = Fraction(time.removesuffix("s")) * cut.delivery.rate
        assert count.denominator == 1, "a whole number of frames"
        return int(count)

    found = [
        (
            clip.get("name"),
            at(clip.get("offset")) - start_frame(cut.delivery.rate),
            at(clip.get("start")),
            at(clip.get("duration")),
        )
        for clip in root.find(".//spine").findall("asset-clip")
    ]
    assert found == wanted(cut)
    assert root.find(".//sequence").get("tcFormat") == (
        "DF" if cut.delivery.rate == Fraction(30000, 1001) else "NDF"
    )


@pytest.mark.parametrize("fps", ["24", "25"])
def test_the_kept_adapter_reads_our_fcpxml(films, fps):
    """At whole rates; at 23.976 and 29.97 it cannot count, which is why it does not write."""
    folder, cut = films[fps]
    found = otio.adapters.read_from_file(str(folder / "final.fcpxml"), "fcpx_xml")
    clips = [clip for clip in found.find_clips() if clip.name in "abcd"]
    assert [clip.name for clip in clips] == list("abcd")
    assert [frames(clip.source_range.duration) for clip in clips] == [n for *_, n in wanted(cut)][:4]


@pytest.mark.parametrize("suffix", list(FORMS))
def test_media_are_found_after_the_folder_moved(films, tmp_path, suffix):
    folder, cut = films["25"]
    moved = shutil.copytree(folder, tmp_path / "moved")
    text = (moved / f"final{suffix}").read_text()
    assert str(folder) not in text and is_of(cut.key, moved / f"final{suffix}")
    for shot in cut.shots:
        assert Path(shot.shown).name in unquote(text)
    if suffix == ".otio":
        for clip in otio.adapters.read_from_file(str(moved / "final.otio")).find_clips():
            assert (moved / unquote(clip.media_reference.target_url)).is_file()


def test_words_of_a_storyboard_are_words_everywhere(films):
    folder, _ = films["24"]
    events = [line for line in (folder / "final.edl").read_text().splitlines() if line[:3].isdigit()]
    assert len(events) == 6 + 2, "six clips, two of them after a line for the transition"
    for suffix in FORMS:
        text = (folder / f"final{suffix}").read_text()
        assert "\u202e" not in text
    timeline = otio.adapters.read_from_file(str(folder / "final.otio"))
    assert "]]>" in timeline.name and "%s {x}" in timeline.video_tracks()[0][0].metadata["swav"]["prompt"]


def test_markers_and_lettering(films):
    folder, cut = films["24"]
    for suffix, adapter in ((".otio", None), (".xml", "fcp_xml")):
        timeline = otio.adapters.read_from_file(str(folder / f"final{suffix}"), adapter)
        first = next(iter(timeline.video_tracks()[0].find_clips()))
        assert "seed 0" in first.markers[0].comment or "seed 0" in json.dumps(
            first.markers[0].metadata, default=str
        )
        letters = list(timeline.video_tracks()[1].find_clips())
        place = letters[0].transformed_time_range(letters[0].trimmed_range(), timeline.tracks)
        b = next(item for item in places(cut) if item.shot.id == "b")
        assert frames(place.start_time) == b.span.start + cut.shots[1].overlays[0].start


def test_other_takes_are_there_to_choose(films, tmp_path):
    folder, cut = films["24"]
    shot = cut.shots[1]
    with chdir(folder):
        other = barcode.write(Path("build/takes/0123456789ab.mp4"), 9, 30, Fraction(16))
        take = {
            "status": "pass",
            "findings": [FINDING],
            "seed": 1,
            "key": shot.key,
            "picture": "",
            "clip": shot.clip,
        }
        takes = [
            {**take, "number": 1},
            {**take, "number": 2, "status": "fail", "seed": 2, "clip": str(other)},
        ]
        Path(shot.verdict).parent.mkdir(parents=True, exist_ok=True)
        told = {
            "shot": "b",
            "engine": "animatic",
            "status": "pass",
            "chosen": 1,
            "fallback": None,
            "takes": takes,
        }
        Path(shot.verdict).write_text(json.dumps(told))
        hand_off(cut, Path("other.otio"))
        Path(shot.verdict).unlink()
    clip = list(otio.adapters.read_from_file(str(folder / "other.otio")).video_tracks()[0].find_clips())[1]
    assert set(clip.media_references()) == {"DEFAULT_MEDIA", "take 2"}
    assert clip.active_media_reference_key == "DEFAULT_MEDIA" and clip.markers[0].color == "GREEN"
    assert clip.media_references()["take 2"].available_range.duration.to_seconds() == 30 / 16


@pytest.mark.parametrize("rate", [Fraction(30000, 1001), Fraction(60000, 1001)])
def test_drop_frame_timecode_is_that_of_the_library(rate):
    minute = 60 * round(rate)
    near = {0, 1, *(n * minute + d for n in (1, 2, 9, 10, 11, 60, 600) for d in range(-700, 700, 7))}
    for frame in sorted(frame for frame in near if frame >= 0):
        time = otio.opentime.RationalTime(frame, float(rate))
        assert timecode(frame, rate) == otio.opentime.to_timecode(time, float(rate), True)


def test_a_rate_without_timecode_is_said(tmp_path):
    with pytest.raises(SwavError, match="take final"):
        film(tmp_path, "12", {**BOARD, "shots": BOARD["shots"][-1:]})
