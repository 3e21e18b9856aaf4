"""How the shots of a film of a given length share its frames."""

from collections.abc import Sequence
from fractions import Fraction

from swav.times import to_seconds


def shared_out(
    wanted: int,
    said: Sequence[int | None],
    most: Sequence[int | None],
    shots: Sequence[str],
    rate: Fraction,
) -> tuple[list[int], tuple[str, str] | None]:
    """Frames of each shot so that all last ``wanted``: those that are ``said`` as said, the others alike.

    No shot gets more than it has (``most``); what it does not take goes to the others. The second value is a
    message and a remedy where that cannot be.
    """
    free = [number for number, frames in enumerate(said) if frames is None]
    unknown = [shots[number] for number in free if most[number] is None]
    if unknown:
        return [], (
            f"how long {unknown[0]} is decides its line or file",
            f"give it a stretch: {{shot: {unknown[0]}, out: 3}}",
        )
    parts = [frames or 0 for frames in said]
    left = wanted - sum(parts)
    longest = sum(parts) + sum(most[number] for number in free)
    if left < len(free) or (not free and left):
        return [], (
            f"its shots last {_seconds(sum(parts), rate)} at least",
            "shorten their stretches, or make it longer",
        )
    if wanted > longest:
        return [], (f"its shots last {_seconds(longest, rate)} at most", "add shots, or make it shorter")
    for done, number in enumerate(sorted(free, key=lambda number: most[number])):
        share = left // (len(free) - done)
        parts[number] = min(most[number], share)
        left -= parts[number]
    return parts, None


def _seconds(frames: int, rate: Fraction) -> str:
    return f"{float(to_seconds(frames, rate)):.3f}".rstrip("0").rstrip(".") + " s"
