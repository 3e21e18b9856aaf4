"""The files that a storyboard names: pictures, sounds, LoRAs, a voice to clone. Each is there, or a fault."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from swav.storyboard.abilities import NOTHING_KNOWN, Abilities
from swav.storyboard.fields import Key
from swav.storyboard.findings import Findings
from swav.storyboard.model import Storyboard
from swav.storyboard.near_files import remedy_for, shown
from swav.storyboard.pictures import SAMPLE
from swav.storyboard.reach import Reach
from swav.storyboard.shot import Shot
from swav.storyboard.wording import unknown


@dataclass(frozen=True)
class Surroundings:
    """What a storyboard may refer to."""

    folder: Path
    """Paths in the storyboard are relative to it."""
    samples: Collection[str] = ()
    engines: Collection[str] = ()
    unusable: Mapping[str, str] = field(default_factory=dict)
    """Engines that are offered and cannot be used: why, in a sentence."""
    look: Callable[[Path, str], Any] | None = None
    """Looks at a file for a use (``swav.storyboard.look.look``, perhaps remembered); None opens no media."""
    tokens: Callable[[str, str], Any] | None = None
    """How much of a prompt an engine reads (``swav.engines.Tokens``), by its name and the prepared prompt."""
    reach: Reach | None = None
    """The folders that files may lie in; None: any."""
    abilities: Abilities = NOTHING_KNOWN
    """What engines can work from."""
    only: Collection[str] = ()
    """The shots whose media are looked at; none named means all."""

    def opens(self, shot: Shot) -> bool:
        """Whether the shot's media are looked at."""
        return not self.only or shot.id in self.only


def check_files(board: Storyboard, around: Surroundings, findings: Findings) -> None:
    """Report every file that is named and not there, but footage, which a prompt may stand by for."""
    _check_loras(board, around, findings)
    _check_reference(board, around, findings)
    for index, shot in enumerate(board.shots):
        _check_still(shot, index, around, findings)
        _check_fallback(shot, index, around, findings)
        for number, effect in enumerate(shot.sound):
            check_file(effect.file, ("shots", index, "sound", number, "file"), around, findings)


def check_file(file: str, route: tuple[Key, ...], around: Surroundings, findings: Findings) -> None:
    """Report a file, or a sample of that name, that is not there."""
    if not findings.fits(*route):
        return
    if file.startswith(SAMPLE):
        check_sample(file, route, around, findings)
    elif not is_file(around.folder / file):
        findings.fault(route, f"there is no file {shown(file)}", remedy_for(around.folder, file))


def _check_still(shot: Shot, index: int, around: Surroundings, findings: Findings) -> None:
    if shot.still is not None:
        check_file(shot.still.file, ("shots", index, "still", "file"), around, findings)


def _check_fallback(shot: Shot, index: int, around: Surroundings, findings: Findings) -> None:
    fallback, route = shot.fallback, ("shots", index, "fallback")
    if fallback is None or not findings.fits(*route):
        return
    if fallback.footage is not None and fallback.still is not None:
        findings.fault(route, "the fallback has footage and still, but can show only one", "keep one of them")
    for kind in ("footage", "still"):
        if (real := getattr(fallback, kind)) is not None:
            check_file(real.file, (*route, kind, "file"), around, findings)


def _check_reference(board: Storyboard, around: Surroundings, findings: Findings) -> None:
    from swav.speech.voices import plugins

    narrator = board.voice
    recordings = [(("voice", "reference"), narrator.reference, narrator.engine)]
    for name, voice in board.voices.items():
        recordings.append((("voices", name, "reference"), voice.reference, voice.engine or narrator.engine))
    for route, file, engine in recordings:
        speaks = plugins().usable.get(engine)
        if file is None or not findings.fits(*route):
            continue
        if speaks and not speaks.clones:
            findings.fault(route, f"{engine} cannot clone a voice", "write engine: xtts, or remove it")
        elif not is_file(around.folder / file):
            findings.fault(route, f"there is no file {file}", remedy_for(around.folder, file))


def _check_loras(board: Storyboard, around: Surroundings, findings: Findings) -> None:
    """Every LoRA that a prompt is rendered with is there, and is safetensors."""
    routes = [("loras", number) for number in range(len(board.loras))]
    for index, shot in enumerate(board.shots):
        routes += [("shots", index, "loras", number) for number in range(len(shot.loras or ()))]
    for kind, named in (("cast", board.cast), ("places", board.places)):
        for name, entity in named.items():
            routes += [(kind, name, "loras", number) for number in range(len(entity.loras))]
    for route in routes:
        owner: Any = board
        for key in route[:-2]:
            owner = owner[key] if isinstance(owner, (dict, tuple)) else getattr(owner, key)
        file = owner.loras[route[-1]].file
        if not findings.fits(*route, "file"):
            continue
        if not file.endswith(".safetensors"):
            findings.fault((*route, "file"), f"{file} is not a .safetensors file", "convert the LoRA first")
        elif not is_file(around.folder / file):
            findings.fault(
                (*route, "file"), f"there is no file {shown(file)}", remedy_for(around.folder, file)
            )


def check_sample(file: str, route: tuple[Key, ...], around: Surroundings, findings: Findings) -> None:
    """Report a sample that the build does not know how to make."""
    name = file.removeprefix(SAMPLE)
    if name not in around.samples:
        findings.fault(route, *unknown(name, around.samples, f"there is no sample {name!r}", "samples"))


def is_file(path: Path) -> bool:
    """Whether a file is there, whatever a user may have put into its name."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
