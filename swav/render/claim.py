"""The cards that a job of a build claims: leased, with idle workers asked to make room."""

from collections.abc import Iterator
from contextlib import contextmanager

from swav.render.cards import lease, lease_folder
from swav.render.progress import Progress
from swav.render.worker_register import make_room_gated


@contextmanager
def claimed(cards: tuple[str, ...], gpus: int, progress: Progress) -> Iterator[tuple[str, ...]]:
    """Hold ``gpus`` of the cards; none where none are claimed. See ``swav.render.cards.lease``."""
    if not gpus:
        yield ()
        return
    with lease(
        cards,
        gpus,
        waiting=lambda: progress.note("waiting for free GPUs"),
        make_room=lambda: make_room_gated(lease_folder(), cards, gpus),
    ) as held:
        yield held
