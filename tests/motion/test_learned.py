"""Networks that learnt motion: what is asked of them, what guards their answers, what a film makes of it."""

import json
import subprocess
import sys
from contextlib import chdir
from fractions import Fraction
from pathlib import Path

import cv2
import in_process
import numpy as np
import pytest
import yaml
from drawn import SIZE, pan, planes, texture, view
from engine_environments import environment_python, environments_root
from places import REPOSITORY, TESTS
from project import Project, jobs

from swav.config import Config
from swav.errors import EngineError, InputError, SwavError
from swav.media.probe import probe
from swav.media.writer import ClipWriter
from swav.motion.instants import instants
from swav.motion.interpolator import Interpolator
from swav.motion.interpolators import interpolator
from swav.motion.learned import learned
from swav.motion.retime import retimed
from swav.reel.workflow import read_reel
from swav.storyboard import load

THIRD = Fraction(1, 3)
TRAVEL = 8


class Pan(Interpolator):
    """Stands in for a network: one pan, whatever the pictures show."""

    name = "pan"
    title = "the pan"
    weights = "pan.json"
    licence = "none"
    lock = TESTS / "pan.txt"
    program = TESTS / "motion_network.py"


@pytest.fixture
def network(tmp_path):
    """A maker of frames by a network that says something."""

    def opened(**said):
        file = tmp_path / "pan.json"
        file.write_text(json.dumps(said))
        return learned(Pan(), SIZE, weights=file, python=Path(sys.executable))

    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield opened
    cv2.setNumThreads(before)


def error(made, true) -> float:
    return float(np.abs(made[0].astype(int) - true[0])[12:-12, 12:-12].mean())


def test_frames_are_drawn_where_the_network_says_that_everything_is(network):
    with network(travel=TRAVEL) as make:
        made = make(pan(0), pan(TRAVEL), [THIRD, 1 - THIRD])
        again = make(pan(0), pan(TRAVEL), [1 - THIRD])
    assert error(made[0], pan(TRAVEL / 3)) < 2.5 and error(made[1], pan(2 * TRAVEL / 3)) < 2.5
    assert all(np.array_equal(one, other) for one, other in zip(made[1], again[0], strict=True))
    wrong = pan(-TRAVEL / 3)
    with network(travel=-TRAVEL) as make:
        (made,) = make(pan(0), pan(-TRAVEL), [THIRD])
    assert error(made, wrong) < 2.5, "the network is asked, and nothing else"


def test_what_no_picture_agrees_with_is_not_drawn(network):
    """The guards around what is searched hold what is learnt, too."""
    with network(travel=TRAVEL) as make:
        for share in (THIRD, 1 - THIRD):
            first, second = pan(0), pan(0, seed=7)
            (made,) = make(first, second, [share])
            nearer = first if share < Fraction(1, 2) else second
            assert all(np.array_equal(one, other) for one, other in zip(made, nearer, strict=True)), "a cut"
        dark = planes(view(texture(), 40) * 0.5)
        flash = planes(view(texture(), 40 + TRAVEL) * 0.95)
        (made,) = make(dark, flash, [THIRD])
        assert error(made, planes(view(texture(), 40 + TRAVEL / 3) * 0.5)) < 12, "a flash is no half light"
    with network(travel=5 * TRAVEL) as make:
        (made,) = make(pan(0), pan(0), [THIRD])
        assert error(made, pan(0)) < 1, "what stands still is shown as it stands"


def test_pairs_may_be_asked_about_in_any_order(network):
    sources = [pan(TRAVEL * number) for number in range(7)]
    wanted = instants(9, Fraction(24), source_frames=7, source_rate=Fraction(16))
    found = []
    for threads in (1, 4):
        with network(travel=TRAVEL) as make:
            found.append(list(retimed(sources, wanted, make, threads)))
    for one, other in zip(*found, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"refuses": "these weights are another model's; get RIFE's"}, "these weights are another model's"),
        ({"ends_after": 2}, "motion_network ended before it was done .it fell over"),
    ],
)
def test_a_network_that_cannot_answer_says_why_in_one_sentence(network, said, sentence):
    sources = [pan(TRAVEL * number) for number in range(7)]
    wanted = instants(9, Fraction(24), source_frames=7, source_rate=Fraction(16))
    with pytest.raises(EngineError, match=sentence), network(**said) as make:
        list(retimed(sources, wanted, make))


def test_rife_reads_published_weights_and_nothing_that_could_run(tmp_path):
    command = [environment_python("rife"), TESTS / "riding.py", REPOSITORY / "swav/programs", tmp_path]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    said = found["said"]
    assert said["pan.pkl"] == said["plain.safetensors"] == "loaded" and not found["ran"]
    assert "could run code" in said["bomb.pkl"] and "cut off or damaged" in said["short.pkl"]
    assert all(
        "does not hold RIFE" in said[name] for name in ("stranger.pkl", "list.pkl", "other_shapes.pkl")
    )
    assert found["same"] and found["bytes"] == 5 * 4 * 45 * 35
    (left, right), *rest = found["planes"]
    assert left == pytest.approx(found["correction"]) == right, "flows are in pixels of the planes"
    assert rest[:3] == [[0, 0]] * 3 and rest[3][0] == pytest.approx(1)


SHOTS = [
    {"id": "a", "footage": {"file": "film.mp4", "in": 0, "out": 0.5}},
    {"id": "b", "card": {"title": "Noon"}, "duration": 0.5},
]
BOARD = {"title": "Motion", "size": "96x64", "fps": 24, "motion": "rife", "shots": SHOTS}
BOARD |= {"music": {"engine": "none"}}


def footage(file: Path) -> None:
    with ClipWriter(file, width=192, height=128, rate=Fraction(16), metadata={}) as clip:
        for number in range(9):
            clip.write_planes(pan(2 * number))


@pytest.fixture
def folder(tmp_path):
    footage(tmp_path / "film.mp4")
    (tmp_path / "config.yaml").write_text(yaml.safe_dump({"storyboard": "board.yaml"}))
    return tmp_path


def cut(folder: Path, **said):
    (folder / "board.yaml").write_text(yaml.safe_dump(BOARD | said))
    with chdir(folder):
        return read_reel(Config.read({"storyboard": "board.yaml"})).cut


def test_weights_decide_the_key_and_without_them_nothing_else_is_made(folder):
    weights = folder / "models/rife/flownet.safetensors"
    weights.parent.mkdir(parents=True)
    assert "there are no weights in models/rife; put flownet.pkl" in cut(folder).shots[0].motion.learned.lacks
    with pytest.raises(SwavError, match="there are no weights in models/rife; put flownet"):
        in_process.build(folder)
    assert not list((folder / "build").glob("motion/**/*.mp4"))
    made = []
    for content in ("one", "two"):
        header = json.dumps({"__metadata__": {"is": content}}).encode()
        weights.write_bytes(len(header).to_bytes(8, "little") + header)
        made.append(cut(folder).shots[0].motion)
        assert made[-1].path.startswith("build/motion/rife/a-") and not made[-1].learned.lacks
    assert made[0].key != made[1].key
    weights.unlink()
    gone = cut(folder).shots[0].motion
    assert gone.key == made[1].key and gone.learned.lacks
    weights.write_text("<!doctype html><title>404</title>")
    assert "is a web page" in cut(folder).shots[0].motion.learned.lacks
    weights.write_bytes(len(header).to_bytes(8, "little") + header[:-1])
    assert "is cut off" in cut(folder).shots[0].motion.learned.lacks
    for name in ("one.pkl", "two.pkl"):
        weights.with_name(name).write_bytes(b"PK\x03\x04")
    assert "holds 3 files of weights; keep one of" in cut(folder).shots[0].motion.learned.lacks
    assert cut(folder, motion="interpolate").shots[0].motion.learned is None


def test_a_way_that_is_not_there_is_a_fault_where_it_is_written(tmp_path):
    file = tmp_path / "board.yaml"
    footage(tmp_path / "film.mp4")
    file.write_text(yaml.safe_dump(BOARD | {"motion": "rief"}))
    with pytest.raises(InputError, match="motion: 'rief' is not one of the choices; did you mean 'rife'"):
        load(file)
    file.write_text(yaml.safe_dump(BOARD | {"shots": [SHOTS[0] | {"motion": "optical"}, SHOTS[1]]}))
    with pytest.raises(InputError, match=r"shots\[0\] \(a\).motion: .* are rife, interpolate"):
        load(file)


def test_a_take_is_brought_to_the_rate_by_rife_once(tmp_path):
    film = Project(tmp_path / "film", BOARD)
    footage(film.folder / "film.mp4")
    (film.folder / "models/rife").mkdir(parents=True)
    weights = tmp_path / "weights"
    weights.mkdir()
    command = [environment_python("rife"), TESTS / "riding.py", REPOSITORY / "swav/programs", weights]
    subprocess.run(command, check=True, capture_output=True)
    (weights / "pan.pkl").rename(film.folder / "models/rife/flownet.pkl")
    environment = {"SWAV_ENVIRONMENTS": str(environments_root())}
    planned = film.plan()
    assert planned["interpolated_as"] == "24 frames a second by rife"
    assert planned["jobs"]["motion_in_environment"] == 1
    done = film.snakemake("a", "--resources", "gpu=1", **environment)
    assert done.returncode == 0, done.stderr
    assert "motion_in_environment a" in jobs(done)
    (made,) = (film.folder / "build/motion/rife").iterdir()
    shown = probe(made)
    assert (shown.rate, shown.frames) == (24, 12)
    film.shot("a")["overlay"] = {"text": "Dusk"}
    film.save()
    again = film.snakemake("-n", "a", **environment)
    assert "set_lettering a" in jobs(again) and "motion_in_environment a" not in jobs(again)


def test_the_authors_words_are_complete():
    assert interpolator("rife").lock.is_file() and interpolator("rife").program.is_file()
    assert (REPOSITORY / "rules/envs/rife.yaml").is_file()
