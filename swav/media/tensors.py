"""The names in a safetensors file, read from its header alone: without a framework, and without a weight."""

import json
import struct
from pathlib import Path

from swav.errors import MediaError
from swav.media.disguise import disguise

_LARGEST_HEADER = 100_000_000  # bytes, as the safetensors library has it
_TORCH = (b"PK\x03\x04", b"\x80\x02", b"\x80\x04")


def tensor_names(path: Path) -> list[str]:
    """The names of the tensors. Raises MediaError, in one sentence, for a file that is none or not whole.

    The header is JSON behind its length in 8 bytes, and says where each tensor lies in what follows
    (https://github.com/huggingface/safetensors#format).
    """
    if reason := disguise(path):
        raise MediaError(f"{path} {reason}")
    size = path.stat().st_size
    with path.open("rb") as file:
        beginning = file.read(8)
        if beginning.startswith(_TORCH):
            raise MediaError(f"{path} is a PyTorch file under another name; convert it to safetensors")
        length = struct.unpack("<Q", beginning)[0] if len(beginning) == 8 else 0
        if not 2 <= length <= min(_LARGEST_HEADER, size):
            raise MediaError(f"{path} is no safetensors file, or ends in its header; copy it again")
        try:
            header = json.loads(file.read(length))
            tensors = {
                name: entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"
            }
            end = 8 + length + max(tensors.values(), default=0)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
            raise MediaError(f"{path} has a damaged header; copy it again") from None
    if size < end:
        missing = f"{(end - size) / 1e6:,.1f} MB" if end - size > 100_000 else f"{end - size:,} bytes"
        raise MediaError(f"{path} ends {missing} too early; copy it again, whole")
    if not tensors:
        raise MediaError(f"{path} holds no tensors; copy it again, or name another")
    return list(tensors)
