"""What the name of the working folder does to Snakemake: all but braces is harmless.

Snakemake looks for its locks with a pattern that begins with the working folder, and reads braces in it as
wildcards (``Persistence._read_locks`` in 9.27.1).
"""

import re
from pathlib import Path

from snakemake.io import regex_from_filepattern

from swav.errors import SwavError


def notices(folder: Path) -> list[str]:
    """What the user should know of the folder's name. SwavError if Snakemake cannot work there."""
    path = str(folder)
    if not re.search(r"\{[^{}]*\}", path):
        return []
    try:
        re.compile(regex_from_filepattern(path))
    except Exception:  # Snakemake's own errors and re's: it has no check that could be asked
        raise SwavError(
            f"{path}: Snakemake reads the braces in this folder's name as a wildcard of its own and fails; "
            "rename the folder without { and }"
        ) from None
    return [
        f"{path}: Snakemake reads the braces in this folder's name as a wildcard, and looks through all "
        "neighbours of the folder for its locks; a name without { and } is quicker"
    ]
