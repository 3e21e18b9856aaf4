"""What a film is made of, for its manifest: read from the cut, its verdicts and the records of its takes."""

import mimetypes
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.sounds import Narration
from swav.cut.takes import read_record, take_path
from swav.engines import is_made_here, plugins
from swav.errors import SwavError
from swav.hashes import HashList, content_digest
from swav.music.players import player
from swav.provenance.manifest import ALGORITHMIC, CAPTURED, TRAINED, Origin, Part
from swav.speech.voices import voice_engine, voice_for


def parts_of(
    cut: Cut,
    verdict_of: Callable[[CutShot], dict[str, Any] | None],
    sources: Mapping[str, Path] = MappingProxyType({}),
) -> Iterator[Part]:
    """The takes, the footage, the lines, the sounds and the music of a cut, in the order of the film.

    ``verdict_of`` says which take of a shot is in the film; None where nobody judged. ``sources`` are the
    shots' sources where they are to be read, as long as this is iterated: see ``swav.unchanged``.
    """
    listed = HashList(cut.build)
    for shot in cut.shots:
        yield _picture(cut, shot, verdict_of(shot), listed, sources.get(shot.id))
        yield from _keyframes(shot)
        if shot.narration:
            yield _line(shot, shot.narration)
        yield from _sounds(shot)
    if cut.sound.music_engine:
        yield _music(cut)
    for number, part in enumerate((part for part in cut.sound.stretches if part.recording), 1):
        yield _file(f"music file {number}", "music", part.recording.file, part.recording.content)


def _picture(
    cut: Cut, shot: CutShot, verdict: dict[str, Any] | None, listed: HashList, read: Path | None
) -> Part:
    verdict = verdict or {"takes": [], "chosen": None, "fallback": None}
    engine = verdict["fallback"] or shot.engine
    taken = next((take for take in verdict["takes"] if take["number"] == verdict["chosen"]), None)
    request, source = shot.request, shot.request.source
    key = taken["key"] if taken else shot.key
    details = {
        "take": key,
        "sha256": _digest(Path(shot.clip), listed),
        "model": shot.model if engine == shot.engine else "",
        "made": read_record(take_path(cut.build, key)).get("made", ""),
        "motion": shot.motion.how if shot.motion else "",
        "upscaled": shot.finish.model if shot.finish else "",
    }
    origin = origin_of(engine)
    if origin == TRAINED:
        seed = taken["seed"] if taken else request.seed
        details |= {"prompt": request.prompt, "negative": request.negative, "seed": str(seed)}
        details |= {"loras": [lora.content for lora in request.loras]}
    if source is not None and engine == shot.engine:
        made = is_made_here(source.content)
        details |= {"file": Path(source.path).name, "file_sha256": "" if made else source.content}
        origin = ALGORITHMIC if made else origin
        if taken_from := _take_in(read or Path(source.path)):
            # An editor's trim of a take comes back as footage; it was generated all the same.
            details |= {"take": taken_from[0], "prompt": request.prompt}
            origin = origin_of(taken_from[1])
    details = {name: value for name, value in details.items() if value not in ("", [], None)}
    maker = shot.credit if origin == CAPTURED and shot.credit else engine
    return Part(shot.id, f"{shot.id}: {engine}", "picture", origin, maker, "video/mp4", details)


def _take_in(path: Path) -> tuple[str, str] | None:
    """The key and the engine of the take that a film file is; None of any other file."""
    import av  # doctor and others read this module, and open no film

    try:
        with av.open(str(path)) as container:
            found = re.match(r"swav take ([0-9a-f]{12}) by (\S+)", container.metadata.get("comment", ""))
    except (OSError, av.error.FFmpegError):
        return None
    return (found[1], found[2].rstrip(",")) if found else None


def origin_of(engine: str) -> Origin:
    """Where the pictures of an engine come from; a still may be a photograph or a drawing."""
    try:
        found = plugins().get(engine, "engine")
    except SwavError:
        return ""
    if found.source in ("footage", "still"):
        return CAPTURED if found.source == "footage" else ""
    return ALGORITHMIC if found.designed else TRAINED


def _keyframes(shot: CutShot) -> Iterator[Part]:
    """The pictures that a take begins and ends with, which are as much its origin as its prompt."""
    for picture in shot.keyframes:
        origin = origin_of(picture.engine) if picture.request else ""
        details = {"keyframe": picture.key, "model": picture.model}
        if picture.request:
            said = {"prompt": picture.request.prompt, "seed": str(picture.request.seed)}
            details |= said if origin == TRAINED else {}
        elif picture.continues:
            details |= {"frame": picture.continues.words}
        else:
            details |= {"file": Path(picture.path).name, "file_sha256": picture.source.content}
        name = f"{shot.id} {picture.name}"
        told = {key: value for key, value in details.items() if value}
        yield Part(name, name, "picture", origin, picture.engine, _mime(picture.path, "image/png"), told)


def _line(shot: CutShot, line: Narration) -> Part:
    if line.recorded:
        told = {"line": line.key, "text": line.text, "language": line.language}
        return _file(
            f"{shot.id} narration", "narration", line.reference, line.reference_content, told, CAPTURED
        )
    details = {"line": line.key, "text": line.text, "language": line.language, "model": line.model}
    origin: Origin = ""
    try:
        voice = voice_for(line.engine, line.language, line.speaker)
        details |= {"voice": voice.description, "licence": voice.licence}
        origin = TRAINED if voice_engine(line.engine).trained else ALGORITHMIC
    except SwavError:  # a voice that was installed when the line was spoken
        details |= {"voice": line.speaker or ""}
    told = {name: value for name, value in details.items() if value}
    name = f"{shot.id} narration"
    return Part(name, name, "narration", origin, line.engine, "audio/wav", told)


def _sounds(shot: CutShot) -> Iterator[Part]:
    """Sounds from files; that of a shot's own footage is the footage's."""
    for number, effect in enumerate((item for item in shot.effects if not item.own), 1):
        made = is_made_here(effect.content)
        details = {"file": Path(effect.file).name} | ({} if made else {"file_sha256": effect.content})
        name = f"{shot.id} sound {number}"
        origin: Origin = ALGORITHMIC if made else ""
        yield Part(name, name, "sound", origin, "", _mime(effect.file, "audio/wav"), details)
    if shot.ambience:
        place = shot.ambience.recording
        yield _file(f"{shot.id} ambience", "sound", place.file, place.content)
    for number, item in enumerate((item for item in shot.overlays if item.logo), 1):
        yield _file(f"{shot.id} logo {number}", "picture", item.logo.file, item.logo.content)


def _file(
    name: str,
    kind: str,
    file: str,
    content: str,
    told: dict[str, Any] | None = None,
    origin: Origin = "",
) -> Part:
    """Material of the team's own, by its name and content; what the build drew itself is algorithmic."""
    made = is_made_here(content)
    details = (told or {}) | {"file": Path(file).name} | ({} if made else {"file_sha256": content})
    mime = _mime(file, "image/png" if kind == "picture" else "audio/wav")
    return Part(name, name, kind, ALGORITHMIC if made else origin, "", mime, details)


def _music(cut: Cut) -> Part:
    details = {
        "prompt": "; ".join(mood.prompt for part in cut.sound.stretches for mood in part.moods),
        "model": cut.sound.music_model,
    }
    origin: Origin = ""
    try:
        plays = player(cut.sound.music_engine)
        details |= {"licence": plays.licence}
        origin = TRAINED if plays.generates else ALGORITHMIC
    except SwavError:
        pass
    told = {name: value for name, value in details.items() if value}
    return Part("music", "music", "music", origin, cut.sound.music_engine, "audio/wav", told)


def _digest(file: Path, listed: HashList) -> str:
    try:
        return listed.digest(file) if listed.begun else content_digest(file)
    except OSError:
        return ""


def _mime(path: str, otherwise: str) -> str:
    return mimetypes.guess_type(Path(path).name)[0] or otherwise
