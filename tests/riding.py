"""What ``swav/programs/rife_model.py`` makes of files and pictures: run in the environment ``rife``.

``python riding.py PROGRAMS FOLDER`` writes ``FOLDER/pan.pkl``, a network of the published layers that says
one pan of all pictures, and prints one JSON object.
"""

import json
import struct
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

sys.path.append(sys.argv[1])

import rife_model
from _program import Refusal

SIZE = 90, 70
BIAS = 0.25


class Code:
    """What a hostile file holds: unpickled, it would write a file beside the weights."""

    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path.with_suffix(".ran"),)


def pan() -> dict[str, torch.Tensor]:
    """Each block says the same correction everywhere, of its own pixels: to the left in the first picture."""
    network = rife_model.Network()
    with torch.no_grad():
        for number in range(len(rife_model.WIDTHS)):
            last = getattr(network, f"block{number}").lastconv[0]
            last.weight.zero_()
            last.bias.zero_()
            last.bias[:4] = BIAS  # the first channel, by the four pixels that it is shuffled into
            last.bias[16:20] = 40.0  # the fifth: all is the first picture's
    return network.state_dict()


def said(file: Path) -> str:
    try:
        rife_model.load(file)
    except Refusal as refusal:
        return str(refusal)
    return "loaded"


folder = Path(sys.argv[2])
torch.manual_seed(0)
state = pan()
published = {f"module.{name}": value for name, value in state.items()}
published |= {"module.teacher.conv0.weight": torch.zeros(3), "module.caltime.0.bias": torch.zeros(1)}
torch.save(published, folder / "pan.pkl")
save_file({name: value.contiguous() for name, value in state.items()}, folder / "plain.safetensors")
torch.save(state | {"more": Code(folder / "bomb.pkl")}, folder / "bomb.pkl")
torch.save({"conv.weight": torch.zeros(3)}, folder / "stranger.pkl")
torch.save([torch.zeros(3)], folder / "list.pkl")
torch.save({name: value[:1] for name, value in state.items()}, folder / "other_shapes.pkl")
(folder / "short.pkl").write_bytes((folder / "pan.pkl").read_bytes()[:-900])

rife = rife_model.Rife(rife_model.load(folder / "pan.pkl"), *SIZE)
pictures = [
    torch.randint(0, 256, (SIZE[1], SIZE[0], 3), dtype=torch.uint8).numpy().tobytes() for _ in range(2)
]
answers = [rife.course(*pictures, share) for share in (1 / 3, 1 / 3)]
half = SIZE[0] // 2 * (SIZE[1] // 2)
planes = [struct.unpack(f"<{half}f", answers[0][4 * half * at : 4 * half * (at + 1)]) for at in range(5)]
print(
    json.dumps(
        {
            "said": {file.name: said(file) for file in sorted(folder.iterdir()) if file.suffix != ".ran"},
            "ran": [file.name for file in folder.glob("*.ran")],
            "same": answers[0] == answers[1],
            "bytes": len(answers[0]),
            "planes": [[min(plane), max(plane)] for plane in planes],
            "correction": BIAS * sum(rife_model.COARSENESS) / 2,
        }
    )
)
