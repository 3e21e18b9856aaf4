"""The media that a storyboard names, looked at: each is what its place needs, and long enough."""

from fractions import Fraction
from typing import Any

from swav.storyboard.check_files import Surroundings, is_file
from swav.storyboard.fields import Key, Route, inside, written_route
from swav.storyboard.findings import Findings
from swav.storyboard.model import Storyboard
from swav.storyboard.named_files import NamedFile, named_material
from swav.storyboard.pictures import SAMPLE, Footage
from swav.storyboard.shot import Shot
from swav.storyboard.sounds import SoundEffect
from swav.storyboard.timing import fixed_frames
from swav.times import HOLD, to_frames, to_seconds


def check_media(board: Storyboard, around: Surroundings, findings: Findings) -> None:
    """Report every file that is not what its place needs; a missing one is reported where files are."""
    if around.look is None:
        return
    looks = _Looks(around, findings)
    looks.loras("loras", board.loras)
    looks.of(board.voice.reference, ("voice", "reference"), "sound")
    for name, voice in board.voices.items():
        looks.of(voice.reference, ("voices", name, "reference"), "sound")
    for kind, named in (("cast", board.cast), ("places", board.places)):
        for name, entity in named.items():
            looks.loras((kind, name, "loras"), entity.loras)
            for number, file in enumerate(entity.references):
                looks.of(file, (kind, name, "references", number), "still")
    for index, shot in enumerate(board.shots):
        if not around.opens(shot):
            continue
        route: Route = ("shots", index)
        looks.loras((*route, "loras"), shot.loras or ())
        looks.footage(shot, shot.footage, (*route, "footage"), board.fps)
        if shot.still:
            looks.of(shot.still.file, (*route, "still", "file"), "still")
        if shot.fallback and shot.fallback.footage:
            looks.footage(shot, shot.fallback.footage, (*route, "fallback", "footage"), board.fps)
        if shot.fallback and shot.fallback.still:
            looks.of(shot.fallback.still.file, (*route, "fallback", "still", "file"), "still")
        for key in ("keyframe", "end"):
            if (picture := getattr(shot, key)) is not None:
                # `keyframe: r012.png` is short for `keyframe: {file: r012.png}`
                written = written_route(findings.source.value, (*route, key, "file"))
                looks.frame(picture.file, written, board)
                for number, file in enumerate(picture.references):
                    looks.of(file, (*route, key, "references", number), "still")
        for number, effect in enumerate(shot.sound):
            looks.effect(effect, (*route, "sound", number))
    for named in named_material(board):
        if named.shot is None or around.opens(named.shot):
            looks.material(board, named)


_KEPT = Fraction(9, 10)
"""Of a picture: 16:9 keeps as much of 16:10 and of 1.85:1, where nothing is missed."""


class _Looks:
    """Looks at files, and says what is found where they are named."""

    def __init__(self, around: Surroundings, findings: Findings):
        self.around, self.findings = around, findings

    def of(self, file: str | None, route: Route, use: str) -> Any:
        """The look at a file; None where there is none, or where it cannot be used, which is reported."""
        if file is None or not self._written(route) or not self.findings.fits(*route):
            return None
        if file.startswith(SAMPLE):
            return self._sample(file.removeprefix(SAMPLE), route, use)
        path = self.around.folder / file
        if not is_file(path):
            return None
        seen = self.around.look(path, use)
        if seen.problem:
            self.findings.fault(route, f"{file} {seen.problem}", seen.remedy)
            return None
        if seen.remark:
            self.findings.notice(route, f"{file}: {seen.remark}")
        return seen

    def frame(self, file: str | None, route: Route, board: Storyboard) -> None:
        """A picture that a take begins or ends with, of which the film's form leaves most in the picture."""
        if self.of(file, route, "still") is None or not self.findings.fits("size"):
            return
        from swav.media.photograph import upright_size

        width, height = upright_size(self.around.folder / str(file))
        across = Fraction(board.size.width * height, board.size.height * width)
        kept = min(across, 1 / across)
        if kept < _KEPT:
            sides = "at its sides" if across < 1 else "above and below"
            message = f"{file} has {width}x{height} pixels, and the film has {board.size}"
            lost = f"{round(100 * (1 - kept))} % of it is cut off {sides}"
            self.findings.notice(route, f"{message}: {lost}; give a picture of the film's form")

    def loras(self, route: Route | str, loras: Any) -> None:
        start = (route,) if isinstance(route, str) else route
        for number, lora in enumerate(loras):
            if lora.file.endswith(".safetensors"):
                self.of(lora.file, (*start, number, "file"), "lora")

    def footage(self, shot: Shot, footage: Footage | None, route: Route, rate: Fraction) -> None:
        if footage is None or (seen := self.of(footage.file, (*route, "file"), "film")) is None:
            return
        if footage.sound is not None and not seen.sound:
            self.findings.notice((*route, "sound"), silent_footage(footage.file))
        if seen.seconds is not None:
            self._reach(shot, footage, route, rate, seen.seconds)

    def _reach(self, shot: Shot, footage: Footage, route: Route, rate: Fraction, seconds: Fraction) -> None:
        """In and out points lie inside the file, and so does the shot; the sum of ``conform_footage``."""
        here = f"{footage.file} is {said(seconds)} long"
        available = to_frames(seconds - footage.start, rate)
        if available < 1:
            where = (*route, "in")
            return self.findings.fault(
                where,
                f"the footage begins at {said(footage.start)}, but {here}",
                "choose an earlier in-point",
            )
        frames = fixed_frames(shot, rate) if self.findings.fits(*route[:2]) else None
        if frames is None or frames - available <= HOLD * rate:
            return
        end = said(footage.start + to_seconds(frames, rate))
        if shot.duration is None and footage.end is not None:
            message, where = f"the footage ends at {said(footage.end)}, but {here}", (*route, "out")
            remedy = "leave `out` out, or choose an earlier one"
        else:
            message, where = f"the shot shows its footage up to {end}, but {here}", (*route[:2], "duration")
            remedy = "shorten the shot, or choose an earlier in-point"
        self.findings.fault(where, message, remedy)

    def material(self, board: Storyboard, named: NamedFile) -> None:
        """Material is what its place needs, and what is to be heard of it lies inside the file."""
        # `ambience: sea.wav` is short for `ambience: {file: sea.wav}`
        written = written_route(self.findings.source.value, named.route)
        seen = self.of(named.name, written, named.use)
        if seen is None or seen.seconds is None or named.use != "sound":
            return
        heard: Any = board
        for key in named.route[:-1]:
            heard = heard[key] if isinstance(key, int) else getattr(heard, key)
        here, end = f"{named.name} is {said(seen.seconds)} long", getattr(heard, "end", None)
        if heard.begin >= seen.seconds:
            message = f"it begins at {said(heard.begin)} of its file, but {here}"
            self.findings.fault((*named.route[:-1], "in"), message, "choose an earlier in-point")
        elif end is not None and end > seen.seconds + HOLD:
            message = f"it would end at {said(end)} of its file, but {here}; it ends there"
            self.findings.notice((*named.route[:-1], "out"), message)

    def effect(self, effect: SoundEffect, route: Route) -> None:
        seen = self.of(effect.file, (*route, "file"), "sound")
        if seen is None or seen.seconds is None:
            return
        here = f"{effect.file} is {said(seen.seconds)} long"
        if effect.begin >= seen.seconds:
            message = f"the sound begins at {said(effect.begin)} of its file, but {here}"
            self.findings.fault((*route, "in"), message, "choose an earlier in-point")
        elif effect.end is not None and effect.end > seen.seconds + HOLD:
            message = f"the sound would end at {said(effect.end)} of its file, but {here}; it ends there"
            self.findings.notice((*route, "out"), message)

    def _sample(self, name: str, route: Route, use: str) -> Any:
        """A sample of the wrong kind is a fault; nothing else about one need be looked at."""
        kind = getattr(inside(dict(self.around.samples), name), "kind", None) if self._described() else None
        wanted = {"film": "footage", "still": "still", "sound": "sound"}.get(use)
        if kind and kind != wanted:
            what = {"film": "footage", "still": "a still", "lora": "a LoRA"}.get(use, "a sound")
            self.findings.fault(route, f"the sample {name} is not {what}", f"name it under {kind}: instead")
        return None

    def _described(self) -> bool:
        return isinstance(self.around.samples, dict)

    def _written(self, route: tuple[Key, ...]) -> bool:
        """Whether the value stands in the storyboard itself; what a footage list names is looked at there."""
        return written_route(self.findings.source.value, route)[-1:] == route[-1:]


def silent_footage(file: str) -> str:
    """What is said of footage whose own sound is asked for, and which has none."""
    return f"{file} has no sound track, so nothing of it is heard"


def said(seconds: Fraction) -> str:
    return f"{float(seconds):.2f}".rstrip("0").rstrip(".") + " s"
