"""What shots ask of their engines that does not go together, said before anything is rendered."""

from swav.cut.model import Cut
from swav.engines import engines
from swav.shown import listed

_MOST = 12
"""Shots that are named of each sentence."""


def remarks(cut: Cut) -> list[str]:
    """Each sentence once, with the shots that it is about."""
    found: dict[str, list[str]] = {}
    for shot in cut.shots:
        wanted = engines().get(shot.request.wanted)
        if wanted is None or engines()[shot.engine].source != "prompt":
            continue
        for sentence in wanted.remarks(shot.request):
            found.setdefault(sentence, []).append(shot.id)
    return [f"{sentence} ({listed(shots, _MOST)})" for sentence, shots in found.items()]
