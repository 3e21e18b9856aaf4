"""An edited timeline becomes an edit of the storyboard: order, drops, trims, transitions."""

from contextlib import chdir
from dataclasses import replace
from pathlib import Path

import opentimelineio as otio
import pytest
import yaml
from opentimelineio.opentime import RationalTime, TimeRange
from test_handoff import BOARD, film

from swav.errors import SwavError
from swav.handoff.conform import patch
from swav.handoff.edited import as_handed_off, read_edited
from swav.storyboard.rewriting import rewritten, tree


@pytest.fixture(scope="module", params=["24", "29.97"])
def handed(tmp_path_factory, request):
    folder = tmp_path_factory.mktemp("conform")
    return folder, film(folder, request.param)


def conformed(folder: Path, cut, file: str):
    with chdir(folder):
        text = Path("board.yaml").read_text()
        read = read_edited(Path(file), cut)
        found = patch(read, as_handed_off(cut, read.form), cut, tree(text))
        return text, rewritten(text, found.edits), found


@pytest.mark.parametrize("file", ["final.otio", "final.edl", "final.xml"])
def test_an_unedited_timeline_changes_nothing(handed, file):
    folder, cut = handed
    text, after, found = conformed(folder, cut, file)
    assert after == text and not found.kept, found.said


def test_a_dissolve_of_an_edl_stands_for_whatever_is_no_wipe(handed):
    """Its one letter D cannot tell a slide from a fade; a timeline that can tell means what it says."""
    folder, cut = handed
    first = cut.shots[0]
    assert first.passage.kind == "fade"
    slid = replace(cut, shots=(replace(first, passage=replace(first.passage, kind="slide")), *cut.shots[1:]))
    assert not conformed(folder, slid, "final.edl")[2].edits
    assert conformed(folder, slid, "final.otio")[2].edits


def edited(folder: Path, edit) -> None:
    timeline = otio.adapters.read_from_file(str(folder / "final.otio"))
    edit(timeline.video_tracks()[0])
    otio.adapters.write_to_file(timeline, str(folder / "edit.otio"))


def test_shots_are_reordered_and_dropped(handed):
    folder, cut = handed

    def edit(track):
        clips = {clip.name: clip for clip in track.find_clips()}
        kept = [clips[name].clone() for name in ("d", "b", "e", "e held")]
        del track[:]
        track.extend(kept)

    edited(folder, edit)
    _, after, found = conformed(folder, cut, "edit.otio")
    assert [shot["id"] for shot in tree(after)["shots"]] == ["d", "b", "e"]
    assert any("dropped: a, c" in said for said in found.said)


def test_a_trim_is_a_stretch_of_the_take(handed):
    """The prompt stays the shot's, and its take as it was made: nothing is rendered."""
    folder, cut = handed

    def edit(track):
        clip = next(clip for clip in track.find_clips() if clip.name == "b")
        range_ = clip.source_range
        three, rate = RationalTime(3, range_.start_time.rate), range_.start_time.rate
        clip.source_range = TimeRange(range_.start_time + three, range_.duration - RationalTime(5, rate))

    edited(folder, edit)
    _, after, found = conformed(folder, cut, "edit.otio")
    shot = tree(after)["shots"][1]
    rate = float(cut.delivery.rate)
    assert [round(float(shot["trim"][key]) * rate) for key in ("in", "out")] == [3, round(rate) - 2]
    assert (shot["prompt"], shot["duration"], found.kept) == ("two", "1", ())
    assert "end" not in shot["overlay"] or float(shot["overlay"]["end"]) == 0.8
    assert yaml.safe_load(after)["shots"][0] == BOARD["shots"][0] | {"id": "a"}, "no other shot is touched"


def test_lettering_ends_with_a_shot_that_is_made_shorter(handed):
    """Where the storyboard says that it goes on longer, `swav check` would not let it be built."""
    folder, cut = handed

    def edit(track):
        clip = next(clip for clip in track.find_clips() if clip.name == "b")
        frames = RationalTime(12, clip.source_range.duration.rate)
        clip.source_range = TimeRange(clip.source_range.start_time, frames)

    edited(folder, edit)
    assert tree(conformed(folder, cut, "edit.otio")[1])["shots"][1]["overlay"].keys() == {"text", "start"}


def test_transitions_are_taken_over(handed):
    folder, cut = handed

    def edit(track):
        first = next(item for item in track if isinstance(item, otio.schema.Transition))
        track.remove(first)

    edited(folder, edit)
    _, after, _ = conformed(folder, cut, "edit.otio")
    assert tree(after)["shots"][0]["transition"] == "cut"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "\x00",
        "TITLE: x\n\n001  AX V C 99:99:99:99 1 2 3\n",
        '{"OTIO_SCHEMA": "Timeline.1"}',
        "<xml>",
    ],
)
@pytest.mark.parametrize("suffix", [".otio", ".edl", ".xml", ".txt"])
def test_what_is_no_timeline_is_said(handed, tmp_path, text, suffix):
    _, cut = handed
    (tmp_path / f"edit{suffix}").write_text(text)
    with pytest.raises(SwavError):
        read_edited(tmp_path / f"edit{suffix}", cut)


def test_a_shot_in_two_places_is_refused(handed):
    folder, cut = handed
    edited(folder, lambda track: track.append(next(iter(track.find_clips())).clone()))
    with pytest.raises(SwavError, match="more than once"):
        conformed(folder, cut, "edit.otio")
