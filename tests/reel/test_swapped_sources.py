"""A source that is replaced between the cut and its job, or under it, reaches neither film nor store."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
import soundfile
import yaml

from swav.cut.model import Cut
from swav.media import ffmpeg
from swav.reel.shooting import shoot
from swav.reel.sounding import lay_stems
from swav.reel.workflow import open_reel
from swav.unchanged import SourceChanged

BOARD = {
    "title": "Swapped",
    "size": "128x72",
    "fps": 12,
    "engine": "animatic",
    "music": {"engine": "none"},
    "shots": [
        {"id": "footage", "footage": {"file": "in.mp4", "in": 0, "out": 1}},
        {"id": "still", "still": {"file": "p.png"}, "camera": "static", "duration": 1},
        {"id": "sound", "card": {"title": "Sound"}, "duration": 1, "sound": {"file": "a.wav"}},
    ],
}
RED, BLUE = ("red", 300), ("blue", 2000)


def write_material(folder: Path, what: tuple[str, int]) -> None:
    colour, pitch = what
    folder.mkdir()
    colour_of = {"red": (0, 0, 255), "blue": (255, 0, 0)}
    flat = f"color={colour}:size=128x72:rate=12:duration=2"
    ffmpeg.run(["-f", "lavfi", "-i", flat, "-pix_fmt", "yuv420p", str(folder / "in.mp4")], what="footage")
    cv2.imwrite(str(folder / "p.png"), np.full((72, 128, 3), colour_of[colour], np.uint8))
    tone = np.sin(2 * np.pi * pitch * np.arange(48_000) / 48_000)
    soundfile.write(folder / "a.wav", 0.3 * tone, 48_000)


@pytest.fixture(scope="module")
def material(tmp_path_factory) -> Path:
    top = tmp_path_factory.mktemp("material")
    for what in (RED, BLUE):
        write_material(top / what[0], what)
    return top


@pytest.fixture
def cut(material, tmp_path, monkeypatch) -> Cut:
    """The cut of a storyboard whose sources are red and low, in the folder where the test runs."""
    monkeypatch.chdir(tmp_path)
    Path("board.yaml").write_text(yaml.safe_dump(BOARD))
    give(material / "red")
    return open_reel({"storyboard": "board.yaml"}).cut


def give(folder: Path) -> None:
    """Put another set of sources where the storyboard has its own: by renaming, as most programs save."""
    for source in folder.iterdir():
        shutil.copyfile(source, f".{source.name}")
        Path(f".{source.name}").replace(source.name)


def write_into(folder: Path) -> None:
    """The same, into the files that are there."""
    for source in folder.iterdir():
        Path(source.name).write_bytes(source.read_bytes())


@dataclass(frozen=True)
class Kind:
    """How a kind of source is read: its job, what of the job reads, and what came of it."""

    job: Callable[[Cut], None]
    reader: str
    shows_red: Callable[[Cut], bool]
    made: Callable[[Cut], list[Path]]


def shot_job(name: str) -> Callable[[Cut], None]:
    def job(cut: Cut) -> None:
        shot = cut.shot(name)
        shoot(cut, shot, Path(shot.clip), cards=(), gpus=0)

    return job


def take_is_red(name: str) -> Callable[[Cut], bool]:
    def shows(cut: Cut) -> bool:
        with av.open(cut.shot(name).clip) as clip:
            red, _, blue = next(clip.decode(video=0)).to_ndarray(format="rgb24")[36, 64].tolist()
        return red > 200 > 100 > blue

    return shows


def sounds_low(cut: Cut) -> bool:
    sound = soundfile.read(Path(cut.sound.stems).parent / "effects.wav")[0][-24_000:, 0]
    return abs(np.argmax(np.abs(np.fft.rfft(sound))) * 2 - 300) < 10


def takes(cut: Cut) -> list[Path]:
    return sorted(Path(cut.build).glob("takes/*")) + sorted(Path(cut.build).glob("clips/*/*"))


def stems(cut: Cut) -> list[Path]:
    return sorted(Path(cut.build).glob("stems/*/*"))


KINDS = {
    "footage": Kind(shot_job("footage"), "swav.media.conform.probe", take_is_red("footage"), takes),
    "still": Kind(shot_job("still"), "swav.animatic.still.read_photograph", take_is_red("still"), takes),
    "sound": Kind(
        lambda cut: lay_stems(cut, Path(cut.sound.stems)), "swav.sound.effects.decoded", sounds_low, stems
    ),
}
WAYS = {"renamed over": give, "written into": write_into}


def around(monkeypatch, reader: str, before: Callable[[], None], after: Callable[[], None] = lambda: None):
    """Let something happen just before a job's reader reads, and just after."""
    module, _, name = reader.rpartition(".")
    real = getattr(__import__(module, fromlist=[name]), name)

    def reading(*given, **named):
        before()
        found = real(*given, **named)
        found = list(found) if reader.endswith("decoded") else found
        after()
        return found

    monkeypatch.setattr(reader, reading)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_source_replaced_before_its_job(cut, material, kind, way):
    """Refused; and with the old file back the film is right, as if nothing had been."""
    tried = KINDS[kind]
    WAYS[way](material / "blue")
    with pytest.raises(SourceChanged, match="changed since the storyboard was read; build again"):
        tried.job(cut)
    assert not tried.made(cut)
    WAYS[way](material / "red")
    tried.job(cut)
    assert tried.shows_red(cut)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("put_back", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_a_source_replaced_under_its_job(cut, material, monkeypatch, kind, put_back, way):
    """Either the job had the right file all the time, or it keeps nothing; also where it is put back."""
    tried = KINDS[kind]
    with monkeypatch.context() as patch:
        back = (lambda: WAYS[way](material / "red")) if put_back else (lambda: None)
        around(patch, tried.reader, lambda: WAYS[way](material / "blue"), back)
        refused = False
        try:
            tried.job(cut)
        except SourceChanged:
            refused = True
            assert not tried.made(cut)
        assert refused or way == "renamed over"
    give(material / "red")
    tried.job(cut)
    assert tried.shows_red(cut)


def test_the_record_of_a_take_names_the_file_as_the_storyboard_does(cut):
    shot_job("footage")(cut)
    (record,) = (json.loads(path.read_text()) for path in Path(cut.build).glob("takes/*.json"))
    assert (
        record["file"] == "in.mp4"
        and record["recipe"]["content"] == cut.shot("footage").request.source.content
    )


def test_a_file_that_was_just_written_is_not_trusted_by_its_dates(cut):
    """A digest is remembered from a time on after which any writing would leave another date."""
    remembered = Path(cut.build, "sources.json")
    assert not remembered.exists() or not json.loads(remembered.read_text())
