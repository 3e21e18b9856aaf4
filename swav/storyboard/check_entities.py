"""Cast and places: every name is known, every picture is there, and what is written has an effect."""

from collections.abc import Mapping

from swav.storyboard.abilities import AUTO, Abilities
from swav.storyboard.check_files import Surroundings, check_file
from swav.storyboard.entities import Named, everybody, in_shot, mentions, prompts_of
from swav.storyboard.fields import Route, holds, inside
from swav.storyboard.findings import Findings
from swav.storyboard.generation import Entity
from swav.storyboard.model import Storyboard
from swav.storyboard.shot import Shot
from swav.storyboard.wording import nearest, unknown

_LISTS = {"cast": "cast", "place": "places"}
"""Where a storyboard describes them."""


def check_entities(board: Storyboard, around: Surroundings, findings: Findings) -> None:
    """Report what is wrong with cast and places, and with the names of them in shots."""
    _check_names(board, findings)
    for route, entity in _listed(board):
        _check_entity(entity, route, around, findings)
    known = everybody(board)
    for index, shot in enumerate(board.shots):
        if findings.fits("shots", index):
            _check_shot(shot, index, known, findings)
            _check_effect(board, shot, index, around.abilities, findings)
    _check_used(board, findings)


def _listed(board: Storyboard) -> list[tuple[Route, Entity]]:
    cast = [(("cast", name), entity) for name, entity in board.cast.items()]
    return [*cast, *((("places", name), entity) for name, entity in board.places.items())]


def _check_names(board: Storyboard, findings: Findings) -> None:
    """One name is one of them, however it is capitalised: a prompt's ``@name`` has to mean one."""
    first: dict[str, Route] = {}
    for route, _ in _listed(board):
        earlier = first.setdefault(route[1].lower(), route)
        if earlier != route:
            message = f"{route[1]} is a name in {earlier[0]} already ({earlier[1]})"
            findings.fault(route, message, "give each its own name")


def _check_entity(entity: Entity, route: Route, around: Surroundings, findings: Findings) -> None:
    if not findings.fits(*route):
        return
    whole = not any(bad[: len(route)] == route for bad in findings.typed.unfit)
    if whole and not (entity.look.strip() or entity.references or entity.loras):
        message = f"nothing is said of {route[1]}"
        findings.fault(route, message, "give it a look, references (pictures), or loras")
    if said := mentions(entity.look):
        message = f"a look names nobody else, and @{said[0]} stands in it"
        findings.fault((*route, "look"), message, "write how it looks; a shot may name both")
    for number, file in enumerate(entity.references):
        check_file(file, (*route, "references", number), around, findings)


def _check_shot(shot: Shot, index: int, known: Mapping[str, Named], findings: Findings) -> None:
    """Whom a shot names is there, and is named where it belongs."""
    route: Route = ("shots", index)
    if shot.source != "prompt":
        for key in ("cast", "place"):
            if getattr(shot, key):
                findings.notice((*route, key), f"{key} has no effect here: only prompts are rendered")
        return
    for name in shot.cast:
        _check_name(name, (*route, "cast"), "cast", known, findings)
    if shot.place is not None:
        _check_name(shot.place, (*route, "place"), "place", known, findings)
    for where, text in prompts_of(shot):
        for name in mentions(text) if known else ():
            if name.lower() not in known:
                titles = [named.name for named in known.values()]
                message = f"@{name} is neither in the cast nor a place"
                findings.fault((*route, *where), *unknown(name, titles, message, "names"))


def _check_name(name: str, route: Route, kind: str, known: Mapping[str, Named], findings: Findings) -> None:
    found = known.get(name.lower())
    if found is None and holds(inside(findings.source.value, _LISTS[kind]), name):
        return None  # what is wrong with it is said where it stands
    if found is None:
        those = [named.name for named in known.values() if named.kind == kind]
        message = f"there is no {name!r} in the {_LISTS[kind]}"
        near = nearest(name, [named.name for named in known.values()])
        if near is None and not those:
            remedy = f"describe it: {_LISTS[kind]}: {{{name}: how it looks}}"
            return findings.fault(route, message, remedy)
        return findings.fault(route, *unknown(name, [near] if near else those, message, "names"))
    if found.kind != kind:
        remedy = f"write place: {name}" if kind == "cast" else f"write cast: [{name}]"
        what = "a place" if found.kind == "place" else "one of the cast"
        return findings.fault(route, f"{found.name} is {what}", remedy)
    return None


def _check_effect(
    board: Storyboard, shot: Shot, index: int, abilities: Abilities, findings: Findings
) -> None:
    """Pictures of who is in a shot are for its keyframe, and for an engine that draws after pictures."""
    shown = [named.name for named in in_shot(board, shot) if named.entity.references]
    if not shown or not abilities.draws:
        return
    drawn = [picture for picture in (shot.keyframe, shot.end) if picture is not None and picture.prompt]
    whose = " and ".join(shown)
    route: Route = ("shots", index)
    if not drawn:
        if shot.keyframe is None:
            findings.notice(route, f"the pictures of {whose} have no effect here: no keyframe is drawn")
        return
    for picture in drawn:
        reads = abilities.draws.get(picture.engine or AUTO)
        if reads is not None and "references" not in reads:
            message = f"{picture.engine} draws from words alone: the pictures of {whose} have no effect here"
            findings.notice(route, message)


def _check_used(board: Storyboard, findings: Findings) -> None:
    used = {(named.kind, named.name) for shot in board.shots for named in in_shot(board, shot)}
    for route, _ in _listed(board):
        if ("cast" if route[0] == "cast" else "place", route[1]) not in used and findings.fits(*route):
            findings.notice(route, f"no shot names {route[1]}")
