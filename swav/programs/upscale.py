"""Enlarge the frames of a take with a published model: ``python upscale.py REQUEST.json``, in an environment
that holds spandrel.

The model (``upscale_model.py``) is loaded once; then frames come and go one by one, so that memory does not
depend on how long the take is.

The request::

    {"file": "models/upscale/4x-name.safetensors",   or .pth
     "width": 1280, "height": 720,                   of the frames that come
     "size": [3840, 2160],                           of those that go
     "read": 5, "write": 6}                          descriptors: 8-bit RGB, row by row, frame after frame

Without ``size`` the model is only looked at. Lines of JSON go to standard output, as ``xtts.py`` has them:
``{"done": {"architecture", "scale", "frames", "device", ...}}`` last, or ``{"error": sentence}`` and exit
status 1.
"""

import os
import sys
import time
from pathlib import Path
from typing import Any

# At the end of the path: a file of ours must not stand in for a package. Python may have been told not to
# look beside the program itself (PYTHONSAFEPATH).
sys.path.append(str(Path(__file__).parent))

from _program import Tell, perform


def upscale(request: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Enlarge every frame that comes; what the model is, and how long that took."""
    from upscale_model import Enlarger, load

    began = time.monotonic()
    tell("progress", ["load", 0, 1])
    model = load(Path(request["file"]))
    tell("progress", ["load", 1, 1])
    said = {"architecture": model.architecture.name, "scale": model.scale}
    if "size" not in request:
        return said
    enlarger = Enlarger(model, tuple(request["size"]))
    shape = (request["height"], request["width"], 3)
    loaded, frames = time.monotonic(), 0
    with os.fdopen(request["read"], "rb") as source, os.fdopen(request["write"], "wb") as target:
        while picture := source.read(shape[0] * shape[1] * 3):
            target.write(enlarger.enlarged(picture, shape))
            frames += 1
    return said | {
        "frames": frames,
        "device": enlarger.device_name,
        "load_seconds": round(loaded - began, 3),
        "seconds": round(time.monotonic() - loaded, 3),
        "memory": enlarger.memory,
    }


if __name__ == "__main__":
    sys.exit(perform(upscale))
