"""The frames of an animatic shot: a painted panel under a moving camera."""

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from threading import local

import numpy as np

from swav.animatic.art import Art, Blink, Fall, Glitter
from swav.animatic.camera import CameraMove, parse_camera
from swav.animatic.canvas import Plane
from swav.animatic.compose import compose
from swav.animatic.life import Falling, Glints, blink
from swav.animatic.motion import Pose, plane_matrix, pose_at
from swav.animatic.scene import read_scene
from swav.animatic.slate import Slate, slate_strip
from swav.bands import BAND, bands
from swav.opencv import cv2
from swav.reused import Reused
from swav.side_by_side import in_order

__all__ = ["Slate", "frames"]

_BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32)


def frames(
    prompt: str,
    *,
    camera: str,
    seed: int,
    width: int,
    height: int,
    rate: Fraction,
    count: int,
    slate: Slate | None,
    threads: int = 1,
) -> Iterator[np.ndarray]:
    """Yield ``count`` frames, each uint8 RGB (height, width, 3), C-contiguous, in memory of its own.

    The same arguments give the same bytes. ``rate`` is in frames a second; up to ``threads`` frames are drawn
    at one time, each with 32 bytes a pixel of its own.
    """
    scene = read_scene(prompt, seed)
    move = parse_camera(camera, prompt)
    view = _View(compose(scene, width, height), move, width, height)
    strip = slate_strip(slate, width, height) if slate else None

    def drawn(number: int) -> np.ndarray:
        seconds = float(number / rate)
        frame = view.frame(pose_at(move, number, count, seconds, scene.number), seconds)
        if strip is not None:
            strip.over_light(frame)
        return view.printed(frame)

    yield from in_order((partial(drawn, number) for number in range(count)), threads)


def _light(plane: Plane, seconds: float, columns: int) -> np.ndarray | None:
    """By what a row of a plane that pulses is multiplied, float32 (columns, 4): only its light, and what the
    plane covers stays covered."""
    if not plane.pulse:
        return None
    light = 1 - plane.pulse * (0.5 + 0.5 * math.sin(math.tau * seconds / plane.period))
    return np.tile(np.array([light, light, light, 1], np.float32), (columns, 1))


_CLEAR = np.array([[0, 0, 0, -1, 1]] * 4, np.float32)
"""What a pixel lets through, four times: 1 - alpha."""


class _Canvas:
    """One picture and one plane of it, which serve many frames: new ones each time leave holes in the memory,
    which the encoder's own then grows around."""

    def __init__(self, width: int, height: int):
        self.picture = np.empty((height, width, 4), np.float32)
        self.layer = np.empty(height * width * 4, np.float32)
        self._cover = np.empty(BAND * width, np.float32)
        self._band = np.empty(BAND * width * 4, np.float32)

    def cover(self, rows: int, columns: int) -> np.ndarray:
        """Room for one channel of a band."""
        return self._cover[: rows * columns].reshape(rows, columns)

    def band(self, rows: int, columns: int, channels: int) -> np.ndarray:
        """Room for what lies between in a band: float32, overwritten by the next."""
        return self._band[: rows * columns * channels].reshape(rows, columns, channels)


class _View:
    """Planes under a camera: warps each plane, lays them over one another and adds what lives."""

    def __init__(self, art: Art, move: CameraMove, width: int, height: int):
        self.art, self.move, self.width, self.height = art, move, width, height
        self.planes = art.planes
        sheet = art.sheet
        self.blinks = [life for life in art.life if isinstance(life, Blink)]
        self.glints = [Glints(life, sheet) for life in art.life if isinstance(life, Glitter)]
        self.falling = [
            Falling(life, art.scene.number % 2**32 + i, width, height)
            for i, life in enumerate(art.life)
            if isinstance(life, Fall)
        ]
        # An ordered pattern, half a level either way, turns what rounding would band into an even texture.
        tiled = np.tile((_BAYER + 0.5) / 16, (height // 4 + 1, width // 4 + 1))[:height, :width]
        self.dither = np.ascontiguousarray(np.repeat(tiled[..., None] - 0.5, 3, axis=2))
        self._prints = Reused((height, width, 3), np.uint8)
        self._canvases = local()

    @property
    def _canvas(self) -> "_Canvas":
        """This thread's: frames are drawn side by side."""
        if not hasattr(self._canvases, "own"):
            self._canvases.own = _Canvas(self.width, self.height)
        return self._canvases.own

    def _matrix(self, pose: Pose, depth: float) -> np.ndarray:
        sheet = self.art.sheet
        return plane_matrix(
            pose, self.move, depth, (self.width, self.height), sheet.scale, (sheet.left, sheet.top)
        )

    def frame(self, pose: Pose, seconds: float) -> np.ndarray:
        """float32 (height, width, 4); colour 0 to 1, in the first three channels. The next
        of this thread overwrites it."""
        frame = self._canvas.picture
        if not self.planes[0].opaque:
            frame.fill(0)
        for plane in self.planes:
            self._lay(frame, plane, self._matrix(pose, plane.depth), seconds)
            for glints in self.glints:
                if glints.glitter.depth == plane.depth:
                    glints.paint(frame, self._matrix(pose, plane.depth), seconds)
        for lamp in self.blinks:
            x, y, scale = self._seen(self._matrix(pose, lamp.depth), lamp.x, lamp.y)
            blink(frame, lamp, x, y, scale, seconds)
        for falling in self.falling:
            falling.paint(frame, seconds)
        return frame

    def _seen(self, matrix: np.ndarray, x: float, y: float) -> tuple[float, float, float]:
        """Where a place of the artwork stands in the frame, in pixels, and how many pixels its unit has."""
        sheet = self.art.sheet
        art_x, art_y = x * sheet.unit + sheet.left, y * sheet.unit + sheet.top
        back = cv2.invertAffineTransform(matrix)
        seen = back @ np.array([art_x, art_y, 1.0])
        return float(seen[0]), float(seen[1]), float(sheet.unit * np.hypot(back[0, 0], back[1, 0]))

    def _lay(self, frame: np.ndarray, plane: Plane, matrix: np.ndarray, seconds: float) -> None:
        unit = self.art.sheet.unit
        local = matrix.copy()
        local[0, 2] -= plane.origin[0] + plane.drift * seconds * unit
        local[1, 2] -= plane.origin[1] + plane.heave * unit * math.sin(math.tau * seconds / plane.period)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        if plane.opaque:
            cv2.warpAffine(
                plane.pixels,
                local,
                (self.width, self.height),
                dst=frame,
                flags=flags,
                borderMode=cv2.BORDER_REPLICATE,
            )
            return
        window = self._window(plane, local)
        if window is None:
            return
        left, top, right, bottom = window
        local[:, 2] += local[:, 0] * left + local[:, 1] * top
        border = cv2.BORDER_REPLICATE if plane.drift else cv2.BORDER_CONSTANT
        size = (right - left, bottom - top)
        seen = self._canvas.layer[: size[0] * size[1] * 4].reshape(size[1], size[0], 4)
        cv2.warpAffine(plane.pixels, local, size, dst=seen, flags=flags, borderMode=border)
        area, light = frame[top:bottom, left:right], _light(plane, seconds, size[0])
        for band in bands(size[1]):
            above = seen[band]
            if light is not None:
                above *= light
            self._lay_band(area[band], above)

    def _lay_band(self, below: np.ndarray, above: np.ndarray) -> None:
        """Lay some rows of a plane over those of the frame, in place."""
        cover = cv2.extractChannel(above, 3, dst=self._canvas.cover(*above.shape[:2]))
        if cv2.minMaxLoc(cover)[:2] == (1, 1):  # nothing shines through
            below[:] = above
            return
        below *= cv2.transform(above, _CLEAR, dst=self._canvas.band(*above.shape))
        below += above

    def _window(self, plane: Plane, matrix: np.ndarray) -> tuple[int, int, int, int] | None:
        """The part of the frame in which a plane can be seen: left, top, right, bottom in pixels."""
        rows, columns = plane.pixels.shape[:2]
        back = cv2.invertAffineTransform(matrix)
        corners = np.array([[0, 0, 1], [columns, 0, 1], [0, rows, 1], [columns, rows, 1]]) @ back.T
        left, top = np.floor(corners.min(axis=0)).astype(int) - 1
        right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 2
        if plane.drift:
            left, right = 0, self.width
        left, top, right, bottom = max(left, 0), max(top, 0), min(right, self.width), min(bottom, self.height)
        return (left, top, right, bottom) if left < right and top < bottom else None

    def printed(self, frame: np.ndarray) -> np.ndarray:
        """uint8 RGB, dithered: an 8-bit print of the float picture."""
        printed = self._prints.take()
        for band in bands(self.height):
            rows = frame[band]
            colour = cv2.cvtColor(rows, cv2.COLOR_RGBA2RGB, dst=self._canvas.band(len(rows), self.width, 3))
            colour *= np.float32(255)
            cv2.add(colour, self.dither[band], dst=printed[band], dtype=cv2.CV_8U)
        return printed
