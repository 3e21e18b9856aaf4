"""A take of another rate in a reel: what is made, what stays, and which keys it changes."""

from contextlib import chdir
from itertools import pairwise
from pathlib import Path

import av
import in_process
import numpy as np
import pytest
import yaml

from swav.config import Config
from swav.cut.candidates import segment_quality
from swav.errors import SwavError
from swav.media.probe import probe
from swav.quality.frames import watch
from swav.reel.one_shot import make_shot, shot_path
from swav.reel.verdict_files import admission_of
from swav.reel.workflow import read_reel
from swav.review.verdicts import remarks

SHOTS = [
    {
        "id": "a",
        "footage": {"file": "film.mkv", "in": 0, "out": 1},
        "transition": {"type": "fade", "duration": 0.25},
    },
    {"id": "b", "card": {"title": "Noon"}, "duration": 1},
]
BOARD = {"title": "Motion", "size": "96x64", "fps": 24, "music": {"engine": "none"}, "shots": SHOTS}


def write(folder: Path, board: dict, **config) -> None:
    (folder / "board.yaml").write_text(yaml.safe_dump(board))
    (folder / "config.yaml").write_text(yaml.safe_dump({"storyboard": "board.yaml", **config}))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A reel at 24 frames a second with a film of 16, in which a bright square travels 3 pixels a frame."""
    folder = tmp_path_factory.mktemp("motion")
    noise = np.random.default_rng(1).integers(40, 90, (64, 96, 1), np.uint8).repeat(3, axis=2)
    with av.open(str(folder / "film.mkv"), "w") as film:
        stream = film.add_stream("ffv1", rate=16, width=96, height=64, pix_fmt="yuv420p")
        for number in range(17):
            picture = noise.copy()
            picture[20:44, 8 + 3 * number : 32 + 3 * number] = 220
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture)))
        film.mux(stream.encode())
    write(folder, BOARD)
    in_process.build(folder)
    return folder


def cut(folder: Path, **said):
    """The cut with some of the storyboard said otherwise."""
    write(folder, BOARD | said)
    with chdir(folder):
        return read_reel(Config.read(yaml.safe_load(Path("config.yaml").read_text()))).cut


def lefts(clip: Path) -> list[float]:
    """Where the square's left edge is, frame by frame."""
    rows = [frame.luma[24:40].mean(axis=0) for frame in watch(clip)]
    return [float(np.interp(150, row[: row.argmax() + 1], np.arange(row.argmax() + 1))) for row in rows]


def found_in_the_reel(reel) -> dict:
    """What the gate for held frames says of the first shot, in the reel's admission."""
    return admission_of(reel.cut)["segments"]["a"]["findings"][-1]


def steps(clip: Path) -> list[float]:
    """By how many pixels the square travels from each frame to the next."""
    return list(np.diff(lefts(clip)))


def test_footage_keeps_its_frames_unless_somebody_asks(folder):
    held, said = cut(folder), cut(folder, motion="hold")
    assert held.shots[0].motion is None and held.digest() == said.digest()
    interpolated = cut(folder, motion="interpolate")
    assert interpolated.shots[0].motion.how == "interpolate"
    one = cut(folder, shots=[{**SHOTS[0], "motion": "interpolate"}, SHOTS[1]])
    assert one.digest() == interpolated.digest()
    assert cut(folder, motion="interpolate", shots=[{**SHOTS[0], "motion": "hold"}, SHOTS[1]]).digest() == (
        held.digest()
    )


def test_the_gate_for_the_reel_warns_of_frames_that_are_held_and_names_the_way_on(folder):
    write(folder, BOARD)
    reel, _ = in_process.build(folder)
    with chdir(folder):
        held, said = found_in_the_reel(reel), remarks(reel.cut)
    assert (held["gate"], held["status"]) == ("held", "warn") and 0.25 < held["value"] < 0.4
    assert said == [f"a: {held['sentence']}"] and "motion: interpolate" in said[0]
    assert "held" not in reel.cut.judging.limits, "no take's key may depend on what is judged in the reel"


def test_a_reel_that_held_frames_refuse_names_one_remedy(folder):
    write(folder, BOARD, quality={"held": [0.1, 0.2]})
    with pytest.raises(SwavError) as refused:
        in_process.build(folder)
    (line,) = (line for line in str(refused.value).splitlines() if "repeat the one before" in line)
    assert "; say motion: interpolate, or make the take at the reel's fps (33 % of the frames" in line
    assert line.endswith("the limit is 20 %), or set on_fail: warn"), line


def test_only_shots_of_another_rate_get_other_keys(folder):
    held, made = cut(folder), cut(folder, motion="interpolate")
    assert held.shots[0].segment_key != made.shots[0].segment_key
    assert held.shots[0].passage.key != made.shots[0].passage.key
    assert (held.shots[1].key, held.shots[1].segment_key) == (made.shots[1].key, made.shots[1].segment_key)
    for rate in (8, 16):  # the film has every instant that is shown
        old, new = cut(folder, fps=rate), cut(folder, fps=rate, motion="interpolate")
        assert old.shots[0].motion is new.shots[0].motion is None
        assert old.shots[0].segment_key == new.shots[0].segment_key


def test_a_take_is_brought_to_the_rate_once_and_its_lettering_edited_without_it(folder):
    write(folder, BOARD | {"motion": "interpolate"})
    reel, made = in_process.build(folder)
    with chdir(folder):
        assert found_in_the_reel(reel)["status"] == "pass" and remarks(reel.cut) == []
    shot = reel.cut.shots[0]
    assert made.index(shot.clip) < made.index(shot.motion.path) < made.index(shot.segment)
    assert shot.passage.path in made and reel.cut.shots[1].segment not in made
    assert in_process.build(folder)[1] == []
    lettered = {**SHOTS[0], "overlay": {"text": "Noon"}}
    write(folder, BOARD | {"motion": "interpolate", "shots": [lettered, SHOTS[1]]})
    reel, made = in_process.build(folder)
    assert shot.motion == reel.cut.shots[0].motion and shot.motion.path not in made
    assert reel.cut.shots[0].segment in made

    take, shown = probe(folder / shot.clip), probe(folder / shot.motion.path)
    assert (take.rate, take.frames, shown.rate, shown.frames) == (16, 17, 24, 24)
    assert np.allclose(steps(folder / shot.clip), 3, atol=0.4)
    assert np.allclose(steps(folder / shot.motion.path), 2, atol=0.6)


def test_blend_is_another_file_and_holds_no_frame(folder):
    write(folder, BOARD | {"motion": "blend", "shots": [SHOTS[0] | {"transition": "cut"}, SHOTS[1]]})
    reel, _ = in_process.build(folder)
    shot = reel.cut.shots[0]
    assert (
        shot.motion.how == "blend"
        and shot.motion.key != cut(folder, motion="interpolate").shots[0].motion.key
    )
    small = [frame.small.astype(int) for frame in watch(folder / shot.motion.path)]
    assert min(np.abs(one - other).mean() for one, other in pairwise(small)) > 0.5


def test_one_shot_of_another_rate_is_a_film_of_its_own(folder):
    """What is measured of held frames is measured of the reel's segment, which is not there yet."""
    write(folder, BOARD | {"motion": "interpolate", "shots": [SHOTS[0] | {"transition": "cut"}, SHOTS[1]]})
    cut_now = in_process.build(folder)[0].cut
    shot = cut_now.shots[0]
    with chdir(folder):
        Path(shot.segment).unlink()
        segment_quality("build", shot).unlink()
        made = Path(shot_path(cut_now, shot))
        made.parent.mkdir(parents=True, exist_ok=True)
        make_shot(cut_now, shot, made)
        assert probe(made).rate == 24 and not Path(shot.segment).exists()
