"""A picture in bands of some rows: what concerns each pixel alone comes out the same in them, and what lies
between holds little memory and stays in the processor's cache.
"""

from collections.abc import Iterator

BAND = 32
"""Rows of a band; the last of a picture may have fewer."""


def bands(rows: int) -> Iterator[slice]:
    """The rows of a picture, a band at a time."""
    for top in range(0, rows, BAND):
        yield slice(top, min(rows, top + BAND))
