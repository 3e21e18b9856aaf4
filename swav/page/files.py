"""Which files the page may show, by kind and content key: no path is ever in an address."""

import re
from pathlib import Path

from swav.cut import paths
from swav.sound.cues import STEMS

KINDS = {
    "take": paths.TAKE,
    "look": paths.LOOK,
    "clip": paths.CLIP,
    "segment": paths.SEGMENT,
    "transition": paths.TRANSITION,
    "reel": paths.REEL,
    "signed": paths.SIGNED,
    "keyframe": paths.DRAWN,
    "line": paths.SPEECH,
    "mix": paths.MIX,
    **{stem: paths.STEMS.replace("stems.json", f"{stem}.wav") for stem in STEMS},
}
SOUNDS = frozenset({"line", "mix", *STEMS})
"""Kinds that are heard: of these there are waveforms."""
FILMS = frozenset({"take", "look", "clip", "segment", "transition", "reel", "signed"})
"""Kinds of which there are proxies; of keyframes and lines there are none."""
_KEY = re.compile(r"[0-9a-f]{12}")
_WILDCARD = re.compile(r"\{(?!build|key)\w+\}")


def find(build: Path, kind: str, key: str) -> Path | None:
    """The file of a kind with that key, inside the build folder; None where there is no such file."""
    if kind not in KINDS or not _KEY.fullmatch(key):
        return None
    pattern = _WILDCARD.sub("*", KINDS[kind]).format(build="", key=key).lstrip("/")
    for found in sorted(build.glob(pattern)):
        if found.is_file() and found.resolve().is_relative_to(build.resolve()):
            return found
    return None


def find_preview(build: Path, key: str) -> Path | None:
    """The preview of a render that runs; None where there is none."""
    found = Path(paths.PREVIEW.format(build=build, key=key)) if _KEY.fullmatch(key) else None
    if found is None or not found.is_file() or not found.resolve().is_relative_to(build.resolve()):
        return None
    return found


def key_of(path: str | Path) -> str:
    """The content key in the name of a file that the build made; empty where there is none."""
    found = Path(path).stem.rpartition("-")[2]
    return found if _KEY.fullmatch(found) else ""


def is_there(path: str | Path) -> bool:
    """Whether a file that the cut names was made."""
    return bool(path) and Path(path).is_file()
