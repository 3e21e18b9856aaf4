"""What a storyboard says as a whole: sources, files, names, voices, words, beyond each value's own form."""

from fractions import Fraction
from typing import Any

from swav.shown import listed
from swav.storyboard.abilities import AUTO
from swav.storyboard.check_continuation import check_continuation
from swav.storyboard.check_crowding import check_crowding
from swav.storyboard.check_entities import check_entities
from swav.storyboard.check_files import Surroundings, check_files, check_sample, is_file
from swav.storyboard.check_looks import check_looks
from swav.storyboard.check_material import check_material, with_recording_that_exists
from swav.storyboard.check_media import check_media
from swav.storyboard.check_motion import check_motion
from swav.storyboard.check_pictures import check_pictures
from swav.storyboard.check_voices import check_voices
from swav.storyboard.check_words import check_words
from swav.storyboard.deliveries import RESERVED, target_of
from swav.storyboard.entities import in_shot, written_out
from swav.storyboard.fields import Key, inside
from swav.storyboard.findings import Findings
from swav.storyboard.model import Storyboard
from swav.storyboard.near_files import remedy_for, shown
from swav.storyboard.pictures import SAMPLE
from swav.storyboard.shot import Shot
from swav.storyboard.timing import check_times
from swav.storyboard.wording import nearest, unknown

SOURCES = ("prompt", "footage", "still", "card")


def check(board: Storyboard, around: Surroundings, findings: Findings) -> Storyboard:
    """Report all faults and notices; return the storyboard with fall-backs taken where footage is missing."""
    _check_names(board, findings)
    _check_deliveries(board, findings)
    _check_engines(board, around, findings)
    _check_ways(board, around, findings)
    check_voices(board, findings)
    check_motion(board, findings)
    _check_lettering(board, findings)
    check_times(board, findings)
    check_files(board, around, findings)
    check_entities(board, around, findings)
    check_material(board, around, findings)
    shots = []
    check_media(board, around, findings)
    _check_finish(board, findings)
    check_crowding(board, around, findings)
    check_words(board, around, findings)
    for index, shot in enumerate(board.shots):
        _check_source(index, findings)
        shot = _with_footage_that_exists(shot, index, around, findings)
        shots.append(with_recording_that_exists(shot, index, around, findings))
        _check_prompt(board, shots[-1], index, findings)
        _check_takes(shots[-1], index, findings)
        check_looks(board, shots[-1], index, around, findings)
        check_pictures(board, shots[-1], index, around, findings)
    board = board.model_copy(update={"shots": tuple(shots)})
    check_continuation(board, findings)
    return board


def _check_names(board: Storyboard, findings: Findings) -> None:
    first: dict[str, int] = {}
    for index, shot in enumerate(board.shots):
        if not findings.fits("shots", index, "id"):
            continue
        earlier = first.setdefault(shot.id.lower(), index)
        if earlier == index:
            continue
        line = findings.source.places.of("shots", earlier, "id")[0]
        route = ("shots", index, "id")
        if board.shots[earlier].id == shot.id:
            findings.fault(
                route, f"{shot.id} also names the shot on line {line}", "give each shot its own id"
            )
        else:
            other = board.shots[earlier].id
            message = f"{shot.id} differs from {other} on line {line} only by capitals"
            findings.fault(route, message, "choose another id, because some disks take both for one file")


def _check_deliveries(board: Storyboard, findings: Findings) -> None:
    """Names of deliveries become names of files."""
    targets: dict[str, str] = {}
    for name, delivery in board.deliver.items():
        target = target_of(name, delivery).lower()
        if name.lower() in RESERVED:
            findings.fault(("deliver", name), f"{name} means something else", "give it another name")
        elif target in targets:
            message = f"{name} and {targets[target]} would be one file"
            findings.fault(("deliver", name), message, "give one of them another name")
        targets[target] = name


def _check_engines(board: Storyboard, around: Surroundings, findings: Findings) -> None:
    if not around.engines:
        return
    wanted: list[tuple[tuple[Key, ...], str | None]] = [(("engine",), board.engine)]
    wanted += [(("shots", index, "engine"), shot.engine) for index, shot in enumerate(board.shots)]
    for route, name in wanted:
        written = findings.fits(*route) and inside_all(findings.source.value, route) is not None
        if not written or name in (None, AUTO) or name in around.engines:
            continue
        if name in around.unusable:
            message, _, remedy = around.unusable[name].partition("; ")
            findings.fault(route, message, remedy)
        else:
            findings.fault(route, *unknown(name, around.engines, f"there is no engine {name!r}", "engines"))


def _check_ways(board: Storyboard, around: Surroundings, findings: Findings) -> None:
    """Lossy ways are known, and no two of them replace the same."""
    known = around.abilities.ways
    said: list[tuple[tuple[Key, ...], tuple[str, ...]]] = [(("lossy",), board.lossy)]
    said += [(("shots", index, "lossy"), shot.lossy or ()) for index, shot in enumerate(board.shots)]
    for route, names in said if known else ():
        if not findings.fits(*route):
            continue
        for name in dict.fromkeys(names):
            rivals = [other for other in names if known.get(other, "") == known.get(name)]
            if name not in known:
                findings.fault(route, *unknown(name, known, f"there is no lossy way {name!r}", "ways"))
            elif rivals[0] == name and len(set(rivals)) > 1:
                both = " and ".join(dict.fromkeys(rivals))
                findings.fault(route, f"{both} replace the same {known[name]}", "keep one of them")


def _check_finish(board: Storyboard, findings: Findings) -> None:
    """The finished film is larger than its takes, and loses little of them if it has another shape."""
    if board.finish is None or not (findings.fits("finish") and findings.fits("size")):
        return
    size, wanted = board.size, board.finish.size
    if wanted.width < size.width and wanted.height < size.height:
        said = f"{wanted} is smaller than the takes, which are {size}"
        findings.fault(("finish", "size"), said, "write a larger size, or leave finish out")
        return
    across = Fraction(wanted.width * size.height, wanted.height * size.width)
    lost = round(100 * float(1 - min(across, 1 / across)))
    if lost and board.finish.frame is None:
        sides = "above and below" if across > 1 else "at its sides"
        message = f"{wanted} has another shape than takes of {size}: {lost} % of each is cut off {sides}"
        findings.notice(("finish", "size"), message)


def _check_lettering(board: Storyboard, findings: Findings) -> None:
    """Text that no shipped font can set is worth a remark; plain Latin letters need no font opened."""
    texts: list[tuple[tuple[Key, ...], str]] = []
    for index, shot in enumerate(board.shots):
        for position, overlay in enumerate(shot.overlay):
            texts.append((("shots", index, "overlay", position, "text"), "".join(overlay.lines)))
        if shot.card:
            texts.append((("shots", index, "card", "title"), shot.card.title))
            texts.append((("shots", index, "card", "subtitle"), shot.card.subtitle))
    texts = [(route, text) for route, text in texts if not text.isascii()]
    if not texts:
        return
    from swav.titles.fonts import missing

    absent = set(missing("".join(dict.fromkeys("".join(text for _, text in texts)))))
    for route, text in texts:
        if boxes := [character for character in dict.fromkeys(text) if character in absent]:
            signs = listed([f"{character} (U+{ord(character):04X})" for character in boxes], 5)
            findings.notice(route, f"no shipped font can set {signs}; a box will stand there")


def _check_source(index: int, findings: Findings) -> None:
    route = ("shots", index)
    written = inside_all(findings.source.value, route)
    if not isinstance(written, dict):
        return
    given = [name for name in SOURCES if written.get(name) is not None]
    misspelt = [key for key in written if key not in Shot.model_fields and nearest(key, SOURCES)]
    if not given and not misspelt:
        findings.fault(route, "the shot has no picture", "give it a prompt, footage, a still or a card")
    elif len(given) > 1 and given != ["prompt", "footage"]:
        message = f"the shot has {' and '.join(given)}, but can show only one"
        remedy = "keep one of them (a prompt may stand by for footage only)"
        findings.fault((*route, given[1]), message, remedy)


def _with_footage_that_exists(shot: Shot, index: int, around: Surroundings, findings: Findings) -> Shot:
    if shot.footage is None or not findings.fits("shots", index, "footage", "file"):
        return shot
    route = ("shots", index, "footage", "file")
    file = shot.footage.file
    if file.startswith(SAMPLE):
        check_sample(file, route, around, findings)
    elif not is_file(around.folder / file):
        remedy = remedy_for(around.folder, file, "check the path, or add a prompt to fall back on")
        if shot.prompt is not None:
            meant = f"; {remedy}" if remedy.endswith(("?", "one of them")) else ""
            message = f"footage {file} is not there; the prompt of shot {shot.id} is used{meant}"
            findings.notice(route, message)
            return _without_footage(shot)
        findings.fault(route, f"there is no file {shown(file)}", remedy)
    return shot


def _without_footage(shot: Shot) -> Shot:
    """The shot as its prompt makes it, as long as its footage would have been."""
    footage = shot.footage
    planned = footage.end - footage.start if footage and footage.end is not None else None
    return shot.model_copy(update={"footage": None, "duration": shot.duration or planned})


def _check_prompt(board: Storyboard, shot: Shot, index: int, findings: Findings) -> None:
    if shot.source != "prompt" or shot.prompt is None or not findings.fits("shots", index, "prompt"):
        return
    from swav.prompts import keeps_words, prepare

    route = ("shots", index, "prompt")
    if not _says_something(shot.prompt):
        empty = "has no word in it" if any(map(str.isalnum, shot.prompt)) else "is empty"
        return findings.fault(route, f"the prompt {empty}", "say what is to be seen")
    if not shot.prepare:
        return None
    prompt = written_out(shot.prompt, in_shot(board, shot))
    # Style and camera are only added to a prompt that has words of its own, so they need no preparing here;
    # where letters stay, all that preparing does is add to them.
    if not keeps_words(prompt) and not _says_something(prepare(prompt).prompt):
        message = "nothing is left of the prompt once its lettering is taken out"
        findings.fault(route, message, "say what is to be seen; lettering belongs in an overlay")


def _check_takes(shot: Shot, index: int, findings: Findings) -> None:
    """Takes are rendered of prompts; real material and cards have just the one."""
    if shot.source == "prompt" or not findings.fits("shots", index):
        return
    for key in ("takes", "take", "look_at", "on_fail", "fallback"):
        if getattr(shot, key) is not None:
            findings.notice(("shots", index, key), f"{key} has no effect here: only prompts are reshot")
    if shot.hold:
        findings.notice(("shots", index, "hold"), "hold has no effect here: only what is rendered is held")


def _says_something(prompt: str) -> bool:
    return any(map(str.isalpha, prompt))


def inside_all(value: Any, route: tuple[Key, ...]) -> Any:
    """The value that a route leads to, or None."""
    for key in route:
        value = inside(value, key)
    return value
