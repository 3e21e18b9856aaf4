"""Draw the keyframes of a shot, each once, and judge them before anybody pays for a clip."""

import platform
import time
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from swav import __version__
from swav.cut import paths
from swav.cut.candidates import check_readers, readers_changed
from swav.cut.drawn import Drawn
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.shot_parts import Keyframe
from swav.cut.takes import keep, link, making
from swav.engines import Job, plugins
from swav.errors import Damaged, SwavError
from swav.hashes import HashList, damaged_files
from swav.keys import take_key
from swav.quality.judge import judge
from swav.quality.kept import once
from swav.quality.verdict import Verdict
from swav.reel.jobs import held_sources, leased, readable, recipe_plain
from swav.reel.putting_away import put_away
from swav.render.progress import Progress


def drawn_path(build: str, key: str) -> Path:
    """Where a keyframe lies that was drawn: in the store, which Snakemake never sees."""
    return Path(paths.DRAWN.format(build=build, key=key))


def draw(cut: Cut, shot: CutShot, target: Path, *, cards: tuple[str, ...], gpus: int) -> None:
    """Let ``target`` show a keyframe of the shot, and draw that if the store does not hold it yet."""
    picture = next(item for item in shot.drawn if Path(item.path).name == target.name)
    progress = Progress(shot.id, picture.engine)
    held = (cards, gpus, progress)
    if picture.chosen:
        _keep_drawn(cut, picture, *held)
    else:
        picture = _first_that_passes(cut, picture, *held)
    worst = verdict(cut, picture, measure_it=True).worst
    if worst and worst.status in ("warn", "fail"):
        progress.note(f"its {picture.name}: {worst.sentence}")
    link(drawn_path(cut.build, picture.key), target)
    progress.done()


def _first_that_passes(
    cut: Cut, picture: Keyframe, cards: tuple[str, ...], gpus: int, progress: Progress
) -> Keyframe:
    """Draw and judge takes in the order of their seeds; the one that is the picture."""
    drawn = Drawn(cut.build, cut.judging, picture.portraits, Path(cut.models))
    while (wanted := drawn.select(picture.takes).wanted) is not None:
        take = picture.of_take(wanted)
        _keep_drawn(cut, take, cards, gpus, progress)
        found = verdict(cut, take, measure_it=True)
        if found.status == "fail":
            progress.note(f"its {picture.name}, take {wanted.number}: {found.worst.sentence}")
    return of_chosen_take(cut, picture)


def of_chosen_take(cut: Cut, picture: Keyframe) -> Keyframe:
    """The picture as the take that it is, where the gates chose one meanwhile."""
    if picture.chosen:
        return picture
    drawn = Drawn(cut.build, cut.judging, picture.portraits, Path(cut.models))
    chosen = drawn.select(picture.takes).chosen
    return picture.of_take(chosen.take) if chosen else picture


def _keep_drawn(cut: Cut, picture: Keyframe, cards: tuple[str, ...], gpus: int, progress: Progress) -> None:
    """Draw a picture, unless the store holds it whole."""
    kept = drawn_path(cut.build, picture.key)
    with making(kept, lambda: progress.note("waiting for another build, which draws this picture")):
        for damaged in damaged_files([kept], HashList(cut.build), afresh=True):
            put_away(damaged, cut.build)
        if not kept.exists():
            _draw(cut, picture, kept, cards, gpus, progress)


def _draw(
    cut: Cut, picture: Keyframe, kept: Path, cards: tuple[str, ...], gpus: int, progress: Progress
) -> None:
    engine, request = plugins().get(picture.engine, "engine"), picture.request
    recipe = engine.picture_recipe(request, picture.model)
    key, gpus = take_key(recipe), gpus if engine.gpu else 0
    with (
        leased(engine, cards, gpus, progress) as held,
        keep(kept) as (file, record),
        readable(request, cut.build) as seen,
    ):
        job = Job(
            request=seen,
            model=picture.model,
            frames=1,
            clip=file,
            metadata={"title": request.shot, "comment": f"swav keyframe {key} by {engine.name}"},
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
        made = engine.draw(job)
        record.update(
            shot=request.shot,
            engine=engine.name,
            key=key,
            seed=request.seed,
            gpus=gpus,
            recipe=recipe_plain(recipe),
            model=picture.model,
            seconds=round(time.monotonic() - began, 3),
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            host=platform.node(),
            swav=__version__,
        )
        record.update(made)


def verdict(cut: Cut, picture: Keyframe, *, measure_it: bool = False) -> Verdict | None:
    """What the gates say of a keyframe that was drawn, by today's limits; None before it was measured."""
    drawn = Drawn(cut.build, cut.judging, picture.portraits, Path(cut.models))
    if not measure_it:
        numbers = drawn(picture.key)
        return judge(numbers, drawn.limits) if numbers else None

    def measure() -> dict[str, Any]:
        check_readers(cut)
        numbers = _measured(cut, picture)
        check_readers(cut)
        if Drawn(cut.build, cut.judging, picture.portraits, Path(cut.models)).readers != drawn.readers:
            raise readers_changed(cut)
        return numbers

    judged = partial(judge, limits=drawn.limits)
    return judged(once(drawn.file(picture.key), drawn.readers, measure, judged))


def _measured(cut: Cut, picture: Keyframe) -> dict[str, Any]:
    from swav.quality.picture import measure_picture

    engine = plugins().get(picture.engine, "engine")
    form = engine.form(picture.request)
    portraits: dict[str, list[Path]] = {}
    with held_sources(picture.portraits, cut.build) as held:
        for item in held:
            portraits.setdefault(item.shows.partition(" ")[2], []).append(Path(item.path))
        return measure_picture(
            drawn_path(cut.build, picture.key),
            (form.width, form.height),
            prompt=picture.request.prompt,
            designed=engine.designed,
            models=Path(cut.models),
            portraits=portraits,
        )


def require_good_keyframes(cut: Cut, shot: CutShot) -> None:
    """Refuse to render from a picture that failed, unless somebody approved it. Raises SwavError."""
    if shot.on_fail != "stop":
        return
    for picture in shot.drawn:
        found = None if picture.approved else verdict(cut, picture, measure_it=True)
        if found and found.status == "fail":
            raise SwavError(
                f"its {picture.name} failed: {found.worst.sentence}; edit its prompt or seed, "
                f"approve it (swav approve {shot.id}), or set on_fail: warn"
            )


def link_drawn(cut: Cut) -> None:
    """Link every keyframe of the store to where the cut looks for it."""
    for shot in cut.shots:
        for picture in shot.drawn:
            kept = drawn_path(cut.build, picture.key)
            if kept.exists() and not Path(picture.path).exists():
                with suppress(Damaged):  # the job that makes the picture puts it away
                    link(kept, Path(picture.path))
