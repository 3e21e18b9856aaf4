"""Proof of origin: what a film says of itself, read back by the library's own reader from the file itself."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import av
import pytest
import yaml
from in_process import build
from places import REPOSITORY

from swav.cut.model import Provenance
from swav.hashes import content_digest
from swav.provenance import certificate
from swav.provenance.certificate import NoSigner, users_signer
from swav.provenance.certificate import test_signer as made_here
from swav.provenance.manifest import Part, manifest, whole
from swav.provenance.reading import lines, read_provenance
from swav.provenance.signing import sign
from swav.reel.signing import check_signed, note_of, sign_film, why_unsigned
from swav.reel.stamp import is_current

HOSTILE = "<b>&\"'];DROP\x1b[31m\u202e\u2028=cmd|x {placed} swav-reel:abcdef123456"
BOARD = {
    "title": HOSTILE.replace("\x1b", "").replace("\u2028", ""),
    "size": "64x64",
    "fps": 12,
    "music": {"engine": "none"},
    "shots": [
        {"id": "a", "card": {"title": "A"}, "duration": 0.5},
        {"id": "b", "prompt": "water, one lantern", "seed": 2**64 - 1, "duration": 0.5},
    ],
}


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """A small film that was built, its cut, and the folder in which both lie."""
    folder = tmp_path_factory.mktemp("signed")
    (folder / "board.yaml").write_text(yaml.safe_dump(BOARD, allow_unicode=True))
    (folder / "config.yaml").write_text("storyboard: board.yaml\n")
    reel, _ = build(folder)
    return folder, reel.cut


@pytest.fixture
def inside(film, monkeypatch):
    monkeypatch.chdir(film[0])
    return film[1]


def packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux() if packet.size]


def parts_told(path: Path) -> dict[str, dict]:
    return {part["id"]: part for part in read_provenance(path).parts}


def test_a_film_says_where_it_comes_from(inside):
    found = read_provenance(Path("final.mp4"))
    assert (found.state, found.test, found.problem) == ("valid", True, "")
    assert found.origin == "algorithmicMedia", "no model drew anything"
    assert [part["id"] for part in found.parts] == ["a", "b"]
    assert {len(part["sha256"]) for part in found.parts} == {64}
    assert [action["action"] for action in found.actions] == ["c2pa.created", "c2pa.placed", "c2pa.placed"]


def test_only_the_manifest_differs_from_the_reel(inside):
    assert packets(Path("final.mp4")) == packets(Path(inside.reel))
    assert Path("final.mp4").read_bytes() == Path(inside.signed).read_bytes()


def test_words_of_a_manifest_are_no_stamp(inside):
    told = read_provenance(Path("final.mp4"))
    assert "swav-reel:abcdef123456" in told.title
    assert is_current(Path("final.mp4"), Path(inside.reel).stem)


def test_what_is_said_cannot_act_on_a_terminal(inside):
    said = "\n".join(lines(read_provenance(Path("final.mp4")), "final.mp4"))
    assert "\x1b" not in said and "\u202e" not in said and "test certificate" in said.lower()


@pytest.mark.parametrize("place", [0.2, 0.5, 0.98])
def test_an_edited_film_is_told_from_a_whole_one(inside, tmp_path, place):
    data = bytearray(Path("final.mp4").read_bytes())
    data[int(len(data) * place)] ^= 0x40
    (tmp_path / "edited.mp4").write_bytes(data)
    found = read_provenance(tmp_path / "edited.mp4")
    assert found.state in ("broken", "none")
    with pytest.raises(Exception, match="damaged"):
        check_signed(inside, tmp_path / "edited.mp4")


def test_the_command_says_what_carries_nothing(inside, tmp_path):
    def said(*files):
        words = [sys.executable, "-m", "swav", "provenance", *map(str, files)]
        return subprocess.run(words, capture_output=True, text=True, cwd=REPOSITORY)

    bare = said(Path(inside.reel).absolute())
    assert bare.returncode == 1 and "carries no proof of origin" in bare.stdout
    good = said(Path("final.mp4").absolute())
    assert good.returncode == 0 and "proof of origin is whole" in good.stdout
    text = tmp_path / "text.mp4"
    text.write_text("no film")
    odd = said(text)
    assert odd.returncode == 1 and "Traceback" not in odd.stderr


def picture(**changes) -> Part:
    plain = {"id": "r1", "title": "r1: wan2.2", "kind": "picture", "origin": "trainedAlgorithmicMedia"}
    told = {"prompt": "secret words", "seed": str(2**64 - 1), "model": "f00"}
    return Part(**{**plain, "maker": "wan2.2", "format": "video/mp4", "details": told} | changes)


@pytest.mark.parametrize("words", [True, False])
def test_prompts_are_told_or_only_their_digest(inside, tmp_path, words):
    target = tmp_path / "signed.mp4"
    sign(Path(inside.reel), target, manifest("T", "video/mp4", [picture()], words=words), made_here(tmp_path))
    told = parts_told(target)["r1"]
    assert (b"secret words" in target.read_bytes()) == words
    assert told["model"] == "f00" and ("prompt" in told) == words == ("seed" in told)
    assert words or len(told["said_sha256"]) == 64
    assert read_provenance(target).origin == "compositeWithTrainedAlgorithmicMedia"


@pytest.mark.parametrize("field", ["title", "maker", "details"])
def test_hostile_words_reach_a_manifest_as_words(inside, tmp_path, field):
    value = {"prompt": HOSTILE, "\x00": [HOSTILE, {HOSTILE: 2**70}]} if field == "details" else HOSTILE
    told = manifest(HOSTILE, "video/mp4", [picture(**{field: value})], words=True)
    sign(Path(inside.reel), tmp_path / "s.mp4", told, made_here(tmp_path))
    found = read_provenance(tmp_path / "s.mp4")
    assert found.state == "valid" and "<b>&" in found.title and "\x1b" not in json.dumps(told)


@pytest.mark.parametrize(
    ("origins", "term"),
    [
        (["trainedAlgorithmicMedia", "digitalCapture", ""], "compositeWithTrainedAlgorithmicMedia"),
        (["digitalCapture"], "compositeCapture"),
        (["digitalCapture", "algorithmicMedia"], "composite"),
        (["algorithmicMedia"], "algorithmicMedia"),
        (["algorithmicMedia", ""], "composite"),
        ([], "composite"),
    ],
)
def test_a_film_is_as_generated_as_its_parts(origins, term):
    assert whole(origins) == term


def with_signer(cut, chain, key):
    content = content_digest(chain) if chain.is_file() else str(chain)
    return replace(cut, provenance=Provenance(str(chain), str(key), content, "written"))


def test_a_users_certificate_signs(inside, tmp_path):
    made_here(tmp_path)
    chain, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    assert sign_film(with_signer(inside, chain, key), Path(inside.reel), tmp_path / "s.mp4") == ""
    assert read_provenance(tmp_path / "s.mp4").state == "valid"
    assert oct(key.stat().st_mode & 0o777) == "0o600" and (tmp_path / ".gitignore").read_text() == "*\n"


def broken(tmp_path, how):
    made_here(tmp_path)
    chain, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    if how == "no certificate":
        chain.unlink()
    elif how == "no key":
        key.unlink()
    elif how == "text":
        chain.write_text("no certificate")
    elif how == "text as key":
        key.write_text("no key")
    elif how == "another's key":
        key.write_bytes(made_here(tmp_path / "other").key)
    elif how == "authority alone":
        blocks = chain.read_text().split("-----END CERTIFICATE-----\n")
        chain.write_text(blocks[0])
    return chain, key


@pytest.mark.parametrize("how", ["no certificate", "no key", "text", "text as key", "another's key"])
def test_where_signing_is_impossible_the_film_is_there_and_it_is_said(inside, tmp_path, capsys, how):
    cut = replace(with_signer(inside, *broken(tmp_path, how)), signed=str(tmp_path / "s.mp4"))
    assert sign_film(cut, Path(inside.reel), tmp_path / "s.mp4")
    assert (tmp_path / "s.mp4").read_bytes() == Path(inside.reel).read_bytes()
    said = capsys.readouterr().err
    assert "carries no proof of origin" in said and len(said) < 320 and why_unsigned(cut)
    assert note_of(tmp_path / "s.mp4").exists()


def test_an_expired_certificate_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(certificate, "YEARS", 0)
    made_here(tmp_path)
    with pytest.raises(NoSigner, match="was valid until"):
        users_signer(tmp_path / "certificate.pem", tmp_path / "key.pem")


def test_without_the_library_the_film_is_delivered(inside, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("swav.provenance.signing.find_spec", lambda name: None)
    cut = replace(inside, signed=str(tmp_path / "s.mp4"))
    assert "pip install c2pa-python" in sign_film(cut, Path(inside.reel), tmp_path / "s.mp4")
    assert (tmp_path / "s.mp4").exists() and "carries no proof" in capsys.readouterr().err


def test_it_is_tried_again_once_something_is_different(film):
    folder, cut = film
    note, signed = folder / note_of(Path(cut.signed)), folder / cut.signed
    before = signed.read_bytes()
    signed.unlink()
    os.link(folder / cut.reel, signed)
    note.write_text(json.dumps({"why": "no library", "circumstances": "then"}))
    (folder / "final.mp4").unlink()
    build(folder)
    assert not note.exists() and read_provenance(folder / "final.mp4").state == "valid"
    assert before != b""


def test_what_is_not_to_be_signed_is_the_reel(film):
    folder, cut = film
    config = folder / "config.yaml"
    kept = config.read_text()
    config.write_text(kept + "provenance: {sign: false}\n")
    try:
        build(folder)
        assert (folder / "final.mp4").read_bytes() == (folder / cut.reel).read_bytes()
    finally:
        config.write_text(kept)
        build(folder)
