"""What a folder of weights holds that no engine here can use: a model of another kind, or spoilt files.

Told from names of files, model_index.json and first bytes. Nothing is loaded.
"""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from swav.diffusion.pipeline_folder import INDEX
from swav.engines import Engine, engines
from swav.errors import EngineError
from swav.links import NOWHERE, broken_link
from swav.music.music_engine import MusicEngine
from swav.music.players import plugins as players
from swav.plugins import said
from swav.readiness import Recognised
from swav.speech.voice_engine import VoiceEngine
from swav.speech.voices import plugins as voices
from swav.weights.contents import contents
from swav.weights.folder import snapshot, visible_files
from swav.weights.headers import read_json
from swav.weights.intact import check_intact

AnyEngine = Engine | VoiceEngine | MusicEngine
NOBODYS = "no model that an engine here knows"
_WEIGHTS = (".safetensors", ".gguf", ".pth", ".pt", ".bin", ".ckpt")
_SMALL = (".json", ".model", ".txt")
_MOST_READ = 200
"""Files of a folder whose first bytes are looked at."""


@dataclass(frozen=True)
class Sign:
    """A model that is known by a file's name, in a layout that is not read."""

    pattern: re.Pattern
    """Of the file's path in the folder."""
    what: str
    engine: str = ""
    """The engine that renders with it in another layout; empty if none does."""


def _sign(pattern: str, what: str, engine: str = "") -> Sign:
    return Sign(re.compile(pattern, re.IGNORECASE), what, engine)


def _single(name: str, what: str, engine: str = "") -> Sign:
    return _sign(rf"(.*/)?{name}.*\.(safetensors|gguf|ckpt|pth?)", f"{what} as a single file", engine)


SIGNS = (
    _sign(r"(.*/)?transformer/[^/]+/mp_rank_00_model_states\.pt", "CogVideoX as SAT has it", "cogvideox-5b"),
    _sign(
        r"(.*/)?mp_rank_00_model_states(_fp8)?\.pt",
        "HunyuanVideo in its raw PyTorch layout",
        "hunyuanvideo",
    ),
    _single("hunyuan_?video[-_]?1[._]5", "HunyuanVideo 1.5", "hunyuanvideo-1.5"),
    _single("hunyuan[-_]?video", "HunyuanVideo", "hunyuanvideo"),
    _single("cogvideox", "CogVideoX", "cogvideox-5b"),
    _single("sd_?xl", "SDXL", "sdxl"),
    _single("svd", "SVD", "svd"),
    _single("z[-_]?image", "Z-Image", "z-image"),
    _single("qwen[-_]?image[-_]?edit", "Qwen-Image-Edit", "qwen-image-edit"),
    _single("qwen[-_]?image", "Qwen-Image", "qwen-image"),
    _single("ltx[-_]?2", "LTX-2", "ltx-2"),
    _single("ltx", "LTX-Video"),
    _single("flux", "FLUX"),
    _sign(r"Wan2\.1_VAE\.pth|(.*/)?wan[-_]?2[._]1.*\.(safetensors|gguf|pth)", "Wan 2.1, or a part of it"),
)
"""The first that fits a file counts."""


def stranger(folder: Path) -> str:
    """What a folder holds that no engine can use, and what to do, in one sentence."""
    root = snapshot(folder)
    names = visible_files(root)
    if told := _nothing(folder, names) or _deeper(folder, root):
        return told
    if (root / INDEX).is_file():
        return _spoilt(root, names) or _pipeline(folder, root)
    for sign in SIGNS:
        if any(sign.pattern.fullmatch(name) for name in names):
            return f"{folder} holds {sign.what}, {_remedy(folder, sign.engine)}"
    if told := _spoilt(root, names):
        return told
    if name := _only_loras(root, names):
        return f"{folder} holds LoRAs such as {name}; name them in `loras` of a storyboard, wherever they lie"
    return f"{folder} holds {NOBODYS}, but {len(names)} files such as {min(names)}; see models/README.md"


def _nothing(folder: Path, names: Iterable[str]) -> str:
    """Of a folder with no files but those that nobody means."""
    if broken := broken_link(folder):
        return f"{broken} {NOWHERE}"
    return "" if names else f"{folder} holds no files; remove it, or fetch a model into it (swav doctor)"


def _deeper(folder: Path, root: Path) -> str:
    """Of a folder around a model's folder."""
    for inner in sorted(each for each in root.iterdir() if each.is_dir() and not each.name.startswith(".")):
        for engine, found in asked(inner):
            if found and found.model and not found.fault:
                home = folder.parent / _home(engine)
                aim = f"mv {shlex.quote(str(inner))} {shlex.quote(str(home))}" if not home.exists() else ""
                return f"{inner} holds {found.model}, one level too deep; {aim or f'{home} is there already'}"
    return ""


def asked(folder: Path) -> Iterator[tuple[AnyEngine, Recognised | None]]:
    """Each engine, of takes, of speech and of music, and what it says of a folder; of one that fails, why."""
    for engine in (*engines().values(), *voices().usable.values(), *players().usable.values()):
        try:
            yield engine, engine.recognise(folder)
        except Exception as error:  # a plug-in's, or a file that vanished: the others are still asked
            yield engine, Recognised("", fault=f"{folder} cannot be looked at ({said(error)})")


def _home(engine: AnyEngine) -> str:
    """The folder in which an engine looks; its model's own where it is not called like it."""
    return getattr(engine, "folder", "") or getattr(_model(engine), "place", "") or engine.name


def _spoilt(root: Path, names: Iterable[str]) -> str:
    """The first file that a download left instead of what its name says."""
    for name in sorted(names, key=lambda name: (not name.endswith(".json"), name))[:_MOST_READ]:
        file = root / name
        try:
            if file.suffix in (*_WEIGHTS, *_SMALL) and file.stat().st_size:
                check_intact(file)
            if file.suffix == ".json":
                _settings(file)
        except (EngineError, OSError) as fault:
            return str(fault)
    return ""


def _settings(file: Path) -> None:
    """config.json and the like are tables; other JSON may be lists."""
    if file.name in (INDEX, "config.json"):
        read_json(file)


def _only_loras(root: Path, names: Iterable[str]) -> str:
    """The first of a folder's weights, if all of them are LoRAs by their headers; else empty."""
    found = sorted(name for name in names if name.endswith(_WEIGHTS))[:_MOST_READ]
    for name in found:
        if not name.endswith(".safetensors"):
            return ""
        if not any("lora" in tensor.lower() for tensor in contents(root / name).shapes):
            return ""
    return found[0] if found else ""


def _pipeline(folder: Path, root: Path) -> str:
    """Of a model in the layout of Diffusers that no engine takes."""
    kind = read_json(root / INDEX).get("_class_name")
    alike = [each for each in engines().values() if kind in getattr(_model(each), "classes", ())]
    what = f"a {kind or 'pipeline without a name'}"
    if alike:
        what += f", which {' and '.join(_model(each).title for each in alike)} are too, of other sizes"
    return f"{folder} holds {what}; no engine here renders with it: see docs/engines.md, A model more"


def _model(engine: AnyEngine):
    return getattr(engine, "model", None)


def _remedy(folder: Path, name: str) -> str:
    """What to do about a model in a layout that is not read."""
    model = _model(engines()[name]) if name in engines() else None
    if model is None:
        return "which no engine here renders with; see docs/engines.md"
    return f"a layout that no engine here reads; {model.get_it(folder.parent / model.place)}"
