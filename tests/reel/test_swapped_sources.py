"""A source that is replaced between the cut and its job, or under it, reaches neither film nor store."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import av
import cv2
import numpy as np
import pytest
import soundfile
import yaml

from swav.cut.model import Cut, Provenance
from swav.engines import Request, Source
from swav.hashes import content_digest
from swav.keys import Length
from swav.media import ffmpeg
from swav.provenance.certificate import test_signer as made_here
from swav.reel import drawing, signing
from swav.reel.jobs import readable
from swav.reel.mixing import lay_stems
from swav.reel.shooting import shoot
from swav.reel.sounding import speak_line
from swav.reel.steps import set_lettering
from swav.reel.workflow import open_reel
from swav.storyboard.model import Storyboard
from swav.storyboard.named_files import named_files
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


# -- every field that names a file

EVERYWHERE = {
    "title": "Everything that can be named",
    "size": "128x72",
    "fps": 12,
    "engine": "animatic",
    "music": {"moods": [{"file": "music.wav"}, {"from": 2, "file": "mood.wav"}]},
    "shots": [
        {"id": "own", "footage": {"file": "in.mp4", "in": 0, "out": 1, "sound": True}},
        {"id": "still", "still": {"file": "p.png"}, "camera": "static", "duration": 1},
        {"id": "effect", "card": {"title": "Sound"}, "duration": 1, "sound": {"file": "a.wav"}},
        {
            "id": "card",
            "card": {"title": "Card"},
            "duration": 1,
            "narration": {"text": "Some words.", "file": "line.wav", "start": 0},
            "ambience": {"file": "place.wav"},
            "overlay": {"picture": "logo.png"},
        },
    ],
}


def lay(cut: Cut) -> None:
    lay_stems(cut, Path(cut.sound.stems))


def speak(cut: Cut) -> None:
    line = cut.shot("card").narration
    speak_line(cut, cut.shot("card"), Path(line.path))


def letter(cut: Cut) -> None:
    (item,) = cut.shot("card").overlays
    set_lettering(cut, cut.shot("card"), Path(item.path))


def sign(cut: Cut) -> None:
    made_here(Path("certificate"))
    chain = Path("certificate/certificate.pem")
    told = Provenance(str(chain), "certificate/key.pem", content_digest(chain), "written")
    signing.sign_film(replace(cut, provenance=told), Path("in.mp4"), Path("build/signed/1.mp4"))


READERS = {
    "shots.footage.file": [("in.mp4", shot_job("own")), ("in.mp4", lay), ("in.mp4", sign)],
    "shots.still.file": [("p.png", shot_job("still")), ("p.png", sign)],
    "shots.sound.file": [("a.wav", lay)],
    "shots.narration.file": [("line.wav", speak)],
    "shots.ambience.file": [("place.wav", lay)],
    "shots.overlay.picture": [("logo.png", letter)],
    "music.moods.file": [("music.wav", lay), ("mood.wav", lay)],
}
"""Where a storyboard names a file: the file, and each job that reads it."""
ELSEWHERE = {
    "media": "read with the storyboard, and by no job",
    "music.file": "a mood from the first second",
    "shots.fallback.footage.file": "the source of a request, as footage is",
    "shots.fallback.still.file": "the source of a request, as a still is",
    **dict.fromkeys(
        [
            f"shots.{field}"
            for field in ("keyframe.file", "end.file", "keyframe.references", "end.references")
        ],
        "pictures of a request: test_every_source_of_a_request_is_held",
    ),
    **dict.fromkeys(("cast.references", "places.references"), "the same; and portraits, below"),
    **dict.fromkeys(("voice.reference", "voices.reference"), "tests/reel/test_swapped_voice.py"),
    **dict.fromkeys(
        ("loras.file", "shots.loras.file", "cast.loras.file", "places.loras.file"),
        "tests/engines/wan22/test_wan22_changed.py",
    ),
}


def test_every_field_that_names_a_file_is_tried_here_or_elsewhere():
    sound, lora = {"file": "s.wav"}, {"file": "l.safetensors"}
    entity = {"look": "x", "references": ["r.png"], "loras": [lora]}
    shot = {"id": "a", "prompt": "p", "duration": 1, "loras": [lora], "sound": sound, "ambience": sound}
    shot |= {"narration": {"text": "t", **sound}, "overlay": {"picture": "p.png"}}
    board = Storyboard.model_validate(
        {
            "title": "T",
            "media": "list.csv",
            "loras": [lora],
            "cast": {"c": entity},
            "places": {"d": entity},
            "music": {**sound, "moods": [{"from": 1, **sound}]},
            "voice": {"reference": "v.wav"},
            "voices": {"v": {"reference": "v.wav"}},
            "shots": [
                shot
                | {
                    "keyframe": {"prompt": "k", "references": ["r.png"]},
                    "end": {"prompt": "k", "references": ["r.png"]},
                },
                {
                    "id": "b",
                    "prompt": "p",
                    "duration": 1,
                    "keyframe": {"file": "p.png"},
                    "end": {"file": "p.png"},
                },
                {"id": "c", "footage": {"file": "f.mp4"}},
                {"id": "d", "still": {"file": "p.png"}, "duration": 1},
                *(
                    {"id": f"e{n}", "prompt": "p", "duration": 1, "on_fail": "fallback", "fallback": other}
                    for n, other in enumerate(({"footage": {"file": "f.mp4"}}, {"still": {"file": "p.png"}}))
                ),
            ],
        }
    )
    named = {_field(item.route) for item in named_files(board)}
    assert named == {*READERS, *ELSEWHERE}


def _field(route) -> str:
    """A place in a storyboard without what counts or names: ``shots.sound.file``."""
    entities = [part for n, part in enumerate(route) if isinstance(part, str)]
    if entities[0] in ("cast", "places", "voices"):
        entities.pop(1)
    return ".".join(entities)


@pytest.fixture
def everything(material, tmp_path, monkeypatch) -> Cut:
    monkeypatch.chdir(tmp_path)
    Path("board.yaml").write_text(yaml.safe_dump(EVERYWHERE))
    give(material / "red")
    with_sound = ["-i", "in.mp4", "-i", "a.wav", "-c:v", "copy", "-c:a", "aac", "-shortest", "s.mp4"]
    ffmpeg.run(with_sound, what="footage with sound")
    Path("s.mp4").replace("in.mp4")
    for name in ("music", "mood", "line", "place"):
        shutil.copyfile("a.wav", f"{name}.wav")
    shutil.copyfile("p.png", "logo.png")
    made = open_reel({"storyboard": "board.yaml"}).cut
    speak(made)  # stems want it
    return made


@pytest.mark.parametrize(
    ("file", "job"),
    [
        pytest.param(file, job, id=f"{field} {job.__name__} {file}")
        for field, tried in READERS.items()
        for file, job in tried
    ],
)
def test_any_job_refuses_another_file_and_keeps_nothing(everything, file, job):
    before = {made: made.read_bytes() for made in Path("build").rglob("*") if made.is_file()}
    Path(file).write_bytes(Path(file).read_bytes() + b"\0")
    if job is speak:
        Path(everything.shot("card").narration.path).unlink()
        before = {made: data for made, data in before.items() if made.exists()}
    with pytest.raises(SourceChanged, match=rf"{file} changed since the storyboard was read; build again"):
        job(everything)
    after = {made: made.read_bytes() for made in Path("build").rglob("*") if made.is_file()}
    ours = {made for made in {*before, *after} if made.parts[1] not in ("hash_list", "state")}
    assert {made: after.get(made) for made in ours} == {made: before.get(made) for made in ours}


def _source(name: str) -> Source:
    Path(name).write_text(name)
    return Source(name, content_digest(name))


def test_every_source_of_a_request_is_held(tmp_path, monkeypatch):
    """Of every field that there is: one that comes later fails here until its jobs hold it."""
    monkeypatch.chdir(tmp_path)
    single = [field.name for field in fields(Request) if field.type in (Source | None, "Source | None")]
    several = [field.name for field in fields(Request) if "Source" in str(field.type)]
    several = [name for name in several if name not in single]
    assert {"source", "first_frame", "last_frame"} <= set(single) and several == ["references"]
    asked = Request("a", 64, 64, Fraction(12), Length(frames=1), 1)
    asked = replace(
        asked, **{name: _source(name) for name in single}, references=(_source("r1"), _source("r2"))
    )
    named = [*(getattr(asked, name) for name in single), *asked.references]
    with readable(asked, "build") as seen:
        held = [*(getattr(seen, name) for name in single), *seen.references]
        assert [Path(one.path).read_text() for one in held] == [one.path for one in named]
        assert not {one.path for one in held} & {one.path for one in named}
    for one in named:
        Path(one.path).write_text("another")
        with pytest.raises(SourceChanged), readable(asked, "build"):
            pytest.fail("it was read")
        Path(one.path).write_text(one.path)


@pytest.mark.parametrize("moment", ["before", "meanwhile", "the model"])
def test_a_portrait_or_a_model_that_is_exchanged_judges_no_keyframe(tmp_path, monkeypatch, moment):
    monkeypatch.chdir(tmp_path)
    models = Path("models/dino")
    models.mkdir(parents=True)
    (models / "config.json").write_text('{"model_type": "vit"}')
    (models / "model.safetensors").write_bytes(b"some weights")
    portrait = replace(_source("meera.png"), shows="cast meera")
    request = Request("a", 64, 64, Fraction(12), Length(frames=1), 1)
    picture = SimpleNamespace(key="0123456789ab", portraits=(portrait,), engine="animatic", request=request)
    judging = SimpleNamespace(readers=drawing_readers(), limits={}, cast_limits={})
    cut = SimpleNamespace(build="build", models="models", judging=judging)

    def measure(*given, portraits, **named):
        (read,) = portraits["meera"]
        assert read.read_text() == "meera.png"
        if moment == "meanwhile":
            Path("meera.png").write_text("another")
        elif moment == "the model":
            (models / "model.safetensors").write_bytes(b"more weights")
        return {"form": {"faults": [], "decodable": True}, "gates": []}

    monkeypatch.setattr("swav.quality.picture.measure_picture", measure)
    if moment == "before":
        Path("meera.png").write_text("another")
    with pytest.raises(SourceChanged, match="changed since the storyboard was read; build again"):
        drawing.verdict(cut, picture, measure_it=True)
    assert not list(Path("build").glob("drawn/*"))


def drawing_readers() -> str:
    from swav.quality.readers import readers

    return readers(Path("models"), content_digest)


def test_another_certificate_signs_nothing(everything):
    made_here(Path("certificate"))
    told = Provenance("certificate/certificate.pem", "certificate/key.pem", "0" * 64, "written")
    with pytest.raises(SourceChanged, match=r"certificate\.pem changed since"):
        signing.sign_film(replace(everything, provenance=told), Path("in.mp4"), Path("build/signed/1.mp4"))
    assert not Path("build/signed/1.mp4").exists()
