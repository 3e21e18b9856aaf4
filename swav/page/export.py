"""A film to hand on: a folder that opens from a file, without a server, a network or script.

It holds the film, every take that was made, verdicts and notes, as they are now; all of it is a copy.
"""

import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

from swav.cut.model import Cut
from swav.cut.notebook import Notebook
from swav.errors import MediaError, SwavError
from swav.files import replacing, write_text
from swav.handoff.notes_out import notes_table
from swav.page import pictures
from swav.page.film import film_state
from swav.page.markup import Markup, tag
from swav.page.project import Look
from swav.page.shot import shot_state
from swav.times import to_seconds

MARKER = "index.html"


def export(look: Look, folder: Path) -> int:
    """Write the folder; the number of files in it. SwavError where something else lies there."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).exists():
        raise SwavError(f"{folder} holds something else; name a new folder")
    cut, state = look.cut, film_state(look)
    shots = [(shot, shot_state(look, shot["id"])) for shot in state["shots"]]
    (folder / "media").mkdir(parents=True, exist_ok=True)
    film = _film(cut, state, folder)
    sections = [_shot(cut, shot, found, folder) for shot, found in shots]
    write_text(folder / "notes.csv", notes_table(cut, Notebook.of(Path(cut.storyboard)).entries))
    write_text(folder / "export.css", (files("swav.page") / "web" / "export.css").read_text("utf-8"))
    write_text(folder / MARKER, _page(state, film, sections))
    return sum(1 for item in folder.rglob("*") if item.is_file())


def _page(state: dict[str, Any], film: Markup, sections: list[Markup]) -> str:
    title = str(state["title"])
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", **{"http-equiv": "Content-Security-Policy", "content": _POLICY}),
        tag("title", title),
        tag("link", rel="stylesheet", href="export.css"),
    )
    jump = tag("nav", *(tag("a", shot["id"], href=f"#{shot['id']}") for shot in state["shots"]))
    summary = [tag("p", words, class_="dim") for words in state["plan"]["summary"]]
    body = tag("body", tag("h1", title), *summary, film, jump, *sections)
    return f'<!doctype html>\n<html lang="en">{head.text}{body.text}</html>\n'


_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'"


def _film(cut: Cut, state: dict[str, Any], folder: Path) -> Markup:
    there = state["film"]
    if there is None:
        return tag("p", "There is no film yet; the takes are below.")
    reel = Path(cut.reel).with_name(f"{there['key']}.mp4")
    _copy(reel, folder / "media" / "film.mp4")
    _copy(_poster(Path(cut.build), there["key"], reel), folder / "media" / "film.jpg")
    note = "" if there["current"] else ", older than the storyboard"
    video = tag("video", src="media/film.mp4", poster="media/film.jpg", controls=True)
    return tag("figure", video, tag("figcaption", f"The film of {there['made']}{note}"))


def _shot(cut: Cut, shot: dict[str, Any], found: dict[str, Any], folder: Path) -> Markup:
    made = [take for take in found["takes"] if take["made"]]
    takes = [_take(cut, shot["id"], take, folder) for take in made] or [tag("p", "Not made yet.")]
    names = {take["key"]: take["name"] for take in made}
    notes = [_note(note, names, cut, _drawn(cut, shot["id"], note, folder)) for note in found["notes"]]
    line = [tag("p", f"“{shot['line']['words']}”", class_="line")] if shot["line"] else []
    return tag(
        "section",
        tag("h2", shot["id"], tag("span", f" {shot['engine']}, {shot['seconds']:.2f} s", class_="dim")),
        *line,
        tag("p", shot["prompt"], class_="dim"),
        tag("div", *takes, class_="takes"),
        *([tag("ul", *notes)] if notes else []),
        id=shot["id"],
    )


def _take(cut: Cut, shot: str, take: dict[str, Any], folder: Path) -> Markup:
    build, name = Path(cut.build), f"{shot}-{take['key']}"
    clip = build / "takes" / f"{take['key']}.mp4"
    proxy, poster = pictures.proxy_path(build, take["key"]), _poster(build, take["key"], clip)
    if not proxy.is_file():
        pictures.make_proxy(clip, proxy)
    _copy(proxy, folder / "media" / f"{name}.mp4")
    _copy(poster, folder / "media" / f"{name}.jpg")
    said = [take["name"], f"seed {take['seed']}", take["status"], *(["in the cut"] if take["chosen"] else [])]
    decided = {"approve": "approved", "reject": "rejected"}.get(take["decided"])
    said += [f"{decided} by {take['decidedBy']}"] if decided else []
    worst = [item["sentence"] for item in take["findings"] if item["status"] in ("warn", "fail")]
    source = {"src": f"media/{name}.mp4", "poster": f"media/{name}.jpg"}
    video = tag("video", controls=True, muted=True, loop=True, preload="none", **source)
    kind = "take chosen" if take["chosen"] else "take"
    caption = tag("figcaption", ", ".join(said), *(tag("p", words) for words in worst[:4]))
    return tag("figure", video, caption, class_=kind)


def _poster(build: Path, key: str, clip: Path) -> Path:
    target = pictures.poster_path(build, key)
    if not target.is_file():
        pictures.make_poster(clip, target)
    return target


def _note(note: dict[str, Any], names: dict[str, str], cut: Cut, drawn: Markup | None) -> Markup:
    where = names.get(note["take"], "an earlier take" if note["take"] else "the shot")
    at = f" at {timecode(note['frame'], cut)}" if note["frame"] is not None else ""
    did = {"note": "", "approve": "approved ", "reject": "rejected ", "withdraw": "took the word back on "}
    said = tag("b", f"{did[note['kind']]}{where}{at}")
    signed = tag("span", f" {note['by']}, {note['when']}", class_="dim")
    return tag("li", said, " ", note["text"], signed, *([drawn] if drawn else []))


def _drawn(cut: Cut, shot: str, note: dict[str, Any], folder: Path) -> Markup | None:
    """The frame that a note was drawn on, and the strokes over it; None without a drawing, or the take."""
    clip = Path(cut.build) / "takes" / f"{note['take']}.mp4"
    if not note["drawing"] or not clip.is_file():
        return None
    name = f"{shot}-{note['take']}-{note['frame']}.jpg"
    try:
        with replacing(folder / "media" / name) as partial:
            width, height = pictures.make_frame(clip, note["frame"], partial)
    except MediaError:  # no take has that frame any more
        return None
    lines = [
        tag("polyline", points=" ".join(f"{x * width:.1f},{y * height:.1f}" for x, y in stroke), class_=kind)
        for stroke in note["drawing"]
        for kind in ("under", "over")
    ]
    picture = tag("img", src=f"media/{name}", alt=f"The frame that was drawn on: {note['frame']}")
    return tag("figure", picture, tag("svg", *lines, viewBox=f"0 0 {width} {height}"), class_="drawn")


def timecode(frame: int, cut: Cut) -> str:
    """``0:02.125``: a frame of a take as minutes, seconds and thousandths."""
    seconds = to_seconds(frame, cut.delivery.rate)
    return f"{int(seconds // 60)}:{float(seconds % 60):06.3f}"


def _copy(source: Path, target: Path) -> None:
    with replacing(target) as partial:
        shutil.copyfile(source, partial)
