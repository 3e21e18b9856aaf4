"""The film's keyframes on one contact sheet: picture, prompt, narration, seconds. What a client signs.

A shot without a keyframe shows what it has: its photograph, its footage's first frame, its card, or a panel.
"""

from pathlib import Path
from typing import Any

from swav import keys, recipes
from swav.cut import paths
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.shot_parts import Keyframe
from swav.cut.takes import link
from swav.engines import Source, engines
from swav.reel.sheet_files import wall_of, write_sheet
from swav.reel.storyboard_sheet import Cell, page_count, pages
from swav.times import to_seconds

SHEET = "stills"
"""The name without a key under which people find the sheet."""


def stills_key(cut: Cut) -> str:
    """The key of the sheet: all that it shows and says."""
    shots = [
        [
            shot.id,
            shot.key,
            shot.request.prompt,
            shot.narration.text if shot.narration else "",
            shot.length.plain(),
            [[item.field, _identity(item), item.engine, item.approved] for item in shot.keyframes],
            *([[[one.shows, one.content] for one in shown]] if (shown := _portraits(shot)) else []),
            shot.held,
        ]
        for shot in cut.shots
    ]
    shown = {"title": cut.title, "shots": shots, "limits": cut.judging.limits}
    columns = wall_of(page_count(len(shots))).columns
    beside = {"columns": columns} if columns > 1 else {}  # so sheets that are as they were keep their keys
    return keys.digest({"stills": recipes.STILLS, **shown, **beside})


def _identity(picture: Keyframe) -> Any:
    """What a picture is; of several takes all of them, which with the limits decide for one."""
    return [take.key for take in picture.takes] or picture.source.identity()


def _shown(shot: CutShot) -> list[Keyframe]:
    """The pictures that the sheet shows: no frames of takes, which are not made for it."""
    return [picture for picture in shot.keyframes if not picture.continues]


def _portraits(shot: CutShot) -> list[Source]:
    """What the shot's keyframes should be like, by which they are judged."""
    return [source for item in shot.keyframes for source in item.portraits]


def stills_paths(cut: Cut) -> list[str]:
    """Where the sheet lies, as a picture and as a PDF."""
    key = stills_key(cut)
    return [pattern.format(build=cut.build, key=key) for pattern in (paths.STILLS, paths.STILLS_PDF)]


def stills_inputs(cut: Cut) -> list[str]:
    """What the sheet shows that the build makes: keyframes, samples, lines that decide lengths."""
    found = [picture.path for shot in cut.shots for picture in shot.drawn]
    for shot in cut.shots:
        sources = [shot.request.source, *(picture.source for picture in _shown(shot))]
        found += [source.path for source in sources if source and source.content.startswith("sample ")]
    return list(dict.fromkeys(found))


def make_stills(cut: Cut, picture: Path, pdf: Path) -> None:
    """Write the contact sheet as a PNG and as a PDF, and let the names without a key show them."""
    cells = (_cell(cut, shot) for shot in cut.shots)
    shots = len(cut.shots)
    write_sheet(cut.title, pages(cut.title, cells, shots), page_count(shots), picture, pdf)
    for made in (picture, pdf):
        named = made.with_stem(SHEET)
        named.unlink(missing_ok=True)
        link(made, named)


def _cell(cut: Cut, shot: CutShot) -> Cell:
    seconds = float(to_seconds(shot.length.frames, cut.delivery.rate)) if shot.length.known else None
    length = "as long as its line" if seconds is None else f"{seconds:.1f} s"
    remarks = [remark for item in shot.keyframes if (remark := _remark(cut, item))]
    if shot.held and not remarks:
        remarks = [shot.held]
    request = shot.request
    words = " - ".join(filter(None, [request.title, request.subtitle])) or _prompts(shot)
    return Cell(
        head=f"{shot.id}   {length}   {request.wanted if request.prompt else shot.engine}",
        pictures=tuple(_pictures(cut, shot)),
        prompt=words,
        said=shot.narration.text if shot.narration else "",
        remarks=tuple(remarks),
        good=all(item.approved for item in _shown(shot)),
    )


def _prompts(shot: CutShot) -> str:
    """What the picture shows where words say it, else what the shot does."""
    first = next((item.request.prompt for item in shot.drawn), "")
    return first or shot.request.prompt


def _remark(cut: Cut, picture: Keyframe) -> str:
    """What is to be known of a picture: who drew it, what its gates found, whether it was approved."""
    from swav.reel.drawing import of_chosen_take, verdict

    picture = of_chosen_take(cut, picture)
    said = [picture.name]
    if picture.continues:
        begins = "begins" if picture.field == "first_frame" else "ends"
        return f"{begins} with {picture.name}"
    if picture.stands_in:
        said.append(f"a panel, {picture.why}")
    elif picture.engine:
        number = next((take.number for take in picture.takes if take.key == picture.key), 0)
        which = f"take {number} of {len(picture.takes)}, " if number else ""
        said.append(f"{which}by {picture.engine}, seed {picture.request.seed}")
    found = verdict(cut, picture) if picture.request else None
    if found and found.status in ("warn", "fail"):
        said.append(found.worst.sentence)
    said.append("approved" if picture.approved else "not approved")
    return ": ".join([said[0], "; ".join(said[1:])])


def _pictures(cut: Cut, shot: CutShot):
    """What a shot shows on the sheet: uint8 RGB arrays."""
    from swav.media.photograph import read_photograph
    from swav.reel.jobs import readable

    request = shot.request
    if shown := _shown(shot):
        with readable(request, cut.build) as seen:
            sources = [getattr(seen, picture.field) for picture in shown]
            yield from [read_photograph(Path(source.path)) for source in sources]
    elif engines()[shot.engine].source == "still":
        with readable(request, cut.build) as seen:
            yield read_photograph(Path(seen.source.path))
    elif engines()[shot.engine].source == "footage":
        with readable(request, cut.build) as seen:
            yield _frame_of_footage(Path(seen.source.path), float(request.source.start))
    elif request.title:
        from swav.titles.card import card_frames

        shape = {"width": request.width, "height": request.height, "rate": request.rate, "count": 1}
        yield next(
            card_frames(
                request.title, request.subtitle, language=request.language, seed=request.seed, **shape
            )
        )
    else:
        yield _panel(request)


def _panel(request) -> Any:
    from swav.animatic.told import told_frames

    shape = {"width": request.width, "height": request.height, "rate": request.rate, "count": 1}
    return next(told_frames(request.prompt, camera="static", seed=request.seed, **shape, slate=None))


def _frame_of_footage(clip: Path, start: float) -> Any:
    """The first frame that the shot shows."""
    from swav.media.probe import opened
    from swav.quality.frames import watch

    with opened(clip) as container:
        rate = float(container.streams.video[0].average_rate or 25)
    shown = None
    for frame in watch(clip):
        shown = frame
        if frame.number >= start * rate:
            break
    return shown.colour
