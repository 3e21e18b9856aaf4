"""The models that enlarge pictures: files in ``models/upscale``, whatever network each holds.

Light: names and first bytes are read. What network it is, and whether it enlarges at all, spandrel says where
one is loaded, in an environment of its own (``swav/programs/upscale.py``).
"""

from pathlib import Path

from swav.errors import EngineError
from swav.plugins import listed
from swav.storyboard.wording import unknown

FOLDER = "upscale"
"""Under the folder of models."""
ENVIRONMENT = "finish"
"""The name of the environment in which they are used."""
PROGRAM = Path(__file__).parents[1] / "programs" / "upscale.py"
"""What uses them there."""
LANCZOS = "lanczos"
"""The name that stands for no model: takes are scaled as any other picture is."""
SUFFIXES = (".safetensors", ".pth")
"""Of files that are read, the better one first."""


def upscalers(models: Path) -> dict[str, Path]:
    """The files of models that enlarge, by their names."""
    found: dict[str, Path] = {}
    for suffix in reversed(SUFFIXES):
        files = sorted(Path(models, FOLDER).glob(f"*{suffix}"))
        found |= {file.stem: file for file in files if not file.name.startswith(".")}
    return dict(sorted(found.items()))


def upscaler(models: Path, name: str | None) -> Path:
    """The file of a model; of the only one there where no name is said. EngineError in one sentence."""
    folder, found = Path(models, FOLDER), upscalers(models)
    if name in found or (name is None and len(found) == 1):
        return found[name or next(iter(found))]
    if not found:
        wanted = f"{name} is not there" if name else "there is no model"
        raise EngineError(
            f"finish: {wanted} in {folder}",
            f"put a .safetensors or .pth file of one there, or say model: {LANCZOS}",
        )
    if name is None:
        raise EngineError(f"finish: {folder} holds {len(found)} models", f"say model: {listed(found)}")
    raise EngineError(*unknown(name, found, f"finish: there is no model {name!r} in {folder}", "models"))
