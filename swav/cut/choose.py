"""Which engine shoots a prompt, here and now, and why.

``engine: auto`` prefers, per shot: a finished take of the wanted engine; else that engine, where its weights
and cards are here; else the animatic. So a laptop shows the rendered takes that it was given, stands in for
the rest, and never replaces one by the other.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from swav.cut import paths
from swav.cut.shot_parts import Candidate, StandIn
from swav.cut.takes import read_record
from swav.engines import STAND_IN, Engine, Readiness, Request, Site, Source, engines, generating, plugins
from swav.errors import Damaged, EngineError, SwavError
from swav.files import read_json, remember
from swav.keys import choice_key, take_key
from swav.plugins import listed, said
from swav.storyboard.shot import OnFail

FINISHED = "finished take"
"""Why an engine is chosen whose take is there."""


def seed_after(seed: int, steps: int) -> int:
    """The seed ``steps`` after one; after the last comes 0.

    Signed 63 bits are one ring. The upper half of 64 bits, of which other programs draw half of their seeds,
    goes on where it is: so no take whose seed was always allowed gets another.
    """
    return (seed + steps) % (2**63 if seed < 2**63 else 2**64)


@dataclass(frozen=True)
class TakePolicy:
    """Which takes of a shot may be made, and what is done where none passes."""

    takes: int = 1
    look_at: int = 0
    """The step after which all takes are looked at, before one is made whole; 0: none is."""
    pinned: int | None = None
    """The number of the take that is in the cut, whatever is found of it."""
    on_fail: OnFail = "stop"
    fallback: tuple[str, Source | None] | None = None
    """The engine that stands in where no take passes, and what it shows."""
    limits: Mapping[str, Any] = field(default_factory=dict)
    """By what the takes are judged."""


@dataclass(frozen=True)
class Choice:
    """An engine, the weights it uses, the keys that follow, and the reason in one phrase."""

    engine: str
    model: str
    key: str
    """Of the only take, or of all that decides which of several is shown."""
    takes: tuple[Candidate, ...]
    fallback: StandIn | None
    why: str
    ready: bool
    """False where only a forced policy holds on to an engine that cannot shoot here."""
    looked: tuple[Candidate, ...] = ()
    """The takes that are looked at before one of them is made whole."""
    look_at: int = 0
    """After which step; 0 where none is."""


class Chooser:
    """Chooses engines for the shots of one reel, looking at each engine's readiness once."""

    def __init__(
        self, site: Site, known: "KnownModels", policy: str, finished: Callable[[Request, Choice], bool]
    ):
        """``policy`` is ``auto`` or the name of the engine that must shoot every prompt."""
        if policy != "auto" and policy not in generating():
            insisted = plugins().get(policy, "engine")
            raise EngineError(
                f"engine={policy} is asked of every prompt, but it shows a {insisted.source}",
                f"use auto or {listed(generating())}",
            )
        self._site = site
        self._policy = policy
        self._finished = finished
        self._models = known
        self._readiness: dict[str, Readiness] = {}

    def readiness(self, engine: str) -> Readiness:
        """The engine's readiness on this machine."""
        if engine not in self._readiness:
            found = readiness_of(engines()[engine], self._site)
            if found.model:
                self._models.remember(engine, found.model)
            self._readiness[engine] = found
        return self._readiness[engine]

    def choose(
        self, request: Request, policy: TakePolicy, asked: Sequence[str] = (), held: str = ""
    ) -> Choice:
        """The engine for one request. ``asked`` are those that may shoot it, the most wanted first; without
        them it is the request's ``wanted``.

        ``held`` is a phrase that says why nothing is to be rendered of it yet; what was rendered before is
        shown all the same.
        """
        names = (asked or (request.wanted,)) if self._policy == "auto" else (self._policy,)
        tried = [self._tried(name, request, policy) for name in names]
        finished = next((choice for choice in tried if choice.why == FINISHED), None)
        if finished:
            return finished
        if not held or names[0] == STAND_IN:
            ready = next((choice for choice in tried if choice.ready), None)
            if ready or self._policy != "auto":
                return ready or tried[0]
        whom = next((choice for choice in tried if choice.ready), tried[0]) if held else tried[0]
        why = f"stands in for {whom.engine}: {held or whom.why}"
        return _choice(engines()[STAND_IN], request, "", policy, why, True)

    def _tried(self, name: str, request: Request, policy: TakePolicy) -> Choice:
        """The choice that falls on an engine, if it does: is it finished, or ready?"""
        ready = self.readiness(name)
        model = ready.model or self._models.last(name)
        choice = _choice(engines()[name], request, model, policy, ready.why, ready.ready)
        if (model or ready.ready) and self._finished(request, choice):
            return replace(choice, why=FINISHED, ready=True)
        return choice

    def draw(self, request: Request, asked: Sequence[str], is_drawn: Callable[[Choice], bool]) -> Choice:
        """The engine that draws a keyframe: one that has, else the first that is ready, else the stand-in."""
        whys = []
        for name in asked:
            ready = self.readiness(name)
            choice = _drawn(engines()[name], request, ready.model or self._models.last(name), ready.why)
            if is_drawn(choice):
                return replace(choice, why=FINISHED)
            whys.append((ready.ready, choice))
        if found := next((choice for ready, choice in whys if ready), None):
            return found
        why = (
            f"stands in for {whys[0][1].engine}: {whys[0][1].why}"
            if whys
            else "no engine here draws pictures"
        )
        return _drawn(engines()[STAND_IN], request, "", why)

    def only(self, engine: Engine, request: Request) -> Choice:
        """The one engine that shows real material or a card."""
        return _choice(engine, request, "", TakePolicy(), "", True)


def picture_takes(
    engine: Engine, request: Request, model: str, numbers: Iterable[int]
) -> tuple[Candidate, ...]:
    """The takes of a keyframe that an engine may draw. The first one's seed is the request's."""
    seeds = [(number, seed_after(request.seed, number - 1)) for number in numbers]
    return tuple(
        Candidate(number, seed, _take_key(engine, replace(request, seed=seed), model, engine.picture_recipe))
        for number, seed in seeds
    )


def _drawn(engine: Engine, request: Request, model: str, why: str) -> Choice:
    """The choice of an engine that draws one picture."""
    key = _take_key(engine, request, model, engine.picture_recipe)
    return Choice(engine.name, model, key, (Candidate(1, request.seed, key),), None, why, True)


def readiness_of(engine: Engine, site: Site) -> Readiness:
    """The engine's readiness; an engine that fails while it looks is not ready, and the rest goes on."""
    try:
        return engine.readiness(site)
    except Exception as error:  # an engine may come from anywhere
        return Readiness(
            False, str(error) if isinstance(error, SwavError) else failed(engine, "readiness", error)
        )


def failed(engine: Engine, what: str, error: Exception) -> str:
    """The sentence for a function of an engine that fails without a word for people."""
    return f"its {what} fails ({said(error)}); mend {type(engine).__module__}, which defines {engine.name}"


def _take_key(
    engine: Engine,
    request: Request,
    model: str,
    recipe: Callable[[Request, str], Mapping[str, Any]] | None = None,
) -> str:
    """The key of a take. EngineError where the engine's recipe is no plain data, or fails."""
    try:
        return take_key((recipe or engine.recipe)(request, model))
    except SwavError:
        raise
    except Exception as error:
        raise EngineError(f"{request.shot}: {failed(engine, 'recipe', error)}") from None


def _choice(
    engine: Engine, request: Request, model: str, policy: TakePolicy, why: str, ready: bool
) -> Choice:
    """The takes that the engine may make of a request; designed pictures need no second one."""
    numbers: Iterable[int] = range(1, policy.takes + 1)
    if policy.pinned is not None:
        numbers = (policy.pinned,)
    elif engine.designed:
        numbers = (1,)
    takes = tuple(_candidate(engine, request, model, number) for number in numbers)
    looked = _looked(engine, request, model, policy)
    fallback = None
    if policy.fallback and not engine.designed and policy.pinned is None:
        fallback = _stand_in(*policy.fallback, request)
    key = takes[0].key
    if len(takes) > 1 or fallback:
        key = choice_key(
            takes=[take.key for take in takes],
            limits=policy.limits,
            fallback=fallback.key if fallback else "",
            look_at=policy.look_at if looked else 0,
        )
    look_at = policy.look_at if looked else 0
    return Choice(engine.name, model, key, takes, fallback, why, ready, looked, look_at)


def _looked(engine: Engine, request: Request, model: str, policy: TakePolicy) -> tuple[Candidate, ...]:
    """The takes that are looked at; none where there is one, or where an engine makes them whole by then."""
    if not policy.look_at or policy.takes == 1 or engine.designed:
        return ()
    steps = engine.steps(request)
    if steps is None or steps <= policy.look_at:
        return ()
    return tuple(_candidate(engine, request, model, number) for number in range(1, policy.takes + 1))


def _candidate(engine: Engine, request: Request, model: str, number: int) -> Candidate:
    seed = seed_after(request.seed, number - 1)
    return Candidate(number, seed, _take_key(engine, replace(request, seed=seed), model))


def _stand_in(name: str, source: Source | None, request: Request) -> StandIn:
    shown = replace(request, source=source)
    return StandIn(name, shown, _take_key(engines()[name], shown, ""))


_NAMES = TypeAdapter(dict[str, str])
_MEASURED = paths.QUALITY.rpartition("{key}")[2]
"""Ends the names of what lies beside a take and is no record."""


def _of_records(build: str) -> dict[str, str]:
    """The weights of the newest take of each engine, as the records beside the takes have them."""
    folder = Path(paths.TAKE.format(build=build, key="x")).parent
    records = []
    for file in folder.glob("*.json"):
        if file.name.endswith(_MEASURED):
            continue
        record = read_record(file)
        if record.get("engine") and record.get("model"):
            records.append((str(record.get("made", "")), str(record["engine"]), str(record["model"])))
    return {engine: model for _, engine, model in sorted(records)}


class KnownModels:
    """The weights that takes of this build were made with; it travels with the build folder.

    A take's key covers the fingerprint of its weights. A machine without weights could not compute the key,
    and so not find the take, if the fingerprint did not travel beside it.
    """

    def __init__(self, build: str):
        self._file = Path(paths.MODELS.format(build=build))
        try:
            self._known: dict[str, str] = read_json(self._file, _NAMES.validate_python)
        except (FileNotFoundError, Damaged):
            self._known = _of_records(build)
        self._saved = dict(self._known)

    def last(self, engine: str) -> str:
        """The fingerprint last seen; empty if none ever was."""
        return self._known.get(engine, "")

    def remember(self, engine: str, model: str) -> None:
        self._known[engine] = model

    def save(self) -> None:
        if self._known != self._saved:
            remember(self._file, json.dumps(self._known, indent=1, sort_keys=True) + "\n")
            self._saved = dict(self._known)
