"""Models of the shapes of a published one, told by names of folders and by what is written there.

No header tells them apart, so a folder that says to be another one is never taken for the published one.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from swav.engines.wan22.kinds import Kind
from swav.errors import AnotherModel
from swav.weights.fingerprint import ORIGIN

_MOST_READ = 65536
_CARDS = ("README.md", "configuration.json", ORIGIN)
"""Files that may say what the whole is: its card, its task, and what swav noted when it converted it."""
_CLASS = re.compile(r'"_class_name": *"\w*"')
"""The pipeline that a folder of Diffusers is for, which models of the same shapes share."""
_TRANSFORMERS = ("high_noise_model", "transformer", ".")


def check_name(folder: Path, root: Path, kind: Kind) -> None:
    """AnotherModel where the model that was found in ``root``, in or below ``folder``, says to be another."""
    if name := kind.another("\n".join(_words(folder, root)).lower()):
        raise AnotherModel(said(folder, name, kind), holds=name)


def doubt(folder: Path, root: Path, kind: Kind) -> str:
    """That nothing says which of the models of these shapes it is; empty where something says it is the kind.

    The name that swav gives its folder says nothing. Of models of which no other of their shapes is known,
    nothing is in doubt.
    """
    if not kind.others:
        return ""
    names = [word for word in _words(folder, root) if word != kind.home]
    written = [_text(root / name) for name in _CARDS]
    written += [_text(root / part / "config.json") for part in _TRANSFORMERS]
    told = _CLASS.sub("", "\n".join([*names, *written]))
    if kind.named.search(told.lower()):
        return ""
    return (
        f"{root} is taken for {kind.short}; {kind.lookalikes} would look the same, and no name, card or "
        "setting there says which it is; put the README.md beside it with which it was published"
    )


def said(where: Path, name: str, kind: Kind) -> str:
    """A sentence about a file or a folder that holds another model than the kind."""
    return (
        f"{where} holds {name}, which has the shapes of {kind.title} and is another model; "
        "no engine here renders with it"
    )


def _words(folder: Path, root: Path) -> Iterator[str]:
    """Names of folders, through links, of the hub's repository, in model_index.json; the title of README.md;
    what config.json of the whole says.
    """
    yield "/".join((folder.name, *root.relative_to(folder).parts))
    real = root.resolve()
    yield real.parents[1].name if real.parent.name == "snapshots" else real.name
    for name in ("model_index.json", "config.json"):
        yield _text(root / name)
    titles = (line for line in _text(root / "README.md").splitlines() if line.startswith("#"))
    yield next(titles, "")


def _text(file: Path) -> str:
    """The beginning of a small file; empty where there is none."""
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            return opened.read(_MOST_READ)
    except OSError:
        return ""
