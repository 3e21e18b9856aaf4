"""When music and effects make room for the voice.

The gain follows what is spoken, known in advance: it is down just before the first syllable, stays down
over pauses between words and sentences, and comes back slowly. Nothing pumps, because nothing reacts.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from swav.sound.levels import Ducking
from swav.sound.loudness import SAMPLE_RATE

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


def bridged(spans: Iterable[Span], bridge: int) -> list[Span]:
    """The spans in order, joined where the pause between them is shorter than ``bridge`` milliseconds."""
    shortest = _samples(bridge)
    joined: list[Span] = []
    for begin, end in sorted(spans):
        if joined and begin - joined[-1][1] < shortest:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((begin, end))
    return joined


def phrases(lines: Iterable[Sequence[Span]], ducking: Ducking) -> list[Span]:
    """What a sound stays down for: ``lines`` are the stretches of each line in which someone speaks."""
    whole = [span for line in lines for span in bridged(line, ducking.breath)]
    return bridged(whole, ducking.bridge)


def gain(phrases: Sequence[Span], ducking: Ducking, begin: int, end: int) -> np.ndarray:
    """Gain for samples ``begin`` to ``end`` of the reel, linear float32: 1 in the clear, less under speech.

    ``phrases`` are bridged spans. Each slope is a half cosine in decibels. No sample depends on the ones
    before it, so that blocks of any size fit together.
    """
    attack, hold, release = (_samples(time) for time in (ducking.attack, ducking.hold, ducking.release))
    lift = np.ones(end - begin, np.float32)  # 1 in the clear, 0 under speech
    for first, last in phrases:
        low, high = max(first - attack, begin), min(last + hold + release, end)
        if low >= high:
            continue
        time = np.arange(low, high)
        before = np.clip((first - time) / max(attack, 1), 0, 1)
        after = np.clip((time - last - hold) / max(release, 1), 0, 1)
        raised = 0.5 - 0.5 * np.cos(np.pi * np.maximum(before, after))
        reach = slice(low - begin, high - begin)
        lift[reach] = np.minimum(lift[reach], raised)
    return (10 ** (ducking.depth * (lift - 1) / 20)).astype(np.float32)


def _samples(milliseconds: int) -> int:
    return milliseconds * SAMPLE_RATE // 1000
