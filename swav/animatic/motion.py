"""A camera move as a path: where the camera stands at every frame, and what that does to each plane.

The picture is a set of planes at depths from 0 (the sky) to 1.3 (the foreground). A plane at depth 1
moves by the whole of the camera's move; the sky moves least. All is sub-pixel: nothing is rounded.
"""

import math
from dataclasses import dataclass

import numpy as np

from swav.animatic.camera import CameraMove

# Overscan that the artwork needs on every side, as a share of the frame, so that no move shows its edge.
MARGIN = 0.17
_TRAVEL = 0.075  # of the frame's width, for a pan or track of strength 1, from the centre to either end
_ZOOM = 0.075  # enlargement of the plane at depth 1, from the centre of a push to either end


@dataclass(frozen=True)
class Pose:
    """Where the camera is: offsets in frame widths and heights, zoom as a logarithm, roll in radians.

    ``orbit`` runs from -1 to 1 and moves near planes against far ones.
    """

    x: float = 0.0
    y: float = 0.0
    zoom: float = 0.0
    orbit: float = 0.0
    roll: float = 0.0


def ease(progress: float) -> float:
    """Progress with a soft start and end: the middle runs at constant speed, each end blends over 18 %.

    Position and speed are continuous, so that the move neither jumps nor kicks.
    """
    blend = 0.18
    peak = 1 / (1 - blend)
    if progress < blend:
        return peak * progress * progress / (2 * blend)
    if progress > 1 - blend:
        rest = 1 - progress
        return 1 - peak * rest * rest / (2 * blend)
    return peak * (progress - blend / 2)


def _handheld(seconds: float, strength: float, seed: int) -> Pose:
    """Slow, breathing sway: three incommensurate sines an axis, none above 0.6 Hz."""
    phase = (seed % 1009) / 1009 * math.tau

    def sway(a: float, b: float, c: float) -> float:
        return (
            math.sin(math.tau * a * seconds + phase)
            + 0.5 * math.sin(math.tau * b * seconds + 2.1 * phase)
            + 0.25 * math.sin(math.tau * c * seconds + 3.7 * phase)
        )

    return Pose(
        0.0055 * strength * sway(0.13, 0.29, 0.53),
        0.0060 * strength * sway(0.17, 0.23, 0.47),
        0.006 * strength * sway(0.07, 0.11, 0.19),
        0.0,
        0.0022 * strength * sway(0.11, 0.19, 0.37),
    )


def pose_at(move: CameraMove, frame: int, count: int, seconds: float, seed: int) -> Pose:
    """The camera at frame ``frame`` of ``count``; moves are centred: mid-shot is the composed frame."""
    amount = min(move.strength, 1.8) * (2 * ease(frame / max(1, count - 1)) - 1)
    match move.kind:
        case "static":
            return Pose()
        case "handheld":
            return _handheld(seconds, move.strength, seed)
        case "push":
            return Pose(zoom=_ZOOM * amount)
        case "pull":
            return Pose(zoom=-_ZOOM * amount)
        case "pan_right" | "track_right":
            return Pose(x=_TRAVEL * amount)
        case "pan_left" | "track_left":
            return Pose(x=-_TRAVEL * amount)
        case "tilt_up":
            return Pose(y=-_TRAVEL * amount)
        case "tilt_down":
            return Pose(y=_TRAVEL * amount)
        case "crane_up":
            return Pose(y=-_TRAVEL * amount, zoom=-0.25 * _ZOOM * amount)
        case "crane_down":
            return Pose(y=_TRAVEL * amount, zoom=0.25 * _ZOOM * amount)
        case "orbit":
            return Pose(orbit=amount, zoom=0.012 * amount)


def parallax(move: CameraMove, depth: float) -> float:
    """How much of the move a plane performs.

    A pan or tilt turns the camera on the spot, so that planes move nearly together; a track, crane or
    push changes its place, so that far planes lag.
    """
    if move.kind in ("pan_left", "pan_right", "tilt_up", "tilt_down", "handheld"):
        return 0.82 + 0.18 * depth
    return 0.30 + 0.70 * depth


def plane_matrix(
    pose: Pose,
    move: CameraMove,
    depth: float,
    frame_size: tuple[int, int],
    art_scale: float,
    art_origin: tuple[float, float],
) -> np.ndarray:
    """2x3 float64 matrix from frame pixels to artwork pixels, for cv2.warpAffine with WARP_INVERSE_MAP.

    ``art_scale`` is artwork pixels per frame pixel; ``art_origin`` the artwork pixel of the composed frame's
    top left corner. Pixel centres, not corners, are mapped.
    """
    width, height = frame_size
    share = parallax(move, depth)
    scale = art_scale * math.exp(-pose.zoom * share)
    shift_x = pose.x * share * width + pose.orbit * _TRAVEL * 0.62 * (depth - 0.55) * 2 * width
    shift_y = pose.y * share * height
    cosine, sine = math.cos(pose.roll) * scale, math.sin(pose.roll) * scale
    centre_x, centre_y = (width - 1) / 2, (height - 1) / 2
    target_x = art_origin[0] + art_scale * (width / 2 + shift_x) - 0.5
    target_y = art_origin[1] + art_scale * (height / 2 + shift_y) - 0.5
    return np.array(
        [
            [cosine, -sine, target_x - cosine * centre_x + sine * centre_y],
            [sine, cosine, target_y - sine * centre_x - cosine * centre_y],
        ]
    )
