"""How far frames are apart that should pass for one, and that should not.

``python benchmarks/continuation.py``: a shot that goes on from another is rendered again where the frame
between them is another one (``swav.reel.continuing``), by more than ``continuation`` of ``config.yaml``. Here
the last frames of the scenes of ``tests/labelled`` are compared with themselves after what a take can go
through without being another picture, and with what is another one. The table goes to standard output and
between the markers of ``docs/keyframes.md``.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from pathlib import Path

import numpy as np

from swav.opencv import cv2

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))
PAGE = REPOSITORY / "docs" / "keyframes.md"
MARKS = (
    "<!-- written by benchmarks/continuation.py -->",
    "<!-- end of that table -->",
)
SHOWN, RATE = 14, 24
WIDTH, HEIGHT = 480, 270
EVERY = 3
"""Of the labelled scenes one in so many is looked at."""
LIMITS = 2.0, 4.0, 8.0

from labelled.catalogue import CLEAN, Subject  # noqa: E402
from labelled.picture import Shot, filmed  # noqa: E402

from swav.media.writer import ClipWriter  # noqa: E402
from swav.quality.frames import watch  # noqa: E402
from swav.reel.continuing import difference  # noqa: E402

Frames = list[np.ndarray]


def frames_of(subject: Subject, seed: int) -> Frames:
    """The last frames of a scene, (270, 480, 3) uint8 RGB, as a camera gives them."""
    shot = Shot(seed, WIDTH, HEIGHT, Fraction(RATE), SHOWN)
    return list(filmed(subject.scene(shot), shot, grain=subject.grain))[-14:]


def encoded(frames: Frames, quality: int) -> np.ndarray:
    """The last frame as it comes back from an H.264 file of that rate factor."""
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder, "clip.mp4")
        with ClipWriter(
            clip, width=WIDTH, height=HEIGHT, rate=Fraction(RATE), metadata={}, quality=quality
        ) as file:
            for frame in frames:
                file.write(np.ascontiguousarray(frame))
        return [frame.colour for frame in watch(clip)][-1]


def moved(frame: np.ndarray, pixels: float) -> np.ndarray:
    """The picture moved to the right, by less than a pixel too."""
    matrix = np.float32([[1, 0, pixels], [0, 1, 0]])
    return cv2.warpAffine(frame, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)


def lit(frame: np.ndarray, gain: float) -> np.ndarray:
    """The picture, brighter or darker."""
    return np.clip(frame * np.float32(gain), 0, 255).astype(np.uint8)


def grained(frame: np.ndarray, amount: float) -> np.ndarray:
    """The picture with another grain; ``amount`` of 255."""
    noise = np.random.default_rng(7).normal(0, amount, frame.shape)
    return np.clip(frame + noise, 0, 255).astype(np.uint8)


def with_thing(frame: np.ndarray, share: float) -> np.ndarray:
    """The picture with a thing that was not there: a rectangle of that share of the height, in contrast."""
    side = round(HEIGHT * share)
    put, where = frame.copy(), (slice(190 - side, 190), slice(370, 370 + 2 * side))
    put[where] = 30 if put[where].mean() > 127 else 225
    return put


def compared(number: int) -> dict[str, float]:
    """By what was done, how far the last frame of a scene is from itself."""
    subject = CLEAN[number]
    frames = frames_of(subject, 1)
    last, other = frames[-1], frames_of(subject, 2)[-1]
    kept = encoded(frames, 14)
    same: dict[str, Callable[[], np.ndarray]] = {
        "encoded as takes are (rate factor 14)": lambda: kept,
        "encoded coarsely (23)": lambda: encoded(frames, 23),
        "encoded twice": lambda: encoded([*frames[:-1], kept], 14),
        "another grain, 3 of 255": lambda: grained(last, 3),
        "1 % brighter": lambda: lit(last, 1.01),
        "3 % brighter": lambda: lit(last, 1.03),
        "half a pixel aside": lambda: moved(last, 0.5),
        "two pixels aside": lambda: moved(last, 2),
        "one frame earlier": lambda: frames[-2],
        "half a second earlier": lambda: frames[-13],
        "a thing of 3 % of the height comes": lambda: with_thing(last, 0.03),
        "a thing of 6 % of the height comes": lambda: with_thing(last, 0.06),
        "a thing of 12 % of the height comes": lambda: with_thing(last, 0.12),
        "the same scene by another seed": lambda: other,
    }
    return {name: difference(last, make()) for name, make in same.items()}


def table(found: list[dict[str, float]]) -> Iterator[str]:
    """Rows of Markdown."""
    limits = " | ".join(f"one by {limit:g}" for limit in LIMITS)
    yield f"| the last frame, and it | least | median | most | {limits} |"
    yield "|---|---|---|---|" + "---|" * len(LIMITS)
    for name in found[0]:
        values = np.array([each[name] for each in found])
        within = " | ".join(f"{(values <= limit).mean():.0%}" for limit in LIMITS)
        yield f"| {name} | {values.min():.1f} | {np.median(values):.1f} | {values.max():.1f} | {within} |"


def main() -> None:
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(compared, range(0, len(CLEAN), EVERY)))
    rows = "\n".join([f"{len(found)} scenes, {WIDTH}x{HEIGHT}:", "", *table(found)])
    print(rows)
    page = PAGE.read_text(encoding="utf-8")
    if MARKS[0] in page:
        before, rest = page.split(MARKS[0])
        PAGE.write_text(f"{before}{MARKS[0]}\n{rows}\n{MARKS[1]}{rest.split(MARKS[1])[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
