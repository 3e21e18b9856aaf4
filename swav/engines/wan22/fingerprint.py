"""What identifies the content of a Wan 2.2 in every take's key: see ``swav.weights.fingerprint``."""

from swav.engines.wan22.layout import ModelFolder
from swav.weights import fingerprint as of_files
from swav.weights.headers import safetensors_header

SALT = b"swav wan22 model 1"
"""It is in the key of every take: it never changes."""
CONVERT_AGAIN = "it was converted when the head was rounded to bfloat16; convert the original again"
"""What is said of a model that ``rounds``."""


def fingerprint(model: ModelFolder) -> str:
    """sha256 in hex; of a converted model that of its original, unless it ``rounds`` more than rendering."""
    return own_fingerprint(model) if rounds(model) else of_files.fingerprint(model, SALT)


def own_fingerprint(model: ModelFolder) -> str:
    """sha256 in hex of the files themselves, whatever they were made from."""
    return of_files.own_fingerprint(model, SALT)


def rounds(model: ModelFolder) -> bool:
    """Whether it was converted when the head was computed in bfloat16, and has it stored so.

    Since recipe 2 it is computed in float32 (see ``precise``), which such a copy cannot give back.
    """
    if not (model.root / of_files.ORIGIN).is_file():
        return False
    tables = (safetensors_header(file)[0] for expert in (model.high, model.low) for file in expert.files)
    return any(
        name.startswith("proj_out.") and entry["dtype"] == "BF16"
        for table in tables
        for name, entry in table.items()
    )
