"""The noise that a CUDA card draws, on any machine: what Wan's ``generate.py --base_seed N`` begins with.

Philox4x32-10 (Salmon et al. 2011, https://doi.org/10.1145/2063384.2063405) as cuRAND uses it: the key is the
seed, the counter has the call and the thread. PyTorch (ATen/native/cuda/DistributionTemplates.h) starts
blocks of 256 threads, as many as the card holds at once or the tensor needs; a thread makes four normal
values a call and writes them as far apart as there are threads. So beyond ``256 * blocks`` values the noise
depends on the kind of card. It differs from a card's by the last bits of its functions: by 2.7e-6 at most on
an H100, in three shapes.
"""

import numpy as np

_THREADS = 256
_ROUNDS = 10
_MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
_WEYL = (0x9E3779B9, 0xBB67AE85)
_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)


def normal(count: int, seed: int, blocks: int) -> np.ndarray:
    """``count`` float32 values as ``torch.randn`` draws them on a card that holds ``blocks`` blocks at once.

    ``seed`` is from 0 to 2^64 - 1.
    """
    threads = min(blocks, -(-count // _THREADS)) * _THREADS
    calls = -(-count // (4 * threads))
    out = np.empty((calls, 4, threads), np.float32)
    thread = np.arange(threads, dtype=np.uint64)
    for call in range(calls):
        bits = _philox(seed, call, thread)
        out[call, 0], out[call, 1] = _box_muller(bits[0], bits[1])
        out[call, 2], out[call, 3] = _box_muller(bits[2], bits[3])
    return out.reshape(-1)[:count]


def _philox(seed: int, call: int, thread: np.ndarray) -> list[np.ndarray]:
    """Four 32-bit numbers for each thread, as uint64."""
    counter = [np.full_like(thread, call & 0xFFFFFFFF), np.full_like(thread, call >> 32)]
    counter += [thread & _LOW, thread >> _HALF]
    keys = [seed & 0xFFFFFFFF, seed >> 32]
    for _ in range(_ROUNDS):
        first, second = counter[0] * _MULTIPLIERS[0], counter[2] * _MULTIPLIERS[1]
        counter = [
            (second >> _HALF) ^ counter[1] ^ np.uint64(keys[0]),
            second & _LOW,
            (first >> _HALF) ^ counter[3] ^ np.uint64(keys[1]),
            first & _LOW,
        ]
        keys = [(key + weyl) & 0xFFFFFFFF for key, weyl in zip(keys, _WEYL, strict=True)]
    return counter


def _box_muller(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two normal values from two numbers of 32 bits (Box, Muller 1958), in float32 as the card computes."""
    step, turn = np.float32(2.0**-32), np.float32(2.0**-32 * 2 * np.pi)
    radius = np.sqrt(np.float32(-2) * np.log(first.astype(np.float32) * step + np.float32(2.0**-33)))
    angle = second.astype(np.float32) * turn + np.float32(2.0**-33 * 2 * np.pi)
    return radius * np.sin(angle), radius * np.cos(angle)
