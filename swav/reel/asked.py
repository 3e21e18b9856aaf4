"""Shots that were asked for by their ids (``snakemake r012``): then nothing else of the film is opened.

Snakemake reads the workflow before it looks at its targets, and has no way to ask for them; nor does it know
its rules before they are read, so that their names are looked up where they are written.
"""

import re
import sys
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from swav.cut.model import FINAL
from swav.cut.paths import burned_target
from swav.storyboard.deliveries import ALL

_WITH = (".srt", ".vtt")
_PROGRAMS = ("snakemake", "__main__.py")
_LISTS = re.compile(r"--l|-\w*l")
"""Options that ask which rules there are: ``--list-rules``, ``--list-target-rules``, ``-l``, ``--lint``."""
_PROJECT = Path(__file__).parents[2]
_RULE = re.compile(r"^rule (\w+):", re.MULTILINE)


@cache
def rule_names() -> frozenset[str]:
    """The names of all rules of the workflow that are written down."""
    files = [_PROJECT / "Snakefile", *sorted((_PROJECT / "rules").glob("*.smk"))]
    written = (name for file in files for name in _RULE.findall(file.read_text(encoding="utf-8")))
    return frozenset(("lay_stems", *written))


def word_of(shot: str, shots: Collection[str]) -> str:
    """The word by which a shot is asked for: its id, but ``shot_`` and its id where a rule has that name."""
    target = shot
    while target in rule_names() or (target != shot and target in shots):
        target = f"shot_{target}"
    return target


def asked_shots(shots: Collection[str]) -> frozenset[str]:
    """The shots that are all that was asked for; none where the film or any other file was asked for too."""
    words = sys.argv[1:]
    if Path(sys.argv[0]).name not in _PROGRAMS:
        return frozenset()
    by_target = {word_of(shot, shots): shot for shot in shots}
    if by_target.keys().isdisjoint(words):
        return frozenset()
    from snakemake.cli import get_argument_parser  # takes a third of a second: only where an id was typed

    targets = get_argument_parser().parse_known_args(words)[0].targets
    if not targets or not by_target.keys() >= set(targets):
        return frozenset()
    return frozenset(by_target[target] for target in targets)


def may_be_named(target: str) -> bool:
    """Whether the command line may name a target: so a film of thousands of shots has not as many rules, of
    which none is asked for.
    """
    words = sys.argv[1:]
    if Path(sys.argv[0]).name not in _PROGRAMS or any(map(_LISTS.match, words)):
        return True
    return target in _named(*words)


@cache
def _named(*words: str) -> frozenset[str]:
    return frozenset(part for word in words for part in re.split(r"[=,\s]", word))


def asked_films(targets: Mapping[str, str]) -> list[str]:
    """The deliveries that were asked for: by the file of one (or its subtitles), or by ``deliveries`` all.

    ``targets`` are their files, by name. A job that Snakemake starts as a process may belong to any.
    """
    words = set(sys.argv[1:])
    if Path(sys.argv[0]).name not in _PROGRAMS:
        return []
    if words & {ALL, "--target-jobs"}:
        return list(targets)
    names = {
        name: {str(Path(file).with_suffix(suffix)) for suffix in _WITH} | {file, burned_target(file)}
        for name, file in targets.items()
    }
    return [name for name, files in names.items() if words & files]


def asked_for_film() -> bool:
    """Whether the storyboard's own film was asked for by its name."""
    return not {FINAL, burned_target(FINAL), "all"}.isdisjoint(sys.argv[1:])
