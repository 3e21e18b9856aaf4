"""Wan 2.2's renderer with a weak heart: it dies at a step, or finds no memory, if a file says so."""

import json
import os
import signal
from pathlib import Path

import torch

from swav.engines.wan22.renderer import Renderer


class Mortal(Renderer):
    """``dies.json`` in the build says when, ``[rank, step]``; ``full.json``, which VAE modes do not fit."""

    def __init__(self, setup, session):
        super().__init__(setup, session)
        full = Path(setup["embeddings"]).parent / "full.json"
        self.full = full.exists() and json.loads(full.read_text()).get(self.placement.vae, False)
        self.will = Path(setup["embeddings"]).parent / "dies.json"

    def render(self, task, session):
        if self.full:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")
        told = session.tell

        def tell(step, done, total):
            told(step, done, total)
            if (
                step == "denoise"
                and self.will.exists()
                and json.loads(self.will.read_text()) == [session.rank, done]
            ):
                os.kill(os.getpid(), signal.SIGKILL)

        session.tell = tell
        return super().render(task, session)
