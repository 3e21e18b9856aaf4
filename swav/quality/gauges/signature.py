"""A take's signature: 256 bits that near-duplicates share, so that two shots are not the same picture.

Reading and comparing signatures is light; making one decodes pictures.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from swav.quality.gate import Gate
from swav.quality.sentences import share

if TYPE_CHECKING:
    from swav.quality.frames import Frame

BITS = 256
SAMPLES = 4
"""Frames that a signature looks at, 64 bits each."""


def similarity(first: str, second: str) -> float:
    """How alike two takes are: 0 for unrelated ones (or worse), 1 for the same. Pure."""
    apart = (int(first, 16) ^ int(second, 16)).bit_count()
    return max(0.0, 1 - 2 * apart / BITS)


def nearest(signature: str, others: Mapping[str, str]) -> dict[str, Any]:
    """The part ``duplicate`` of a measurement: the most similar of the other shots' signatures, by name."""
    if not others:
        return {"value": 0.0, "shot": "", "frames": []}
    likest = {shot: similarity(signature, other) for shot, other in others.items()}
    shot = max(likest, key=likest.__getitem__)
    return {"value": round(likest[shot], 4), "shot": shot, "frames": []}


class Signer:
    """Makes the signature: the signs of the coarse structure of four frames that stand evenly in the take.

    Each frame gives 64 bits: the lowest 8 x 8 cosine coefficients of 32 x 32 pixels against their median
    (perceptual hash; C. Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010).
    """

    def __init__(self, samples: tuple[int, ...]) -> None:
        self._samples = frozenset(samples)
        self._bits: list[int] = []

    def see(self, frame: "Frame") -> None:
        import numpy as np

        from swav.opencv import cv2

        if frame.number in self._samples:
            tiny = cv2.resize(frame.small, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
            coarse = cv2.dct(tiny)[:8, :8].ravel()
            coarse[0] = 0  # brightness is no structure
            self._bits += (coarse > np.median(coarse)).tolist()

    def result(self) -> dict[str, str]:
        """The signature in hex; of a take with fewer frames than samples, the missing ones are zeros."""
        text = "".join(map(str, map(int, self._bits))).ljust(BITS, "0")
        return {"signature": f"{int(text, 2):0{BITS // 4}x}"}


GATES = (
    Gate(
        # Similarity to another shot's take, 0 to 1.
        name="duplicate",
        place=140,
        rising=True,
        warn=0.93,
        fail=None,
        words=share(
            "no other shot looks like it",
            lambda measured: f"it looks like shot {measured['shot']}",
            "alike",
        ),
    ),
)
