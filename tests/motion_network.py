"""A network that learnt one pan: stands in for what an interpolator's program asks, without any package.

``file`` holds JSON: ``travel``, the pixels by which everything moves from the first picture to the second;
``shows``, how much of it the first one shows; ``refuses``, a sentence; ``ends_after``, questions.
"""

import array
import json
import os
import struct
import sys
from pathlib import Path

asked = json.loads(Path(sys.argv[1]).read_text())
said = json.loads(Path(asked["file"]).read_text())
if sentence := said.get("refuses"):
    print(json.dumps({"error": sentence}), flush=True)
    sys.exit(1)
pixels = (asked["width"] // 2) * (asked["height"] // 2)
questions = 0
with os.fdopen(asked["read"], "rb") as source, os.fdopen(asked["write"], "wb") as target:
    while header := source.read(4):
        (count,) = struct.unpack("<I", header)
        shares = struct.unpack(f"<{count}d", source.read(8 * count))
        source.read(2 * asked["width"] * asked["height"] * 3)
        if questions == said.get("ends_after"):
            sys.exit("it fell over")
        questions += 1
        for share in shares:
            whole = said.get("travel", 0) / 2  # planes are half as wide as the pictures
            for value in (share * whole, 0, -(1 - share) * whole, 0, said.get("shows", 0.5)):
                target.write(array.array("f", [value] * pixels).tobytes())
        target.flush()
print(json.dumps({"done": {"network": "a pan"}}))
