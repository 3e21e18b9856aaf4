"""What jobs of engines share: sources that are read as they were promised, cards that are held meanwhile."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from swav.cut.sources import SourceDigests
from swav.engines import Engine, Request, Source
from swav.keys import canonical
from swav.render.claim import claimed
from swav.render.progress import Progress


def recipe_plain(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """A recipe as JSON data, fractions written out."""
    return json.loads(canonical(recipe))


@contextmanager
def readable(request: Request, build: str) -> Iterator[Request]:
    """The request with its sources where they are to be read, which have to be those that the key covers."""
    digests = SourceDigests(build)
    with ExitStack() as stack:

        def held(source: Source | None) -> Source | None:
            if source is None:
                return None
            path = stack.enter_context(digests.unchanged(source.path, source.content))
            return replace(source, path=str(path))

        yield replace(
            request,
            source=held(request.source),
            first_frame=held(request.first_frame),
            last_frame=held(request.last_frame),
            references=tuple(map(held, request.references)),
        )


@contextmanager
def leased(
    engine: Engine, cards: tuple[str, ...], gpus: int, progress: Progress
) -> Iterator[tuple[str, ...]]:
    """The cards of a render, leased; for an engine that leases them itself, those that it may choose from."""
    if gpus and engine.leases_itself:
        yield cards
        return
    with claimed(cards, gpus, progress) as held:
        yield held
