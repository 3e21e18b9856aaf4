"""What the build folder holds that no cut uses: old takes, segments of reverted edits, old lines."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from swav.cut.model import Cut, CutShot
from swav.cut.takes import read_record, record_path, take_path
from swav.cut.timeline import settled
from swav.engines import engines
from swav.keys import take_key

KEPT_KINDS = (
    "takes",
    "clips",
    "speech",
    "titles",
    "segments",
    "transitions",
    "music",
    "mix",
    "captions",
    "reels",
)
"""Folders of a build that hold content-addressed files."""


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
    """Every file that one of the cuts refers to, takes and their records included."""
    used: set[Path] = set()
    for cut in cuts:
        sound = cut.sound
        named = [*cut.pieces(), *cut.narrations(), sound.music, sound.mix, sound.captions, cut.reel]
        named += [item.path for shot in cut.shots for item in shot.overlays]
        used.update(Path(name) for name in named if name)
        used.update(Path(name).with_suffix(".vtt") for name in (sound.captions,) if name)
        for shot in cut.shots:
            used.update(_take_files(cut, shot))
    return used


def _take_files(cut: Cut, shot: CutShot) -> list[Path]:
    """A clip, and the take in the store that it shows, which is keyed by the shot's length in frames."""
    try:
        recipe = engines()[shot.engine].recipe(settled(shot, cut.delivery.rate), shot.model)
    except FileNotFoundError:
        return [Path(shot.clip)]
    take = take_path(cut.build, take_key(recipe))
    return [Path(shot.clip), take, record_path(take)]


def unused(build: str, cuts: Iterable[Cut]) -> list[Unused]:
    """Files of the build that no cut uses, the dearest first."""
    used, now, found = used_files(cuts), time.time(), []
    for kind in KEPT_KINDS:
        for path in Path(build, kind).rglob("*"):
            if path.is_file() and path not in used:
                facts = path.stat()
                if ".partial" in path.name and now - facts.st_mtime < ABANDONED_SECONDS:
                    continue
                record = read_record(path) if kind == "takes" and path.suffix == ".mp4" else {}
                minutes = record.get("seconds", 0) * record.get("gpus", 0) / 60
                age = (now - facts.st_mtime) / 86_400
                found.append(Unused(path, facts.st_size, age, record.get("shot", ""), minutes))
    return sorted(found, key=lambda item: (-item.gpu_minutes, str(item.path)))
