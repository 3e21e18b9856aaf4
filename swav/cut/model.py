"""The cut as a value: everything that the jobs of a build need to know, with no reference to the storyboard.

A cut is written once, under its own digest, when the workflow is read. Jobs read that file, so a storyboard
that is edited while a build runs changes nothing under the running jobs' feet.
"""

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from swav import keys
from swav.cut import paths
from swav.cut.continuation import Continuation
from swav.cut.shot_parts import Candidate, Finish, Keyframe, Motion, Overlay, Passage, StandIn, Trim
from swav.cut.sounds import Ambience, Effect, Narration, Stretch
from swav.engines import Request
from swav.errors import Damaged
from swav.files import read_json, write_text
from swav.hashes import HashList
from swav.keys import Length
from swav.music.moods import Mood


@dataclass(frozen=True)
class Hold:
    """A shot that stays as it is, though the storyboard says otherwise by now."""

    before: "CutShot"
    """The shot as it was when its take was made."""
    instead: "CutShot"
    """What it would be if it were not held."""


@dataclass(frozen=True)
class EarlyLooks:
    """The looks at the takes of a shot before one of them is made whole."""

    at: int
    """The step after which they are taken."""
    engine: str
    model: str
    request: Request
    takes: tuple[Candidate, ...]
    looks: tuple[str, ...]
    """Paths, by take."""
    comparison: str
    """Path of the order in which they put the takes; beside it lies the sheet that shows them."""
    waits: bool
    """Whether somebody has to choose one of them now."""
    picked: int | None = None
    """The number of the take that somebody chose, by approving it."""

    @property
    def missing(self) -> int:
        """How many looks are yet to be taken."""
        return sum(not Path(path).exists() for path in self.looks)

    @property
    def by_hand(self) -> bool:
        """Whether people choose, and not the gates."""
        return self.waits or self.picked is not None

    @property
    def sheet(self) -> str:
        """Where all looks lie side by side, or will."""
        return str(Path(self.comparison).with_suffix(".png"))

    def of(self, shot: "CutShot") -> "CutShot":
        """The shot as its own engine makes it, whoever stands in for that meanwhile."""
        own = {"engine": self.engine, "model": self.model, "request": self.request, "takes": self.takes}
        return replace(shot, **own, hold=None)


@dataclass(frozen=True)
class CutShot:
    """One shot as the reel shows it."""

    request: Request
    engine: str
    gpu: bool
    why: str
    """Why this engine: for the plan."""
    ready: bool
    """Whether the engine can shoot here and now, or has shot already."""
    model: str
    key: str
    """Of the only take; where one is chosen among several, of all that decides the choice."""
    clip: str
    takes: tuple[Candidate, ...]
    pinned: bool
    """Whether the storyboard names the take: it is in the cut whatever the gates say."""
    on_fail: Literal["stop", "warn", "fallback"]
    fallback: StandIn | None
    verdict_key: str
    verdict: str
    """Path of the verdict on the shot."""
    credit: str
    """Whom to credit for real material."""
    narration: Narration | None
    overlays: tuple[Overlay, ...]
    effects: tuple[Effect, ...]
    passage: Passage
    """Into the next shot; the last shot's is a cut."""
    head: int
    """Frames that the passage from the shot before takes."""
    segment_key: str
    segment: str
    motion: Motion | None = None
    """How the take is brought to the reel's rate; None where it has it, or where its frames are held."""
    finish: Finish | None = None
    """How the take is brought to the size of the reel; None where it has it, or where it is just scaled."""
    keyframes: tuple[Keyframe, ...] = ()
    """The pictures that it begins and ends with."""
    trim: Trim | None = None
    """The stretch of its take that is seen; None where all of it is."""
    anchor: tuple[float, float] | None = None
    """What stays in the picture where the take has another shape than the reel; None: its middle."""
    ambience: Ambience | None = None
    held: str = ""
    """Why its engine is not asked to render yet, in a phrase; empty where it may."""
    hold: Hold | None = None
    """What it is held against; None where nothing was edited, or where it is not held."""
    early: EarlyLooks | None = None
    """How its takes are looked at; None where the first is just made."""
    looks_elsewhere: tuple[int, int] | None = None
    """How many takes its own engine would look at, and at which step, where another stands in for that."""

    @property
    def retimed(self) -> str:
        """The take, or the take at the reel's rate."""
        return self.motion.path if self.motion else self.clip

    @property
    def shown(self) -> str:
        """The clip that the reel shows: the take, at the reel's rate and size where it has others."""
        return self.finish.path if self.finish else self.retimed

    @property
    def shown_key(self) -> str:
        retimed = self.motion.key if self.motion else self.key
        return self.finish.key if self.finish else retimed

    @property
    def drawn(self) -> tuple[Keyframe, ...]:
        """Those that an engine draws."""
        return tuple(picture for picture in self.keyframes if picture.request is not None)

    @property
    def continued(self) -> dict[str, Continuation]:
        """Pictures that are frames of its neighbours, by the fields of its request."""
        if self.hold:
            return {}  # its take has begun with the frame that there was
        return {picture.field: picture.continues for picture in self.keyframes if picture.continues}

    @property
    def settled_later(self) -> bool:
        """Whether its take's own key is known only when a line is spoken, or a neighbour's take is made."""
        return not self.request.length.known or bool(self.continued)

    @property
    def id(self) -> str:
        return self.request.shot

    @property
    def length(self) -> Length:
        """How long it is seen; its take may be longer."""
        return Length(frames=self.trim.frames) if self.trim else self.request.length

    @property
    def contested(self) -> bool:
        """Whether it has to be judged which take the cut shows."""
        return self.key != self.takes[0].key


@dataclass(frozen=True)
class Sound:
    """The reel's music, mix and subtitles."""

    music_engine: str
    """Who really plays; empty where there is no music."""
    music_model: str
    """Fingerprint of the weights that play; empty where none do."""
    stretches: tuple[Stretch, ...]
    """The music along the reel; empty where there is none."""
    music_level: float
    loudness: float
    true_peak: float
    language: str
    seed: int
    stems: str
    """Path of the list of stems, beside which they lie."""
    mix: str
    heard: str
    """Path of what a recogniser heard of the lines; empty where nobody speaks."""
    captions: str
    """Path of the subtitles; empty where nobody speaks."""
    fade_in: int = 0
    """Frames in which the reel, picture and sound, comes out of black and silence."""
    fade_out: int = 0

    @property
    def beds(self) -> tuple[str, ...]:
        """Paths of the beds that a player makes, in order."""
        return tuple(stretch.path for stretch in self.stretches if stretch.path)

    @property
    def moods(self) -> tuple[Mood, ...]:
        """The moods of the whole reel; of a recording, the name of its file."""
        return tuple(
            mood
            for part in self.stretches
            for mood in (
                [Mood(part.start, f"file {Path(part.recording.file).name}")] if part.recording else part.moods
            )
        )


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
