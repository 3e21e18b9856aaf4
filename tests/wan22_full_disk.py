"""Wan 2.2's renderer on a disk that is full at the fourth frame of a certain clip."""

from swav.engines.wan22 import renderer
from swav.errors import MediaError
from swav.media.writer import ClipWriter


class FullDisk(ClipWriter):
    """Has no room for the fourth frame of ``full.mp4``."""

    def write(self, frame):
        if self.target.name == "full.mp4" and self.frames == 3:
            raise MediaError("the disk is full; free some of it and build again")
        super().write(frame)


class OnFullDisk(renderer.Renderer):
    """What the worker of the test runs."""

    def __init__(self, setup, session):
        super().__init__(setup, session)
        renderer.ClipWriter = FullDisk
