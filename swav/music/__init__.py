"""Music: a bed of the reel's length, composed for the mood that the storyboard asks for."""

from fractions import Fraction
from pathlib import Path

__all__ = ["compose"]


def compose(prompt: str, *, length: Fraction, seed: int, target: Path) -> None:
    """Compose and play a bed into ``target``: 48 kHz, stereo, 24-bit WAV, written whole or not at all.

    It has exactly ``round(length * 48000)`` samples, ends on its tonic and has died away by the last one;
    its loudness is -23 LUFS (EBU R 128), less where its peaks would pass -2 dBTP. The same arguments give
    the same bytes. Raises EngineError for a length that is not above 0.
    """
    from swav.music.perform import perform

    perform(prompt, length, seed, target)
