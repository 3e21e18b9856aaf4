"""Every file that a storyboard names, with its place in it and what it is for: known once, here.

Who may read what, what is missing, and what is not of its kind are questions about this list.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from swav.storyboard.fields import Route
from swav.storyboard.model import Storyboard
from swav.storyboard.shot import Shot


@dataclass(frozen=True)
class NamedFile:
    """A file by its place in the storyboard, and what it is looked at as (``swav.storyboard.look.Use``)."""

    route: Route
    name: str
    use: str
    shot: Shot | None = None
    """The shot that it is for; None for the whole reel's."""
    spare: bool = False
    """Whether something stands in while it is not there."""


def named_material(board: Storyboard) -> Iterator[NamedFile]:
    """What is heard or laid over pictures as it is: music, recorded lines, ambience, logos."""
    music = board.music
    yield from _if(("music", "file"), music.file, "sound")
    for number, mood in enumerate(music.moods):
        yield from _if(("music", "moods", number, "file"), mood.file, "sound")
    for index, shot in enumerate(board.shots):
        route: Route = ("shots", index)
        if shot.narration:
            yield from _if((*route, "narration", "file"), shot.narration.file, "sound", shot, spare=True)
        if shot.ambience:
            yield NamedFile((*route, "ambience", "file"), shot.ambience.file, "sound", shot)
        for number, item in enumerate(shot.overlay):
            yield from _if((*route, "overlay", number, "picture"), item.picture, "still", shot)


def named_files(board: Storyboard) -> Iterator[NamedFile]:
    """All files, the storyboard's list of footage too."""
    yield from _if(("media",), board.media, "list")
    yield from _if(("voice", "reference"), board.voice.reference, "sound")
    for name, voice in board.voices.items():
        yield from _if(("voices", name, "reference"), voice.reference, "sound")
    yield from _loras(("loras",), board.loras)
    for kind, named in (("cast", board.cast), ("places", board.places)):
        for name, entity in named.items():
            for number, file in enumerate(entity.references):
                yield NamedFile((kind, name, "references", number), file, "still")
            yield from _loras((kind, name, "loras"), entity.loras)
    for index, shot in enumerate(board.shots):
        route: Route = ("shots", index)
        for within, holder in ((route, shot), ((*route, "fallback"), shot.fallback)):
            for kind, use in (("footage", "film"), ("still", "still")):
                if holder is not None and (real := getattr(holder, kind)) is not None:
                    yield NamedFile((*within, kind, "file"), real.file, use, shot)
        for key in ("keyframe", "end"):
            if (picture := getattr(shot, key)) is not None:
                yield from _if((*route, key, "file"), picture.file, "still", shot)
                for number, file in enumerate(picture.references):
                    yield NamedFile((*route, key, "references", number), file, "still", shot)
        for number, effect in enumerate(shot.sound):
            yield NamedFile((*route, "sound", number, "file"), effect.file, "sound", shot)
        yield from _loras((*route, "loras"), shot.loras or (), shot)
    yield from named_material(board)


def _if(
    route: Route, name: str | None, use: str, shot: Shot | None = None, *, spare: bool = False
) -> Iterator[NamedFile]:
    if name is not None:
        yield NamedFile(route, name, use, shot, spare)


def _loras(route: Route, loras, shot: Shot | None = None) -> Iterator[NamedFile]:
    return (NamedFile((*route, number, "file"), lora.file, "lora", shot) for number, lora in enumerate(loras))
