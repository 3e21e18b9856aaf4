"""XTTS v2: neural speech in seventeen languages, by named speakers or in the voice of a recording.

Its weights lie in a folder under ``models/``; ``swav/programs/xtts.py`` speaks with them, in an environment
of its own, with one load for all lines. This side is light: it cuts the text where a narrator would pause,
has the pieces spoken, and joins them.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from swav.environments import LOCKS
from swav.environments.run import run_program
from swav.errors import EngineError
from swav.links import NOWHERE, broken_link
from swav.readiness import Readiness, Recognised, Site, elsewhere, out_of_place, put_right
from swav.speech.figures import in_words
from swav.speech.sentences import Piece, pieces
from swav.speech.voice_engine import SpokenLine, VoiceEngine
from swav.weights.intact import fault_in

LICENCE = "Coqui Public Model License: non-commercial use only, or a commercial licence"

LIMITS: Mapping[str, int] = MappingProxyType(
    {"en": 250, "es": 239, "fr": 273, "de": 253, "it": 213, "pt": 203, "pl": 224, "tr": 226, "ru": 182}
    | {"nl": 251, "cs": 186, "ar": 166, "zh-cn": 82, "hu": 224, "ko": 95, "ja": 71, "hi": 150}
)
"""The longest text that is said in one go, in characters, as coqui-tts's ``VoiceBpeTokenizer`` has them."""

LANGUAGES = tuple(LIMITS)

_DOWNLOADED = "tts_models--multilingual--multi-dataset--xtts_v2"
FOLDERS = ("xtts", "xtts_v2", _DOWNLOADED, f"tts/{_DOWNLOADED}")
"""Where the weights are looked for under ``models/``; the last two are what coqui-tts itself downloads."""

FILES = ("config.json", "model.pth", "vocab.json", "speakers_xtts.pth")

PROGRAM = Path(__file__).parents[2] / "programs" / "xtts.py"

_SMALL = 16 << 20  # bytes; a file up to this size is read whole for the fingerprint (speakers: 8 MB)
_END = 1 << 18  # bytes of each end of a large file
_SILENCES = {"sentence": 0.42, "clause": 0.20, "none": 0.06}  # seconds between two pieces, at speed 1
_KEPT = 0.16  # seconds of quiet that trimming keeps before and behind a voice


class Xtts(VoiceEngine):
    """Speaks seventeen languages with the team's weights, in an environment of its own."""

    name = "xtts"
    title = "XTTS v2"
    gives = "speech in 17 languages, in a voice of yours too, 2 GB"
    licence = LICENCE
    recipe = 1
    clones = True
    lock = LOCKS / "xtts.txt"
    languages = MappingProxyType(dict.fromkeys(LANGUAGES, ()))  # speakers have names in the model's own file

    def readiness(self, site: Site) -> Readiness:
        found = weights(site.models)
        if found.problem and (there := elsewhere(site.models, FOLDERS[0], self.recognise)):
            return Readiness(False, put_right(there, site.models / FOLDERS[0], self.title))
        said = found.problem or "weights are here"
        absent = not any(os.path.lexists(site.models / name) for name in FOLDERS)
        return Readiness(not found.problem, said, found.fingerprint, absent=absent)

    def recognise(self, folder: Path) -> Recognised | None:
        inner = next((folder / name for name in ("", _DOWNLOADED) if _is_xtts(folder / name)), None)
        if inner is None:
            return None
        found = _examined(inner)
        known = any(inner == inner.parents[name.count("/")] / name for name in FOLDERS)
        notes = () if known or found.problem else (out_of_place(inner, FOLDERS[0]),)
        return Recognised(
            self.title, "as published", fingerprint=found.fingerprint, fault=found.problem, notes=notes
        )

    def figures(self, text: str, language: str) -> str:
        return in_words(super().figures(text, language), language)

    def speak_lines(
        self,
        lines: Sequence[tuple[SpokenLine, Path]],
        *,
        models: Path,
        python: Path,
        cards: tuple[str, ...],
        progress: Callable[[str, int, int], None],
        note: Callable[[str], None],
        verify: Callable[[], None],
    ) -> dict[str, Any]:
        script = [
            XttsLine(
                text=line.text,
                language=line.language,
                speaker=None if line.speaker == "default" else line.speaker,
                reference=line.reference,
                speed=line.speed,
                seed=line.seed,
                target=target,
            )
            for line, target in lines
        ]
        return speak_lines(
            script,
            folder=weights(models).folder,
            python=python,
            cards=cards,
            progress=progress,
            note=note,
            verify=verify,
        )


@dataclass(frozen=True)
class Weights:
    """Where the weights are and what identifies them; or, in a phrase, why they cannot be used."""

    folder: Path | None
    fingerprint: str
    """Of names, sizes and content; empty where there are no weights."""
    problem: str
    """Empty where all is well."""


@dataclass(frozen=True)
class XttsLine:
    """A line of narration, as it is to be said: numbers and abbreviations are already read out."""

    text: str
    language: str
    """One of LANGUAGES; a region (``en-GB``) is taken as its language."""
    speaker: str | None
    """A name of the folder's speakers_xtts.pth; None for the first one there."""
    reference: Path | None
    """A recording whose voice is taken instead."""
    speed: float
    seed: int
    target: Path


def weights(models: Path) -> Weights:
    """Look for XTTS v2 in the folder of model folders. Cheap: it runs whenever a storyboard is read.

    Of model.pth (1.9 GB) both ends are read: it is a zip archive, whose end lists a checksum of every tensor.
    """
    found = [_examined(models / name) for name in FOLDERS if os.path.lexists(models / name)]
    if not found:
        needed = ", ".join(FILES)
        return Weights(None, "", f"no XTTS v2 weights; put the folder with {needed} at {models / FOLDERS[0]}")
    return next((place for place in found if not place.problem), found[0])


def _is_xtts(folder: Path) -> bool:
    """Whether a folder is meant to hold it: by the file that no other model has, or by what it says."""
    if (folder / "speakers_xtts.pth").is_file():
        return True
    try:
        said = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(said, dict) and said.get("model") == "xtts"


def _examined(folder: Path) -> Weights:
    missing = ", ".join(name for name in FILES if not (folder / name).is_file())
    if broken := missing and broken_link(folder):
        return Weights(folder, "", f"{broken} {NOWHERE}")
    if missing:
        return Weights(
            folder, "", f"{folder} lacks {missing}; copy what is missing from the published XTTS v2"
        )
    if damaged := next(filter(None, (fault_in(folder / name) for name in FILES)), ""):
        return Weights(folder, "", damaged)
    return Weights(folder, _fingerprint(folder), "")


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in FILES:
        file = folder / name
        size = file.stat().st_size
        digest.update(f"{name} {size}\n".encode())
        for part in [file.read_bytes()] if size <= _SMALL else _ends(file):
            digest.update(part)
    return digest.hexdigest()[:16]


def _ends(file: Path) -> tuple[bytes, bytes]:
    with file.open("rb") as opened:
        start = opened.read(_END)
        opened.seek(max(0, file.stat().st_size - _END))
        return start, opened.read(_END)


def speak_lines(
    lines: Sequence[XttsLine],
    *,
    folder: Path,
    python: Path,
    cards: tuple[str, ...] = (),
    progress: Callable[[str, int, int], None] = lambda step, done, total: None,
    note: Callable[[str], None] = lambda sentence: None,
    verify: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Speak every line into its ``target``, a 48 kHz mono 16-bit WAV with its peak at -3 dBFS.

    The weights of ``folder`` are loaded once, by the environment's ``python``, on the first of ``cards`` or
    else on the processor. Each target appears, whole, as soon as its line is said. On the processor the same
    line gives the same bytes, whatever is spoken with it. Returns what a record should say: the licence, the
    device and its memory, who spoke each target, and the seconds that loading and speaking took. ``verify``
    is called before each line is kept, and raises where weights or recordings are no more what they were.

    Raises EngineError where a speaker, a language, a recording or the weights are not as they should be,
    before the first line is spoken; and where a line gives no sound.
    """
    if not lines:
        return {"lines": 0, "licence": LICENCE}
    with tempfile.TemporaryDirectory(prefix="swav-xtts-") as scratch:
        script = [_Spoken(line, _pieces_of(line), verify) for line in lines]
        queue = [spoken for spoken in script for _ in spoken.pieces]
        asked = [
            {
                "text": piece.text,
                "language": _code(spoken.line.language),
                "speaker": spoken.line.speaker,
                "reference": str(spoken.line.reference.absolute()) if spoken.line.reference else None,
                "speed": spoken.line.speed,
                "seed": spoken.line.seed + place,
                "target": str(Path(scratch) / f"{number}-{place}.wav"),
            }
            for number, spoken in enumerate(script)
            for place, piece in enumerate(spoken.pieces)
        ]
        done = run_program(
            python,
            PROGRAM,
            {"folder": str(folder.absolute()), "lines": asked},
            cards=cards[:1],
            progress=progress,
            note=note,
            made=lambda item: queue[item["number"]].take(item),
        )
    return {
        "lines": len(lines),
        "licence": LICENCE,
        "speakers": {str(spoken.line.target): spoken.speaker for spoken in script},
        **{name: done[name] for name in ("device", "card_bytes", "load_seconds", "speak_seconds", "seconds")},
    }


class _Spoken:
    """A line while its pieces come in: with the last of them it is joined and written."""

    def __init__(self, line: XttsLine, parts: list[Piece], verify: Callable[[], None]):
        self.line, self.pieces, self._verify = line, parts, verify
        self.speaker = ""
        self._files: list[Path] = []

    def take(self, item: Mapping[str, Any]) -> None:
        """Take the next piece's file."""
        self.speaker = item["speaker"]
        self._files.append(Path(item["target"]))
        if len(self._files) == len(self.pieces):
            self._finish()

    def _finish(self) -> None:
        import soundfile

        from swav.speech import finish

        sounds, rate = [], 0
        for file in self._files:
            sound, rate = soundfile.read(file, dtype="float32")
            sounds.append(sound)
            file.unlink()
        pauses = [_SILENCES[piece.pause] / self.line.speed for piece in self.pieces[:-1]]
        whole = joined(sounds, pauses, rate)
        if len(whole) == 0:
            raise EngineError(
                f"XTTS found no sound for {self.line.text[:60]!r}; write it in the language of the voice, "
                "or take another seed"
            )
        self._verify()
        finish.write(whole, rate, self.line.target)


def joined(sounds: Sequence[Any], silences: Sequence[float], rate: int):
    """What was said piece by piece as one float32 array, with so many seconds of silence between two pieces.

    ``sounds`` are float arrays of shape (samples,), ``silences`` has one entry fewer. Each sound is trimmed
    and its ends fade to nothing, so that what overlaps is added and no step is heard. Empty where a sound is
    silent.
    """
    import numpy as np

    voices = [_trimmed(sound, rate) for sound in sounds]
    if not all(len(voice) for voice in voices):
        return np.zeros(0, np.float32)
    starts = [0]
    for voice, silence in zip(voices[:-1], silences, strict=True):
        starts.append(starts[-1] + max(0, len(voice) + round((silence - _KEPT) * rate)))
    whole = np.zeros(max(start + len(voice) for start, voice in zip(starts, voices, strict=True)), np.float32)
    for start, voice in zip(starts, voices, strict=True):
        whole[start : start + len(voice)] += voice
    return whole


def _trimmed(sound: Any, rate: int):
    """A voice with _KEPT seconds of quiet about it, also where the model broke off amid a sound."""
    import numpy as np

    from swav.speech import finish

    ramp = np.linspace(0, 1, max(2, rate // 200), dtype=np.float32)
    sound = np.array(sound, np.float32)
    sound[: len(ramp)] *= ramp[: len(sound)]
    sound[-len(ramp) :] *= ramp[::-1][-len(sound) :]
    return finish.trimmed(np.pad(sound, round(_KEPT * rate)), rate)


def _pieces_of(line: XttsLine) -> list[Piece]:
    code = _code(line.language)
    found = pieces(line.text, code, LIMITS[code])
    if not found:
        raise EngineError("the narration has no word to say: write a word, or leave the narration out")
    return found


def _code(language: str) -> str:
    """The model's own code of a language: ``en-GB`` is ``en``, ``zh`` is ``zh-cn``."""
    tag = language.lower()
    short = tag.split("-")[0]
    code = "zh-cn" if short in ("zh", "cmn") else short
    if code not in LIMITS:
        raise EngineError(f"XTTS does not speak {language!r}; it speaks {', '.join(LANGUAGES)}")
    return code


VOICE = Xtts()
