"""Films of a build are signed: one function, for the reel and for every file that is delivered.

Where signing is impossible the film is delivered all the same, unsigned; a note beside it says why, the job
and the next build say it, and it is tried again once something is different.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from swav.cut import paths
from swav.cut.model import Cut
from swav.cut.sources import SourceDigests
from swav.cut.takes import link
from swav.engines import is_made_here
from swav.errors import Damaged, SwavError
from swav.files import plain_object, read_json, write_json
from swav.provenance.certificate import NoSigner, Signer, test_signer, users_signer
from swav.provenance.manifest import manifest
from swav.provenance.parts import origin_of, parts_of
from swav.provenance.reading import read_provenance
from swav.provenance.signing import FORMATS, carries_manifest, library, sign
from swav.reel.verdict_files import verdict_of
from swav.unchanged import changed


def sign_film(cut: Cut, film: Path, target: Path) -> str:
    """Write ``film``, signed with what the cut tells of its origin, at ``target``, by rename.

    ``film`` is any film made of that cut: the reel, or a version of it. Why it is not signed, where that is
    impossible: ``target`` then holds the film as it is. Empty where it is signed.
    """
    why = "" if cut.provenance else "provenance.sign is false in config.yaml"
    try:
        if cut.provenance:
            format_ = FORMATS.get(target.suffix.lower(), "video/mp4")
            with _sources(cut) as sources:
                parts = parts_of(cut, verdict_of, sources)
                told = manifest(cut.title, format_, parts, words=cut.provenance.prompts == "written")
                sign(film, target, told, signer_of(cut), _carried(cut, sources))
    except NoSigner as reason:
        why = str(reason)
    if why and cut.provenance:
        write_json(note_of(target), {"why": why, "circumstances": _circumstances(cut)})
        print(f"{target.name} carries no proof of origin: {why}", file=sys.stderr)
    if why:
        link(film, target)
    else:
        note_of(target).unlink(missing_ok=True)
    return why


def sign_reel(cut: Cut) -> bool:
    """Sign the reel of a cut, if it is to be signed and is not yet; whether that was done."""
    if not cut.signed or Path(cut.signed).exists():
        return False
    sign_film(cut, Path(cut.film), Path(cut.signed))
    return True


def signer_of(cut: Cut) -> Signer:
    """Who signs the films of a cut. Raises NoSigner, and SourceChanged for another certificate."""
    if why := library():
        raise NoSigner(why)
    assert cut.provenance is not None
    if cut.provenance.certificate:
        chain, key = Path(cut.provenance.certificate), Path(cut.provenance.key_file)
        signer = users_signer(chain, key)
        if sha256(signer.chain).hexdigest() != cut.provenance.content:
            raise changed(chain)
        return signer
    return test_signer(Path(paths.TEST_CERTIFICATE.format(build=cut.build)))


def check_signed(cut: Cut, film: Path, *, signed: Path | None = None) -> None:
    """Let the library's own reader look at a film that was copied from ``signed``, or else from what the cut
    delivers. Raises Damaged.
    """
    if cut.provenance and not note_of(signed or Path(cut.delivered)).exists() and not library():
        try:
            whole = read_provenance(film).state in ("valid", "trusted")
        except SwavError:
            return
        if not whole:
            raise Damaged(film)


def note_of(signed: Path) -> Path:
    """Where it is written why a film is not signed."""
    return signed.with_suffix(".unsigned.json")


def why_unsigned(cut: Cut) -> str:
    """Why the film of a cut is not signed though it should be; empty where it is, and before it is made."""
    return str(_note(cut, Path(cut.delivered)).get("why", ""))


def try_again(cut: Cut) -> None:
    """Let films be signed again that could not be, if something is different now."""
    for signed in (Path(cut.delivered), Path(cut.burned)):
        note = _note(cut, signed)
        if note and note.get("circumstances") != _circumstances(cut):
            signed.unlink(missing_ok=True)
            note_of(signed).unlink(missing_ok=True)


def _note(cut: Cut, signed: Path) -> dict[str, Any]:
    try:
        return read_json(note_of(signed), plain_object) if cut.provenance else {}
    except (FileNotFoundError, Damaged):
        return {}


def _circumstances(cut: Cut) -> str:
    """What decides whether a film can be signed, besides its key: the library, and the key's file."""
    try:
        installed = version("c2pa-python")
    except PackageNotFoundError:
        installed = ""
    try:
        facts = Path(cut.provenance.key_file if cut.provenance else "").stat()
        secret = [facts.st_size, facts.st_mtime_ns]
    except OSError:
        secret = []
    return json.dumps([installed, secret])


@contextmanager
def _sources(cut: Cut) -> Iterator[Mapping[str, Path]]:
    """The sources of shots, by shot, where they are to be read: what is told of a film is told of its own."""
    digests, found = SourceDigests(cut.build), {}
    with ExitStack() as stack:
        for shot in cut.shots:
            source = shot.request.source
            if source and not is_made_here(source.content):
                found[shot.id] = stack.enter_context(digests.unchanged(source.path, source.content))
        yield found


def _carried(cut: Cut, sources: Mapping[str, Path]) -> dict[str, Path]:
    """Footage with a manifest of its own, by the name of its part: a camera's word stays in the film."""
    return {
        shot.id: path
        for shot in cut.shots
        if (path := sources.get(shot.id)) and origin_of(shot.engine) == "digitalCapture"
        if path.suffix.lower() in FORMATS and carries_manifest(path)
    }
