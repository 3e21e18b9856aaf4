"""What identifies the content of a Wan 2.2 in every take's key: see ``swav.weights.fingerprint``."""

from swav.engines.wan22.layout import ModelFolder
from swav.weights import fingerprint as of_files

SALT = b"swav wan22 model 1"
"""It is in the key of every take: it never changes."""


def fingerprint(model: ModelFolder) -> str:
    """sha256 in hex; of a converted model that of its original."""
    return of_files.fingerprint(model, SALT)


def own_fingerprint(model: ModelFolder) -> str:
    """sha256 in hex of the files themselves, whatever they were made from."""
    return of_files.own_fingerprint(model, SALT)
