"""Models of Wan 2.2 as their authors publish them, and as others repackage them in single files.

Decided from file names, config.json and the headers of the weights. Light: no torch.
"""

from dataclasses import dataclass
from pathlib import Path

from swav.engines.wan22.kinds import Kind, by_inputs
from swav.engines.wan22.single_files import single_files
from swav.errors import AnotherModel, EngineError
from swav.shown import listed
from swav.weights.folder import SINGLE_FILES, Weights, first_there, sharded
from swav.weights.headers import read_json

EXPERTS = ("high_noise_model", "low_noise_model")
TEXT_ENCODER = "models_t5_umt5-xxl-enc-bf16.pth"
TOKENIZER = "google/umt5-xxl"
TOKENIZERS = ("tokenizer.json", "spiece.model")
_INDEX = "diffusion_pytorch_model.safetensors.index.json"


@dataclass(frozen=True)
class Original:
    """A whole model. ``parts`` are the kind's ``stages``, ``text encoder`` and ``VAE``; ``tokenizer`` is a
    folder with tokenizer.json or spiece.model, or the text encoder's file that holds it."""

    root: Path
    layout: str
    parts: dict[str, Weights]
    tokenizer: Path
    notes: tuple[str, ...] = ()
    """What is in doubt about it, as sentences."""


def original(root: Path, kind: Kind) -> Original | None:
    """The model in the layout of Wan's own code; None where ``root`` has not that layout.

    An ``EngineError`` says what is missing, an ``AnotherModel`` which one lies there.
    """
    folders = _transformers(root, kind)
    if folders is None:
        return None
    stated = folders[0] / "config.json"
    if stated.is_file():  # whose it is comes before what it lacks
        check_inputs(Weights((), stated), "in_dim", kind)
    needed = [*(each.name for each in folders if each != root), TEXT_ENCODER, kind.vae, TOKENIZER]
    if missing := [name for name in needed if not (root / name).exists()]:
        raise EngineError(
            f"{root} is an original {kind.title} folder without {listed(missing, 1)}; "
            f"the download is incomplete: {kind.fetch}"
        )
    transformers = [sharded(folder) for folder in folders]
    for each in transformers:
        check_inputs(each, "in_dim", kind)
    parts = dict(zip(kind.stages, transformers, strict=True))
    parts |= {"text encoder": Weights((root / TEXT_ENCODER,)), "VAE": Weights((root / kind.vae,))}
    return Original(root, "original", parts, first_there(root / TOKENIZER, TOKENIZERS))


def _transformers(root: Path, kind: Kind) -> list[Path] | None:
    """The folders of its transformers: two of their own, or the model's own folder where it has one."""
    if kind.experts == 2:
        return [root / name for name in EXPERTS] if (root / EXPERTS[0]).is_dir() else None
    one = (root / kind.vae).exists() or (root / _INDEX).is_file()
    return [root] if one and (root / "config.json").is_file() else None


def single(root: Path, kind: Kind) -> Original | None:
    """The model as single files; None where none of its transformers lies there."""
    found = single_files(root, kind)
    if found is None:
        return None
    parts = {part: Weights((file,)) for part, file in found.parts.items()}
    return Original(root, SINGLE_FILES, parts, found.tokenizer, found.notes)


def check_inputs(transformer: Weights, field: str, kind: Kind) -> None:
    """An ``AnotherModel`` where a transformer's config.json has other channels in ``field``."""
    channels = read_json(transformer.config).get(field)
    if channels != kind.inputs:
        whose = by_inputs(channels, kind.experts == 1)
        raise AnotherModel(
            f"{transformer.config.parent} belongs to {whose}, and not {kind.title}; {kind.fetch}"
        )
