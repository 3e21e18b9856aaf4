"""Models that were never fetched: a short line each, with what they would give."""

from collections.abc import Iterator, Sequence

from swav.review.checkup import Checkup

_INDENT = 2


def absent(engines: Sequence[Checkup]) -> Iterator[str]:
    """Lines for the screen; none where every model is here, or something of it."""
    missing = [each for each in engines if each.absent]
    if not missing:
        return
    width = max(len(each.engine) for each in missing)
    yield "\nNot here (`swav doctor ENGINE` tells how one is fetched):"
    for each in missing:
        yield f"{' ' * _INDENT}{each.engine:{width}}  {each.gives}".rstrip()
