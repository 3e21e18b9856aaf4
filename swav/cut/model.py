"""The cut as a value: everything that the jobs of a build need to know, with no reference to the storyboard.

A cut is written once, under its own digest, when the workflow is read. Jobs read that file, so a storyboard
that is edited while a build runs changes nothing under the running jobs' feet.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from swav import keys
from swav.cut import paths
from swav.cut.shot import CutShot
from swav.cut.sounds import Sound
from swav.errors import Damaged
from swav.files import read_json, write_text
from swav.hashes import HashList


@dataclass(frozen=True)
class Delivery:
    """The format of every piece of the reel."""

    width: int
    height: int
    rate: Fraction
    crf: int
    preset: str
    audio_bitrate: int


@dataclass(frozen=True)
class Judging:
    """By what takes and the reel are judged."""

    limits: dict[str, Any]
    """The ``quality`` group of the configuration."""
    speech_limits: dict[str, Any]
    reel_limits: dict[str, Any]
    readers: str
    """What measures pictures: the recipe of the gates, and optional models that are here."""
    admission: str
    """Path of the reel's admission."""
    segment_limits: dict[str, Any] = field(default_factory=dict)
    """Those of the ``quality`` group that are for segments. No take depends on them."""
    cast_limits: dict[str, Any] = field(default_factory=dict)
    """Those that are for keyframes of a cast. No take depends on them either."""


@dataclass(frozen=True)
class Provenance:
    """How films are signed with what they tell of their origin."""

    certificate: str
    """Path of the user's chain of certificates; empty for the test certificate."""
    key_file: str
    """Path of its private key, which is read when something is signed and stands nowhere else."""
    content: str
    """sha256 of the chain; empty for the test certificate."""
    prompts: Literal["written", "digests"]


FINAL = "final.mp4"
"""The film of a storyboard."""


@dataclass(frozen=True)
class Cut:
    """A whole reel."""

    title: str
    storyboard: str
    build: str
    models: str
    delivery: Delivery
    shots: tuple[CutShot, ...]
    sound: Sound
    judging: Judging
    metadata: dict[str, str]
    stand_ins: tuple[str, ...]
    """Who stands in for whom, in sentences for people: voices and players that are not here."""
    key: str
    path: str
    """Where this cut is written."""
    reel: str
    provenance: Provenance | None = None
    """How it is signed; None where the configuration says that it is not."""
    codec: str = ""
    """Of the master that is delivered: prores or dnxhr; empty for the reel itself."""
    master: str = ""
    """Where that master lies, or will."""
    target: str = FINAL
    """The file that is delivered, in the project's folder."""
    signed: str = ""
    """Where the signed reel lies, or will; empty where it is not to be signed."""
    approve: tuple[str, ...] = ()
    """Shots whose takes somebody has to approve before the film is delivered."""

    @property
    def delivered(self) -> str:
        """What is delivered as the film: the reel, or a master of it, signed if it is to be."""
        return self.signed or self.film

    @property
    def film(self) -> str:
        """The finished film: a master, or the reel."""
        return self.master or self.reel

    @property
    def burned(self) -> str:
        """Where the film lies, or will, that has its subtitles in the picture."""
        how = [self.delivery.crf, self.delivery.preset]
        key = keys.burned_key(film=Path(self.delivered).stem, format=how)
        return paths.BURNED.format(build=self.build, key=key)

    @property
    def record(self) -> str:
        """Where the cut is kept that was delivered last under its target."""
        pattern = paths.DELIVERED if self.target == FINAL else paths.DELIVERED_VERSION
        return pattern.format(build=self.build, target=self.target)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {shot.id: position for position, shot in enumerate(self.shots)}

    def shot(self, shot_id: str) -> CutShot:
        """The shot of that name; KeyError names it."""
        return self.shots[self._positions[shot_id]]

    def after(self, shot: CutShot) -> CutShot:
        """The shot that follows."""
        return self.shots[self._positions[shot.id] + 1]

    def pieces(self) -> list[str]:
        """The files that make the picture of the reel, in order."""
        found = []
        for shot in self.shots:
            found.append(shot.segment)
            if shot.passage.path:
                found.append(shot.passage.path)
        return found

    @property
    def subtitled(self) -> bool:
        """Whether the lower rows of the picture are kept for subtitles."""
        return any(shot.narration for shot in self.shots)

    def fades(self, shot: CutShot) -> tuple[int, int]:
        """Frames in which the picture of a shot comes out of black, and goes: of the first and the last."""
        first, last = self.shots[0].id == shot.id, self.shots[-1].id == shot.id
        return self.sound.fade_in if first else 0, self.sound.fade_out if last else 0

    def narrations(self) -> list[str]:
        """The spoken lines, in order."""
        return [shot.narration.path for shot in self.shots if shot.narration]

    def digest(self) -> str:
        """The cut's key: all of it but what is only said to people."""
        said = {"key": True, "path": True, "stand_ins": True, "shots": {"__all__": _SAID}}
        if not self.approve:  # so a film for which nobody asks keeps the key that it has
            said["approve"] = True
        for later in ("early", "finish"):
            if not any(getattr(shot, later) for shot in self.shots):
                said["shots"] = {"__all__": {**said["shots"]["__all__"], later: True}}
        if not any(shot.motion and shot.motion.learned for shot in self.shots):
            said["shots"] = {"__all__": {**said["shots"]["__all__"], "motion": {"learned"}}}
        return keys.digest(ADAPTER.dump_python(self, mode="json", exclude=said))

    def save(self) -> bool:
        """Write the cut under its digest, unless it stands there whole. Whether a damaged one was there."""
        file = Path(self.path)
        listed = HashList.above(file)
        state = listed.state(file) if listed else "unknown"
        if state == "whole":
            return False
        try:
            if state != "damaged" and read_cut(file).digest() == self.key:
                return False
        except (FileNotFoundError, Damaged):
            pass
        damaged = file.exists()
        self.write(file)
        return damaged

    def write(self, file: Path) -> None:
        """Write the cut into a file, whatever it is called."""
        write_text(file, ADAPTER.dump_json(self, indent=1).decode() + "\n")


_SAID: dict[str, Any] = {"why": True, "ready": True, "held": True, "looks_elsewhere": True}
_SAID |= {"keyframes": {"__all__": {"why"}}, "hold": {"before": True, "instead": True}}
_SAID |= {"finish": {"lacks"}, "motion": {"learned": {"lacks"}}}
"""Of a shot: what is only said to people."""
ADAPTER: TypeAdapter[Cut] = TypeAdapter(Cut)


def read_cut(path: str | Path) -> Cut:
    """The cut that ``Cut.save`` wrote. FileNotFoundError, or Damaged."""
    return read_json(path, ADAPTER.validate_python)
