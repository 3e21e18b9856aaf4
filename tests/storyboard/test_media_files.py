"""What a storyboard names is looked at before anything is built: right for its place, or a fault."""

import json
import os
import re
import struct
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numbered import write_numbered
from PIL import Image

from swav.animatic.samples import SAMPLES
from swav.cut import looks
from swav.cut.looks import SourceLooks
from swav.errors import InputError
from swav.media import ffmpeg
from swav.media.disguise import disguised
from swav.storyboard import load
from swav.storyboard.look import look
from swav.storyboard.near_files import near_file

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"
PAGE = b"<!DOCTYPE html>\n<html><body>Not found</body></html>\n"


def tensors(*names: str, missing: int = 0) -> bytes:
    """A safetensors file of one number a tensor, which ends ``missing`` bytes too early."""
    places = {
        name: {"dtype": "F32", "shape": [1], "data_offsets": [4 * number, 4 * number + 4]}
        for number, name in enumerate(names)
    }
    header = json.dumps(places).encode()
    whole = struct.pack("<Q", len(header)) + header + bytes(4 * len(names))
    return whole[: len(whole) - missing]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A folder of files as people have them: some whole, some not, some under another name."""
    here = tmp_path_factory.mktemp("media")
    film = write_numbered(here / "sea.mp4", range(48))
    (here / "CLIP.MOV").write_bytes(film.read_bytes())
    (here / "of two words.mp4").write_bytes(film.read_bytes())
    (here / unicodedata.normalize("NFD", "café.mp4")).write_bytes(film.read_bytes())
    (here / "Footage").mkdir()
    (here / "Footage" / "Pier.mp4").write_bytes(film.read_bytes())
    (here / "short.mp4").write_bytes(film.read_bytes()[:700])
    wave = np.sin(np.arange(48_000) * 0.1).astype(np.float32) / 2
    soundfile.write(here / "tone.wav", wave, 48_000)
    for name, value in (("nan", np.nan), ("inf", np.inf)):
        odd = wave.copy()
        odd[30_000] = value
        soundfile.write(here / f"{name}.wav", odd, 48_000, "FLOAT")
    soundfile.write(here / "silent.wav", wave[:0], 48_000)
    soundfile.write(here / "one.wav", wave[:1], 48_000)
    Image.new("RGB", (64, 36), "teal").save(here / "photo.jpg")
    (here / "cut.jpg").write_bytes((here / "photo.jpg").read_bytes()[:40])
    song = ["-i", here / "tone.wav", "-i", here / "photo.jpg", "-map", "0", "-map", "1", "-c:v", "copy"]
    made = [*song, "-disposition:v", "attached_pic", here / "song.mp3"]
    ffmpeg.run([str(word) for word in made], what="making a song")
    raw = ["-i", here / "sea.mp4", "-c", "copy", here / "camera.h264"]
    ffmpeg.run([str(word) for word in raw], what="making a raw film")
    for name, content in {
        "empty": b"",
        "text": b"a text\n" * 30,
        "page": PAGE,
        "pointer": POINTER,
        "noise": bytes(range(256)) * 9,
    }.items():
        for suffix in ("mp4", "jpg", "wav", "safetensors"):
            (here / f"{name}.{suffix}").write_bytes(content)
    (here / "look.safetensors").write_bytes(tensors("a.lora_A.weight", "a.lora_B.weight"))
    (here / "model.safetensors").write_bytes(tensors("blocks.0.weight"))
    (here / "cut.safetensors").write_bytes(tensors("a.lora_A.weight", missing=3))
    (here / "torch.safetensors").write_bytes(b"PK\x03\x04" + bytes(100))
    return here


def found(folder: Path, shot: str, **reel: Any) -> tuple[list[str], list[str]]:
    """Faults and notices of a storyboard with one shot, without its name."""
    lines = [f"{key}: {json.dumps(value)}" for key, value in reel.items()]
    board = folder / "reel.yaml"
    board.write_text("\n".join(["title: T", *lines, "shots:", f"  - {{id: a, {shot}}}", ""]))
    try:
        loaded = load(board, samples=SAMPLES, look=look)
    except InputError as error:
        assert all(len(str(fault).replace(str(folder), "")) < 300 for fault in error.faults)
        return [str(fault).removeprefix(f"{board}:") for fault in error.faults], []
    return [], [str(notice).removeprefix(f"{board}:") for notice in loaded.notices]


CARD = "card: {title: T}, duration: 2"
USES = {
    "film": "footage: {{file: {}}}",
    "still": "still: {{file: {}}}",
    "sound": "card: {{title: T}}, duration: 2, sound: {{file: {}}}",
    "lora": "prompt: the sea, loras: [{{file: {}}}]",
    "fallback film": "prompt: the sea, on_fail: fallback, fallback: {{footage: {{file: {}}}}}",
    "fallback still": "prompt: the sea, on_fail: fallback, fallback: {{still: {{file: {}}}}}",
}
NO_NUMBERS = r"samples that are no numbers \(NaN or infinite\), 0\.6[23] s from its beginning; export it"
WRONG = {
    "film": {
        "empty.mp4": "is empty",
        "text.mp4": "is a text",
        "page.mp4": "is a web page under another name; download the file itself",
        "pointer.mp4": "is a git-lfs pointer, not the file itself; run `git lfs pull`",
        "noise.mp4": "cannot be read as a video|is of a kind that is not read as a film",
        "short.mp4": "cannot be read as a video|no frame",
        "tone.wav": "holds no picture, only sound; give a video file, or name it under sound: instead",
        "song.mp3": "holds no moving picture, only sound and a cover",
        "photo.jpg": "is a picture, not a film; show it as a `still:`",
        "look.safetensors": "is of a kind that is not read|cannot be read|is a text",
        "sample:coast.png": "the sample coast.png is not footage; name it under still: instead",
    },
    "still": {
        "empty.jpg": "is empty",
        "text.jpg": "is a text",
        "page.jpg": "is a web page",
        "pointer.jpg": "is a git-lfs pointer",
        "noise.jpg": "is no picture of a kind that is read here",
        "sea.mp4": "is a film, not a picture; name it under footage: instead",
        "tone.wav": "is no picture of a kind",
        "sample:sea-trial.mp4": "the sample sea-trial.mp4 is not a still; name it under footage: instead",
    },
    "sound": {
        "empty.wav": "is empty|cannot be read as sound",
        "text.wav": "is a text",
        "page.wav": "is a web page",
        "pointer.wav": "is a git-lfs pointer",
        "noise.wav": "cannot be read as sound|is of a kind",
        "photo.jpg": "is a picture, not a sound",
        "sea.mp4": "holds no sound track",
        "silent.wav": "holds no sound",
        "nan.wav": NO_NUMBERS,
        "inf.wav": NO_NUMBERS,
    },
    "lora": {
        "empty.safetensors": "is empty",
        "text.safetensors": "is a text|is no safetensors",
        "page.safetensors": "is a web page",
        "pointer.safetensors": "is a git-lfs pointer",
        "noise.safetensors": "is no safetensors file",
        "cut.safetensors": "ends 3 bytes too early; copy it again",
        "model.safetensors": "holds weights, but none of a LoRA",
        "torch.safetensors": "is a PyTorch file under another name; convert it",
    },
}
CASES = [(use, name, said) for use, files in WRONG.items() for name, said in files.items()]
CASES += [("fallback film", name, said) for name, said in WRONG["film"].items()]
CASES += [("fallback still", name, said) for name, said in WRONG["still"].items()]


@pytest.mark.parametrize(("use", "name", "said"), CASES, ids=lambda value: str(value)[:30])
def test_a_file_that_is_not_what_its_place_needs(folder, use, name, said):
    faults, _ = found(folder, USES[use].format(json.dumps(name)))
    assert len(faults) == 1, faults
    assert re.search(said, faults[0]) and name.removeprefix("sample:") in faults[0]
    assert re.match(r"\d+:\d+: shots\[0\] \(a\)\.[\w.\[\]]*file: ", faults[0])


@pytest.mark.parametrize(
    ("use", "name"),
    [
        *(("film", name) for name in ("sea.mp4", "CLIP.MOV", "camera.h264", "sample:sea-trial.mp4")),
        *(("still", name) for name in ("photo.jpg", "sample:coast.png")),
        *(("sound", name) for name in ("tone.wav", "one.wav", "song.mp3")),
        ("lora", "look.safetensors"),
    ],
)
def test_a_file_that_is_right(folder, use, name):
    assert found(folder, USES[use].format(json.dumps(name)))[0] == []


def test_a_film_without_times_is_told(folder):
    _, notices = found(folder, "footage: {file: camera.h264}")
    assert any("its frames are shown at" in notice and "put it into an .mp4" in notice for notice in notices)


TIMES = [
    ("footage: {file: sea.mp4, out: 2.4}", None),
    ("footage: {file: sea.mp4, out: 2.6}", "footage.out: the footage ends at 2.6 s, but sea.mp4 is 2 s long"),
    ("footage: {file: sea.mp4, in: 1, out: 20}", "out: the footage ends at 20 s, but sea.mp4 is 2 s long"),
    ("footage: {file: sea.mp4, in: 2}", "footage.in: the footage begins at 2 s, but sea.mp4 is 2 s long"),
    ("footage: {file: sea.mp4, in: 7.9}", "footage.in: the footage begins at 7.9 s, but sea.mp4 is 2 s long"),
    ("footage: {file: sea.mp4, in: 1.9}", None),
    ("footage: {file: sea.mp4}, duration: 2.5", None),
    (
        "footage: {file: sea.mp4}, duration: 3",
        "duration: the shot shows its footage up to 3 s, but sea.mp4 is",
    ),
    (
        "footage: {file: sea.mp4, in: 1, out: 2}, duration: 2",
        "duration: the shot shows its footage up to 3 s",
    ),
    (
        f"{CARD}, sound: {{file: tone.wav, in: 1}}",
        "sound.in: the sound begins at 1 s of its file, but tone.wav",
    ),
    (f"{CARD}, sound: {{file: tone.wav, in: 0.9}}", None),
    (f"{CARD}, sound: {{file: tone.wav, out: 1.2}}", None),
]


@pytest.mark.parametrize(("shot", "said"), TIMES)
def test_in_and_out_points_lie_inside_the_file(folder, shot, said):
    faults, _ = found(folder, shot)
    assert (faults == []) if said is None else (len(faults) == 1 and said in faults[0]), faults


def test_an_out_point_of_a_sound_beyond_its_end_is_noticed(folder):
    _, notices = found(folder, f"{CARD}, sound: {{file: tone.wav, out: 9}}")
    assert any(
        "would end at 9 s of its file, but tone.wav is 1 s long; it ends there" in it for it in notices
    )


NEAR = {
    "clip.mov": "CLIP.MOV",
    "Clip.Mov": "CLIP.MOV",
    "sea.mp4 ": "sea.mp4",
    " sea.mp4": "sea.mp4",
    "sea.mov": "sea.mp4",
    "sea.MP4": "sea.mp4",
    "sea": "sea.mp4",
    "seaa.mp4": "sea.mp4",
    "of-two-words.mp4": "of two words.mp4",
    "of_two_words.mp4": "of two words.mp4",
    "of  two words.mp4": "of two words.mp4",
    "footage/pier.mp4": "Footage/Pier.mp4",
    "Footage/pier.MP4": "Footage/Pier.mp4",
    "./clip.mov": "CLIP.MOV",
    "Footage/../clip.mov": "Footage/../CLIP.MOV",
    "se\u200ba.mp4": "sea.mp4",
    "sea\u00a0.mp4": "sea.mp4",
    "ｓｅａ.mp4": "sea.mp4",
    "cafe\u0301.MP4": unicodedata.normalize("NFD", "café.mp4"),
}


@pytest.mark.parametrize("written", NEAR, ids=ascii)
def test_a_near_name_is_offered(folder, written):
    assert near_file(folder, written) == str(Path(NEAR[written]))
    faults, _ = found(folder, f"footage: {{file: {json.dumps(written)}}}")
    assert len(faults) == 1 and f"did you mean {str(Path(NEAR[written]))!r}?" in faults[0]


@pytest.mark.parametrize("written", ["harbour.mp4", "nowhere/sea.mp4", "", "..", "/", "x" * 5000, "a\0b"])
def test_nothing_is_offered_where_nothing_is_near(folder, written):
    assert near_file(folder, written) is None


def test_a_name_in_another_unicode_form_is_told(folder):
    """macOS writes é as two letters; on Linux that is another name, and looks the same."""
    faults, _ = found(folder, f"footage: {{file: {json.dumps(unicodedata.normalize('NFC', 'café.mp4'))}}}")
    assert len(faults) == 1 and "a file of that name is there in another Unicode form" in faults[0]


def test_a_prompt_that_stands_by_says_which_file_is_near(folder):
    _, notices = found(folder, "prompt: the sea, footage: {file: clip.mov}")
    assert any("the prompt of shot a is used; did you mean 'CLIP.MOV'?" in notice for notice in notices)


def test_what_a_footage_list_names_is_looked_at_there(folder):
    rows = ["shot,file,in,out", "a,sea.mp4,,9", "b,pointer.mp4,,", "c,photo.jpg,,", "d,sea.mp4,5,"]
    (folder / "media.csv").write_text("\n".join([*rows, "e,clip.mov,,", ""]))
    shots = "".join(f"  - {{id: {name}, prompt: the sea}}\n" for name in "abcde")
    (folder / "list.yaml").write_text(f"title: T\nmedia: media.csv\nshots:\n{shots}")
    with pytest.raises(InputError) as refusal:
        load(folder / "list.yaml", look=look)
    said = [str(fault).removeprefix(str(folder / "media.csv")) for fault in refusal.value.faults]
    assert [line.split(": ")[:2] for line in said] == [
        [":2:12", "out"],
        [":3:3", "file"],
        [":4:3", "file"],
        [":5:11", "in"],
    ]
    (folder / "media.csv").write_text("\n".join([rows[0], "a,sea.mp4,0.5,1.5", "e,clip.mov,,", ""]))
    notices = load(folder / "list.yaml", look=look).notices
    assert ["did you mean 'CLIP.MOV'?" in str(notice) for notice in notices] == [True]


@pytest.mark.parametrize("level", ["", "0", "-12", "mute"])
def test_the_sound_of_listed_footage_that_has_none_is_noticed(folder, level):
    """As it is where the storyboard names the footage itself."""
    (folder / "media.csv").write_text(f"shot,file,sound\na,sea.mp4,{level}\n")
    (folder / "list.yaml").write_text("title: T\nmedia: media.csv\nshots: [{id: a, prompt: the sea}]\n")
    try:
        said = "".join(str(notice) for notice in load(folder / "list.yaml", look=look).notices)
    except InputError as refusal:
        said = str(refusal)
    heard = "media.csv:2:11: sound: sea.mp4 has no sound track, so nothing of it is heard"
    assert (heard in said) == (level in ("0", "-12")), said


def test_nothing_is_opened_where_nobody_looks(folder):
    board = folder / "plain.yaml"
    board.write_text("title: T\nshots: [{id: a, footage: {file: noise.mp4, out: 2}}]\n")
    assert load(board).board.shots[0].footage


def test_a_build_remembers_what_it_saw(folder, tmp_path, monkeypatch):
    """A file is looked at again when it has changed, and not before."""
    looked: list[Path] = []
    monkeypatch.setattr(looks, "look", lambda path, use: looked.append(path) or look(path, use))
    monkeypatch.setattr(looks, "is_settled", lambda seen: True)
    film = tmp_path / "sea.mp4"
    film.write_bytes((folder / "sea.mp4").read_bytes())
    for content in (None, None, (folder / "pointer.mp4").read_bytes()):
        if content:
            film.write_bytes(content)
        kept = SourceLooks(str(tmp_path / "build"))
        seen = kept.of(film, "film")
        kept.save()
        assert seen == look(film, "film")
    assert len(looked) == 2


@pytest.mark.parametrize("settled", [True, False])
def test_a_file_of_the_same_size_and_date_is_looked_at_again(folder, tmp_path, monkeypatch, settled):
    """As a restored copy is; and one that was written a moment ago, whose next writing may leave no trace."""
    looked: list[Path] = []
    monkeypatch.setattr(looks, "look", lambda path, use: looked.append(path) or look(path, use))
    monkeypatch.setattr(looks, "is_settled", lambda seen: settled)
    film = tmp_path / "sea.mp4"
    film.write_bytes((folder / "sea.mp4").read_bytes())
    for _ in range(2):
        kept = SourceLooks(str(tmp_path / "build"))
        kept.of(film, "film")
        kept.save()
        if settled:
            facts = film.stat()
            film.write_bytes(film.read_bytes()[::-1])
            os.utime(film, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert len(looked) == 2


def test_keys_change_only_where_the_picture_does(folder, tmp_path):
    """What was always read rightly keeps its takes: only depth, profiles and alpha enter the key anew."""
    assert {
        look(folder / name, use).reading for name, use in (("sea.mp4", "film"), ("photo.jpg", "still"))
    } == {""}
    Image.fromarray(np.zeros((9, 16), np.uint16)).save(tmp_path / "deep.png")
    assert look(tmp_path / "deep.png", "still").reading == "sRGB"


def test_a_file_of_zeros_and_an_empty_one_are_told_apart():
    assert disguised(b"\0" * 64).startswith("begins with nothing but zeros")
    assert disguised(b"").startswith("is empty") and disguised(b"\0" * 9 + b"ftyp") == ""
