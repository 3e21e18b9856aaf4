"""Damage to what a build made is noticed, said and mended: the next build delivers the undisturbed film."""

import hashlib
import json
import os
import random
import re
import shutil
from contextlib import chdir, suppress
from fnmatch import fnmatch
from pathlib import Path

import in_process
import pytest
import yaml
from damages import (
    KINDS,
    PATTERNS,
    WAYS,
    damage,
    files,
    link_as,
    picture_film,
    rot,
    same_content,
    small_film,
    trial,
)
from places import REPOSITORY
from project import Project
from typer.testing import CliRunner

from swav import hashes
from swav.animatic.samples import SAMPLES
from swav.cli import app
from swav.config import Config
from swav.cut import paths
from swav.cut.choose import KnownModels
from swav.cut.model import read_cut
from swav.cut.sources import SourceDigests
from swav.cut.takes import link, read_record
from swav.errors import Damaged, MediaError, SwavError
from swav.files import read_json, replacing, write_text
from swav.hashes import HashList, damaged_files
from swav.hearing.listening import heard_lines
from swav.quality.kept import known, once
from swav.reel.damage import files_of, mend, mend_handed_on, mend_learnt
from swav.reel.putting_away import putting_away
from swav.reel.speeds import speeds
from swav.reel.verdict_files import admission, shot_verdict
from swav.reel.workflow import read_reel
from swav.sound.stems import MANIFEST, read_stems
from swav.whole import looks_whole

NOT_THERE = ("sources", "models")
"""Kinds that the small films have no file of: they use neither sources of their own nor weights."""
PICTURES = ("segment quality", "drawn", "drawn records", "drawn quality", "frames", "handed", "continued")
PICTURES += ("handed records", "motion", "shots", "stills", "stills PDF", "finals", "hand-offs")
"""Kinds of the film of pictures."""
MADE = [kind for kind in KINDS if kind not in (*NOT_THERE, *PICTURES)]
ELSEWHERE = {
    "LOG": "what was said, not what is shown",
    "BENCHMARK": "how long it took",
    "EVENTS": "what a build said as it went on, for who looks on",
    "STATE": "a render that goes on from there, which looks at it itself: tests/engines/wan22",
    "SOURCES": "what is known of sources of one's own: test_what_is_made_elsewhere_is_noticed",
    "LOOKS": "as SOURCES",
    "SPEEDS": "as SOURCES",
    "SPOKEN": "lines that a card spoke; like takes and lines: test_what_is_made_elsewhere_is_noticed",
    "MASTER": "a version of the film: test_what_is_made_elsewhere_is_noticed",
    "BURNED": "made when it is asked for: test_what_is_made_elsewhere_is_noticed",
    "FINISHED": "a take with a finish, which wants a model: test_what_is_made_elsewhere_is_noticed",
    "DELIVERED_VERSION": "the cut of a version, as that of the film",
    "POSTER": "made when somebody looks: test_what_is_made_elsewhere_is_noticed",
    "PROXY": "as POSTER",
    "WAVEFORM": "as POSTER",
    "LISTENED": "as POSTER",
    "BUILDING": "what a build that goes on is about; without it, nothing is said of it",
    "LIVE": "how far a render is, written anew as it goes on",
    "LOOKED": "a date, and no content",
    "PREVIEW": "as LIVE",
    "EARLY": "films with looks at takes: tests/reel/test_early_looks.py",
    "LOOK": "as EARLY",
    "COMPARISON": "as EARLY",
    "COMPARISON_SHEET": "as EARLY",
    "LIKENESS": "made when it is asked for: test_what_is_made_elsewhere_is_noticed",
}
"""What a path of ``swav.cut.paths`` is that no small film has."""


@pytest.fixture(scope="module", autouse=True)
def other_samples():
    """The films draw small ones in this process; the tests of other files want the real ones."""
    kept = dict(SAMPLES)
    yield
    SAMPLES.update(kept)


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> Path:
    return small_film(tmp_path_factory.mktemp("damage") / "film")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> Path:
    return picture_film(tmp_path_factory.mktemp("damage") / "pictures")


@pytest.fixture
def copied(film, tmp_path) -> Path:
    shutil.copytree(film, tmp_path / "film")
    in_process.build(tmp_path / "film")
    return tmp_path / "film"


def test_every_kind_of_file_is_tried(film, pictures):
    assert all(files(film, kind) for kind in MADE)
    assert all(files(pictures, kind) for kind in PICTURES)
    beside = {"lock", "board.yaml", "config.yaml", ".gitignore"}
    for place in (film, pictures):
        known_files = {file for kind in KINDS for file in files(place, kind)}
        known_files |= {file for file in place.glob("finals/*") if file.suffix in (".txt", ".json")}
        there = {file for file in place.rglob("*") if file.is_file() and file.name not in beside}
        assert there == known_files


def test_every_path_of_a_build_is_of_a_kind_that_is_tried():
    """Also of rules that come later: whatever they make has a path there, and belongs to a kind."""
    texts = {name: path for name, path in vars(paths).items() if name.isupper() and isinstance(path, str)}
    named = {name: path for name, path in texts.items() if path.startswith("{build}")}
    used = {
        name
        for rules in (REPOSITORY / "Snakefile", *(REPOSITORY / "rules").glob("*.smk"))
        for name in re.findall(r"paths\.([A-Z_]+)", rules.read_text())
    }
    assert used <= set(named)
    for name, path in named.items():
        example = re.sub(r"\{(?!build)\w+\}", "0123456789ab", path).replace("{build}", "build")
        within = [example, *(f"{example}/x{suffix}" for suffix in ("", ".json", ".pem"))]
        tried = [kind for kind in KINDS if any(fnmatch(file, PATTERNS[kind]) for file in within)]
        assert name in ELSEWHERE or tried, f"{path} belongs to no kind that is tried"


@pytest.mark.parametrize(
    ("kind", "way"), [(kind, list(WAYS)[number % len(WAYS)]) for number, kind in enumerate(MADE)]
)
def test_one_damaged_file(film, tmp_path, kind, way):
    outcome = trial(film, [(kind, way)], f"{kind} {way}", tmp_path / "trial")
    assert outcome.verdict == "survived", outcome.why


@pytest.mark.parametrize(
    ("kind", "way"), [(kind, list(WAYS)[number % len(WAYS)]) for number, kind in enumerate(PICTURES)]
)
def test_one_damaged_file_of_pictures(pictures, tmp_path, kind, way):
    outcome = trial(pictures, [(kind, way)], f"{kind} {way}", tmp_path / "trial")
    assert outcome.verdict == "survived", outcome.why


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "name",
    [
        *("sources.json", "looks.json", "models.json", "speeds.json", "delivered/final.hi.mp4.json"),
        "likeness/wan/a-0123456789ab.json",
        *("spoken/0123456789ab.wav", "review/0123456789ab.poster-1.jpg", "review/0123456789ab.proxy-1.mp4"),
        *("masters/0123456789ab.mov", "burned/0123456789ab.mp4", "shots/a.mp4", "stills/stills.png"),
        *("finished/a-0123456789ab.mp4", "motion/rife/a-0123456789ab.mp4"),
    ],
)
def test_what_is_made_elsewhere_is_noticed(tmp_path, name, way):
    """Of whatever is no file of a small film: named, and out of the way where it can be had again."""
    file = tmp_path / "build" / name
    HashList(tmp_path / "build").begin()
    write_text(file, '{"some": "words"}' * 40)
    WAYS[way](file, [], random.Random(1))
    said = mend_learnt(str(tmp_path / "build"))
    said += map(str, damaged_files([file], HashList(tmp_path / "build")))
    assert way == "deleted" or any(file.name in sentence for sentence in said)


@pytest.mark.parametrize("seed", range(6))
def test_two_damaged_files(film, tmp_path, seed):
    rng = random.Random(seed)
    pair = [(kind, rng.choice(list(WAYS))) for kind in rng.sample(MADE, 2)]
    outcome = trial(film, pair, str(seed), tmp_path / "trial")
    assert outcome.verdict == "survived", (pair, outcome.why)


def test_nothing_is_said_of_a_film_that_is_whole(copied):
    reel, made = in_process.build(copied)
    assert (made, reel.mended, reel.stale) == ([], (), False)


def test_an_older_film_is_not_called_damaged(copied):
    older = (copied / "final.mp4").read_bytes()
    board = yaml.safe_load((copied / "board.yaml").read_text())
    board["title"] = "Another"
    (copied / "board.yaml").write_text(yaml.safe_dump(board))
    in_process.build(copied)
    (copied / "final.mp4").write_bytes(older)
    reel, made = in_process.build(copied)
    assert (made, reel.mended) == (["final.mp4"], ())


def test_damage_during_a_build_is_found_when_the_file_is_read(copied):
    """Whatever a file's dates say: a job reads the bytes of what it is about to use."""
    with chdir(copied):
        reel, _ = in_process.build(copied)
        file, _ = damage(Path(), "segments", "a bit", random.Random(1))
        with pytest.raises(Damaged, match="a build makes it again"), putting_away("build", reel.cut.pieces()):
            pytest.fail("it was read")
        assert not file.exists()
    assert str(file) in in_process.build(copied)[1] or not Path(reel.cut.reel).exists()


UNREAD = (
    "certificate",
    "cuts",
    "delivered",
    "drawn records",
    "hash list",
    "models",
    "music records",
    "records",
)
UNREAD += ("shots", "signed", "sources", "stills", "stills PDF")
"""Kinds that no job of a film reads: they are looked at when a build begins, or decide no film."""
UNSAID = ("continued", "drawn", "drawn quality", "encoded", "frames", "handed", "handed records", "lines")
UNSAID += ("middles", "parts", "quality", "reel quality", "segment quality", "takes", "verdicts")
"""Kinds that a job makes anew itself, that go with a clip, or that nothing reads while what is made from them
is whole."""


def built_at_last(place: Path) -> set[Path]:
    """Build, as a build goes on by itself, while something is found damaged; all that was."""
    found: set[Path] = set()
    while True:
        try:
            in_process.build(place)
            return found
        except Damaged as error:
            assert not found.issuperset(error.files), "what was found is out of the way"
            found.update(place / file for file in error.files)


@pytest.mark.parametrize("name", ["film", "pictures"])
def test_what_rots_without_being_written_to_is_made_again(request, tmp_path, name):
    """A file of every kind at once: whatever a job reads is found, and the film is that of a whole build."""
    film, place = request.getfixturevalue(name), tmp_path / "rotten"
    shutil.copytree(film, place)
    link_as(film, place)
    in_process.build(place)
    kinds = [kind for kind in KINDS if kind not in UNREAD and PATTERNS[kind].startswith("build/")]
    hurt = {kind: files(place, kind)[-1] for kind in kinds if files(place, kind)}
    for file in {file.stat().st_ino: file for file in hurt.values()}.values():
        rot(file, random.Random(file.name))
    (place / "final.mp4").unlink()
    found = built_at_last(place)
    assert all(same_content(place / name, film / name) for name in in_process.FINAL)
    assert [kind for kind, file in hurt.items() if kind not in UNSAID and file not in found] == []


@pytest.mark.parametrize(
    ("store", "shown"), [("takes", "clips/*/*"), ("drawn", "frames/*/*"), ("handed", "continued/*")]
)
def test_a_store_that_rots_is_no_source_of_what_is_whole(pictures, tmp_path, store, shown):
    """A link would be written down as it is then: it is made of what is whole, or not at all."""
    place = tmp_path / "rotten"
    shutil.copytree(pictures, place)
    in_process.build(place)
    for file in files(place, store):
        rot(file, random.Random(file.name))
    for pattern in (shown, "clips/*/*", "segments/*", "reels/*"):
        for file in place.glob(f"build/{pattern}"):
            file.unlink()
    (place / "final.mp4").unlink()
    built_at_last(place)
    assert all(same_content(place / name, pictures / name) for name in in_process.FINAL)
    listed = HashList(place / "build")
    assert not damaged_files(place.glob(f"build/{shown}"), listed, afresh=True)


def test_verify_reads_every_byte_and_says_what_it_could_not_compare(copied, monkeypatch):
    monkeypatch.chdir(copied)

    def verify(*words):
        done = CliRunner().invoke(app, ["verify", *words])
        return done.exit_code, done.output

    assert verify()[0] == 0 and re.search(r"^\d\d files read, none damaged$", verify()[1], re.MULTILINE)
    assert "nobody" not in verify()[1]
    file = files(Path(), "segments")[0]
    rot(file, random.Random(1))
    code, said = verify()
    assert code == 1 and f"{file} is damaged\n" in said and "swav verify --mend" in said
    assert file.exists() and json.loads(verify("--json")[1])["damaged"] == [str(file)]
    assert verify("--mend")[0] == 0 and not file.exists()
    shutil.rmtree("build/hash_list")
    assert "nobody wrote down what it is: its form alone was looked at" in verify()[1]


def test_a_reel_that_does_not_decode_is_not_admitted(copied):
    """Though nobody wrote down what it is: as a list was lost, or a file came from elsewhere."""
    shutil.rmtree(copied / "build" / "hash_list")
    for kind in ("segments", "reels"):
        for file in files(copied, kind):
            damage(copied, kind, "200 bits", random.Random(file.name))
    for kind in ("admissions", "reel quality", "final.mp4"):
        for file in files(copied, kind):
            file.unlink()
    with pytest.raises(Damaged, match=r"a build makes (it|them) again"):
        in_process.build(copied)
    assert not files(copied, "reels"), "it is joined again"


def test_a_build_from_before_there_was_a_list_stays_as_it_is(copied):
    shutil.rmtree(copied / "build" / "hash_list")
    reel, made = in_process.build(copied)
    assert (made, reel.mended) == ([], ())
    file, _ = damage(copied, "takes", "a bit", random.Random(1))
    assert any(file.name in said for said in in_process.build(copied)[0].mended), "from then on it is known"


def test_a_damaged_take_lies_aside_and_comes_back_from_its_clip(film, tmp_path):
    """Where clips are copies, as on a disk of their own."""
    place = tmp_path / "copied"
    shutil.copytree(film, place)
    in_process.build(place)
    file, _ = damage(place, "takes", "cut", random.Random(1))
    size = file.stat().st_size
    reel, made = in_process.build(place)
    assert made == [] and "whole again" in reel.mended[0]
    assert file.with_name(f"{file.stem}.damaged.mp4").stat().st_size == size < file.stat().st_size


def test_takes_that_are_not_there_are_asked_for_and_nothing_is_judged(copied):
    verdict = files(copied, "verdicts")[0]
    for file in (verdict, *files(copied, "admissions"), copied / "final.mp4"):
        file.unlink()
    (copied / "build" / "takes").rename(copied / "elsewhere")
    with pytest.raises(MediaError, match="is its folder mounted"):
        in_process.build(copied)
    assert not verdict.exists()
    shutil.rmtree(copied / "build" / "takes", ignore_errors=True)
    (copied / "elsewhere").rename(copied / "build" / "takes")
    in_process.build(copied)
    assert json.loads(verdict.read_text())["status"] == "pass"


def test_a_refused_reel_is_told_of(tmp_path):
    board = {"title": "No", "size": "96x64", "fps": 12, "engine": "animatic", "music": {"engine": "none"}}
    board["voice"] = {"engine": "piper"}
    board["shots"] = [
        {"id": "a", "card": {"title": "x"}, "duration": "auto", "narration": "Zrtk qxv pfft blorg."}
    ]
    (tmp_path / "board.yaml").write_text(yaml.safe_dump(board))
    (tmp_path / "config.yaml").write_text(yaml.safe_dump({"storyboard": "board.yaml"}))
    with pytest.raises(SwavError, match="swav report") as refused:
        in_process.build(tmp_path)
    assert "was heard as" in str(refused.value) and "on_fail: warn" in str(refused.value)
    assert all(file.name.endswith(".findings.json") for file in files(tmp_path, "admissions"))
    project = Project.__new__(Project)
    project.folder = tmp_path
    done = project.swav("report")
    assert done.returncode == 0 and "The reel is refused:" in done.stdout, done.stderr
    found = json.loads(project.swav("report", "--json").stdout)
    assert found["admission"]["admitted"] is False and "was heard as" in found["admission"]["refusals"][0]
    assert found["shots"][0]["speech"] == "fail" and "blorg" in found["shots"][0]["speech_said"]


ODD = (
    *(
        b"",
        b"{",
        b"[]",
        b"{}",
        b"null",
        b"7",
        b'"x"',
        b"\xff\xfe\x00",
        b"[" * 5000,
        b'{"shots": 1, "takes": 2}',
    ),
    *(b'{"shot": "a", "takes": [], "status": "fail", "chosen": null, "fallback": null, "engine": "e"}',),
    *(
        b'{"readers": 1}',
        b'{"readers": "r", "measured": {"form": 7}}',
        b'{"stems": {"x": {}}}',
        b'{"a": {"words": 7}}',
    ),
)


@pytest.mark.parametrize("text", ODD, ids=lambda text: repr(text[:24]))
def test_no_shape_of_json_is_more_than_damage(tmp_path, text):
    file = tmp_path / MANIFEST
    file.write_bytes(text)
    for shape in (shot_verdict, admission):
        with pytest.raises(Damaged, match=r"stems\.json is damaged"):
            read_json(file, shape)
    for read in (read_cut, lambda file: read_stems(file.parent)):
        with pytest.raises(Damaged):
            read(file) if text != b'{"stems": {}}' else None
    with suppress(Damaged):
        assert isinstance(read_json(file, heard_lines), dict)
    assert known(file, "r", lambda numbers: numbers["form"]["faults"]) is None
    assert isinstance(read_record(file.with_suffix(".mp4")), dict)
    for name, learnt in (("sources.json", SourceDigests), ("models.json", KnownModels)):
        (tmp_path / name).write_bytes(text)
        learnt(str(tmp_path))
    (tmp_path / "speeds.json").write_bytes(text)
    assert isinstance(speeds(str(tmp_path)), list)


# -- the hash list


@pytest.fixture
def listed(tmp_path) -> HashList:
    found = HashList(tmp_path / "build")
    found.begin()
    write_text(tmp_path / "build" / "a.txt", "one")
    write_text(tmp_path / "build" / "b" / "b.txt", "two")
    return HashList(tmp_path / "build")


def test_what_is_renamed_into_a_build_is_written_down(listed, tmp_path):
    assert {str(file.relative_to(tmp_path)) for file in listed.listed()} == {"build/a.txt", "build/b/b.txt"}
    assert listed.state(tmp_path / "build" / "a.txt") == "whole"
    write_text(tmp_path / "outside.txt", "three")
    assert HashList.above(tmp_path / "outside.txt") is None
    with replacing(tmp_path / "build" / "c.txt") as beside, replacing(beside) as further:
        further.write_text("four")
    names = {file.name for file in HashList(tmp_path / "build").listed()}
    assert names == {"a.txt", "b.txt", "c.txt"}, "partial names are no files of the build"


def test_what_rots_is_linked_and_remembered_no_more(listed, tmp_path):
    """A link would be written down as it is then, and numbers that were measured would be believed."""
    file, other = tmp_path / "build" / "a.txt", tmp_path / "build" / "b" / "b.txt"
    for each in (file, other):
        rot(each, random.Random(1))
        assert HashList(tmp_path / "build").state(each) == "whole", "no date tells"
    with pytest.raises(Damaged, match=r"a\.txt is damaged"):
        link(file, tmp_path / "build" / "linked.txt")
    assert not (tmp_path / "build" / "linked.txt").exists()
    once(other, "r", lambda: {"form": 1}, lambda measured: None)
    assert known(other, "r", lambda measured: None) == {"form": 1}
    rot(other, random.Random(2), other.read_bytes().replace(b"1", b"7"))
    assert once(other, "r", lambda: {"form": 2}, lambda measured: None) == {"form": 2}


def test_a_bit_is_seen_though_size_and_date_are_the_same(listed, tmp_path):
    file = tmp_path / "build" / "a.txt"
    before = file.stat()
    file.write_text("onf")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert listed.state(file) == "damaged"


def test_what_has_other_dates_is_read_once_more_and_not_each_time(listed, tmp_path, monkeypatch):
    """Snakemake gives new ones to all that its jobs made."""
    monkeypatch.setattr(hashes, "_TICK", 0)
    files, read = sorted(listed.listed()), []
    digest = hashlib.file_digest
    monkeypatch.setattr(hashlib, "file_digest", lambda *file: read.append(file[0].name) or digest(*file))
    for file in files:
        os.utime(file)
    for found in (list(map(str, files)), []):
        read.clear()
        assert damaged_files(files, HashList(tmp_path / "build")) == []
        assert read == found
    files[0].write_text("onf")
    os.utime(files[1])
    for _ in range(2):
        assert damaged_files(files, HashList(tmp_path / "build")) == [files[0]], "never remembered as whole"


def test_what_changed_just_now_is_read_again(listed, tmp_path):
    file = tmp_path / "build" / "a.txt"
    os.utime(file)
    before = {path: path.read_bytes() for path in (tmp_path / "build" / "hash_list").glob("*.jsonl")}
    assert damaged_files([file], HashList(tmp_path / "build")) == []
    assert {path: path.read_bytes() for path in before} == before


def test_either_digest_of_a_file_that_was_made_twice_is_right(listed, tmp_path):
    file = tmp_path / "build" / "a.txt"
    write_text(file, "again")
    file.write_text("one")
    assert HashList(tmp_path / "build").state(file) == "whole"


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("way", WAYS)
def test_a_damaged_list_is_mended_from_its_copy(listed, tmp_path, which, way):
    folder = tmp_path / "build" / "hash_list"
    lists = sorted(folder.glob("*.jsonl"), key=lambda file: "copy" in file.name)
    whole = lists[0].read_bytes()
    WAYS[way](lists[which], [], random.Random(2))
    assert HashList(tmp_path / "build").state(tmp_path / "build" / "a.txt") == "whole"
    said = HashList(tmp_path / "build").mend()
    assert any(lists[which].name in sentence for sentence in said)
    assert [file.read_bytes() for file in lists] == [whole, whole]


@pytest.mark.parametrize(
    ("name", "data"), [("a.mp4", b""), ("a.wav", b"RIFF"), ("a.png", b"\x89PNG"), ("a.json", b"[")]
)
def test_what_nobody_wrote_down_is_looked_at(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    assert not looks_whole(tmp_path / name)


# -- with Snakemake


def test_a_damaged_take_of_a_render_is_pending_with_that_reason(tmp_path):
    board = {
        "title": "Takes",
        "size": "128x72",
        "fps": 12,
        "engine": "stub",
        "music": {"engine": "none"},
        "shots": [{"id": "a", "prompt": "a grey cat by the sea, slow push in, soft light", "duration": 0.5}],
    }
    project = Project(tmp_path / "reel", board, {"cards": 2, "gpus_per_render": 2})
    project.give_weights()
    project.build("--resources", "gpu=2")
    film = (project.folder / "final.mp4").read_bytes()
    file, _ = damage(project.folder, "takes", "a bit", random.Random(1))
    for _ in range(2):
        planned = project.plan()["shots"][0]
        assert planned["state"] == "pending" and "damaged" in planned["why"]
        (project.folder / "final.mp4").unlink(missing_ok=True)
        shutil.rmtree(project.folder / "build" / "segments", ignore_errors=True)
        shutil.rmtree(project.folder / "build" / "reels", ignore_errors=True)
        done = project.snakemake("-n", "final.mp4", "--resources", "gpu=2")
        assert done.returncode == 0, done.stderr
    aside = file.with_name(f"{file.stem}.damaged.mp4")
    assert aside.exists() and aside.name in planned["why"]
    assert "render a" in project.build("--resources", "gpu=2")
    assert (project.folder / "final.mp4").read_bytes() == film


def test_what_lies_beside_a_linked_build_folder_is_known_by_its_own_name(tmp_path, monkeypatch):
    """Not taken for what lies beside the folder that the link leads to, which is somebody else's."""
    for folder in ("disk/build", "film"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "film")
    Path("build").symlink_to(tmp_path / "disk" / "build")
    listed, mine, theirs = HashList("build"), Path("final.otio"), tmp_path / "disk" / "final.otio"
    listed.begin()
    mine.write_text("a cut")
    listed.record(mine)
    theirs.write_text("another's")
    assert HashList("build").handed_on() == [mine] and mend_handed_on("build") == []
    mine.write_text("a c")
    assert [line.split()[0] for line in mend_handed_on("build")] == ["final.otio"]
    assert theirs.exists() and not mine.exists()


@pytest.mark.parametrize("build", ["build", "./build", "build/", "a/../build"])
def test_what_is_damaged_is_put_away_however_the_folder_is_written(tmp_path, monkeypatch, build):
    monkeypatch.chdir(tmp_path)
    Path("board.yaml").write_text(
        "{title: A, shots: [{id: a, card: {title: A}, duration: 1, narration: Good morning.}]}"
    )
    cut = read_reel(Config.read({"storyboard": "board.yaml", "build": build})).cut
    listed = HashList(cut.build)
    listed.begin()
    files = [Path(file) for file in files_of(cut) if file.endswith((".mp4", ".png", ".wav"))]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"whole")
    listed.adopt(files)
    for file in files:
        file.write_bytes(b"damaged")
    said = mend(cut)
    assert len(said) >= len(files) and not any(file.exists() for file in files)
