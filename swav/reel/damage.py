"""Damage to what a build made: noticed when the workflow is read and when a job reads, said, and mended.

A file whose bytes are not those that were written (``swav.hashes``) is put away, so that it is missing and
Snakemake makes it again. A take is never removed, since it may have cost half an hour of GPU time: it lies
aside under a name that says so, and comes back where its clip, or another name, still holds its bytes.
"""

import os
import wave
from collections.abc import Iterable, Iterator
from pathlib import Path

from swav.cut import inputs, paths
from swav.cut.candidates import Measured, select_take, takes_of
from swav.cut.continuation import read_handed
from swav.cut.early import decides, look_path, look_quality
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.takes import link, record_path, take_path
from swav.cut.timeline import settled
from swav.engines import plugins
from swav.environments import MARKER, root_of
from swav.errors import Damaged
from swav.files import write_json
from swav.hashes import HashList, damaged_files
from swav.keys import take_key
from swav.reel.putting_away import aside_of, lying_aside, put_away
from swav.shown import shown_path

_CERTIFICATE = ("certificate.pem", "key.pem")
_LEARNT = (paths.SOURCES, paths.LOOKS, paths.MODELS, paths.DELIVERED)
"""What a build remembers and can learn again."""
HAND_OFFS = (".otio", ".fcpxml", ".xml", ".edl")
FINALS = "finals"
_LOST = "is damaged; that film is not here any more: put a copy back, or remove it"
_LOOKED_AT = ("shots", "stills", "review")
"""Folders of what is made for somebody to look at, and decides no film."""


def files_of(cut: Cut) -> dict[str, str]:
    """Every file of a cut by which its film is decided, with its shot: what rules make, and stores."""
    found = dict(inputs.made(cut))
    for shot in cut.shots:
        segment = {"shot": shot.id, "key": shot.segment_key}
        found[paths.SEGMENT_QUALITY.format(build=cut.build, **segment)] = shot.id
        for key in take_keys(cut, shot):
            take = paths.TAKE.format(build=cut.build, key=key)
            quality = paths.QUALITY.format(build=cut.build, key=key)
            found |= dict.fromkeys((take, paths.beside(take, paths.RECORD), quality), shot.id)
        for key in take_keys(cut, shot) if decides(shot) else ():
            look = look_path(cut.build, key, shot.early.at)
            kept = (look, record_path(look), look_quality(cut.build, key, shot.early.at))
            found |= dict.fromkeys(map(str, kept), shot.id)
        for picture in shot.drawn:
            kept = Path(paths.DRAWN.format(build=cut.build, key=picture.key))
            quality = Path(paths.DRAWN_QUALITY.format(build=cut.build, key=picture.key))
            found |= dict.fromkeys(map(str, (kept, record_path(kept), quality)), shot.id)
        for continuation in shot.continued.values():
            record = Path(continuation.record)
            found |= dict.fromkeys(map(str, (record, record.with_suffix(".png"))), shot.id)
        if shot.narration:
            key = shot.narration.key
            spoken = paths.SPOKEN.format(build=cut.build, key=key)
            heard = f"{paths.LINES.format(build=cut.build)}/{key}.json"
            found |= dict.fromkeys((spoken, paths.beside(spoken, paths.RECORD), heard), shot.id)
    if cut.signed:
        found[cut.signed] = ""
    for bed in cut.sound.beds:
        found[str(record_path(Path(bed)))] = ""
    return found


def take_keys(cut: Cut, shot: CutShot) -> list[str]:
    """Keys of the takes that may be in the cut; none before a line is spoken that decides their length."""
    if not shot.settled_later:
        return [take.key for take in shot.takes] + [stand_in.key for stand_in in (shot.fallback,) if stand_in]
    try:
        keys = [take.key for take in takes_of(cut, shot)]
    except (OSError, EOFError, ValueError, wave.Error):
        return []
    if shot.fallback:
        request = settled(shot, cut.delivery.rate, shot.fallback.request)
        keys.append(take_key(plugins().get(shot.fallback.engine, "engine").recipe(request, "")))
    return keys


def damaged_takes(cut: Cut) -> dict[str, str]:
    """Why a shot has no take to show, where one is damaged or lies aside; by shot. Writes nothing."""
    takes = {shot.id: [take_path(cut.build, key) for key in take_keys(cut, shot)] for shot in cut.shots}
    clips = {shot.id: Path(shot.clip) for shot in cut.shots}
    files = [*clips.values(), *(take for of_shot in takes.values() for take in of_shot)]
    torn, found = set(damaged_files(files, HashList(cut.build), adopt=False)), {}
    aside_keys = lying_aside(Path(paths.TAKE.format(build=cut.build, key="x")).parent)
    for shot, of_shot in takes.items():
        if torn.intersection([clips[shot], *of_shot]):
            found[shot] = "its take is damaged"
        elif not clips[shot].exists():
            gone = (aside_of(take) for take in of_shot if take.stem in aside_keys and not take.exists())
            if aside := next(filter(None, gone), None):
                found[shot] = f"its take was damaged, and lies aside as {aside}"
    return found


def mend_learnt(build: str) -> list[str]:
    """Put away what the build remembers, where it is damaged; mend the hash list from its copy."""
    listed, said = HashList(build), []
    try:
        listed.begin()
        said += listed.mend()
        learnt = [pattern.format(build=build) for pattern in _LEARNT]
        learnt += Path(build).glob(f"{Path(paths.DELIVERED_VERSION).parent.name}/*.json")
        for file in damaged_files(learnt, HashList(build), afresh=True):  # small, and what keys are made of
            file.unlink()
            said.append(f"{file} was damaged; what it held is learnt again")
        for file in (file for folder in _LOOKED_AT for file in Path(build, folder).glob("*")):
            if listed.state(file) == "damaged":
                file.unlink()
                said.append(f"{file} was damaged; it is made again when somebody asks for it")
        certificate = [Path(paths.TEST_CERTIFICATE.format(build=build), name) for name in _CERTIFICATE]
        for file in damaged_files(certificate, HashList(build)):
            file.unlink()
            said.append(f"{file} was damaged; another test certificate is made when a film is signed")
        for file in damaged_files(root_of(build).glob(f"*/{MARKER}"), HashList(build)):
            # It was written last, so the environment is whole; its size is counted when somebody asks.
            write_json(file, {"environment": file.parent.name.rpartition("-")[0]})
            said.append(f"{file} was damaged; it is written again")
    except (FileExistsError, NotADirectoryError):  # a file, or a link that leads nowhere, in the list's place
        raise
    except OSError:  # a folder that cannot be written to can still be looked at
        pass
    return said


def mend_handed_on(build: str) -> list[str]:
    """Say what is damaged of what was handed on: kept finals, and hand-offs to editing programs.

    A final comes back where another file still holds its bytes; a hand-off is written when it is asked for.
    """
    listed, said = HashList(build), []
    outside = listed.handed_on()
    for file in (file for file in outside if listed.state(file) == "damaged"):
        named = shown_path(os.path.relpath(file))
        try:
            if file.suffix in HAND_OFFS:
                file.unlink()
                said.append(f"{named} was damaged; it is written again when somebody asks for it")
            elif file.parent.name == FINALS:
                whole = _of_any(listed.digests(file), [*outside, *Path(build).glob("signed/*")], listed)
                if whole:
                    link(whole, file)
                said.append(f"{named} {'was damaged; it is whole again' if whole else _LOST}")
        except OSError as error:
            said.append(f"{named} is damaged, and cannot be written ({error.strerror})")
    return said


def _of_any(digests: Iterable[str], places: Iterable[Path], listed: HashList) -> Path | None:
    """The first of some files that has one of these digests."""
    wanted = set(digests)
    like = (place for place in places if place.is_file() and listed.digest(place) in wanted)
    return next((place for place in like if listed.digest(place, afresh=True) in wanted), None)


def mend(cut: Cut) -> list[str]:
    """Put away every damaged file of a cut, and bring back what still lies elsewhere; a sentence for each."""
    listed = HashList(cut.build)
    files = files_of(cut)
    found = damaged_files(files, listed)
    shots = {Path(file): shot for file, shot in files.items()} if found else {}
    said = list(_put_away(cut, found, shots, listed))
    _hand_over_again_what_was_lost(cut)
    _judge_again_what_was_lost(cut)
    return said + list(_brought_back(cut, listed))


def _put_away(cut: Cut, found: list[Path], shots: dict[Path, str], listed: HashList) -> Iterator[str]:
    takes = [file for file in found if _is_take(cut, file)]
    names = {file.stat().st_ino for file in takes}
    contents = _Contents(cut, takes, listed)
    for file in [*takes, *(file for file in found if file not in takes)]:
        shot = shots[file]
        named = f"{file} ({shot})" if shot else str(file)
        try:
            if file not in takes and file.suffix == ".mp4" and file.stat().st_ino in names:
                file.unlink()
                yield f"{named} is damaged; it is another name of the shot's take"
                continue
            holds, wanted = contents.holds(file), contents.find(listed.digests(file))
            what = put_away(file, cut.build)
            if file in takes:
                contents.moved(holds, aside_of(file))
            if file in takes and wanted:
                link(contents.find(listed.digests(file)), file)
                what = "its bytes were found elsewhere, and it is whole again"
            elif file in takes:
                Path(cut.shot(shot).verdict).unlink(missing_ok=True)
            yield f"{named} is damaged; {what}"
        except OSError as error:
            yield f"{named} is damaged, and cannot be taken out of the way ({error.strerror})"


def _is_take(cut: Cut, file: Path) -> bool:
    return file.suffix == ".mp4" and file.parent == take_path(cut.build, "x").parent


class _Contents:
    """Where bytes of takes lie now: under clips, and under the names of other takes."""

    def __init__(self, cut: Cut, takes: list[Path], listed: HashList):
        self._listed = listed
        places = [*map(Path, (shot.clip for shot in cut.shots)), *takes] if takes else []
        self._places = {listed.digest(place): place for place in places if place.is_file()}

    def holds(self, file: Path) -> str:
        return self._listed.digest(file) if file.is_file() else ""

    def find(self, digests: Iterable[str]) -> Path | None:
        found = ((one, self._places[one]) for one in digests if one in self._places)
        return next((place for one, place in found if self._listed.digest(place, afresh=True) == one), None)

    def moved(self, digest: str, place: Path | None) -> None:
        if place:
            self._places[digest] = place


def _brought_back(cut: Cut, listed: HashList) -> Iterator[str]:
    """Link takes that are gone back from their clips, which hold the same bytes.

    Not where the whole store is gone: it is moved or not mounted, and somebody has to say so.
    """
    store = take_path(cut.build, "x").parent
    if not store.is_dir() or not any(store.iterdir()):
        return
    for shot in cut.shots:
        clip = Path(shot.clip)
        if not clip.exists():
            continue
        for key in take_keys(cut, shot):
            take = take_path(cut.build, key)
            if take.exists():
                continue
            known = listed.digests(take)
            if listed.digest(clip) in known or (not known and key == shot.key):
                try:
                    link(clip, take)
                except Damaged:  # the job that reads the clip puts it away
                    continue
                yield f"{take} ({shot.id}) was gone; it is there again, from {clip}"


def _hand_over_again_what_was_lost(cut: Cut) -> None:
    """Where nobody can say any more which frame a shot goes on from, let it be taken again."""
    for picture in (picture for shot in cut.shots for picture in shot.keyframes if picture.continues):
        record = Path(picture.continues.record)
        try:
            read_handed(record)
        except (FileNotFoundError, Damaged):
            record.unlink(missing_ok=True)
            Path(picture.path).unlink(missing_ok=True)


def _judge_again_what_was_lost(cut: Cut) -> None:
    """Where a verdict is wanted, and a take by which it is reached is gone, let the shot be shot again."""
    for shot in cut.shots:
        if not shot.contested or Path(shot.verdict).exists() or not Path(shot.clip).exists():
            continue
        try:
            wanted = select_take(cut, shot, Measured(cut.build, cut.judging)).wanted
        except FileNotFoundError:
            continue
        store = take_path(cut.build, "x").parent
        if (
            wanted
            and not take_path(cut.build, wanted.key).exists()
            and store.is_dir()
            and any(store.iterdir())
        ):
            Path(shot.clip).unlink()
