"""OpenCV, and the environment as it was before.

``import cv2`` puts itself and an empty part before ``LD_LIBRARY_PATH``, and the empty part is the folder that
a program works in (ld.so(8)): a job or a worker that this process starts would load the ``libcuda.so.1`` that
lies in a stranger's project. Nor would it be a fork of the helper, which began with another environment. So
nothing imports ``cv2`` but this.
"""

import os

_BEFORE = dict(os.environ)

import cv2  # noqa: E402

for _name in {name for name in os.environ if os.environ[name] != _BEFORE.get(name)}:
    del os.environ[_name]
    if _name in _BEFORE:
        os.environ[_name] = _BEFORE[_name]

__all__ = ["cv2"]
