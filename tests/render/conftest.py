"""What the tests of the worker share: a folder of its own for each life."""

from worker_life import folder

__all__ = ["folder"]
