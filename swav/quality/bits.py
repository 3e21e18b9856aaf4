"""Bits: whether the file holds what its pictures need, or was squeezed until they smeared."""

from pathlib import Path

import numpy as np

from swav.media.probe import opened


def packet_sizes(clip: Path) -> np.ndarray:
    """Bytes of every frame of a clip, in the order in which they are shown."""
    with opened(clip) as container:
        stream = container.streams.video[0]
        packets = [(packet.pts, packet.size) for packet in container.demux(stream) if packet.pts is not None]
    return np.array([size for _, size in sorted(packets)], np.int64)
