"""Damage to the files of a build: of which kinds they are, in which ways, and what becomes of the film."""

import contextlib
import io
import random
import shutil
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import in_process
import yaml

from swav import hashes
from swav.animatic import samples
from swav.errors import SwavError
from swav.handoff.formats import hand_off
from swav.hashes import HashList
from swav.reel.one_shot import make_shot, shot_path
from swav.reel.stills import make_stills, stills_paths
from swav.reel.workflow import open_reel

KINDS = (
    *("takes", "records", "quality", "clips", "verdicts", "speech", "lines", "heard", "titles", "segments"),
    *(
        "transitions",
        "music",
        "music records",
        "stems",
        "stems list",
        "mix",
        "srt",
        "vtt",
        "admissions",
        "reels",
    ),
    *(
        "reel quality",
        "parts",
        "middles",
        "encoded",
        "cuts",
        "samples",
        "sources",
        "models",
        "delivered",
        "hash list",
        "signed",
        "certificate",
    ),
    *("sheets", "pages", "segment quality", "drawn", "drawn records", "drawn quality", "frames"),
    *("handed", "handed records", "continued", "motion", "shots", "stills", "stills PDF"),
    *("final.mp4", "final.srt", "final.vtt", "finals", "hand-offs"),
)
_PATTERNS = {
    "takes": "build/takes/*.mp4",
    "records": "build/takes/????????????.json",
    "quality": "build/takes/*.quality.json",
    "clips": "build/clips/*/*.mp4",
    "verdicts": "build/verdicts/*.json",
    "speech": "build/speech/*/*.wav",
    "lines": "build/heard/lines/*.json",
    "heard": "build/heard/*.json",
    "titles": "build/titles/*.png",
    "segments": "build/segments/*.mp4",
    "transitions": "build/transitions/*.mp4",
    "music": "build/music/*/*.wav",
    "music records": "build/music/*/*.json",
    "stems": "build/stems/*/*.wav",
    "stems list": "build/stems/*/stems.json",
    "mix": "build/mix/*.wav",
    "srt": "build/captions/*.srt",
    "vtt": "build/captions/*.vtt",
    "admissions": "build/admissions/*.json",
    "sheets": "build/admissions/*.jpg",
    "pages": "build/admissions/*.html",
    "segment quality": "build/segments/*.quality.json",
    "drawn": "build/drawn/*.png",
    "drawn records": "build/drawn/????????????.json",
    "drawn quality": "build/drawn/*.quality.json",
    "frames": "build/frames/*/*.png",
    "handed": "build/handed/*.png",
    "handed records": "build/handed/*.json",
    "continued": "build/continued/*.png",
    "motion": "build/motion/*.mp4",
    "shots": "build/shots/*.mp4",
    "stills": "build/stills/*.png",
    "stills PDF": "build/stills/*.pdf",
    "finals": "finals/*.mp4",
    "hand-offs": "final.otio",
    "reels": "build/reels/*.mp4",
    "reel quality": "build/reels/*.quality.json",
    "encoded": "build/mix/*.m4a",
    "parts": "build/**/*.part.json",
    "middles": "build/segments/*.middle.png",
    "signed": "build/signed/*.mp4",
    "certificate": "build/test_certificate/*.pem",
    "cuts": "build/cuts/*.json",
    "samples": "build/samples/*",
    "sources": "build/sources.json",
    "models": "build/models.json",
    "delivered": "build/delivered.json",
    "hash list": "build/hash_list/*.jsonl",
}


PATTERNS = {kind: _PATTERNS.get(kind, kind) for kind in KINDS}
"""Where the files of each kind lie."""


def films(folder: Path) -> dict[str, Path]:
    """Both films, below a folder; by kind, the first that has files of it."""
    made = small_film(folder / "sounds"), picture_film(folder / "pictures")
    return {kind: film for film in reversed(made) for kind in KINDS if files(film, kind)}


def files(folder: Path, kind: str) -> list[Path]:
    """The files of a kind in a project's folder."""
    return sorted(folder.glob(PATTERNS[kind]))


def _empty(file: Path, others: list[Path], rng: random.Random) -> None:
    file.write_bytes(b"")


def _cut(file: Path, others: list[Path], rng: random.Random) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: rng.randrange(len(data) // 4, max(len(data) * 3 // 4, 1)) if data else 0])


def _bit(file: Path, others: list[Path], rng: random.Random) -> None:
    _flip(file, 1, rng)


def _bits(file: Path, others: list[Path], rng: random.Random) -> None:
    _flip(file, 200, rng)


def _flip(file: Path, count: int, rng: random.Random) -> None:
    data = bytearray(file.read_bytes())
    for _ in range(count if data else 0):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    file.write_bytes(bytes(data))


def _swap(file: Path, others: list[Path], rng: random.Random) -> None:
    """With another of its kind, in place; where there is none, the file gets other bytes of its length."""
    if not others:
        file.write_bytes(rng.randbytes(file.stat().st_size))
        return
    other = rng.choice(others)
    mine, its = file.read_bytes(), other.read_bytes()
    file.write_bytes(its)
    other.write_bytes(mine)


def _delete(file: Path, others: list[Path], rng: random.Random) -> None:
    file.unlink(missing_ok=True)


WAYS: dict[str, Callable[[Path, list[Path], random.Random], None]] = {
    "emptied": _empty,
    "cut": _cut,
    "a bit": _bit,
    "200 bits": _bits,
    "swapped": _swap,
    "deleted": _delete,
}


def rot(file: Path, rng: random.Random, data: bytes = b"") -> None:
    """Another bit, or other ``data``, where nothing was written: no date tells, only who reads it sees.

    As on a disk that fails. A date of change cannot be set back, so the list is told that it was read since.
    """
    listed = HashList.above(file)
    before = listed.digest(file)
    file.write_bytes(data) if data else _flip(file, 1, rng)
    listed._append([hashes._line(listed._name(file), before, hashes._stamp(file.stat()))])


def damage(folder: Path, kind: str, way: str, rng: random.Random) -> tuple[Path, bool]:
    """Damage one file of a kind; the file, and whether its bytes are other ones now."""
    of_kind = files(folder, kind)
    file = rng.choice(of_kind)
    before = file.read_bytes() if file.exists() else b""
    WAYS[way](file, [other for other in of_kind if other != file], rng)
    return file, not file.exists() or file.read_bytes() != before


BOARD = {
    "title": "Faults",
    "size": "128x72",
    "fps": 12,
    "engine": "animatic",
    "voice": {"engine": "piper"},  # the quicker one
    "music": {"engine": "sampled", "prompt": "calm piano"},
    "shots": [
        {
            "id": "a",
            "prompt": "a harbour at dawn",
            "duration": 1,
            "transition": {"type": "fade", "duration": 0.25},
        }
        | {"overlay": {"text": "First light", "style": "title"}},
        {
            "id": "b",
            "prompt": "a boat at sea",
            "duration": "auto",
            "narration": "The boat is out.",
            "transition": "wipe",
        },
        {
            "id": "c",
            "card": {"title": "Noon"},
            "duration": 1,
            "overlay": {"text": "Storm", "style": "lower_third"},
        },
        {"id": "d", "still": {"file": "sample:harbour.png"}, "duration": 3, "narration": "Home again."},
    ],
}


PICTURES = {
    "title": "Pictures",
    "size": "128x72",
    "fps": 12,
    "engine": "animatic",
    "music": {"engine": "none"},
    "shots": [
        {"id": "k", "prompt": "the lamp", "keyframe": {"prompt": "a lamp in a window"}, "duration": 0.5},
        {"id": "g", "prompt": "the boat", "from": "k", "duration": 0.5},
        {"id": "m", "footage": {"file": "sample:sea-trial.mp4", "out": 0.5}, "motion": "interpolate"},
    ],
}
"""Kinds that ``BOARD`` has none of: keyframes, frames that are handed over, frames that are made between."""


def small_samples() -> None:
    """Let this process draw the samples of the films small."""
    samples.SAMPLES["harbour.png"] = replace(samples.SAMPLES["harbour.png"], width=96, height=64)
    trial_of_sea = samples.SAMPLES["sea-trial.mp4"]
    samples.SAMPLES["sea-trial.mp4"] = replace(trial_of_sea, width=96, height=64, seconds=Fraction(1))


def picture_film(folder: Path) -> Path:
    """Build a film of drawn pictures, and all that is made of it when somebody asks."""
    small_film(folder, PICTURES)
    with contextlib.chdir(folder):
        cut = open_reel(yaml.safe_load(Path("config.yaml").read_text())).cut
        make_shot(cut, cut.shots[0], Path(shot_path(cut, cut.shots[0])))
        make_stills(cut, *map(Path, stills_paths(cut)))
        hand_off(cut, Path("final.otio"))
    return folder


def small_film(folder: Path, board: dict = BOARD) -> Path:
    """Build a film of nearly every kind of file, whose samples are small ones."""
    small_samples()
    folder.mkdir(parents=True)
    (folder / "board.yaml").write_text(yaml.safe_dump(board, sort_keys=False))
    config = {
        "storyboard": "board.yaml",
        "delivery": {"preset": "ultrafast"},
        "speech_quality": {"words": "off"},
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    in_process.build(folder)
    return folder


def without_manifest(file: Path) -> bytes:
    """The bytes of a delivered file but those of its proof of origin, which is another one each time."""
    data = file.read_bytes()
    at, kept = 0, b""
    while file.suffix == ".mp4" and at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        kept += data[at : at + 8] + (b"" if kind == b"uuid" else data[at + 8 : at + size])
        at += max(size, 8)
    return kept or data


def same_content(one: Path, other: Path) -> bool:
    """Whether two delivered files are alike; of films, packet by packet, as places follow a manifest."""
    if without_manifest(one) == without_manifest(other):
        return True
    return one.suffix == ".mp4" and _packets(one) == _packets(other)


def _packets(film: Path) -> list[tuple]:
    with av.open(str(film)) as container:
        told = [dict(container.metadata), [dict(stream.metadata) for stream in container.streams]]
        return [*told, *((p.stream_index, p.pts, p.dts, p.duration, bytes(p)) for p in container.demux())]


@dataclass(frozen=True)
class Outcome:
    """What became of one trial."""

    verdict: str
    """``survived``, ``lost`` or ``stale``."""
    why: str = ""


def trial(film: Path, damages: list[tuple[str, str]], seed: str, place: Path) -> Outcome:
    """Damage a copy of a film, need everything again that is made from what was damaged, and build."""
    shutil.copytree(film, place, symlinks=True)
    link_as(film, place)
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            reel, _ = in_process.build(place)  # digests are remembered of this copy
        rng = random.Random(seed)
        hurt = [damage(place, kind, way, rng) for kind, way in damages]
        names = {str(file.relative_to(place)) for file, _ in hurt}
        inodes = {file.stat().st_ino for file, _ in hurt if file.exists()}
        names |= {
            str(other.relative_to(place))
            for other in place.rglob("*")
            if other.is_file() and other.stat().st_ino in inodes
        }
        for file in in_process.after(names, reel.cut) - names:
            (place / file).unlink(missing_ok=True)
        if not any(name.startswith("final") for name in names):
            (place / "final.mp4").unlink(missing_ok=True)
        with contextlib.redirect_stderr(io.StringIO()):
            again, _ = in_process.build(place)
        for name in in_process.FINAL:
            if not same_content(place / name, film / name):
                return Outcome("stale", f"{name} is another one")
        said = "\n".join(again.mended)
        for file, changed in hurt:
            if changed and file.name not in said and not _deleted(file, damages, hurt):
                return Outcome("stale", f"nothing was said of {file.relative_to(place)}")
        rest, made = in_process.build(place)
        if made or rest.stale or rest.mended:
            return Outcome("stale", f"something is left to do: {made} {rest.mended}")
        return Outcome("survived")
    except (SwavError, SystemExit) as error:
        return Outcome("lost", str(error))
    except Exception:
        return Outcome("lost", traceback.format_exc().strip())
    finally:
        shutil.rmtree(place)


def _deleted(file: Path, damages: list[tuple[str, str]], hurt: list[tuple[Path, bool]]) -> bool:
    return any(one == file and way == "deleted" for (one, _), (_, way) in zip(hurt, damages, strict=True))


def link_as(film: Path, place: Path) -> None:
    """Let what is another name of a file in the film be one in the copy too: clips of takes, and the like."""
    first: dict[int, Path] = {}
    for file in sorted(film.rglob("*"), key=lambda file: ("takes" not in file.parts, file)):
        if not file.is_file() or file.stat().st_nlink == 1:
            continue
        copied = place / file.relative_to(film)
        other = first.setdefault(file.stat().st_ino, copied)
        if other != copied:
            copied.unlink()
            copied.hardlink_to(other)
