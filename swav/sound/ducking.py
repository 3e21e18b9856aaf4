"""When the music makes room for the voice.

The gain follows what is spoken, known in advance: it is down just before the first syllable, stays down
over pauses between words and sentences, and comes back slowly. Nothing pumps, because nothing reacts.
"""

from collections.abc import Iterable, Sequence

import numpy as np

SAMPLE_RATE = 48000
DEPTH = 8.0  # dB by which the music is lower under speech than elsewhere
ATTACK = int(0.5 * SAMPLE_RATE)  # the way down, which ends as the voice begins
RELEASE = int(1.4 * SAMPLE_RATE)  # the way up
HOLD = int(0.3 * SAMPLE_RATE)  # down after the last syllable
_BRIDGED = int(2.5 * SAMPLE_RATE)  # a shorter pause is not worth a swell

Span = tuple[int, int]  # first sample, sample after the last


def activity(voice: np.ndarray, start: int) -> list[Span]:
    """The stretches in which someone speaks, in samples of the reel; the mono ``voice`` lies at ``start``."""
    window = SAMPLE_RATE // 100
    blocks = np.abs(np.pad(voice, (0, -len(voice) % window))).reshape(-1, window).max(axis=1, initial=0)
    loud = np.flatnonzero(blocks > max(0.02 * blocks.max(initial=0), 1e-4))
    if len(loud) == 0:
        return []
    first = np.concatenate([[loud[0]], loud[1:][np.diff(loud) > 1]])
    last = np.concatenate([loud[:-1][np.diff(loud) > 1], [loud[-1]]])
    return [
        (start + int(a) * window, start + (int(b) + 1) * window) for a, b in zip(first, last, strict=True)
    ]


def bridged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, joined where the pause between them is too short for the music to rise."""
    joined: list[Span] = []
    for begin, end in sorted(spans):
        if joined and begin - joined[-1][1] < _BRIDGED:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((begin, end))
    return joined


def gain(spans: Sequence[Span], begin: int, end: int) -> np.ndarray:
    """Gain of the music for samples ``begin`` to ``end`` of the reel, linear: 1 under speech, more elsewhere.

    ``spans`` are bridged. Each slope is a half cosine in decibels.
    """
    lift = np.ones(end - begin, np.float32)
    for first, last in spans:
        if last + HOLD + RELEASE <= begin or first - ATTACK >= end:
            continue
        time = np.arange(begin, end)
        before = np.clip((first - time) / ATTACK, 0, 1)
        after = np.clip((time - last - HOLD) / RELEASE, 0, 1)
        lift = np.minimum(lift, 0.5 - 0.5 * np.cos(np.pi * np.maximum(before, after)))
    return (10 ** (DEPTH * lift / 20)).astype(np.float32)
