"""Say how everything moves between two pictures, by RIFE: ``python rife.py REQUEST.json``, in an environment
that holds PyTorch.

The network (``rife_model.py``) is loaded once; then pairs of pictures come and courses go, so that memory
does not depend on how long the take is. What is asked and answered, ``swav/motion/interpolator.py`` says.

Lines of JSON go to standard output, as ``xtts.py`` has them: ``{"done": {"network", "asked", "device"}}``
last, or ``{"error": sentence}`` and exit status 1.
"""

import os
import struct
import sys
import time
from pathlib import Path
from typing import Any

# At the end of the path: a file of ours must not stand in for a package. Python may have been told not to
# look beside the program itself (PYTHONSAFEPATH).
sys.path.append(str(Path(__file__).parent))

from _program import Tell, perform


def answer(request: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Answer as long as somebody asks; what the network is, and how long that took."""
    from rife_model import NETWORK, Rife, load

    began, asked = time.monotonic(), 0
    network = load(Path(request["file"]))
    if "width" not in request:
        return {"network": NETWORK}
    rife = Rife(network, request["width"], request["height"])
    loaded, size = time.monotonic(), request["width"] * request["height"] * 3
    with os.fdopen(request["read"], "rb") as source, os.fdopen(request["write"], "wb") as target:
        while header := source.read(4):
            (count,) = struct.unpack("<I", header)
            shares = struct.unpack(f"<{count}d", source.read(8 * count))
            first, second = source.read(size), source.read(size)
            for share in shares:
                target.write(rife.course(first, second, share))
                asked += 1
            target.flush()
    return {
        "network": NETWORK,
        "asked": asked,
        "device": rife.device_name,
        "load_seconds": round(loaded - began, 3),
        "seconds": round(time.monotonic() - loaded, 3),
    }


if __name__ == "__main__":
    sys.exit(perform(answer))
