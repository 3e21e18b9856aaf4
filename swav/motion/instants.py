"""Which instants of a take each frame of the reel shows. Exact: rates are fractions, and nothing adds up."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Instant:
    """A moment of a take: at its frame ``source``, or a ``share`` of the way from there to the next."""

    source: int
    share: Fraction = Fraction(0)

    @property
    def kept(self) -> bool:
        """Whether the take itself has this moment, so that its frame is shown as it is."""
        return self.share == 0


def instants(frames: int, rate: Fraction, *, source_frames: int, source_rate: Fraction) -> list[Instant]:
    """The instants of ``frames`` frames at ``rate``, of a take of ``source_frames`` at ``source_rate``.

    Frame n of the reel is shown from n / rate on, and frame m of the take from m / source_rate on. What would
    lie behind the take's last frame shows that frame.
    """
    found = []
    for number in range(frames):
        position = number * source_rate / rate
        source = int(position)
        if source >= source_frames - 1:
            found.append(Instant(source_frames - 1))
        else:
            found.append(Instant(source, position - source))
    return found
