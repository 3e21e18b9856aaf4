"""All films that a run may make: the storyboard's own, and the deliveries of it that were asked for.

A rule knows a file by its name, and names are made of keys: so a file is made by the cut that holds it, and
what several films hold is made once. Rules ask here as they would ask the one reel of a storyboard.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from swav.cut import inputs, paths
from swav.reel.asked import asked_films, asked_for_film
from swav.reel.film import Film
from swav.reel.stamp import delivered_files
from swav.reel.workflow import open_reel, versions_of

_MADE = {
    "clip_inputs": paths.CLIP,
    "look_inputs": paths.EARLY,
    "comparison_inputs": paths.COMPARISON,
    "motion_inputs": paths.MOTION,
    "learned_motion_inputs": paths.LEARNED,
    "finish_inputs": paths.FINISHED,
    "keyframe_inputs": paths.FRAME,
    "continuation_inputs": paths.CONTINUED,
    "segment_inputs": paths.SEGMENT,
    "transition_inputs": paths.TRANSITION,
    "verdict_inputs": paths.VERDICT,
    "likeness_inputs": paths.LIKENESS,
    "one_shot_inputs": paths.ONE_SHOT,
    "followed": paths.MUSIC,
    "stem_inputs": paths.STEMS,
    "mix_inputs": paths.MIX,
    "narrations": paths.HEARD,
    "caption_inputs": paths.CAPTIONS,
    "reel_inputs": paths.REEL,
    "admission_inputs": paths.ADMISSION,
    "master_inputs": paths.MASTER,
    "burned_inputs": paths.BURNED,
    "stills_inputs": paths.STILLS,
}
"""What a reel says of a file that one of its rules makes, and how such files are called."""


class Films:
    """The film of the storyboard, ``main``, and those of deliveries, by their names."""

    def __init__(self, main: Film, versions: Mapping[str, Film]):
        self.main, self.versions = main, dict(versions)
        self._leaves_out: Callable[[], bool] = lambda: False

    def leave_out(self, when: Callable[[], bool]) -> None:
        """Say no more, while ``when()`` holds, of what a file was made from that is there."""
        self._leaves_out = when

    def __getattr__(self, name: str) -> Any:
        """What belongs to one file is told by the film that holds it; all else is the same for all films."""
        if name not in _MADE:
            return getattr(self.main, name)

        def told(wildcards: Any) -> list[str]:
            file = self._named(_MADE[name], wildcards)
            film = self._by_file.get(file)
            if film and self._leaves_out() and _are_there(self._made_with.get(file, (file,))):
                return []
            found = getattr(film or self.main, name)
            return found(wildcards) if callable(found) else found

        return told

    @property
    def all(self) -> list[Film]:
        """Every film, the storyboard's own first."""
        return [self.main, *self.versions.values()]

    def holding(self, pattern: str, wildcards: Any) -> Film:
        """The film that holds a file; the storyboard's own for one that none does, which then says so."""
        return self._by_file.get(self._named(pattern, wildcards), self.main)

    def _named(self, pattern: str, wildcards: Any) -> str:
        return pattern.format(build=self.main.cut.build, **dict(wildcards.items()))

    def delivery_of(self, film: Film) -> Callable[[Any], list[str]]:
        """For a rule: what a film is delivered from."""
        files = [str(file) for file, _, _ in delivered_files(film.cut, Path(film.target))]

        def told(wildcards: Any) -> list[str]:
            delivered = not film.stale and _are_there(files)
            return [] if delivered and self._leaves_out() else film.delivery_inputs

        return told

    @cached_property
    def _by_file(self) -> dict[str, Film]:
        found: dict[str, Film] = {}
        for reel in self.all:
            for file in inputs.made(reel.cut):
                found.setdefault(file, reel)
        return found

    @cached_property
    def _made_with(self) -> dict[str, list[str]]:
        """What one job makes of several files, by each of them."""
        sets = [files for film in self.all for files in inputs.made_together(film.cut)]
        return {file: files for files in sets for file in files}

    @cached_property
    def stem_sets(self) -> list[tuple[str, dict[str, str], str]]:
        """Which stems are laid: the rule's name, a pattern for each file, and a constraint of their keys.

        What does not sound in a film has no stem, so films differ in them.
        """
        keys: dict[tuple[tuple[str, str], ...], list[str]] = {}
        for reel in self.all:
            folder = Path(reel.cut.sound.stems).parent.name
            keys.setdefault(tuple(reel.stem_patterns.items()), []).append(folder)
        taken = [key for others in list(keys.values())[1:] for key in others]
        found = []
        for number, (patterns, mine) in enumerate(keys.items()):
            name = f"_lay_stems_{number}" if number else "lay_stems"
            others = f"(?!{'|'.join(taken)})" if taken else ""
            only = "|".join(mine) if number else f"{others}[0-9a-f]{{12}}"
            found.append((name, dict(patterns), only))
        return found

    @property
    def asked(self) -> list[Film]:
        """The films that this run makes: where only versions were asked for, those alone."""
        return self.all if asked_for_film() or not self.versions else list(self.versions.values())

    def delivered(self) -> Iterator[tuple[str, Film]]:
        """Each delivery that was asked for, and its film."""
        yield from self.versions.items()

    def made_by(self, pattern: str) -> Callable[[Any], str]:
        """For a rule: the cut from which a file is made."""
        return lambda wildcards: self.holding(pattern, wildcards).cut_path


def _are_there(files: Iterable[str]) -> bool:
    return all(map(os.path.isfile, files))


def open_films(values: Mapping[str, Any], *, gpu_limit: int | None = None) -> Films:
    """Open the film of the configured storyboard, and the deliveries that this run is asked for.

    Raises InputError with every fault of one of them.
    """
    main = open_reel(values, gpu_limit=gpu_limit)
    versions = {}
    for name in asked_films({} if main.only else versions_of(main)):
        versions[name] = open_reel(values, gpu_limit=gpu_limit, version=name)
    return Films(main, versions)
