"""Under which terms a reel is made, by storyboard and configuration: its format, judging, signing."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from swav.config import Config
from swav.cut.model import Delivery, Judging, Provenance
from swav.engines import Site, plugins
from swav.quality.readers import readers
from swav.quality.verdict import CAST, SEGMENT
from swav.storyboard.model import Storyboard
from swav.times import to_frames

PREVIEW_LINES = 360
"""The shorter side of a preview, in pixels."""


def delivery_of(board: Storyboard, config: Config) -> Delivery:
    """The format of every piece. A preview is small and coarse; its takes are those of the film."""
    delivery = Delivery(
        width=board.frame.width,
        height=board.frame.height,
        rate=board.fps,
        crf=config.delivery.crf,
        preset=config.delivery.preset,
        audio_bitrate=1000 * int(config.delivery.audio_bitrate.removesuffix("k")),
    )
    if not config.preview:
        return delivery
    shrunk = min(1, Fraction(PREVIEW_LINES, min(delivery.width, delivery.height)))
    width, height = (2 * round(side * shrunk / 2) for side in (delivery.width, delivery.height))
    return replace(delivery, width=width, height=height, crf=max(delivery.crf, 26), preset="ultrafast")


def judging_of(config: Config, site: Site, content: Callable[[Path], str]) -> Judging:
    """By what this reel is judged; where its admission lies is said when the reel is assembled.

    ``content`` gives a file's digest.
    """
    return Judging(
        limits=config.quality.model_dump(mode="json", exclude={*SEGMENT, *CAST}),
        speech_limits=config.speech_quality.model_dump(mode="json"),
        reel_limits=config.reel_quality.model_dump(mode="json"),
        readers=readers(site.models, content),
        admission="",
        segment_limits=config.quality.model_dump(mode="json", include=set(SEGMENT)),
        cast_limits=config.quality.model_dump(mode="json", include=set(CAST)),
    )


def provenance_of(config: Config, content: Callable[[Path], str]) -> Provenance | None:
    """How films are signed; ``content`` gives a file's digest. A missing certificate is said later."""
    said = config.provenance
    if not said.sign:
        return None
    chain = said.certificate or ""
    there = bool(chain) and Path(chain).is_file()
    return Provenance(chain, said.key or "", content(Path(chain)) if there else chain, said.prompts)


def fades_of(board: Storyboard) -> tuple[int, int]:
    """Frames in which the film comes out of black, and goes."""
    return to_frames(board.fade_in, board.fps), to_frames(board.fade_out, board.fps)


def engine_names(names: Sequence[str], key: str) -> tuple[str, ...]:
    """Engines that the configuration names under a key, each of which there is. Raises EngineError."""
    for name in names:
        plugins().get(name, f"engine ({key} in config.yaml)")
    return tuple(names)
