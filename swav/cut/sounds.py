"""What sounds in a cut, as values: spoken lines, music along the reel, places, effects."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from swav.music.moods import Mood

RECORDED = "recorded"
"""In the place of an engine's name: a line that somebody spoke."""


@dataclass(frozen=True)
class Narration:
    """A line that is spoken over a shot."""

    text: str
    engine: str
    """Who really speaks, whoever was asked."""
    language: str
    speaker: str | None
    reference: str | None
    """A recording of the voice to clone; of the line itself, where the engine is ``RECORDED``."""
    reference_content: str
    """sha256 of the recording; empty without one."""
    model: str
    """Fingerprint of the weights that speak; empty for voices of the default install."""
    speed: float
    lexicon: dict[str, str]
    """How words of this line are said."""
    start: int
    """Frames into the shot."""
    key: str
    path: str
    begin: Fraction = Fraction(0)
    """Second of the line's own recording at which it begins."""
    end: Fraction | None = None

    @property
    def recorded(self) -> bool:
        """Whether somebody spoke it, and it is not made."""
        return self.engine == RECORDED


@dataclass(frozen=True)
class Recording:
    """A stretch of a sound file that fills a stretch of the reel: music, or the sound of a place."""

    file: str
    content: str
    """sha256 of the file, or the recipe of a sample."""
    begin: Fraction
    """Second of the file at which it begins."""
    fade: Fraction
    """Seconds."""
    loop: bool

    def plain(self) -> list[Any]:
        """What decides how it sounds, for a key: its content, not its name."""
        return [self.content, self.begin, self.fade, self.loop]


@dataclass(frozen=True)
class Ambience:
    """The sound of the place that a shot shows. Neighbours with an equal one share it."""

    recording: Recording
    level: float
    """dB against full speech."""

    def plain(self) -> list[Any]:
        return [*self.recording.plain(), self.level]


@dataclass(frozen=True)
class Stretch:
    """A stretch of music, in seconds of the reel: a bed that a player makes, or a recording."""

    start: Fraction
    end: Fraction | None
    """None: to the end of the reel."""
    moods: tuple[Mood, ...] = ()
    """Of a bed, in seconds of the reel."""
    recording: Recording | None = None
    key: str = ""
    path: str = ""
    """Of a bed; empty for a recording."""

    def plain(self) -> list[Any]:
        """What is heard, and from when to when, for a key."""
        return [self.start, self.end, self.recording.plain() if self.recording else self.key]


TAKE_LEVEL = -12.0
"""dB against full speech of a take's own sound: that of footage which is to be heard."""


@dataclass(frozen=True)
class Effect:
    """A sound that lies under a shot."""

    file: str
    content: str
    """sha256 of the file, or the recipe of a sample."""
    start: int
    """Frames into the shot."""
    begin: Fraction
    """Second of the file at which it begins."""
    end: Fraction | None
    level: float
    """dB against full speech."""
    ring: bool
    own: bool = False
    """Whether it is the sound of the shot's own footage, or take, which has a stem of its own and fades with
    it."""


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
