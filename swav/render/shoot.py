"""Make the take of a shot: the one function in the house that writes a take."""

import json
import platform
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from swav import __version__
from swav.cut import paths
from swav.cut.model import Cut, CutShot
from swav.cut.takes import keep, link, take_path
from swav.cut.timeline import settled
from swav.engines import Engine, Job, engines
from swav.keys import canonical, take_key
from swav.render.cards import lease, lease_folder
from swav.render.progress import Progress
from swav.render.worker_register import make_room_gated
from swav.times import to_seconds


def shoot(cut: Cut, shot: CutShot, clip: Path, *, cards: tuple[str, ...], gpus: int) -> None:
    """Let ``clip`` show the shot's take, and make that take if the store does not hold it yet.

    A shot that follows its narration learns its frames here, so requests of the same length share a take.
    """
    request = settled(shot, cut.delivery.rate)
    frames = request.length.frames
    engine = engines()[shot.engine]
    recipe = engine.recipe(request, shot.model)
    key = take_key(recipe)
    take = take_path(cut.build, key)
    progress = Progress(shot.id, engine.name)
    if not take.exists():
        with _cards(engine, cards, gpus, progress) as held, keep(take) as (file, record):
            job = Job(
                request=request,
                model=shot.model,
                frames=frames,
                clip=file,
                metadata=_metadata(shot, key, recipe),
                key=key,
                build=Path(cut.build),
                cards=held,
                gpus=gpus,
                models=Path(cut.models),
                state=Path(paths.STATE.format(build=cut.build, key=key)),
                progress=progress.step,
                note=progress.note,
            )
            began = time.monotonic()
            made = engine.shoot(job)
            record.update(
                shot=shot.id,
                engine=engine.name,
                key=key,
                size=f"{request.width}x{request.height}",
                steps=request.steps,
                length_seconds=float(to_seconds(frames, request.rate)),
                gpus=gpus,
                recipe=recipe_plain(recipe),
                model=shot.model,
                seconds=round(time.monotonic() - began, 3),
                made=datetime.now(UTC).isoformat(timespec="seconds"),
                host=platform.node(),
                swav=__version__,
                **made,
            )
        shutil.rmtree(job.state, ignore_errors=True)
    link(take, clip)
    progress.done()


def recipe_plain(recipe: dict) -> dict:
    """A recipe as JSON data, fractions written out."""
    return json.loads(canonical(recipe))


def _metadata(shot: CutShot, key: str, recipe: dict) -> dict[str, str]:
    return {
        "title": shot.id,
        "comment": f"swav take {key} by {shot.engine}",
        "description": canonical(recipe),
    }


@contextmanager
def _cards(
    engine: Engine, cards: tuple[str, ...], gpus: int, progress: Progress
) -> Iterator[tuple[str, ...]]:
    """The cards of a render, leased; for an engine that leases them itself, those that it may choose from."""
    if not gpus or getattr(engine, "leases_itself", False):
        yield cards if gpus else ()
        return
    with lease(
        cards,
        gpus,
        waiting=lambda: progress.note("waiting for free GPUs"),
        make_room=lambda: make_room_gated(lease_folder(), cards, gpus),
    ) as held:
        yield held
