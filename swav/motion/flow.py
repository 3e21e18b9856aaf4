"""Where everything moves from one picture to the next: dense optical flow, the shortest that explains it.

DIS (T. Kroeger et al., Fast Optical Flow using Dense Inverse Search, ECCV 2016) searches from coarse to fine.
What repeats (railings, louvres, windows) looks alike in many places, and from the coarsest pictures it finds
a far one as soon as the near one. So it searches a second time from finer pictures, which see less far, and
where both explain the picture the shorter way is taken: it is what the eye sees, too. Both searches are made
in small pictures; what they agree on is refined in larger ones.

OpenCV splits a search among its threads, and its result depends on how many there are: callers set
``cv2.setNumThreads(1)``, and search several pairs at once.
"""

import numpy as np

from swav.opencv import cv2

FAR, NEAR = 10, 2
"""Coarsest of the small pictures to search from, as powers of two: DIS's own choice, and one that sees some
twenty pixels."""
REFINED = 1
"""Coarsest of the larger pictures, where the small ones said whereabouts."""
STEPS, SMOOTHINGS = 12, 2
"""Of a refinement: steps of its search, and of its variational smoothing; more of them show no difference."""
ALIKE = 3.0
"""Pixels (sigma) over which an error is averaged before two flows are compared."""
BETTER, MARGIN = 0.85, 0.5
"""The longer way is taken only where its error, and this many levels of 255, are under this share of the
shorter one's."""


def along(picture: np.ndarray, flow: np.ndarray, taps: int = cv2.INTER_LINEAR) -> np.ndarray:
    """``picture`` as it is seen from where ``flow`` (float32, pixels of it) points into it."""
    how = taps | cv2.WARP_RELATIVE_MAP
    return cv2.remap(picture, flow, None, how, borderMode=cv2.BORDER_REPLICATE)


def speed(flow: np.ndarray) -> np.ndarray:
    """The length of each arrow, in pixels."""
    return cv2.magnitude(cv2.extractChannel(flow, 0), cv2.extractChannel(flow, 1))


def resized(plane: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A plane of another (width, height): averaged where it becomes smaller."""
    if (plane.shape[1], plane.shape[0]) == size:
        return plane
    smaller = plane.shape[1] > size[0]
    return cv2.resize(plane, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)


def scaled(flow: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A flow for pictures of another (width, height), in their pixels."""
    height, width = flow.shape[:2]
    if (width, height) == size:
        return flow
    across = np.tile(np.float32([size[0] / width, size[1] / height]), width)  # whole rows are multiplied fast
    return resized((flow.reshape(height, -1) * across).reshape(flow.shape), size)


def flow_between(here: np.ndarray, there: np.ndarray) -> np.ndarray:
    """How far each pixel of ``here`` has moved in ``there``: float32 (height, width, 2), in pixels.

    Both are uint8 (height, width), at least 16 pixels each way, of the same light.
    """
    height, width = here.shape
    size = max(16, width // 2), max(16, height // 2)
    whereabouts = scaled(_shortest(resized(here, size), resized(there, size)), (width, height))
    dis = _dis(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM, REFINED)
    dis.setGradientDescentIterations(STEPS)
    dis.setVariationalRefinementIterations(SMOOTHINGS)
    return dis.calc(here, there, whereabouts)


def _shortest(here: np.ndarray, there: np.ndarray) -> np.ndarray:
    far, near = (_dis(cv2.DISOPTICAL_FLOW_PRESET_FAST, each).calc(here, there, None) for each in (FAR, NEAR))
    far_error, near_error = _error(here, there, far), _error(here, there, near)
    better = np.where(
        speed(far) > speed(near),
        far_error + MARGIN < BETTER * near_error,
        BETTER * far_error < near_error + MARGIN,
    )
    return np.where(better[..., None], far, near)


def _dis(preset: int, coarsest: int) -> cv2.DISOpticalFlow:
    dis = cv2.DISOpticalFlow.create(preset)
    dis.setFinestScale(1)
    dis.setCoarsestScale(coarsest)
    return dis


def _error(here: np.ndarray, there: np.ndarray, flow: np.ndarray) -> np.ndarray:
    error = cv2.absdiff(here, along(there, flow))
    return cv2.GaussianBlur(error.astype(np.float32), (0, 0), ALIKE)
