"""What a storyboard can name as ``sample:NAME``: footage, photographs and a sound that the build makes."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from swav.errors import MediaError


@dataclass(frozen=True)
class Sample:
    """What a sample is; ``version`` counts up whenever it changes, to retire old takes."""

    kind: Literal["still", "footage", "sound"]
    version: int
    seconds: Fraction | None
    width: int
    height: int
    rate: Fraction | None
    prompt: str
    seed: int


SAMPLES: dict[str, Sample] = {
    "harbour.png": Sample(
        "still", 1, None, 1920, 1280, None,
        "A fishing harbour at dawn, wooden fishing boats at their moorings, mist on the water, wide shot", 12,
    ),
    "coast.png": Sample(
        "still", 1, None, 1920, 1280, None,
        "A lighthouse on a cliff above the sea at sunset, clouds, wide shot", 5,
    ),
    "sea-trial.mp4": Sample(
        "footage", 1, Fraction(10), 1280, 720, Fraction(25),
        "A patrol boat crosses the open sea on a bright day, waves, clouds, wide shot", 4,
    ),
    "shore.wav": Sample("sound", 1, Fraction(15), 0, 0, None, "A shore: waves come and go", 8),
}  # fmt: skip


def make_sample(name: str, target: Path) -> None:
    """Write a sample: a PNG, H.264 in mp4, or WAV. Raises MediaError for a name that is not known."""
    if name not in SAMPLES:
        raise MediaError(f"sample:{name} is not known; there are {', '.join(sorted(SAMPLES))}")
    sample = SAMPLES[name]
    if sample.kind == "still":
        _write_still(sample, Path(target))
    elif sample.kind == "sound":
        from swav.animatic.shore import write_shore

        write_shore(Path(target), seconds=sample.seconds, seed=sample.seed)
    else:
        _write_footage(sample, Path(target))


def _write_still(sample: Sample, target: Path) -> None:
    from PIL import Image

    from swav.animatic.panel import frames
    from swav.files import replacing

    picture = next(
        frames(
            sample.prompt, camera="static", seed=sample.seed, width=sample.width, height=sample.height,
            rate=Fraction(1), count=1, slate=None,
        )
    )  # fmt: skip
    with replacing(target) as partial:
        Image.fromarray(picture).save(partial, compress_level=6)


def _write_footage(sample: Sample, target: Path) -> None:
    from swav.animatic.panel import frames
    from swav.media.writer import ClipWriter

    pictures = frames(
        sample.prompt, camera="handheld follow", seed=sample.seed, width=sample.width, height=sample.height,
        rate=sample.rate, count=int(sample.seconds * sample.rate), slate=None,
    )  # fmt: skip
    title = {"comment": "drawn by swav"}
    with ClipWriter(
        target, width=sample.width, height=sample.height, rate=sample.rate, metadata=title, quality=19
    ) as clip:
        for picture in pictures:
            clip.write(picture)
