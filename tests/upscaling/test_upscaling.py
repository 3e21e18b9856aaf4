"""Takes at a larger size: which are, by which model, what files are refused, and what an edit makes anew."""

import json
import subprocess
from itertools import pairwise

import pytest
import yaml
from engine_environments import environment_python, environments_root
from places import REPOSITORY, TESTS
from project import Project, jobs

from swav.cut.choose import KnownModels
from swav.cut.finishing import Finishing
from swav.errors import EngineError, InputError
from swav.media.probe import probe
from swav.storyboard import load
from swav.storyboard.forms import Size
from swav.storyboard.model import Finish
from swav.upscaling.models import upscaler, upscalers
from swav.upscaling.sizes import covering
from swav.weights.intact import fault_in

BOARD = {
    "title": "Large",
    "size": "160x96",
    "fps": 24,
    "engine": "stub",
    "music": {"engine": "none"},
    "finish": {"size": "320x192"},
    "shots": [
        {"id": "a", "prompt": "a boat", "duration": 0.5, "overlay": {"text": "Noon"}},
        {"id": "b", "card": {"title": "Two"}, "duration": 0.5},
    ],
}
JOBS = {"finish a", "render a", "set_lettering a", "shot a"}
GOOD = ("2x-compact.safetensors", "4x-esrgan.pth")


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Tiny models as they are published, and files that are none."""
    folder = tmp_path_factory.mktemp("upscalers")
    command = [environment_python("finish"), TESTS / "tiny_upscalers.py", folder]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture
def film(tmp_path, models):
    made = Project(tmp_path / "film", BOARD, {"cards": 1})
    made.give_weights()
    put(made, models, GOOD[0])
    return made


def put(film, models, *names):
    folder = film.folder / "models/upscale"
    folder.mkdir(exist_ok=True)
    for file in folder.iterdir():
        file.unlink()
    for name in names:
        (folder / name).write_bytes((models / name).read_bytes())


@pytest.mark.parametrize(
    ("take", "wanted", "size"),
    [
        ((1280, 720), (3840, 2160), (3840, 2160)),
        ((832, 480), (3840, 2160), (3840, 2216)),
        ((720, 1280), (3840, 2160), (2160, 3840)),
        ((1280, 720), (2160, 3840), (3840, 2160)),
        ((480, 480), (1920, 1080), (1920, 1920)),
        ((1920, 800), (1920, 1080), (2592, 1080)),
        ((3840, 2160), (3840, 2160), None),
        ((4096, 2304), (3840, 2160), None),
    ],
)
def test_a_take_keeps_its_shape_and_covers_the_size(take, wanted, size):
    found = covering(*take, wanted)
    assert found == size
    if found:
        assert not any(side % 2 for side in found) and covering(*found, wanted) is None


def test_models_are_read_in_tiles_and_hostile_files_are_refused(models):
    command = [environment_python("finish"), TESTS / "enlarging.py", REPOSITORY / "swav/programs", models]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    said = found.pop("said")
    assert said["2x-compact.safetensors"] == "Compact 2" and said["2x-span.safetensors"] == "SPAN 2"
    assert said["4x-esrgan.pth"] == "ESRGAN 4" and said["old.pth"] == "ESRGAN 2"
    assert "could run code" in said["bomb.pth"] and not found["ran"]
    assert "does not enlarge" in said["denoiser.pth"] and "no network" in said["stranger.safetensors"]
    assert all("no whole model" in said[name] for name in ("list.pth", "numbers.pth"))
    assert "cut off or damaged" in said["short.pth"]
    assert all(len(sentence) < 300 and "Traceback" not in sentence for sentence in said.values())
    assert found["same"] and found["fitted"] == [192, 320, 3]
    assert found["spread"] > 5 and found["seams"] <= 1, "a tile's edge is seen"
    for length, spans in found["spans"].items():
        assert spans[0][0] == 0 and spans[-1][1] == int(length)
        assert all(end - begin <= 384 for begin, end in spans)
        assert all(before[1] - after[0] >= 32 for before, after in pairwise(spans))
    assert found["mean"] == pytest.approx([129.85, 0.15], abs=0.3), "raise recipes.FINISH"


def test_files_are_looked_at_before_anything_is_rendered(models, tmp_path):
    assert not any(fault_in(models / name) for name in (*GOOD, "old.pth", "2x-span.safetensors"))
    assert "web page" in fault_in(models / "page.pth")
    cut_off = tmp_path / "cut.safetensors"
    cut_off.write_bytes((models / GOOD[0]).read_bytes()[:-7])
    assert "lacks 7 of its" in fault_in(cut_off)
    text = tmp_path / "text.pth"
    text.write_text("weights")
    assert "no file of PyTorch" in fault_in(text)


@pytest.mark.parametrize(
    ("there", "name", "said"),
    [
        (
            (),
            None,
            "there is no model in .*upscale; put a .safetensors .* or say model: lanczos",
        ),
        ((), "ultra", "ultra is not there in .*upscale; put"),
        (("a.pth", "b.pth"), None, "holds 2 models; say model: a or b"),
        (("ultra.pth",), "utlra", "no model 'utlra' in .*upscale; .*ultra"),
    ],
)
def test_a_model_that_is_not_there_is_said_in_one_sentence(tmp_path, there, name, said):
    (tmp_path / "upscale").mkdir()
    for file in there:
        (tmp_path / "upscale" / file).touch()
    with pytest.raises(EngineError, match=said):
        upscaler(tmp_path, name)


def test_safetensors_come_before_pickles_of_the_same_name(tmp_path):
    (tmp_path / "upscale").mkdir()
    for file in ("x.pth", "x.safetensors", ".y.pth", "z.ckpt"):
        (tmp_path / "upscale" / file).touch()
    assert {name: file.suffix for name, file in upscalers(tmp_path).items()} == {"x": ".safetensors"}


def test_a_take_in_the_cut_is_enlarged_once_and_lettering_is_set_on_it(film, models):
    environment = {"SWAV_ENVIRONMENTS": str(environments_root())}
    first = film.plan()
    assert first["finished_as"] == "320x192 by 2x-compact" and first["finishing_minutes"] is None
    assert "(how long is not known: no take was here yet)" in " ".join(film.swav("plan").stdout.split())
    done = film.snakemake("a", "--resources", "gpu=1", **environment)
    assert done.returncode == 0, done.stderr
    assert JOBS & set(jobs(done)) == JOBS
    (finished,) = (film.folder / "build/finished").iterdir()
    take = probe(next((film.folder / "build/clips/stub").glob("*.mp4")))
    large, shown = probe(finished), probe(film.folder / "build/shots/a.mp4")
    assert (take.width, take.height) == (160, 96) and (large.width, large.height) == (320, 192)
    assert (large.frames, large.rate) == (take.frames, take.rate) and shown.width == 320
    film.shot("a")["overlay"] = {"text": "Dusk"}
    film.save()
    put(film, models)  # the file went elsewhere: what it made stays, and is found
    again = film.snakemake("-n", "a", **environment)
    assert JOBS & set(jobs(again)) == {"set_lettering a", "shot a"}, again.stderr
    finished.unlink()
    film.config["cards"] = 0  # the card of this film is none that PyTorch knows
    pending = film.plan()
    assert pending["finishing"] == ["a"] and 0 <= pending["finishing_minutes"] < 10
    assert pending["finishing_gigabytes"] > 0
    film.config["cards"] = 1
    film.save()
    refused = film.snakemake("final.mp4", "--resources", "gpu=1")
    assert refused.returncode and "finish: there is no model in models/upscale; put" in refused.stderr


SIZE, TAKE = Size(width=3840, height=2160), (1280, 720)


@pytest.fixture
def finishing(tmp_path, models):
    """How takes are finished as one asks, in a frame; there is one model."""
    film = Project(tmp_path / "one", BOARD)
    put(film, models, GOOD[0])

    def made(frame=(3840, 2160), take=TAKE, **asked):
        finish = Finish(size=SIZE, **asked)
        build, known = str(tmp_path / "build"), KnownModels(str(tmp_path / "build"))
        found = Finishing(finish, frame, film.folder / "models", known, lambda file: f"of {file.name}", build)
        shot = found.of("a", "key", *take)
        known.save()
        return shot

    return made, film


def test_a_take_is_finished_once_for_every_frame_that_it_does_not_cover(finishing, models):
    made, film = finishing
    whole = made()
    assert whole.model == "2x-compact" and whole.size == (3840, 2160) and not whole.lacks
    assert made(model="2x-compact") == made(frame=(1920, 1080)) == made(frame=(1080, 1920)) == whole
    assert made(model="lanczos") is None and made(frame=(640, 360)) is None and made(frame=TAKE) is None
    assert made(take=(832, 480)) == whole, "the take's own shape is in its key"
    assert made(frame=(4096, 2160), take=(3840, 2160)).size == (4096, 2160)
    put(film, models)
    without = made()
    assert without.key == whole.key and "there is no model" in without.lacks
    put(film, models, *GOOD)
    assert made(model="4x-esrgan").key != whole.key and "say model:" in made().lacks
    put(film, models, "page.pth")
    assert "is a web page" in made().lacks


def versions(tmp_path, **said):
    file = tmp_path / "board.yaml"
    deliver = {"small": {"size": "240x144"}, "tall": {"aspect": "9:16", "anchor": "centre"}, "same": {}}
    file.write_text(yaml.safe_dump({**BOARD, "deliver": deliver, **said}))
    return {name: load(file, version=name) for name in ("", *deliver)}


@pytest.mark.parametrize("finish", ["320x192", {"size": "320x192", "model": "lanczos"}])
def test_a_delivery_shows_finished_takes_in_its_own_frame(tmp_path, finish):
    boards = {name: found.board for name, found in versions(tmp_path, finish=finish).items()}
    frames = {name: str(board.frame) for name, board in boards.items()}
    assert frames == {"": "320x192", "small": "240x144", "tall": "192x342", "same": "320x192"}
    assert {str(board.finish.size) for board in boards.values()} == {"320x192"}
    taken = [board.shots[0].size or board.size for board in boards.values()]
    assert {str(size) for size in taken} == {"160x96"}


def test_a_size_that_finishes_nothing_or_cuts_much_is_said(tmp_path):
    with pytest.raises(InputError, match="64x64 is smaller than the takes, which are 160x96; write a larger"):
        versions(tmp_path, finish="64x64")
    notices = versions(tmp_path, finish="320x180")[""].notices
    assert "320x180 has another shape than takes of 160x96: 6 % of each is cut off above and below" in str(
        notices[0]
    )
