"""Films of every kind go to an editor and come back: unedited as nothing, edited as what was edited."""

import random
import wave
from contextlib import chdir
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import barcode
import opentimelineio as otio
import pytest
from opentimelineio.opentime import RationalTime, TimeRange
from test_handoff import HANDLES, RATES, film

from swav.config import Config
from swav.cut.takes import link
from swav.cut.timeline import timeline
from swav.handoff.conform import patch
from swav.handoff.edited import as_handed_off, read_edited
from swav.handoff.formats import FORMS
from swav.handoff.places import places
from swav.handoff.timeline import timeline_of
from swav.reel.workflow import read_reel
from swav.storyboard.rewriting import rewritten, tree

TRANSITIONS = ["cut", "fade", "wipe", "slide", "fade_black"]
SOURCES = ("prompt", "card", "still", "footage", "auto", "from")
EDITED = 4
"""Films that are edited, too; of the others, some takes are over before their shots."""
SPOKEN = Fraction(6, 5)
"""Seconds of every line."""


def board(number: int) -> dict:
    """A film of its own for each number; every source and transition is in any six of them."""
    chance = random.Random(number)
    shots = []
    for position in range(6):
        source = SOURCES[(position + number) % 6]
        shot = {"id": f"s{position}" if position % 2 else f"the_shot_of_number_{position}"}
        shot["duration"] = chance.choice([1.5, 1.77, 2, 2.3])
        if source == "card":
            shot["card"] = {"title": "a card"}
        elif source == "still":
            shot["still"] = {"file": "sample:harbour.png"}
        elif source == "footage":
            shot["footage"] = {"file": "camera.mp4", "in": 0.5, "out": 2.25}
            del shot["duration"]
        else:
            shot["prompt"] = f"boat {position}"
        if source == "auto":
            shot |= {"duration": "auto", "narration": "A boat."}
        if source == "from" and (earlier := [one["id"] for one in shots if "prompt" in one]):
            shot["from"] = earlier[-1]
        if position < 5:
            kind = TRANSITIONS[(position + number // 6) % 5]
            seconds = chance.choice([0.2, 0.25, 0.3, 0.375])
            shot["transition"] = kind if kind == "cut" else {"type": kind, "duration": seconds}
        if position == number % 6:  # more lettering than shots, so that its track is the fuller one
            shot["overlay"] = [{"text": "x", "start": n / 10, "end": (n + 1) / 10} for n in range(8)]
        if chance.random() < 0.25:
            shot["trim"] = {"in": 0.12, "out": 1.4}
        shots.append(shot)
    film = {"size": f"{barcode.WIDTH}x{barcode.HEIGHT}", "engine": "animatic", "music": {"engine": "none"}}
    return {"title": "T", "voice": {"engine": "espeak"}, **film, "shots": shots}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Films by their numbers and rates, made once."""
    found = {}

    def one(number: int):
        fps = RATES[number % 4]
        if number not in found:
            folder = tmp_path_factory.mktemp("film")
            barcode.write(folder / "camera.mp4", 31, 100, Fraction(25))
            short = () if number < EDITED else ("the_shot_of_number_2", f"s{number - 3}")
            found[number] = folder, film(folder, fps, board(number), speak, short)
        return found[number]

    return one


def speak(cut) -> None:
    """Lines as long as others, of silence."""
    for path in cut.narrations():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with wave.open(path, "wb") as line:
            line.setparams((1, 2, 48000, 0, "NONE", ""))
            line.writeframes(bytes(2 * int(48000 * SPOKEN)))


def conformed(cut, file: Path, text: str):
    read = read_edited(file, cut)
    found = patch(read, as_handed_off(cut, read.form), cut, tree(text))
    return rewritten(text, found.edits), found


@pytest.mark.parametrize("number", range(8))
def test_what_nobody_edited_is_no_edit(made, number):
    folder, cut = made(number)
    with chdir(folder):
        text = Path("board.yaml").read_text()
        for form in FORMS:
            after, found = conformed(cut, Path(f"final{form}"), text)
            assert (form, after, found.kept, found.said) == (form, text, (), ())
            read = [
                (use.shot, use.begin, use.all_frames) for use in read_edited(Path(f"final{form}"), cut).used
            ]
            spans = [(place.shot.id, place.shot.trim, place.span.frames) for place in places(cut)]
            assert read == [(name, part.begin if part else 0, frames) for name, part, frames in spans]


# --- edits, as an editing program makes them


def clips_of(track) -> list:
    return [item for item in track if isinstance(item, otio.schema.Clip)]


def alone(track, index: int) -> bool:
    """Whether no transition touches the clip at an index."""
    near = [track[n] for n in (index - 1, index + 1) if 0 <= n < len(track)]
    return not any(isinstance(item, otio.schema.Transition) for item in near)


def cut_straight(track, chance) -> None:
    """Every transition becomes a cut."""
    for item in [item for item in track if isinstance(item, otio.schema.Transition)]:
        track.remove(item)


def shuffle(track, chance) -> None:
    cut_straight(track, chance)
    clips = clips_of(track)
    del track[:]
    chance.shuffle(clips)
    track.extend(clips)


def drop(track, chance) -> None:
    """One shot goes, and the transitions at its ends."""
    index = track.index(chance.choice(clips_of(track)))
    for near in (index + 1, index, index - 1):
        if 0 <= near < len(track) and (near == index or isinstance(track[near], otio.schema.Transition)):
            del track[near]


def trim(track, chance) -> None:
    """Some clips lose frames at either end, some get some of their handles."""
    for index, clip in enumerate(track):
        if isinstance(clip, otio.schema.Clip) and chance.random() < 0.6:
            span, rate = clip.source_range, clip.source_range.start_time.rate
            head = RationalTime(chance.randint(0, 6), rate)
            tail = RationalTime(chance.randint(-HANDLES, 6) if alone(track, index) else 3, rate)
            clip.source_range = TimeRange(span.start_time + head, span.duration - head - tail)


def other_transitions(track, chance) -> None:
    """Each is shorter by some frames, or of another kind."""
    for item in track:
        if isinstance(item, otio.schema.Transition):
            one = RationalTime(1, item.in_offset.rate)
            item.in_offset, item.out_offset = item.in_offset - one, item.out_offset - one
            if chance.random() < 0.5:
                item.name, item.transition_type = "fade", "SMPTE_Dissolve"


EDITS = (cut_straight, shuffle, drop, trim, other_transitions)


def seen(track) -> list[tuple[str, int, int, int, str, int]]:
    """Shot, its first frame in the film and in its take, frames, transition out of it, frames of that."""
    found = []
    for index, item in enumerate(track):
        if isinstance(item, otio.schema.Clip):
            span = item.source_range
            after = track[index + 1] if index + 1 < len(track) else None
            out = ("", 0)
            if isinstance(after, otio.schema.Transition):
                out = after.name, round((after.in_offset + after.out_offset).value)
            start = round(item.range_in_parent().start_time.value)
            found.append((item.name, start, round(span.start_time.value), round(span.duration.value), *out))
    return found


def cuts(cut) -> list[tuple[str, int, int, int, str, int]]:
    """The same of a cut; a take that became footage is counted from its own beginning."""
    found = []
    for place in places(cut):
        source = place.shot.request.source
        kept = source is not None and ".takes/" in source.path
        first = place.first + (round(source.start * cut.delivery.rate) if kept else 0)
        overlap = place.shot.passage.overlap
        kind = place.shot.passage.kind if overlap else ""
        found.append((place.shot.id, place.start, first, place.frames, kind, overlap))
    return found


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
@pytest.mark.parametrize("number", range(EDITED))
def test_an_edit_comes_back_exactly(made, number, edit):
    """From each form alike; an EDL knows no more than dissolves and wipes."""
    folder, cut = made(number)
    with chdir(folder):
        handed = timeline_of(cut, folder)
        track = handed.tracks[0]
        edit(track, random.Random(number))
        wanted, length = seen(track), round(track.duration().value)
        found = {form: written_back(cut, handed, form) for form in FORMS}
        assert found[".xml"] == found[".fcpxml"] == found[".otio"]
        now = edited_cut(found[".otio"])
        assert (cuts(now), timeline(now).frames) == (wanted, length)
        if found[".edl"] != found[".otio"]:
            assert [item[:4] for item in cuts(edited_cut(found[".edl"]))] == [item[:4] for item in wanted]
        for shot in now.shots:
            if edit is not trim and not cut.shot(shot.id).settled_later:
                assert shot.key == cut.shot(shot.id).key, "no take is made for it"


def written_back(cut, handed, form: str) -> str:
    """The storyboard's text after an editing program has written a timeline in a form."""
    file = Path(f"edit{form}")
    file.write_text(FORMS[form](handed.clone(), cut))
    after, found = conformed(cut, file, Path("board.yaml").read_text())
    for take, target in found.kept:
        target.exists() or link(take, target)
    return after


def edited_cut(text: str):
    return read_reel(Config.read({"storyboard": "board.yaml"}), text=text).cut


def test_a_rendered_take_is_kept_where_it_could_not_be_made_again(made):
    """Where it is made longer than it was asked for, and where the shot that it goes on from is dropped."""
    folder, cut = made(3)
    follower = next(shot for shot in cut.shots if shot.continued)
    rendered = replace(cut, shots=tuple(replace(shot, gpu=bool(shot.request.prompt)) for shot in cut.shots))
    dropped = next(iter(follower.continued.values())).shot
    with chdir(folder):
        handed = timeline_of(cut, folder)
        track = handed.tracks[0]
        cut_straight(track, None)
        others = (shot for shot in rendered.shots if shot.gpu and not shot.trim)
        name = next(shot.id for shot in others if shot.id not in (dropped, follower.id))
        longer = next(clip for clip in clips_of(track) if clip.name == name)
        span = longer.source_range
        more = RationalTime(HANDLES, span.duration.rate)
        end = cut.shot(longer.name).passage.overlap
        whole = RationalTime(end - end // 2, span.duration.rate) + more
        longer.source_range = TimeRange(span.start_time, span.duration + whole)
        track.remove(next(clip for clip in clips_of(track) if clip.name == dropped))
        texts = {written_back(rendered, handed, form) for form in FORMS}
        assert len(texts) == 1
        now = edited_cut(text := texts.pop())
        assert cuts(now) == seen(track)
    for name in (longer.name, follower.id):
        shot = next(one for one in tree(text)["shots"] if one["id"] == name)
        assert shot["footage"]["file"] == f"board.takes/{Path(cut.shot(name).shown).name}"
        assert shot["prompt"] and (folder / shot["footage"]["file"]).is_file()
