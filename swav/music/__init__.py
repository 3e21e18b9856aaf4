"""Music: a bed of the reel's length, composed for the moods that the storyboard asks for."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from swav.music.moods import Mood

__all__ = ["Mood", "compose"]


def compose(moods: Sequence[Mood] | str, *, length: Fraction, seed: int, target: Path) -> None:
    """Compose and play a bed into ``target``: 48 kHz, stereo, 24-bit WAV, written whole or not at all.

    ``moods`` are in order of time, or one prompt for all of it. Where the mood changes, the first beat of
    the new music falls on its second, and the old rings into it; a mood of less than two seconds is left out.

    The bed has exactly ``round(length * 48000)`` samples, ends on its tonic and has died away by the last
    one; its loudness is -23 LUFS (EBU R 128), less where its peaks would pass -2 dBTP. The same arguments
    give the same bytes. Raises EngineError for a length that is not above 0, and for moods out of order.
    """
    from swav.music.perform import perform

    perform(moods, length, seed, target)
