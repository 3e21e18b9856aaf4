"""Keyframes: each picture is there or can be drawn, and the engine that is asked can work from it."""

from collections.abc import Collection

from swav.storyboard.abilities import AUTO, engines_asked, given_pictures
from swav.storyboard.check_files import Surroundings, check_file
from swav.storyboard.fields import Route, holds
from swav.storyboard.findings import Findings
from swav.storyboard.model import Storyboard
from swav.storyboard.pictures import Keyframe
from swav.storyboard.shot import Shot
from swav.storyboard.wording import unknown

PICTURES = ("keyframe", "end")
_WORKS_FROM = {"first_frame": "begin with a picture", "last_frame": "end with a picture"}
_GIVE = {"first_frame": "keyframe", "last_frame": "end"}


def check_pictures(
    board: Storyboard, shot: Shot, index: int, around: Surroundings, findings: Findings
) -> None:
    """Report what is wrong with the pictures that a shot begins and ends with."""
    route: Route = ("shots", index)
    if not findings.fits(*route):
        return
    if shot.source != "prompt":
        for key in (*PICTURES, "from", "to", "approve"):
            if _given(shot, key) and (key != "approve" or "stills" in shot.approve):
                findings.notice((*route, key), f"{key} has no effect here: only prompts are rendered")
        return
    for key in PICTURES:
        if (picture := getattr(shot, key)) is not None and findings.fits(*route, key):
            _check_picture(picture, (*route, key), around, findings)
    _check_engine(board, shot, route, around, findings)


def _check_picture(picture: Keyframe, route: Route, around: Surroundings, findings: Findings) -> None:
    """One picture: a file that is there, or words that somebody can draw."""
    if picture.file is not None and picture.prompt is not None:
        findings.fault(route, "it has file and prompt, but can be only one picture", "keep one of them")
    elif picture.file is not None:
        check_file(picture.file, (*route, "file"), around, findings)
        for key in ("engine", "seed", "negative", "references", "takes", "take"):
            if getattr(picture, key) not in (None, "", ()):
                message = f"{key} has no effect here: the picture is there, and nobody draws it"
                findings.notice((*route, key), message)
    elif picture.prompt is None:
        findings.fault(route, "no picture is named", "give it a file, or a prompt to be drawn")
    elif not any(map(str.isalpha, picture.prompt)):
        findings.fault((*route, "prompt"), "the prompt has no word in it", "say what is to be seen")
    else:
        for number, file in enumerate(picture.references):
            check_file(file, (*route, "references", number), around, findings)
        _check_painter(picture, route, around, findings)


def _check_painter(picture: Keyframe, route: Route, around: Surroundings, findings: Findings) -> None:
    """Whoever is asked to draw a picture can."""
    abilities, name = around.abilities, picture.engine
    asked = {"references"} if picture.references else set()
    can = abilities.drawing(asked)
    if name not in (None, AUTO) and around.engines:
        if name in around.unusable:
            message, _, remedy = around.unusable[name].partition("; ")
            return findings.fault((*route, "engine"), message, remedy)
        if name in abilities.reads and name != abilities.stand_in:
            message = f"{name} makes clips, and draws no picture"
            return findings.fault((*route, "engine"), message, _those(abilities.drawing(), "draws", "draw"))
        if name not in abilities.draws and name != abilities.stand_in:
            known = [*abilities.draws, *([abilities.stand_in] if abilities.stand_in else [])]
            return findings.fault((*route, "engine"), *unknown(name, known, _no_engine(name), "engines"))
    if asked and name in abilities.draws and name not in can:
        message = f"{name} draws from words alone, and not after other pictures"
        findings.fault((*route, "references"), message, _those(can, "does", "do"))


def _no_engine(name: str) -> str:
    return f"there is no engine {name!r} that draws"


def _given(shot: Shot, key: str) -> bool:
    return getattr(shot, {"from": "follows", "to": "leads"}.get(key, key)) is not None


def _check_engine(
    board: Storyboard, shot: Shot, route: Route, around: Surroundings, findings: Findings
) -> None:
    """The engine that is asked for a shot works from what the shot has, and lacks nothing that it needs."""
    abilities, given = around.abilities, given_pictures(shot)
    if not abilities.reads:
        return
    asked = engines_asked(board, shot, abilities)
    if not asked:
        where = (*route, next(key for key in (*PICTURES, "from", "to") if _given(shot, key)))
        whose = " and ".join(_WORKS_FROM[name] for name in sorted(given))
        return findings.notice(where, f"no engine that is installed can {whose}; the animatic shows it")
    name = asked[0]
    if name not in abilities.reads:
        return  # said where engines are named
    named = findings.fits(*route, "engine") and holds(findings.source.value["shots"][route[1]], "engine")
    where = (*route, "engine") if named else route
    for lacking in sorted(given - set(abilities.reads[name])):
        message = f"{name} cannot {_WORKS_FROM[lacking]}"
        return findings.fault(where, message, _those(abilities.reading(given), "can", "can"))
    for lacking in sorted(set(abilities.needs.get(name, ())) - given - {"prompt"}):
        message = f"{name} has to {_WORKS_FROM.get(lacking, f'have its {lacking}')}"
        remedy = f"give the shot `{_GIVE.get(lacking, lacking)}:`, or name another engine"
        findings.fault(where, message, remedy)
    return None


def _those(names: Collection[str], does: str, do: str) -> str:
    """A remedy that names the engines that can do what another cannot."""
    if not names:
        return "no engine that is installed can; remove it"
    return f"{', '.join(names)} {does if len(names) == 1 else do}"
