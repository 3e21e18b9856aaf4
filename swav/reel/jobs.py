"""What jobs of engines share: sources that are read as they were promised, cards that are held meanwhile."""

import json
from collections.abc import Iterable, Iterator, Mapping
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
def held_sources(sources: Iterable[Source], build: str) -> Iterator[list[Source]]:
    """Sources where they are to be read, which have to be those that were promised (``swav.unchanged``)."""
    digests = SourceDigests(build)
    with ExitStack() as stack:
        yield [
            replace(source, path=str(stack.enter_context(digests.unchanged(source.path, source.content))))
            for source in sources
        ]


@contextmanager
def readable(request: Request, build: str) -> Iterator[Request]:
    """The request with its sources where they are to be read, which have to be those that the key covers."""
    single = {name: getattr(request, name) for name in ("source", "first_frame", "last_frame")}
    named = {name: source for name, source in single.items() if source is not None}
    with held_sources([*named.values(), *request.references], build) as held:
        references = tuple(held[len(named) :])
        yield replace(request, **dict(zip(named, held, strict=False)), references=references)


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
