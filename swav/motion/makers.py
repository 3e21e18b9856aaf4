"""How the frames between two pictures are made: a maker for each way that a storyboard can name."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from swav.motion.between import Between, Planes

Maker = Callable[[Planes, Planes, Sequence[Fraction]], list[Planes]]
"""Makes the pictures at some shares of the way from a picture to the next. Pure, and the same bytes in every
process: it may be called for several pairs at once. What learns (a network with its weights) is one more."""


def interpolate(first: Planes, second: Planes, shares: Sequence[Fraction]) -> list[Planes]:
    """Everything where it then is; the nearer picture where no motion leads from one to the other."""
    between = Between(first, second)
    return [between.interpolated(share) for share in shares]


def blend(first: Planes, second: Planes, shares: Sequence[Fraction]) -> list[Planes]:
    """Both pictures laid over each other; the nearer one across a cut."""
    between = Between(first, second)
    return [between.blended(share) for share in shares]


MAKERS: Mapping[str, Maker] = MappingProxyType({"interpolate": interpolate, "blend": blend})
