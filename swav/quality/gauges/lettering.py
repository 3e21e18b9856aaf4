"""Lettering in the picture: no video model can write, so any word that it draws spoils the take.

Words are found and read on sampled frames by PP-OCRv6 (https://github.com/PaddlePaddle/PaddleOCR), whose
small models ship in the wheel of rapidocr. What is read need not make sense: garbled letters read as some
letters, with less confidence. Gates see a clip before its titles are set: all lettering is the model's.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from swav.carriers import Carrier
from swav.quality.gate import Gate, Watched
from swav.quality.sentences import Measured, Words, percent
from swav.shown import listed

if TYPE_CHECKING:
    import numpy as np

    from swav.quality.frames import Frame

SIDES = (832, 608)
"""Pixels of the longer side at which text is looked for, in turn from sample to sample: small letters are
found in the large picture, and letters among windows or leaves in the small one."""
UNSURE, SURE = 0.45, 0.75
"""Confidences at which a word counts for nothing, and for all. On drawn and photographed pictures without
lettering, what was misread as a word stayed below 0.5; garbled and mirrored words were read with 0.6 to 1."""
BY_LENGTH = {2: 0.5, 3: 0.8}
"""How much short words count; longer ones count in full. Two letters are easily seen in bars and branches."""
TALLEST = 0.6
"""Boxes higher than this share of the picture are scenery: cranes, hills, a lattice."""
WEIGHTS = (2 / 3, 1 / 3)
"""Of the surest frame and the next: a misreading is gone in the next sample, lettering mostly is not."""
MOST_BOXES = 12
"""Boxes that are read in a frame, the surest first, so that a facade does not cost seconds."""

_MOST_WORDS = 4
"""Words that a sentence names."""
_STROKES = frozenset("ijlmtu")
"""What bars of a chart, railings and rows of windows are read as."""
_HULL_NUMBER = re.compile(r"[A-Z]{0,2}[-. ]?\d{1,4}")
"""What real ships carry: a number, with NATO's one or two letters before it (F 221, P61)."""


def letters(frames: Iterable[tuple[int, np.ndarray]]) -> dict[str, Any]:
    """Look for words in sampled frames, given as (number, uint8 RGB of shape (height, width, 3)).

    Returns ``value``, 0 to 1: how surely words are there, from the two frames that show them best; ``words``,
    each with its ``text``, ``confidence`` (0 to 1), ``frame`` and ``box`` (left, top, right, bottom in
    pixels); and ``frames``, the worst first. A hull number is no word, nor is a single letter. Where rapidocr
    is not installed, only ``missing``, which says so.
    """
    try:
        reader = _reader()
    except ImportError:
        return {"missing": "the package rapidocr, which reads lettering, is not installed; install swav anew"}
    words, strengths = [], {}
    for place, (number, picture) in enumerate(frames):
        turn = place % len(SIDES)
        found = _words(reader, picture, (*SIDES[turn:], *SIDES[:turn]))
        words += [{**word, "frame": number} for word in found]
        strengths[number] = max((strength(word["text"], word["confidence"]) for word in found), default=0.0)
    best = sorted(strengths, key=lambda number: (-strengths[number], number))
    value = sum(weight * strengths[number] for weight, number in zip(WEIGHTS, best, strict=False))
    return {
        "value": round(value, 3),
        "words": words,
        "frames": [number for number in best if strengths[number] > 0],
    }


def strength(text: str, confidence: float) -> float:
    """How surely a text that was read is a word in the picture, 0 to 1.

    It needs two different letters that are more than upright strokes, and it must not be a hull number.
    """
    drawn = [letter for letter in text.casefold() if letter.isalpha()]
    if len(set(drawn) - _STROKES) < 2 or _HULL_NUMBER.fullmatch(text.strip()):
        return 0.0
    sure = min(1.0, max(0.0, (confidence - UNSURE) / (SURE - UNSURE)))
    return sure * BY_LENGTH.get(len(drawn), 1.0)


READER = Carrier(
    what="the reader of lettering",
    module="rapidocr",
    distribution="rapidocr",
    digests={
        "models/PP-OCRv6_det_small.onnx": "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
        "models/PP-OCRv6_rec_small.onnx": "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
    },
)


@contextmanager
def _without_fonts() -> Iterator[None]:
    """Keep Pillow from its fonts, for which it looks for a library of the system: nothing is drawn here."""
    fonts = "PIL._imagingft"
    known = fonts in sys.modules
    sys.modules.setdefault(fonts, None)
    try:
        yield
    finally:
        if not known:
            del sys.modules[fonts]


_UNUSED = {"openvino", "mnn", "paddle", "torch"}
"""Runtimes whose models rapidocr lists beside those of ONNX Runtime: two thirds of its table."""


@contextmanager
def _short_table() -> Iterator[None]:
    """Let rapidocr read its table of models once, without the runtimes that are not here: it reads it whole
    in two places, which takes most of its import."""
    import yaml
    from omegaconf import OmegaConf

    whole = OmegaConf.load

    @cache
    def load(file: str | os.PathLike) -> Any:
        if os.path.basename(file) != "default_models.yaml":  # noqa: PTH119
            return whole(file)
        with open(file, encoding="utf-8") as table:  # noqa: PTH123
            plain = yaml.load(table, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        return OmegaConf.create({name: part for name, part in plain.items() if name not in _UNUSED})

    OmegaConf.load = load
    try:
        yield
    finally:
        OmegaConf.load = whole


@cache
def _reader():
    """The one reader of this process: its two models are loaded once. Raises ImportError."""
    import swav.opencv  # noqa: F401  # before the reader does

    with _without_fonts(), _short_table():
        from rapidocr import RapidOCR
    READER.folder("models")
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.text_score": 0.0,
            # The picture is brought to its size here: the reader must not change it again.
            "Global.max_side_len": max(SIDES),
            "Det.limit_type": "max",
            "Det.limit_side_len": max(SIDES),
            # As many as the job's rule claims; while a second one waits, it spins for as long as it works.
            "EngineConfig.onnxruntime.intra_op_num_threads": int(os.environ.get("OMP_NUM_THREADS") or 1),
        }
    )


def _words(reader: Any, picture: np.ndarray, sides: tuple[int, ...]) -> list[dict[str, Any]]:
    """What counts as a word in one picture, looked for at the first of ``sides`` that can tell."""
    import numpy as np

    for side in sides:
        scaled, scale = _scaled(picture, side)
        boxes, swallowed = _boxes(reader, scaled)
        if not swallowed:
            break
    found = []
    for corners in boxes:
        text, confidence = _read(reader, _straightened(scaled, corners))
        if strength(text, confidence) > 0:
            box = np.concatenate([corners.min(axis=0), corners.max(axis=0)]) / scale
            shown = [round(float(edge)) for edge in box]
            found.append({"text": text, "confidence": round(confidence, 3), "box": shown})
    return found


def _scaled(picture: np.ndarray, side: int) -> tuple[np.ndarray, float]:
    """The picture as the reader wants it: uint8 BGR, its longer side ``side`` pixels; and its scale."""
    from swav.opencv import cv2

    scale = side / max(picture.shape[:2])
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(picture[..., ::-1], None, fx=scale, fy=scale, interpolation=kind), scale


def _boxes(reader: Any, picture: np.ndarray) -> tuple[list[np.ndarray], bool]:
    """Where text may be: corners of each box, float32 (4, 2), clockwise from the top left.

    Also says whether scenery swallowed the picture: a lattice taken for one text hides all text in it.
    """
    import numpy as np

    # Options given to a call stay for later calls: so each call gives all.
    found = reader(picture, use_det=True, use_cls=False, use_rec=False)
    if found.boxes is None:
        return [], False
    surest = sorted(zip(found.scores, found.boxes, strict=True), key=lambda pair: -pair[0])
    corners = [np.asarray(box, np.float32) for _, box in surest]
    lines = [box for box in corners if np.ptp(box[:, 1]) <= TALLEST * len(picture)]
    return lines[:MOST_BOXES], len(lines) < len(corners)


def _read(reader: Any, line: np.ndarray) -> tuple[str, float]:
    """The text of a cut-out line, and the mean confidence of its letters."""
    said = reader(line, use_det=False, use_cls=False, use_rec=True)
    return (said.txts[0], float(said.scores[0])) if said.txts else ("", 0.0)


def _straightened(picture: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """The part of the picture inside a slanted box, made upright; a column of letters is laid down."""
    import numpy as np

    from swav.opencv import cv2

    width = max(
        8, round(max(np.linalg.norm(corners[0] - corners[1]), np.linalg.norm(corners[3] - corners[2])))
    )
    height = max(
        8, round(max(np.linalg.norm(corners[0] - corners[3]), np.linalg.norm(corners[1] - corners[2])))
    )
    upright = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, upright)
    line = cv2.warpPerspective(
        picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.rot90(line).copy() if height > 1.5 * width else line


class Lettering:
    """Measures ``lettering`` on sampled frames."""

    def __init__(self, watched: Watched) -> None:
        self._samples = frozenset(watched.samples)
        self._seen: list[tuple[int, np.ndarray]] = []

    def see(self, frame: Frame) -> None:
        if frame.number in self._samples:
            self._seen.append((frame.number, frame.colour))

    def result(self) -> dict[str, dict]:
        return {"lettering": letters(self._seen)}


def _found(measured: Measured) -> str:
    words = measured.get("words", ())
    said = listed([f"“{word['text']}”" for word in words], _MOST_WORDS)
    where = f" in frame {words[0]['frame']}" if words else ""
    return f"there is lettering in the picture{where}: {said}"


GATES = (
    Gate(
        # How surely there is lettering in the picture, 0 to 1.
        name="lettering",
        place=120,
        rising=True,
        warn=0.3,
        fail=0.6,
        words=Words("no lettering was seen", _found, lambda value: f"certainty {percent(value)}", percent),
        gauge=Lettering,
        of_detail=True,
    ),
)
