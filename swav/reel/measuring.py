"""What is measured of the parts of a reel, once: of each piece when it is encoded, and of its sound.

A reel of which one shot was edited is judged by what is known of all others.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from swav import recipes
from swav.cut.candidates import may_hold, segment_quality
from swav.cut.inputs import part_qualities, part_quality
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.sounds import Narration
from swav.hashes import forget_damaged
from swav.keys import digest
from swav.quality.judge import judge
from swav.quality.kept import known, once
from swav.quality.limits import Limits

_PICTURE = f"picture {recipes.REEL_MEASUREMENT}"


def measure_piece(cut: Cut, piece: Path, shot: CutShot | None = None) -> None:
    """Measure a piece as soon as it is encoded; ``shot`` is given with a segment, whose middle is kept.

    One that cannot be measured is measured in the reel, which says what is wrong with it.
    """
    import av

    from swav.quality.joined import NotInGroups, measure_picture
    from swav.reel.middles import Keeper

    look = Keeper(cut, shot).see if shot else None
    try:
        once(part_quality(piece), _PICTURE, lambda: {"groups": measure_picture(piece, look=look)}, _by_digest)
    except (NotInGroups, av.error.FFmpegError):
        return
    if shot and may_hold(shot):
        measured_segment(cut, shot)


def known_groups(cut: Cut) -> dict[str, dict[str, Any]]:
    """What was measured of the pieces of a cut: groups of pictures by their digests."""
    forget_damaged(part_qualities(cut))
    found: dict[str, dict[str, Any]] = {}
    for piece in cut.pieces():
        if kept := known(part_quality(piece), _PICTURE, _by_digest):
            found |= _by_digest(kept)
    return found


def _by_digest(measured: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return dict(_parts(measured["groups"]))


def _parts(groups: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for group in groups:
        black = [[int(start), int(stop)] for start, stop in group["black"]]
        seen = {"frames": int(group["frames"]), "whole": group["whole"] is True, "black": black}
        yield group["digest"], seen


def measured_segment(cut: Cut, shot: CutShot) -> dict[str, Any]:
    """The numbers of a shot's segment, measured now if they have not been."""
    from swav.quality.segment import measure_segment

    limits = Limits.model_validate(cut.judging.segment_limits)
    how = f"segment {recipes.SEGMENT_MEASUREMENT}"
    measure = partial(measure_segment, Path(shot.segment))
    return once(segment_quality(cut.build, shot), how, measure, partial(judge, limits=limits))


def measured_line(cut: Cut, line: Narration, heard: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of a spoken line, of which that was ``heard``: measured now if they have not been."""
    from swav.quality.speech import measure_line, measure_words

    def measure() -> dict[str, Any]:
        return measure_line(Path(line.path)) | measure_words(heard, line.text, line.lexicon)

    how = f"line {recipes.LINE_MEASUREMENT} {digest([heard, line.text, dict(line.lexicon)])}"
    return once(part_quality(line.path), how, measure, _as_line)


def _as_line(measured: dict[str, Any]) -> None:
    for number in (measured["clipped"], measured["silent"], measured["level"], measured.get("words")):
        float(number or 0)


def measured_sound(cut: Cut, sound: Path) -> dict[str, Any]:
    """What the mix is as a reel has it, measured in ``sound`` if it was not before: in the encoded mix or
    a reel, whose packets are the same."""
    from swav.quality.joined import measure_sound, sound_digest

    how = f"sound {recipes.REEL_MEASUREMENT} {sound_digest(sound)}"
    return once(part_quality(cut.sound.mix), how, partial(measure_sound, sound), _as_sound)


def _as_sound(measured: dict[str, Any]) -> None:
    for level in (measured["loudness"], measured["true_peak"]):
        float(level or 0)
    for start, stop in measured["silent"]:
        float(start), float(stop)
    list(measured["faults"])
