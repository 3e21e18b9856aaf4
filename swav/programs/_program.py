"""What the programs share: they run in an environment of their own, where nothing of swav can be imported.

A program lies beside this file and finds it there, since Python puts a script's folder on its path.
"""

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Tell = Callable[[str, Any], None]
"""Says one thing to the build: its kind, and what it is, as plain data."""


WRITER = f"{re.sub(r'[^A-Za-z0-9-]', '-', os.uname().nodename)[:32]}.{os.getpid()}"
"""Of a file that is not whole yet: the machine and the process that write it, as in ``swav.files``."""


class Refusal(Exception):
    """A fault that the user can mend, as a sentence."""


def own_standard_output() -> Tell:
    """Keep standard output for the protocol: what libraries print to it goes to standard error instead."""
    protocol = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)

    def tell(kind: str, value: Any) -> None:
        print(json.dumps({kind: value}, ensure_ascii=False), file=protocol, flush=True)

    return tell


def perform(answer: Callable[[dict[str, Any], Tell], dict[str, Any]]) -> int:
    """Answer what the request file asks, whose path is the program's only argument; the exit status."""
    tell = own_standard_output()
    try:
        request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
        tell("done", answer(request, tell))
    except Refusal as refusal:
        tell("error", str(refusal))
        return 1
    return 0


def card_is_lent() -> bool:
    """Whether the build lent this program a card."""
    return os.environ.get("CUDA_VISIBLE_DEVICES", "").strip() not in ("", "-1")


def first_line(fault: BaseException) -> str:
    """The first line that an exception says, cut to a sentence's length, without its full stop."""
    lines = [line.strip() for line in str(fault).splitlines() if line.strip()]
    return (lines or [type(fault).__name__])[0][:160].rstrip(".:; ")
