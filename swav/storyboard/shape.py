"""From plain values to a typed model: every value of the wrong kind is one plain sentence with its place.

What is wrong in one place must not hide what is wrong elsewhere. So a value that does not fit is said, taken
out, and the rest is typed without it: ``Typed.value`` is then fit to be checked further, though not built.
"""

import copy
import typing
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from swav.errors import Fault
from swav.storyboard.fields import Key, Route, field_name, inside, written_route
from swav.storyboard.source import Source
from swav.storyboard.wording import nearest, sentence

_ROUNDS = 4  # taking one value out can only reveal a few more
_COARSE = 2  # further rounds, in which all that is around a value goes: what no stand-in could be found for
_STAND_INS = {
    "id": "unnamed",
    "shot": "unnamed",
    "file": "sample:none",
    "shots": [{"id": "unnamed", "card": {"title": "-"}}],
}
"""What stands in for a required value that is missing; other required values are text, and get a dash."""


@dataclass(frozen=True)
class Typed:
    """A model made from what fits, the faults of what does not, and where the latter was."""

    value: Any
    faults: list[Fault]
    unfit: frozenset[Route]

    def fits(self, *route: Key) -> bool:
        """Whether the value at ``route`` is the writer's own: nothing of it was taken out or made up."""
        return not any(route[: len(bad)] == bad for bad in self.unfit)


def typed(model: type[BaseModel], source: Source) -> Typed:
    """The values of ``source`` as ``model``; its ``value`` is None if too little of them fits."""
    values: Any = source.value
    faults: dict[tuple[Route, str], Fault] = {}
    unfit: set[Route] = set()
    for number in range(_ROUNDS + _COARSE):
        try:
            return Typed(model.model_validate(values), list(faults.values()), frozenset(unfit))
        except ValidationError as error:
            if values is source.value:
                values = _own_copy(values)
            for finding in error.errors(include_url=False):
                if finding["type"] == "too_short" and finding["input"]:
                    continue  # items that do not fit were left out of the count; each is a finding itself
                route = _written_route(values, finding)
                if finding["type"] == "missing" and _misspelt(model, source, route):
                    unfit.add(route)
                    _take_out(model, values, route, required=True)
                    continue
                if not any(route[: len(bad)] == bad for bad in unfit):
                    faults[route, finding["type"]] = _fault(model, source, route, finding)
                taken = route if number < _ROUNDS else _whole(finding["loc"])
                unfit.add(taken)
                _take_out(model, values, taken, required=_required(model, taken))
    return Typed(None, list(faults.values()), frozenset(unfit))


def known_keys(model: type[BaseModel], route: Route) -> list[str]:
    """The keys that may stand in the group at ``route``, as users write them."""
    found = _model_at(model, route)
    return [field.alias or name for name, field in found.model_fields.items()] if found else []


def _fault(model: type[BaseModel], source: Source, route: Route, finding: dict[str, Any]) -> Fault:
    kind = finding["type"]
    if kind == "extra_forbidden":
        line, column = source.places.of_key(*route)
    else:
        line, column = source.places.of(*route)
    inside = kind in ("model_type", "dict_type", "model_attributes_type", "tuple_type", "list_type")
    known = known_keys(model, route if inside else route[:-1])
    message, remedy = sentence(finding, str(route[-1]) if route else "file", known)
    return Fault(source.file, line, column, field_name(route, source.value), message, remedy, route)


def _written_route(values: Any, finding: dict[str, Any]) -> Route:
    """Where a finding is in what was written: shorthands have fewer levels than the model, unions more."""
    *outer, last = finding["loc"] or ("",)
    if finding["type"] == "missing":
        return (*written_route(values, outer), last)
    return written_route(values, (*outer, last))


def _misspelt(model: type[BaseModel], source: Source, route: Route) -> bool:
    """Whether a missing key is there under a wrong name, which is a finding itself."""
    group: Any = source.value
    for key in route[:-1]:
        group = inside(group, key)
    known = known_keys(model, route[:-1])
    written = group if isinstance(group, dict) else ()
    return any(nearest(key, known) == route[-1] for key in written if key not in known)


def _take_out(model: type[BaseModel], values: Any, route: Route, *, required: bool) -> None:
    """Remove a value, or put a stand-in where the model needs one or a list would shift."""
    if not route:
        return
    for key in route[:-1]:
        values = values[key]
    last = route[-1]
    if isinstance(values, list):
        values[last] = _stand_in(model, route)
    elif required:
        values[last] = copy.deepcopy(_STAND_INS.get(last, "-"))
    else:
        values.pop(last, None)


def _stand_in(model: type[BaseModel], route: Route) -> Any:
    """What stands in a list for an item that does not fit: what the item cannot be without."""
    if route[:-1] == ("shots",):
        return {"id": f"unnamed_{route[-1]}", "card": {"title": "-"}}
    if route[:1] == ("deliver",):
        return "unnamed"
    found = _model_at(model, route)
    needed = [name for name in known_keys(model, route) if _required(model, (*route, name))] if found else []
    return {name: copy.deepcopy(_STAND_INS.get(name, "-")) for name in needed} if found else "-"


def _whole(route: Route) -> Route:
    """The entry that a value belongs to: a shot, or what stands beside the shots."""
    return route[: 2 if route[:1] == ("shots",) else 1]


def _required(model: type[BaseModel], route: Route) -> bool:
    found = _model_at(model, route[:-1])
    fields = {field.alias or name: field for name, field in found.model_fields.items()} if found else {}
    return bool(route) and route[-1] in fields and fields[route[-1]].is_required()


def _model_at(model: type[BaseModel] | None, route: Route) -> type[BaseModel] | None:
    for key in route:
        if isinstance(key, str) and model is not None:
            fields = {field.alias or name: field for name, field in model.model_fields.items()}
            model = _model_within(fields[key].annotation) if key in fields else None
    return model


def _model_within(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_within, typing.get_args(annotation))), None)


def _own_copy(value: Any) -> Any:
    """A copy in which values repeated by aliases are apart, so that each can be taken out alone."""
    if isinstance(value, dict):
        return {key: _own_copy(item) for key, item in value.items()}
    return [_own_copy(item) for item in value] if isinstance(value, list) else value
