"""What `swav gc` may remove: what the build made and no cut uses, and nothing that people put there."""

import os
from pathlib import Path

import pytest

from swav.cut import paths
from swav.review.unused import KEPT_KINDS, unused
from swav.sound.cues import STEMS

KEY = "0123456789ab"
MADE = [
    f"takes/{KEY}.mp4",
    f"takes/{KEY}.json",
    f"takes/{KEY}.quality.json",
    f"clips/wan2.2/r001-{KEY}.mp4",
    f"speech/piper/r001-{KEY}.wav",
    f"spoken/{KEY}.wav",
    f"titles/r001_b-{KEY}.png",
    f"heard/{KEY}.json",
    f"heard/lines/{KEY}.json",
    f"stems/{KEY}/stems.json",
    *(f"stems/{KEY}/{name}.wav" for name in STEMS),
    f"captions/{KEY}.vtt",
    f"verdicts/r001-{KEY}.json",
    "verdicts/r001-takes.png",
    f"reels/.{KEY}.4711.partial.mp4",
    "music/sampled/.scratch-x1y2/played.wav",
    "music/sampled/.music-x1y2/played.wav",
    f"stems/{KEY}/.scratch-x1y2/1.wav",
    "shots/.scratch-x1y2/segments/r001-x.mp4",
]
THEIRS = [
    "notes.txt",
    "KEY.mp4",
    "final cut.mp4",
    f"copy of {KEY}.mp4",
    f"{KEY} (1).mp4",
    f"{KEY.upper()}.mp4",
    f"{KEY}x.mp4",
    "0123456789.mp4",
    ".hidden",
    ".partial",
    "backup/old.mp4",
    "README.md",
]


def made(build: Path, name: str) -> Path:
    path = build / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    os.utime(path, (0, 0))
    return path


@pytest.mark.parametrize("name", MADE)
def test_what_the_build_made_is_listed(tmp_path, name):
    path = made(tmp_path, name)
    assert [item.path for item in unused(str(tmp_path), [])] == [path]


@pytest.mark.parametrize("name", [name for name in MADE if "/." in name])
def test_what_is_being_made_is_not(tmp_path, name):
    """A build may go on while somebody tidies up."""
    os.utime(made(tmp_path, name))
    assert unused(str(tmp_path), []) == []


@pytest.mark.parametrize("kind", KEPT_KINDS)
@pytest.mark.parametrize("name", THEIRS)
def test_what_people_put_there_is_not(tmp_path, kind, name):
    made(tmp_path, f"{kind}/{name}")
    assert unused(str(tmp_path), []) == []


NEVER = {
    "building": "builds take their own notes away",
    "cuts": "small, and what a final, a hand-off or an older build is compared with",
    "logs": "what was said stays until somebody removes it",
    "benchmarks": "as logs",
    "events": "as logs",
    "live": "how far a render is, replaced by the next one's",
    "state": "a render that was interrupted goes on from there",
    "samples": "made by the build for the storyboards that come with it, and named by no key",
    "test_certificate": "who signed, of every film that was signed with it",
    "delivered": "what is compared with",
}


def test_every_folder_of_a_build_is_tidied_or_said_not_to_be():
    """Also those of rules that come later: each has a path."""
    named = [path for name, path in vars(paths).items() if name.isupper() and isinstance(path, str)]
    folders = {path.split("/")[1] for path in named if path.count("/") > 1 or "." not in path}
    assert folders == {*KEPT_KINDS, *NEVER}
