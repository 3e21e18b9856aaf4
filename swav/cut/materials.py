"""Where real material comes from: the files that a storyboard names, and what identifies their content."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from swav.cut import paths
from swav.cut.sounds import Ambience, Effect, Recording
from swav.engines import SAMPLE_CONTENT, LoraFile, Source
from swav.errors import EngineError
from swav.storyboard.generation import Lora
from swav.storyboard.look import Look, Use
from swav.storyboard.pictures import SAMPLE, Footage, Still
from swav.storyboard.sounds import Ambience as WrittenAmbience
from swav.storyboard.sounds import Mood, Music, SoundEffect
from swav.times import to_frames
from swav.weights.headers import safetensors_header

_TELLING = ("modelspec.title", "modelspec.description", "modelspec.usage_hint", "ss_output_name", "title")
_MOST_TOLD = 300
Written = Mood | Music | WrittenAmbience


@dataclass(frozen=True)
class Materials:
    """The files of a storyboard. Their paths are relative to its ``folder``."""

    folder: Path
    content: Callable[[Path], str]
    look: Callable[[Path, Use], Look]
    samples: Mapping[str, Any]
    """Sample names to recipe versions and lengths: see swav.animatic.samples."""
    build: str

    def source(
        self,
        real: Footage | Still,
        *,
        own_rate: Fraction | None = None,
        anchor: tuple[float, float] | None = None,
    ) -> Source:
        """What a take of footage or of a still is made from; ``anchor`` is what stays in the picture."""
        path, content = self.file(real.file)
        reading = "" if real.file.startswith(SAMPLE) else self.look(Path(path), _use(real)).reading
        if isinstance(real, Footage):
            stretch = (real.start, real.end)
            return Source(path, content, *stretch, reading=reading, rate=own_rate, anchor=anchor)
        return Source(path, content, reading=reading, anchor=anchor)

    def file(self, name: str) -> tuple[str, str]:
        """The path of a file or sample, and what identifies its content."""
        if name.startswith(SAMPLE):
            sample = name.removeprefix(SAMPLE)
            path = paths.SAMPLE.format(build=self.build, name=sample)
            return path, f"{SAMPLE_CONTENT}{sample} {self.samples[sample].version}"
        path = self.folder / name
        return str(path), self.content(path)

    def footage_length(self, footage: Footage) -> Fraction:
        """Seconds from the footage's in-point to its out-point, or to the end of its file."""
        if footage.end is not None:
            return footage.end - footage.start
        if footage.file.startswith(SAMPLE):
            return self.samples[footage.file.removeprefix(SAMPLE)].seconds - footage.start
        seen = self.look(self.folder / footage.file, "film")
        seconds = probe_length(self.folder / footage.file) if seen.seconds is None else seen.seconds
        return seconds - footage.start

    def own_rate(self, footage: Footage) -> Fraction | None:
        """Frames a second of a film; None where that is not known, as of one without an index."""
        if footage.file.startswith(SAMPLE):
            return self.samples[footage.file.removeprefix(SAMPLE)].rate
        return self.look(self.folder / footage.file, "film").rate

    def lora(self, lora: Lora) -> LoraFile:
        """A LoRA and the digest of its file."""
        path, content = self.file(lora.file)
        return LoraFile(path, content, lora.weight, lora.expert, _told(Path(path)))

    def effect(self, effect: SoundEffect, rate: Fraction) -> Effect:
        """A sound effect, its start in frames of the shot."""
        path, content = self.file(effect.file)
        return Effect(
            file=path,
            content=content,
            start=to_frames(effect.start, rate),
            begin=effect.begin,
            end=effect.end,
            level=effect.level,
            ring=effect.ring,
        )

    def recording(self, written: Written) -> Recording:
        """A file of sound that fills a stretch of the reel."""
        path, content = self.file(written.file)
        return Recording(path, content, written.begin, written.fade, written.loop)

    def ambience(self, written: WrittenAmbience | None) -> Ambience | None:
        """The sound of a place."""
        return Ambience(self.recording(written), written.level) if written else None

    def own_sound(self, footage: Footage | None) -> tuple[Effect, ...]:
        """The sound of a shot's footage, in step with its picture; none where it is not to be heard."""
        if footage is None or footage.sound is None or footage.file.startswith(SAMPLE):
            return ()
        path, content = self.file(footage.file)
        if not self.look(Path(path), "film").sound:
            return ()
        return (Effect(path, content, 0, footage.start, footage.end, footage.sound, ring=False, own=True),)


def _told(file: Path) -> str:
    """The name of a LoRA and of its folder, and what its metadata tell; captions and tags are not read."""
    try:
        metadata = safetensors_header(file)[0].get("__metadata__", {})
    except (OSError, EngineError):  # said where it is read
        metadata = {}
    told = [str(metadata[name])[:_MOST_TOLD] for name in _TELLING if name in metadata]
    return " ".join([file.parent.name, file.name, *told])


def _use(real: Footage | Still) -> Use:
    return "film" if isinstance(real, Footage) else "still"


def probe_length(path: Path) -> Fraction:
    """Seconds of a film whose header does not tell. Raises MediaError."""
    from swav.media.probe import probe

    return probe(path).duration
