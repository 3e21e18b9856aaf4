"""What the build folder holds that no cut uses: old takes, segments of reverted edits, old lines."""

import re
import time
from collections.abc import Iterable
from contextlib import chdir, suppress
from dataclasses import dataclass
from pathlib import Path

from swav.cut import paths
from swav.cut.candidates import finished, quality_path, segment_quality, takes_of
from swav.cut.continuation import read_handed
from swav.cut.early import look_path, look_quality
from swav.cut.inputs import encoded_mix, middles, part_qualities
from swav.cut.model import Cut, read_cut
from swav.cut.shot import CutShot
from swav.cut.shot_parts import Keyframe
from swav.cut.sounds import Narration
from swav.cut.takes import read_record, record_path, take_path
from swav.cut.timeline import settled
from swav.engines import plugins
from swav.errors import Damaged, SwavError
from swav.files import SCRATCH
from swav.keys import take_key
from swav.reel.building import cuts_that_are_built
from swav.reel.comparing import likeness_path
from swav.reel.one_shot import playable_path, shot_path
from swav.reel.signing import note_of
from swav.reel.stills import stills_paths
from swav.reel.verdict_files import findings_path
from swav.review.exact_takes import exact_takes
from swav.sound.cues import STEMS

KEPT_KINDS = (
    "takes",
    "clips",
    "looks",
    "early",
    "compared",
    "likeness",
    "state",
    "drawn",
    "handed",
    "continued",
    "frames",
    "stills",
    "spoken",
    "speech",
    "heard",
    "titles",
    "motion",
    "finished",
    "shots",
    "segments",
    "transitions",
    "music",
    "stems",
    "mix",
    "captions",
    "verdicts",
    "admissions",
    "reels",
    "signed",
    "review",
    "masters",
    "burned",
)
"""Folders of a build that hold content-addressed files."""


_KEYED = re.compile(r"(?:[A-Za-z][A-Za-z0-9_]*-)?[0-9a-f]{12}(?:[.-][A-Za-z0-9_.-]+)?")
_PARTIAL = re.compile(r"\..+\.[0-9]+\.partial(?:\.[A-Za-z0-9]+)?")
_SCRATCH = re.compile(rf"(?:{re.escape(SCRATCH)}|\.music-|\.decoded\.).+")
_STEMS = {Path(paths.STEMS).name, *(f"{name}.wav" for name in STEMS)}
_SHEET = re.compile(r"[A-Za-z][A-Za-z0-9_]*-takes\.png")
_STORED = {"takes": ".mp4", "looks": ".mp4", "drawn": ".png"}
"""Folders whose files have a record beside them that says what they cost."""
ABANDONED_SECONDS = 3600
"""A file that is being written is younger than this; an older one was left by a job that was killed."""


@dataclass(frozen=True)
class Unused:
    """A file that no cut uses."""

    path: Path
    bytes: int
    age_days: float
    shot: str
    """The shot that a take was made for; empty for other files."""
    gpu_minutes: float
    """What it cost to make."""


def used_files(cuts: Iterable[Cut]) -> set[Path]:
    """Every file that one of the cuts refers to, with what lies beside it: records, pictures, stems."""
    used: set[Path] = set()
    for cut in cuts:
        sound = cut.sound
        named = [*cut.pieces(), *sound.beds, sound.mix, sound.heard, cut.reel]
        named += [cut.master, cut.burned, cut.signed]
        named += [item.path for shot in cut.shots for item in shot.overlays]
        used.update(Path(name) for name in named if name)
        used.update(record_path(Path(name)) for name in sound.beds)
        used.add(Path(cut.reel).with_suffix(".quality.json"))
        used.update((*part_qualities(cut), *middles(cut), encoded_mix(sound.mix)))
        used.update(note_of(Path(film)) for film in (cut.delivered, cut.burned))
        used.add(findings_path(Path(cut.judging.admission)))
        for beside in (sound.captions, sound.stems):
            used.update(_beside(beside))
        admission = Path(cut.judging.admission)
        used.update(admission.with_suffix(suffix) for suffix in (".json", ".jpg", ".html"))
        for sheet in map(Path, stills_paths(cut)):
            used.update((sheet, sheet.with_stem("stills")))
        for shot in cut.shots:
            used.update((Path(shot.retimed), Path(shot.shown), segment_quality(cut.build, shot)))
            used.update((Path(shot_path(cut, shot)), playable_path(cut, shot)))
            used.add(Path(likeness_path(cut, shot)))
            used.update(_take_files(cut, shot))
            used.update(_looks_at(cut, shot))
            used.update(_states(cut, shot))
            used.update(file for picture in shot.drawn for file in _keyframe_files(cut, picture))
            used.update(file for picture in shot.keyframes for file in _handed_files(picture))
            used.update(Path(shot.verdict).parent.glob(f"{Path(shot.verdict).stem}*"))
            used.add(Path(cut.build, "verdicts", f"{shot.id}-takes.png"))
            if shot.narration:
                used.update(_line_files(cut, shot.narration))
    return used.union(*(_looked_at(cut.build, used) for cut in cuts))


def _looked_at(build: str, used: set[Path]) -> Iterable[Path]:
    """What the review page made of files that are used, under their keys."""
    keys = {file.stem.rpartition("-")[2] for file in used} | {file.parent.name for file in used}
    return [file for file in Path(build, "review").glob("*") if file.name[:12] in keys]


def _beside(name: str) -> Iterable[Path]:
    """A file and those that the same job wrote beside it: subtitles in two forms, stems in a folder."""
    if not name:
        return ()
    path = Path(name)
    return (path, path.with_suffix(".vtt")) if path.suffix == ".srt" else path.parent.glob("*")


def _line_files(cut: Cut, line: Narration) -> list[Path]:
    """A spoken line, its place in the store, and what was heard of it."""
    heard = Path(paths.LINES.format(build=cut.build), f"{line.key}.json")
    spoken = Path(paths.SPOKEN.format(build=cut.build, key=line.key))
    return [Path(line.path), spoken, record_path(spoken), heard]


def _keyframe_files(cut: Cut, picture: Keyframe) -> list[Path]:
    """A keyframe that is drawn, and its place in the store with what was measured of it."""
    found = [Path(picture.path)]
    for key in (picture.key, *(take.key for take in picture.takes)):
        kept = Path(paths.DRAWN.format(build=cut.build, key=key))
        found += [kept, record_path(kept), Path(paths.DRAWN_QUALITY.format(build=cut.build, key=key))]
    return found


def _handed_files(picture: Keyframe) -> list[Path]:
    """A frame that a neighbour hands over, and the one in the store that stands for it."""
    if picture.continues is None:
        return []
    record = Path(picture.continues.record)
    found = [Path(picture.path), record, record.with_suffix(".png")]
    with suppress(FileNotFoundError, Damaged):
        anchor = record.with_name(read_handed(record).stands_for)
        found += [anchor.with_suffix(".json"), anchor.with_suffix(".png")]
    return found


def _take_files(cut: Cut, shot: CutShot) -> list[Path]:
    """A clip, and the takes in the store from which it was chosen, keyed by the shot's length in frames."""
    try:
        made = [take.key for take in takes_of(cut, shot)]
    except FileNotFoundError:
        return [Path(shot.clip)]
    if shot.fallback:
        request = settled(shot, cut.delivery.rate, shot.fallback.request)
        made.append(take_key(plugins().get(shot.fallback.engine, "engine").recipe(request, "")))
    made += exact_takes(cut, shot)  # a lossy one is compared with them
    takes = [take_path(cut.build, key) for key in made]
    kept = [file for take in takes for file in (take, record_path(take))]
    return [Path(shot.clip), *kept, *(quality_path(cut.build, key) for key in made)]


def _looks_at(cut: Cut, shot: CutShot) -> list[Path]:
    """The early looks at the takes of a shot, their places in the store, and what compares them."""
    early = shot.early
    if early is None:
        return []
    found = [*map(Path, early.looks), Path(early.comparison), Path(early.sheet)]
    with suppress(FileNotFoundError):
        for take in takes_of(cut, early.of(shot)):
            look = look_path(cut.build, take.key, early.at)
            found += [look, record_path(look), look_quality(cut.build, take.key, early.at)]
    return found


def _states(cut: Cut, shot: CutShot) -> Iterable[Path]:
    """What takes that are not made yet go on from: those of a shot that shows none."""
    if finished(cut, shot) and not (shot.early and shot.early.waits):
        return []
    states = Path(paths.STATE.format(build=cut.build, key="x")).parent
    try:
        takes = [*takes_of(cut, shot), *(takes_of(cut, shot.early.of(shot)) if shot.early else ())]
    except FileNotFoundError:  # nobody knows which, before its line is spoken
        return states.rglob("*")
    return [file for take in takes for file in (states / take.key).rglob("*")]


def _is_ours(path: Path) -> bool:
    """Whether the build gave a file its name: notes and copies that people put beside it are theirs.

    ``path`` is relative to the build folder.
    """
    kind, *folders, name = path.parts
    if any(map(_SCRATCH.fullmatch, folders)) or _PARTIAL.fullmatch(name) or _KEYED.fullmatch(name):
        return True
    if kind == "state":
        return len(folders) == 1 and bool(_KEYED.fullmatch(folders[0]))
    if kind == "stems":
        return len(folders) == 1 and bool(_KEYED.fullmatch(folders[0])) and name in _STEMS
    return kind == "verdicts" and not folders and bool(_SHEET.fullmatch(name))


def _is_being_made(path: Path) -> bool:
    """Whether a name is one that a file has only until it is whole."""
    return ".partial" in path.name or any(map(_SCRATCH.fullmatch, path.parts))


def used_by_builds(build: str) -> set[Path]:
    """What builds use that go on in this build folder, whatever they call it where they were begun."""
    found: set[Path] = set()
    for folder, path in cuts_that_are_built(build):
        with suppress(OSError, SwavError), chdir(folder):
            cut = read_cut(path)
            files = (file for file in used_files([cut]) if file.is_relative_to(cut.build))
            found.update(Path(build, file.relative_to(cut.build)) for file in files)
    return found


def unused(build: str, cuts: Iterable[Cut], also: Iterable[Path] = ()) -> list[Unused]:
    """Files that the build made and no cut uses, the dearest first. Those of ``also`` are used, too."""
    used, now, found = used_files(cuts).union(also), time.time(), []
    for kind in KEPT_KINDS:
        for path in Path(build, kind).rglob("*"):
            if path.is_file() and path not in used and _is_ours(path.relative_to(build)):
                facts = path.stat()
                if _is_being_made(path) and now - facts.st_mtime < ABANDONED_SECONDS:
                    continue
                record = read_record(path) if path.suffix == _STORED.get(kind) else {}
                minutes = record.get("seconds", 0) * record.get("gpus", 0) / 60
                age = (now - facts.st_mtime) / 86_400
                found.append(Unused(path, facts.st_size, age, record.get("shot", ""), minutes))
    return sorted(found, key=lambda item: (-item.gpu_minutes, str(item.path)))
