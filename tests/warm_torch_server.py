"""A helper that has imported PyTorch, diffusers, transformers and all of swav that renders with them.

It imports nothing else afterwards: what else PyTorch may bring along could start threads, and a process that
has some cannot be forked.
"""

import sys

import forked_rank  # noqa: F401

from swav.diffusion import pipeline  # noqa: F401
from swav.engines.wan22 import assembly, engine, service, spread  # noqa: F401
from swav.helper import server


class Server(server.Server):
    def _learn(self) -> None:
        self.wanted.clear()


if __name__ == "__main__":
    server.Server = Server
    server.main(sys.argv[1], int(sys.argv[2]))
