"""What the rules ask of a film: the name of each file, and which files it is made from.

A film knows its cut and what its renders claim, and nothing of the storyboard: jobs that read the workflow
again, on other machines, have no more than that (``swav.reel.call_sheet``).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from swav.cut import inputs, paths
from swav.cut.choose import readiness_of
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.sounds import RECORDED
from swav.engines import Site, engines
from swav.environments import MARKER, Environment, root_of
from swav.errors import SwavError
from swav.motion.interpolators import plugins as interpolators
from swav.music.players import plugins as players
from swav.reel.apart import home, named
from swav.reel.asked import may_be_named, word_of
from swav.reel.claims import Claim
from swav.reel.comparing import likeness_path
from swav.reel.loads import keyframe_priorities, render_priorities
from swav.reel.memory import memory_mb
from swav.reel.one_shot import playable_path, shot_path
from swav.reel.stills import stills_inputs, stills_paths
from swav.speech.voices import plugins as voices
from swav.upscaling.models import ENVIRONMENT as FINISH


@dataclass(frozen=True, kw_only=True)
class Film:
    """A film that is being built, by its cut."""

    cut: Cut = field(repr=False)  # Snakemake writes a function's owner out, to see whether it is a path
    claim: Claim
    shots: tuple[str, ...] = field(default=(), repr=False)
    """The ids of all shots of the storyboard."""
    wheel_folder: str = ""
    """Where the environments of engines come from; empty for the index."""
    weights: Mapping[str, int] = field(default_factory=dict)
    """Bytes of the weights that an engine reads, where that was decided elsewhere."""
    keep_warm: float = 0
    """Minutes that a worker stays on its cards after the build."""
    only: frozenset[str] = frozenset()
    """The shots that were asked for by their ids; the cut holds no other then. Empty for the whole film."""
    stale: bool = False
    """Whether final.mp4 shows another reel than the cut's, or that reel is not admitted by today's limits."""
    written: str = ""
    """Where the cut was written, if its own place cannot be."""

    @property
    def target(self) -> str:
        """The file that is delivered."""
        return self.cut.target

    @property
    def cut_path(self) -> str:
        """The file that holds the cut."""
        return self.written or self.cut.path

    def shot(self, wildcards: Any, kind: str) -> CutShot:
        """The shot whose file a rule's wildcards name. SwavError if the cut holds no such file.

        A file under another key would hold what the cut wants now, and lie about it for ever.
        """
        try:
            shot = self.cut.shot(wildcards.shot)
        except KeyError:
            raise SwavError(f"there is no shot {wildcards.shot} in {self.cut.storyboard}") from None
        if kind in ("look", "comparison"):
            early = [*shot.early.looks, shot.early.comparison] if shot.early else []
            if not any(Path(path).stem.endswith(f"-{wildcards.key}") for path in early):
                raise SwavError(f"shot {shot.id}: the {kind} {wildcards.key} is not in the cut")
            return shot
        if kind in ("keyframe", "frame"):
            drawn, handed = [item.key for item in shot.drawn], [item.key for item in shot.continued.values()]
            found = drawn if kind == "keyframe" else handed
            if wildcards.key not in found:
                now = " and ".join(found) or "none"
                raise SwavError(f"shot {shot.id}: the {kind} {wildcards.key} is not in the cut; now: {now}")
            return shot
        wanted = self._key_of(shot, kind)
        if wildcards.key != wanted:
            raise SwavError(
                f"shot {shot.id}: the {kind} {wildcards.key} is not in the cut; it is {wanted} now"
            )
        return shot

    def _key_of(self, shot: CutShot, kind: str) -> str:
        """The key in the name of a file of a shot."""
        match kind:
            case "clip":
                return shot.key
            case "motion":
                return shot.motion.key if shot.motion else ""
            case "finish":
                return shot.finish.key if shot.finish else ""
            case "segment":
                return shot.segment_key
            case "transition":
                return shot.passage.key
            case "verdict":
                return shot.verdict_key
            case "likeness":
                return Path(likeness_path(self.cut, shot)).stem.rpartition("-")[2]
            case "film":
                return Path(shot_path(self.cut, shot)).stem.rpartition("-")[2]
        raise KeyError(kind)

    def pattern(self, pattern: str) -> str:
        """A path pattern of ``swav.cut.paths`` with the build folder filled in, for a rule's output."""
        return pattern.replace("{build}", self.cut.build)

    def log(self, rule: str, name: str) -> str:
        """A path pattern for a rule's log; ``name`` holds the wildcards of its output."""
        return paths.LOG.format(build=self.cut.build, rule=rule, name=name)

    def benchmark(self, rule: str, name: str) -> str:
        """A path pattern for the time and memory that a rule's jobs took."""
        return paths.BENCHMARK.format(build=self.cut.build, rule=rule, name=name)

    @property
    def cards(self) -> str:
        """The cards that a render may choose from, with commas."""
        return ",".join(self.claim.cards)

    @cached_property
    def gpu_engines(self) -> str:
        """A wildcard constraint: engines whose renders claim cards."""
        return _alternatives(name for name, engine in engines().items() if engine.gpu)

    @cached_property
    def cpu_engines(self) -> str:
        """A wildcard constraint: engines that need no card."""
        return _alternatives(name for name, engine in engines().items() if not engine.gpu)

    def clip_inputs(self, wildcards: Any) -> list[str]:
        """What a take is made from: a source that the build makes itself, and the line that it follows."""
        return inputs.of_clip(self.cut, self.shot(wildcards, "clip"))

    def look_inputs(self, wildcards: Any) -> list[str]:
        """What an early look at a take is made from."""
        return inputs.of_look(self.cut, self.shot(wildcards, "look"))

    def comparison_inputs(self, wildcards: Any) -> list[str]:
        """The early looks at the takes of a shot."""
        return inputs.of_comparison(self.cut, self.shot(wildcards, "comparison"))

    def motion_inputs(self, wildcards: Any) -> list[str]:
        """What a take at the reel's rate is made from."""
        return inputs.of_motion(self.cut, self.shot(wildcards, "motion"))

    learned_motion_inputs = motion_inputs

    def finish_inputs(self, wildcards: Any) -> list[str]:
        """What a take at the reel's size is made from."""
        return inputs.of_finish(self.cut, self.shot(wildcards, "finish"))

    def keyframe_inputs(self, wildcards: Any) -> list[str]:
        """What a keyframe is drawn after, as far as the build makes it."""
        return inputs.of_keyframe(self.cut, self.shot(wildcards, "keyframe"))

    def continuation_inputs(self, wildcards: Any) -> list[str]:
        """The takes from which a shot's frames are handed over."""
        return inputs.of_continuation(self.cut, self.shot(wildcards, "frame"))

    def memory(self, rule: str) -> int:
        """MB of memory that a job of a rule claims."""
        return memory_mb(rule, self.cut.delivery.width, self.cut.delivery.height)

    def render_memory(self, wildcards: Any, rule: str = "render") -> int:
        """MB that a render claims: its own, and its model's weights."""
        size = self.cut.delivery
        return memory_mb(rule, size.width, size.height, self._weight(wildcards.engine))

    def look_memory(self, wildcards: Any) -> int:
        """The same of an early look at a take."""
        return self.render_memory(wildcards, "look_early")

    def render_priority(self, wildcards: Any) -> float:
        """When a render's turn comes: those that share a load of a model follow each other."""
        return self._render_priorities[wildcards.shot]

    @cached_property
    def _render_priorities(self) -> dict[str, float]:
        return render_priorities(self.cut)

    def keyframe_priority(self, wildcards: Any) -> float:
        """When a keyframe's turn comes: those of one engine follow each other."""
        return self._keyframe_priorities[wildcards.shot, wildcards.engine]

    @cached_property
    def _keyframe_priorities(self) -> dict[tuple[str, str], float]:
        return keyframe_priorities(self.cut)

    def keyframe_memory(self, wildcards: Any) -> int:
        """MB that drawing a keyframe claims: what a render does where a card draws it."""
        on_card = engines()[wildcards.engine].gpu
        return self.render_memory(wildcards) if on_card else self.memory("keyframe")

    @cached_property
    def _weight(self) -> Callable[[str], int]:
        """Bytes of the weights that an engine reads, by its name; each folder is looked at once."""
        site = Site(Path(self.cut.models), self.claim.cards, self.claim.per_render)

        def weight(engine: str) -> int:
            decided = self.weights.get(engine)
            return readiness_of(engines()[engine], site).bytes if decided is None else decided

        return cache(weight)

    def weights_on_cards(self) -> dict[str, int]:
        """Bytes of the weights of every engine that claims cards in this film."""
        rendering = [shot.engine for shot in self.cut.shots if shot.gpu]
        drawing = [picture.engine for shot in self.cut.shots for picture in shot.drawn if picture.gpu]
        return {engine: self._weight(engine) for engine in sorted({*rendering, *drawing})}

    def keyframe_gpus(self, wildcards: Any) -> int:
        """The cards that drawing a keyframe claims: what a render does, or none."""
        return self.claim.of(wildcards.engine) if engines()[wildcards.engine].gpu else 0

    @cached_property
    def stills(self) -> list[str]:
        """The contact sheet of the film's keyframes, as a picture and as a PDF."""
        return stills_paths(self.cut)

    @cached_property
    def stills_inputs(self) -> list[str]:
        """What the contact sheet shows that the build makes."""
        return stills_inputs(self.cut)

    def segment_inputs(self, wildcards: Any) -> list[str]:
        """What a segment is made from."""
        return inputs.of_segment(self.cut, self.shot(wildcards, "segment"))

    def transition_inputs(self, wildcards: Any) -> list[str]:
        """What a transition is made from: both its neighbours."""
        return inputs.of_transition(self.cut, self.shot(wildcards, "transition"))

    def verdict_inputs(self, wildcards: Any) -> list[str]:
        """What a shot is judged by: its clip, which is there when its takes are."""
        return inputs.of_verdict(self.cut, self.shot(wildcards, "verdict"))

    def likeness_inputs(self, wildcards: Any) -> list[str]:
        """What a comparison with the exact take is made of: the lossy one, and what either is made from."""
        shot = self.shot(wildcards, "likeness")
        return [shot.clip, *inputs.of_clip(self.cut, shot)]

    def one_shot_inputs(self, wildcards: Any) -> list[str]:
        """What the film of one shot is made from: its take, its lettering, its line, its sounds."""
        return inputs.of_one_shot(self.cut, self.shot(wildcards, "film"))

    def one_shots(self) -> Iterator[tuple[str, str, Path]]:
        """A target for each shot that may be asked for, its film, and the name by which people find that."""
        for shot in self.cut.shots:
            if may_be_named(word := word_of(shot.id, self.shots)):
                yield word, shot_path(self.cut, shot), playable_path(self.cut, shot)

    @cached_property
    def verdicts(self) -> list[str]:
        """The verdicts on all shots."""
        return [shot.verdict for shot in self.cut.shots]

    @cached_property
    def environments(self) -> str:
        """A path pattern: the marker of an environment that is made for an engine."""
        return str(root_of(self.cut.build) / "{name}-{fingerprint}" / MARKER)

    @cached_property
    def voices(self) -> str:
        """A wildcard constraint: voices that speak in swav's own environment, and lines that are recorded."""
        here = (name for name, voice in voices().usable.items() if not voice.lock)
        return _alternatives((RECORDED, *here))

    @cached_property
    def voices_apart(self) -> str:
        """A wildcard constraint: voices that have an environment of their own."""
        return _alternatives(name for name, voice in voices().usable.items() if voice.lock)

    @cached_property
    def players(self) -> str:
        """A wildcard constraint: players that play in swav's own environment."""
        return _alternatives(name for name, player in players().usable.items() if not player.lock)

    @cached_property
    def players_apart(self) -> str:
        """A wildcard constraint: players that have an environment of their own."""
        return _alternatives(name for name, player in players().usable.items() if player.lock)

    def voice_home(self, wildcards: Any) -> Environment:
        """The environment of the voice that a rule's wildcards name."""
        return home(voices().usable[wildcards.engine], root_of(self.cut.build))

    def player_home(self, wildcards: Any) -> Environment:
        """The environment of the player that a rule's wildcards name."""
        return home(players().usable[wildcards.engine], root_of(self.cut.build))

    @cached_property
    def interpolators(self) -> str:
        """A wildcard constraint: networks that bring takes to the reel's rate."""
        return _alternatives(interpolators().usable)

    def interpolator_home(self, wildcards: Any) -> Environment:
        """The environment of the network that a rule's wildcards name."""
        return home(interpolators().usable[wildcards.way], root_of(self.cut.build))

    @cached_property
    def finish_home(self) -> Environment:
        """The environment in which takes are finished."""
        return named(FINISH, root_of(self.cut.build))

    def made(self, environment: Environment) -> list[str]:
        """The marker of an environment, as a rule's input.

        The marker of an environment whose Python is gone is removed, so that it is made anew.
        """
        if environment.marker.exists() and not environment.ready:
            environment.marker.unlink()
        return [str(environment.marker)]

    @property
    def wheels(self) -> tuple[str, ...]:
        """The words that name the folder of wheels; none where packages come from the index."""
        return (f"--wheels={self.wheel_folder}",) if self.wheel_folder else ()

    @cached_property
    def followed(self) -> list[str]:
        """The lines that decide how long the reel is."""
        return inputs.all_followed(self.cut)

    @cached_property
    def stem_inputs(self) -> list[str]:
        """All that sounds, and what decides how long."""
        return list(dict.fromkeys(inputs.of_stems(self.cut) + self.followed))

    @cached_property
    def stem_patterns(self) -> dict[str, str]:
        """What laying the stems writes, as patterns by name: ``stems``, their list, and a file for each."""
        folder = self.pattern(str(Path(paths.STEMS).parent))
        return {Path(path).stem: f"{folder}/{Path(path).name}" for path in inputs.stems(self.cut)}

    @cached_property
    def mix_inputs(self) -> list[str]:
        """The stems, and the lines that decide how long the reel is."""
        return inputs.of_mix(self.cut)

    @cached_property
    def heard(self) -> list[str]:
        """What was heard of the lines, where there are any."""
        return [path for path in (self.cut.sound.heard,) if path]

    @property
    def narrations(self) -> list[str]:
        """The spoken lines."""
        return self.cut.narrations()

    @property
    def caption_inputs(self) -> list[str]:
        """The spoken lines, and when each word was heard."""
        return inputs.of_captions(self.cut)

    @property
    def master_inputs(self) -> list[str]:
        """What a master is encoded from, and what lets it be."""
        return inputs.of_master(self.cut)

    @cached_property
    def reel_inputs(self) -> list[str]:
        """All that is joined: pictures, sound, subtitles."""
        return inputs.of_reel(self.cut)

    @cached_property
    def admission_inputs(self) -> list[str]:
        """What the reel is judged by."""
        return inputs.of_admission(self.cut)

    @cached_property
    def hand_off_inputs(self) -> list[str]:
        """What a hand-off to an editing program names: takes, lettering, stems, subtitles, verdicts."""
        return inputs.of_hand_off(self.cut)

    @cached_property
    def delivery_inputs(self) -> list[str]:
        """What is delivered, and what lets it be."""
        return inputs.of_delivery(self.cut)

    @property
    def burned_inputs(self) -> list[str]:
        """What the film with its subtitles in the picture is made from."""
        return inputs.of_burned(self.cut)


def _alternatives(names: Any) -> str:
    return "|".join(re.escape(name) for name in sorted(names)) or "(?!)"
