"""Make the take of a shot: the one function in the house that writes a take."""

import platform
import shutil
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from swav import __version__
from swav.cut import paths
from swav.cut.candidates import JudgedTake, Measured, Take, TakeSelection, measured, select_take, takes_of
from swav.cut.early import decides, look_path
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.takes import keep, link, making, read_record, take_path
from swav.cut.timeline import settled
from swav.engines import Engine, Job, Request, plugins
from swav.hashes import HashList, damaged_files
from swav.keys import canonical, take_key
from swav.reel.drawing import require_good_keyframes
from swav.reel.jobs import leased, readable, recipe_plain
from swav.reel.live import Live
from swav.reel.looking import measure_looks
from swav.reel.putting_away import put_away
from swav.render.card_names import names_of
from swav.render.hardware import card_models
from swav.render.progress import Progress
from swav.times import to_seconds


def shoot(cut: Cut, shot: CutShot, clip: Path, *, cards: tuple[str, ...], gpus: int) -> None:
    """Let ``clip`` show the shot's take, and make that take if the store does not hold it yet.

    A shot that follows its narration learns its frames here, so requests of the same length share a take.
    Where a take is chosen among several, each is judged as soon as it is made, and only if it fails the next
    one is made, while the worker is warm. Those that were looked at go on from where they were.
    """
    shooter = Shooter(cut, shot, cards, gpus)
    try:
        if shot.contested:
            key = shooter.until_one_passes()
        else:
            take = next(takes_of(cut, shot))
            key = shooter.take(shot.engine, take.request, shot.model)
    finally:
        shooter.live.over()
    link(take_path(cut.build, key), clip)
    shooter.progress.done()


def look(cut: Cut, shot: CutShot, target: Path, *, cards: tuple[str, ...], gpus: int) -> None:
    """Let ``target`` show what a take of the shot would be after some of its steps, and make these if nobody
    did. What they led to is kept, so that the take goes on from there."""
    early = shot.early
    number = [Path(path).name for path in early.looks].index(target.name)
    shooter = Shooter(cut, early.of(shot), cards, gpus)
    try:
        take = list(takes_of(cut, shooter.shot))[number]
        made = shooter.look(take, early.at)
    finally:
        shooter.live.over()
    link(made, target)
    shooter.progress.done()


class Shooter:
    """Makes takes of one shot, with the cards that its render claims."""

    def __init__(self, cut: Cut, shot: CutShot, cards: tuple[str, ...], gpus: int):
        self.cut, self.shot = cut, shot
        self._cards, self._gpus = cards, gpus
        self.live = Live(cut.build, shot.id, shot.engine)
        self.progress = Progress(shot.id, shot.engine, self.live.heard)

    def until_one_passes(self) -> str:
        """Make and judge takes in the order of their seeds, or that of the looks at them; the key of the one
        that the cut shows."""
        if decides(self.shot):
            measure_looks(self.cut, self.shot)
        while (selection := self._selection()).wanted is not None:
            take = selection.wanted
            if selection.judged:
                self._say_why(selection.judged[-1], f"take {take.number} of {len(self.shot.takes)} is made")
            self.take(self.shot.engine, take.request, self.shot.model)
            measured(self.cut, take)
        if not selection.fallback:
            return selection.chosen.take.key
        stand_in = self.shot.fallback
        self._say_why(selection.judged[-1], f"the {stand_in.engine} stands in")
        request = settled(self.shot, self.cut.delivery.rate, stand_in.request)
        return self.take(stand_in.engine, request, "")

    def _selection(self) -> TakeSelection:
        return select_take(self.cut, self.shot, Measured(self.cut.build, self.cut.judging))

    def _say_why(self, failed: JudgedTake, consequence: str) -> None:
        self.progress.note(
            f"take {failed.take.number} failed: {failed.verdict.worst.sentence}; {consequence}"
        )

    def take(self, name: str, request: Request, model: str) -> str:
        """Make one take, unless the store holds it; its key. ``request`` has its length in frames."""
        engine = plugins().get(name, "engine")
        recipe = engine.recipe(request, model)
        key = take_key(recipe)
        file = take_path(self.cut.build, key)
        with making(file, lambda: self.progress.note("waiting for another build, which makes this take")):
            if damaged_files([file], HashList(self.cut.build), afresh=True):
                self.progress.note(f"{file} is damaged; {put_away(file, self.cut.build)}")
            if not file.exists():
                self._make(engine, request, model, recipe, file)
        return key

    def look(self, take: Take, at: int) -> Path:
        """Make the early look at a take, unless the store holds it; where it lies."""
        whole, file = take_path(self.cut.build, take.key), look_path(self.cut.build, take.key, at)
        with making(whole, lambda: self.progress.note("waiting for another build, which makes this take")):
            for damaged in damaged_files([file], HashList(self.cut.build), afresh=True):
                self.progress.note(f"{file} is damaged; {put_away(damaged, self.cut.build)}")
            if not file.exists():
                engine = plugins().get(self.shot.engine, "engine")
                self._make(engine, take.request, self.shot.model, take.recipe, file, look_at=at)
            if whole.exists():
                shutil.rmtree(paths.STATE.format(build=self.cut.build, key=take.key), ignore_errors=True)
        return file

    def _looked_seconds(self, take: str) -> float:
        """What the look cost from which a take goes on, for forecasts; 0 where there was none."""
        early = self.shot.early
        return read_record(look_path(self.cut.build, take, early.at)).get("seconds", 0) if early else 0

    def _make(
        self,
        engine: Engine,
        request: Request,
        model: str,
        recipe: Mapping[str, Any],
        file: Path,
        look_at: int = 0,
    ) -> None:
        key, frames, name = take_key(recipe), request.length.frames, engine.name
        if not engine.designed:
            require_good_keyframes(self.cut, self.shot)
        gpus, self.live.key = self._gpus if engine.gpu else 0, key
        with (
            leased(engine, self._cards, gpus, self.progress) as held,
            keep(file) as (clip, record),
            readable(request, self.cut.build) as seen,
        ):
            job = Job(
                request=seen,
                model=model,
                frames=frames,
                clip=clip,
                metadata=_metadata(request.shot, name, key, recipe),
                key=key,
                build=Path(self.cut.build),
                cards=held,
                gpus=gpus,
                models=Path(self.cut.models),
                state=Path(paths.STATE.format(build=self.cut.build, key=key)),
                progress=self.progress.step,
                note=self.progress.note,
                look_at=look_at,
            )
            began = time.monotonic()
            made = engine.shoot(job)
            record.update(
                shot=request.shot,
                engine=name,
                key=key,
                size=f"{request.width}x{request.height}",
                steps=request.steps,
                seed=request.seed,
                length_seconds=float(to_seconds(frames, request.rate)),
                gpus=gpus,
                recipe=recipe_plain(recipe),
                model=model,
                seconds=round(time.monotonic() - began, 3),
                made=datetime.now(UTC).isoformat(timespec="seconds"),
                host=platform.node(),
                swav=__version__,
            )
            if look_at:
                record["look_at"] = look_at
            elif before := self._looked_seconds(key):
                record["looked_seconds"] = before
            record.update(made)
            record.update(_cards(made.get("cards", held)))
            if request.source:
                record["file"] = request.source.path
        if not look_at:
            shutil.rmtree(job.state, ignore_errors=True)


def _cards(used: Sequence[str]) -> dict[str, Any]:
    """Of a record: the models of the cards that rendered, and the names by which their machine knows them.

    Ids are of one job alone: a scheduler gives every job a card that is called 0.
    """
    return {"card_models": list(card_models(used)), "card_names": list(names_of(used))} if used else {}


def _metadata(shot: str, engine: str, key: str, recipe: Mapping[str, Any]) -> dict[str, str]:
    return {"title": shot, "comment": f"swav take {key} by {engine}", "description": canonical(recipe)}
