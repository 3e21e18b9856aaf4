"""Compiled blocks: one graph a clip size, shared by all its blocks, wherever the weights live.

What surrounds a block differs from block to block (the hooks that stream it, those that divide its tokens,
FSDP's that gather it), and a graph that held them would be compiled for each block anew, until PyTorch gives
up after eight. So the graph holds the block's own ``forward`` alone, and all hooks stay outside.
"""

from collections.abc import Callable, Iterable

import torch
from torch import nn

_MOST_SIZES = 64
"""Graphs that may be kept: one for each size and length of clip that a worker renders, with and without
guidance. PyTorch's own limit, 8, is for a single model; beyond it, it silently stops compiling."""


def compile_blocks(blocks: Iterable[nn.Module], backend: str | Callable | None = None) -> None:
    """Let the blocks of a model be compiled at their first use; call it before any hook is set.

    ``dynamic=False``: with a second size PyTorch would otherwise compile for sizes unknown, which is slower.
    ``backend`` is one of ``torch.compile``'s, by default Inductor where there is a card. Without one the
    blocks are only traced, which gives the same bits as no compiling.
    """
    config = torch._dynamo.config
    config.recompile_limit = max(config.recompile_limit, _MOST_SIZES)
    backend = backend or ("inductor" if torch.cuda.is_available() else "eager")
    for block in blocks:
        block.forward = torch.compile(block.forward, backend=backend, dynamic=False)
