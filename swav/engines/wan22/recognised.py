"""What ``swav models show`` says of a folder with Wan 2.2: its layout, its precision, its fingerprint."""

from pathlib import Path

from swav.engines.wan22.fingerprint import CONVERT_AGAIN, fingerprint, rounds
from swav.engines.wan22.layout import recognise
from swav.errors import AnotherModel, EngineError
from swav.readiness import Recognised, out_of_place
from swav.weights.contents import contents
from swav.weights.folder import Weights

MODEL = "Wan 2.2 T2V-A14B"


def recognised(folder: Path, home: str) -> Recognised | None:
    """The Wan 2.2 in a folder, whole or with its fault; None where another model lies there.

    ``home`` is the name of the folder in which the engine looks.
    """
    if not folder.is_dir():
        return None
    try:
        model = recognise(folder)
    except AnotherModel as other:
        return Recognised(other.holds, fault=str(other)) if other.holds else None
    except EngineError as fault:
        return Recognised(MODEL, fault=str(fault))
    notes = (*model.notes, *(() if folder.name == home else (out_of_place(folder, home),)))
    notes += (f"{folder}: {CONVERT_AGAIN}",) if rounds(model) else ()
    return Recognised(
        MODEL, model.layout, precision(model.high), fingerprint(model), model.bytes, notes=notes
    )


def precision(part: Weights) -> str:
    """That of most of a part's numbers, from its first file's table of contents."""
    return contents(part.files[0]).precision
