"""What the engines of this installation can work from, and which of them a shot asks for.

A storyboard is checked against it, and so knows nothing of engines themselves.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from swav.storyboard.model import Storyboard
from swav.storyboard.shot import Shot

AUTO = "auto"
"""The name of an engine that leaves the choice to the build."""
PLAIN_ENGINE = "wan2.2"
"""Whom ``engine: auto`` asks where a shot has no keyframe."""


@dataclass(frozen=True)
class Abilities:
    """Engines by name. None known: nothing is checked against them."""

    reads: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Of each that shoots prompts: the fields of a request that it can work from."""
    needs: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Of each that does either: those without which it cannot work."""
    draws: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Of each that draws keyframes: the fields of a request that it can work from."""
    looks: Collection[str] = ()
    """Those whose takes can be looked at after a step, and go on from there."""
    stand_in: str = ""
    """The engine that can always shoot; nobody chooses it where another can."""
    preferred: Sequence[str] = ()
    """Engines that ``auto`` tries first where a shot has a keyframe, in this order."""
    ways: Mapping[str, str] = field(default_factory=dict)
    """Lossy ways by name: what of a model each replaces, which no two may."""

    def reading(self, given: Collection[str]) -> list[str]:
        """Engines that can work from all of these fields, but the stand-in."""
        return sorted(
            name for name, reads in self.reads.items() if name != self.stand_in and set(given) <= set(reads)
        )

    def drawing(self, given: Collection[str] = ()) -> list[str]:
        """Engines that draw keyframes, can work from all of these fields, and need no others."""
        has = {"prompt", *given}
        can = (name for name, reads in self.draws.items() if set(given) <= set(reads))
        return sorted(name for name in can if set(self.needs.get(name, ())) <= has)


NOTHING_KNOWN = Abilities()


def given_pictures(shot: Shot) -> frozenset[str]:
    """The fields of a request that a shot's pictures fill."""
    pictures = (("first_frame", shot.keyframe or shot.follows), ("last_frame", shot.end or shot.leads))
    return frozenset(name for name, picture in pictures if picture is not None)


def engines_asked(board: Storyboard, shot: Shot, abilities: Abilities) -> tuple[str, ...]:
    """The engines that may shoot a prompt, the one that is wanted most first; none where nobody can.

    An engine that a shot names is the only one. Else a shot with a keyframe goes to the reel's engine where
    that can begin with a picture, and otherwise to any that can: those that are preferred, then those of the
    family of the reel's engine, then those that read the prompt too.
    """
    if shot.engine not in (None, AUTO):
        return (shot.engine,)
    of_the_reel = PLAIN_ENGINE if board.engine == AUTO else board.engine
    given = given_pictures(shot)
    if given <= set(abilities.reads.get(of_the_reel, ())):
        return (of_the_reel,)
    if not given:
        return (of_the_reel,)
    can = abilities.reading(given)

    def rank(name: str) -> tuple[int, bool, bool]:
        preferred = list(abilities.preferred)
        place = preferred.index(name) if name in preferred else len(preferred)
        return place, not name.startswith(of_the_reel), "prompt" not in abilities.reads[name]

    return tuple(sorted(can, key=rank))
