"""Wan 2.2's player with a weak heart: it dies at a step of denoising, once, if a file says so."""

import json
import os
import signal
from pathlib import Path

from swav.engines.wan22.player import Player


class Mortal(Player):
    """Dies as ``dies.json`` in the folder of the prompt embeddings says: ``[rank, step]``."""

    def __init__(self, setup, stage):
        super().__init__(setup, stage)
        self.will = Path(setup["embeddings"]).parent / "dies.json"

    def render(self, task, stage):
        told = stage.tell

        def tell(step, done, total):
            told(step, done, total)
            if (
                step == "denoise"
                and self.will.exists()
                and json.loads(self.will.read_text()) == [stage.rank, done]
            ):
                os.kill(os.getpid(), signal.SIGKILL)

        stage.tell = tell
        return super().render(task, stage)
