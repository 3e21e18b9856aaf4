"""Shots that were asked for by their ids (``snakemake r012``): then nothing else of the film is opened.

Snakemake reads the workflow before it looks at its targets, and has no way to ask for them.
"""

import sys
from collections.abc import Collection
from pathlib import Path

_PROGRAMS = ("snakemake", "__main__.py")


def asked_shots(shots: Collection[str]) -> frozenset[str]:
    """The shots that are all that was asked for; none where the film or any other file was asked for too."""
    words = sys.argv[1:]
    if Path(sys.argv[0]).name not in _PROGRAMS or not set(words) & set(shots):
        return frozenset()
    from snakemake.cli import get_argument_parser  # takes a third of a second: only where an id was typed

    targets = get_argument_parser().parse_known_args(words)[0].targets
    return frozenset(targets) if targets and set(targets) <= set(shots) else frozenset()
